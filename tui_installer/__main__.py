"""Starts the program: `python -m tui_installer`."""

import signal

# Until the program itself listens, Ctrl+C ends it without a word: a traceback of what is being loaded tells nobody anything.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from tui_installer.entry import main

if __name__ == "__main__":
    main()
