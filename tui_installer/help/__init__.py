"""Help on the program's questions, screens, keys and words."""
