"""What the program teaches about its questions, its screens, its keys and its words."""
