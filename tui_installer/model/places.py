"""What files and folders of this program are called on a node, and where such a name leads below another root.

These are names only: `host.machine.at` says where the machine in use keeps its files.
"""

from __future__ import annotations

import errno
from pathlib import Path, PurePosixPath

UNIT = "tui-installer.service"
ANSWERS = PurePosixPath("/etc/tui-installer/answers.toml")
STATE = PurePosixPath("/var/lib/tui-installer")
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
VOLATILE = PurePosixPath("/run/tui-installer")
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


class Outside(OSError):
    """A path that is none of a file of this node, or leads out of its root."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EINVAL, "no path of a file on this node", path)


def at(path: str, root: Path) -> Path:
    """Where a file of the node lies below that root; a path that is below it already stays as it is.

    Raises Outside, an OSError, for one that goes upwards or that no file can have.
    """
    if ".." in path.split("/") or not _possible(path):
        raise Outside(path)
    if f"{path}/".startswith(f"{root}/"):
        return Path(path)
    return root / path.lstrip("/")


def _possible(path: str) -> bool:
    try:
        return b"\0" not in path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
