"""Files of a recorded machine, in a recording and below the root of a rehearsal."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tui_installer.host import gate

# This text replaces one that the recording has left out.
LEFT_OUT = "left out of the recording\n"


@dataclass(frozen=True)
class KeptFile:
    """A file of the machine: its lines (None: left out), and its mode in octal."""

    text: list[str] | None = field(default_factory=list)
    mode: str = "0644"
    folder: bool = False


def put(root: Path, path: str, file: KeptFile) -> None:
    """Puts a recorded file in its place below the machine's root. Raises OSError."""
    place = root if path == "/" and file.folder else gate.place(path, root)
    # The setuid bit is dropped: the recording does not hold the owner.
    mode = int(file.mode, 8) & 0o777
    if file.folder:
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(mode | 0o700)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    text = LEFT_OUT if file.text is None else "\n".join(file.text)
    with place.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out:
        out.write(text)
    place.chmod(mode)
