"""What the lab tells its tests: results, states of files, requests, and its own errors."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
LABNODE = HERE / "labnode"
BUILD = HERE / "build"
BYHAND = HERE / "byhand"
TIMEOUT = 300.0


class LabError(Exception):
    """The lab or a node did not do what was asked."""


class LabUnavailableError(LabError):
    """This machine cannot run the lab; the text says why."""


class LabTimeoutError(LabError):
    """A command in a node took too long and was ended."""


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    argv: tuple[str, ...]
    code: int
    out: str
    err: str
    seconds: float

    @property
    def ok(self) -> bool:
        return self.code == 0


class Process(NamedTuple):
    """A process of a node, under the number that the node knows it by."""

    pid: int
    argv: tuple[str, ...]


class FileState(NamedTuple):
    """What a file is. The digest is that of its bytes, or of the text a link points to."""

    mode: int  # type and permission bits
    uid: int
    gid: int
    sha256: str


@dataclass(frozen=True)
class Request:
    """One line of the world's access log, written when the answer was sent or given up."""

    time: float  # seconds since the epoch
    client: str
    host: str
    method: str
    uri: str
    status: int
    bytes: int
