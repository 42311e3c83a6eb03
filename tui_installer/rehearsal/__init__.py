"""A recorded machine in the real one's stead: its facts, its files, and its programs' output."""
