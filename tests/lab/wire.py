"""wire.py LINK - a terminal of its own beside the one it runs in, joined to it, with LINK as its name.

It stands for a console: whatever a boot does to it (it is hung up, opened again, left by all), it is still there. A
pseudo-terminal that nobody has open gives EIO to its other side until the next one opens it.
"""

from __future__ import annotations

import errno
import os
import select
import sys
import time
import tty
from fcntl import ioctl
from pathlib import Path
from termios import TIOCGWINSZ, TIOCSWINSZ

BYTES = 65536


def printed(master: int) -> bytes:
    """What came from the node; nothing after a moment where nobody has it open."""
    try:
        return os.read(master, BYTES)
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        time.sleep(0.02)
        return b""


def main(link: Path) -> None:
    """Until the terminal it runs in is gone."""
    master, slave = os.openpty()
    ioctl(master, TIOCSWINSZ, ioctl(0, TIOCGWINSZ, b" " * 8))
    tty.setraw(0)
    link.unlink(missing_ok=True)
    link.symlink_to(os.ttyname(slave))
    os.close(slave)
    while True:
        ready, _, _ = select.select([0, master], [], [])
        if master in ready:
            os.write(1, printed(master))
        if 0 in ready:
            typed = os.read(0, BYTES)
            if not typed:
                return
            os.write(master, typed)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
