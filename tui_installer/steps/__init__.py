"""The install steps, one file each; a file's name is its step's id."""
