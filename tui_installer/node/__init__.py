"""A finished node: whether it works, what it prints for the next server, and its live view."""
