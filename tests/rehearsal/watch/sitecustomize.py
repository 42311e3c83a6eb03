"""Tells of every file that a process of a rehearsal opens for writing, makes, moves or removes outside of its folder."""

import os
import sys
from typing import Any

MINE, TOLD = "MINE IS SET BY THE TEST", "TOLD IS SET BY THE TEST"
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# What each audit event names as the things that it changes, and the folder that each is named from.
CHANGES = {
    **{f"os.{name}": ((0, 1),) for name in ("rmdir", "remove")},
    **{f"os.{name}": ((0, None),) for name in ("truncate", "utime")},
    "os.mkdir": ((0, 2),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.rename": ((0, 2), (1, 3)),
    "os.link": ((0, 2), (1, 3)),
    "os.symlink": ((1, 2),),
}


def _outside(path: Any, folder: Any = None) -> bool:
    if isinstance(path, int) or path is None:
        return False
    below = folder if isinstance(folder, int) and folder >= 0 else None
    above = f"/proc/self/fd/{below}/" if below is not None else ""
    whole = os.path.realpath(above + os.fsdecode(path))
    return not whole.startswith((MINE + "/", "/dev/", "/proc/")) and whole != MINE


def _heard(event: str, given: tuple[Any, ...]) -> None:
    if event == "open":
        path, mode, flags = given
        writes = (flags or 0) & WRITING if mode is None else any(c in mode for c in "wax+")
        named = [(path, None)] if writes else []
    else:
        places = CHANGES.get(event, ())
        named = [(given[at], given[above] if above else None) for at, above in places]
    for path, folder in named:
        if _outside(path, folder):
            os.write(TELLING, f"{event} {path!r}\n".encode("utf-8", "backslashreplace"))


TELLING = os.open(TOLD, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
os.set_inheritable(TELLING, False)
sys.dont_write_bytecode = True
sys.addaudithook(_heard)
