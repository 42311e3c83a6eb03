"""What is shown, as rows of cells: no key, no focus, no program."""
