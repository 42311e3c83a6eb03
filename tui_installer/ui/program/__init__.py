"""The program on the screen: the app, its languages and keys, and which screen is shown when."""
