"""The program on the screen: the app, its languages and keys, and the choice of the screen to show."""
