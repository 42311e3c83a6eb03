"""Rows of cells for the screens: no key, no focus, no program."""
