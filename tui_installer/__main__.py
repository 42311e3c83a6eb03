"""Starts the program: `python -m tui_installer`."""

from tui_installer.entry import main

if __name__ == "__main__":
    main()
