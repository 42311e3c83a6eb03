"""The support bundle: what goes into it, how it is read, kept free of secrets, written, and read elsewhere."""
