"""The terminal's two directions: what is sent to it, and what is read from it."""
