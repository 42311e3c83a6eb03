"""The names of this program's files and folders on a node, and their paths below another root.

These are names only: `host.machine.at` maps them to the machine in use.
"""

from __future__ import annotations

import errno
from pathlib import Path, PurePosixPath

UNIT = "tui-installer.service"
ANSWERS = PurePosixPath("/etc/tui-installer/answers.toml")
STATE = PurePosixPath("/var/lib/tui-installer")
RUNS = STATE / "runs"
# Holds the id of the unfinished run; the unit resumes it at boot.
UNFINISHED = STATE / "unfinished"
# The result of the last proof with traffic.
PROOF = STATE / "proof.json"
# Sentences for a person about files that were put aside.
SET_ASIDE = STATE / "set-aside.jsonl"
# A person's answers on the screens so far.
DRAFT = STATE / "draft.toml"
# The folder for reading and writing files where nobody has logged in.
SAVED = STATE / "files"
VOLATILE = PurePosixPath("/run/tui-installer")
LOCK = VOLATILE / "lock"
REQUEST = VOLATILE / "request.json"
STOP = VOLATILE / "stop"
# Raw output of children before the filter; in memory, 0600, removed after the command.
RAW = VOLATILE / "output"
# Files for a tool that exist only while their step runs; they hold secrets.
TEMPORARY = VOLATILE / "temporary"
# The mount point for removable disks, read-only.
MEDIA = VOLATILE / "media"
# Marks that the kubelet was stopped for a reset, and must start again if the reset does not happen.
KUBELET_STOPPED = VOLATILE / "kubelet-stopped"
# Missing after a boot: then every process that the journal names is gone.
BOOTED = VOLATILE / "booted"


class Outside(OSError):
    """The path names no file of this node, or leads out of its root."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EINVAL, "no path of a file on this node", path)


def at(path: str, root: Path) -> Path:
    """Returns the path of a node's file below that root; a path that is below it already stays.

    Raises Outside, an OSError, for a path that goes upwards or that no file can have.
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
