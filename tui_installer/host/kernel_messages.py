"""Silencer of the kernel's messages on the console while the screens are drawn there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# The file holds four numbers; the first is the level below which the console shows a message.
PRINTK = Path("/proc/sys/kernel/printk")
# At this level only the messages of a kernel that gives up are shown.
QUIET = 1


@contextmanager
def quiet() -> Iterator[None]:
    """Lowers the level and restores it afterwards; without the right to do so, it does nothing.

    It leaves a level that was as low before, or that another program has set in between.
    """
    before = _level()
    turned_down = before is not None and before > QUIET and _set(QUIET)
    try:
        yield
    finally:
        if turned_down and before is not None and _level() == QUIET:
            _set(before)


def _level() -> int | None:
    try:
        return int(PRINTK.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _set(level: int) -> bool:
    """Sets the level; a single number changes only the first of the four."""
    with suppress(OSError):
        PRINTK.write_text(f"{level}\n")
        return True
    return False
