"""Keeps the kernel's messages off the console while the screens are drawn there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Four numbers; the first is the level below which a message is shown on the console.
PRINTK = Path("/proc/sys/kernel/printk")
# Only a kernel that gives up is still heard.
QUIET = 1


@contextmanager
def quiet() -> Iterator[None]:
    """Turns them down and puts them back; where that is not allowed, nothing happens.

    A level that someone else has set meanwhile, or had set as low before, stays.
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
    """A single number changes the first alone."""
    with suppress(OSError):
        PRINTK.write_text(f"{level}\n")
        return True
    return False
