"""What a finished node is held against, one file each; a file's name is its proof's id."""
