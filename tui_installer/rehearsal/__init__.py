"""A recorded machine in the place of the real one: its facts, its files, and what its programs print."""
