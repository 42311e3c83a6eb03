"""The proofs of a finished node, one file each; a file's name is its proof's id."""
