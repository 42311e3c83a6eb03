"""Where things are on a node (contract: Places on a node)."""

from __future__ import annotations

import errno
from pathlib import Path

UNIT = "tui-installer.service"
# Where the node's files lie; in a rehearsal a folder of its own (see `stand_on`).
ROOT = Path("/")
ANSWERS = Path("/etc/tui-installer/answers.toml")
STATE = Path("/var/lib/tui-installer")
RUNS = STATE / "runs"
# Holds the id of the run that has not ended; the unit takes it up again at boot.
UNFINISHED = STATE / "unfinished"
# What the last proof with traffic has found.
PROOF = STATE / "proof.json"
# What was put out of the way, in sentences for a person.
SET_ASIDE = STATE / "set-aside.jsonl"
# What a person has answered on the screens so far.
DRAFT = STATE / "draft.toml"
# Files that may be chosen, and are written, where nobody has logged in.
SAVED = STATE / "files"
VOLATILE = Path("/run/tui-installer")
LOCK = VOLATILE / "lock"
REQUEST = VOLATILE / "request.json"
STOP = VOLATILE / "stop"
# Raw output of children on its way through the filter; in memory, 0600, gone with the command.
RAW = VOLATILE / "output"
# Files for a tool that exist only while their step runs; they hold secrets.
TEMPORARY = VOLATILE / "temporary"
# Where a disk that is plugged in is looked at, read-only.
MEDIA = VOLATILE / "media"
# Tells that the kubelet was stopped for a reset, and is to run again if that does not come.
KUBELET_STOPPED = VOLATILE / "kubelet-stopped"
# Gone after a boot: then no process that the journal names can still be the same.
BOOTED = VOLATILE / "booted"

_OURS = tuple(name for name, value in list(globals().items()) if isinstance(value, Path))


class Outside(OSError):
    """A path that is none of a file of this node, or leads out of its root."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EINVAL, "no path of a file on this node", path)


def at(path: str, root: Path | None = None) -> Path:
    """Where a file of the node lies here; a path below the node's root already stays as it is.

    Raises Outside, an OSError, for one that goes upwards or that no file can have.
    """
    root = root or ROOT
    if ".." in path.split("/") or not _possible(path):
        raise Outside(path)
    if path.startswith(f"{root}/"):
        return Path(path)
    return root / path.lstrip("/")


def _possible(path: str) -> bool:
    try:
        return b"\0" not in path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False


def stand_on(root: Path) -> None:
    """From here on the node's files, and all of our own places, lie below that folder."""
    before = ROOT
    for name in _OURS:
        globals()[name] = root / globals()[name].relative_to(before)
