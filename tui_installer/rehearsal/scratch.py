"""Scratch folder of a rehearsal: filled from a recording, removed afterwards, or by the next rehearsal after a kill."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import string
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from tui_installer.host.home import state as state_folder
from tui_installer.rehearsal.kept import put
from tui_installer.rehearsal.recording import Recording
from tui_installer.rehearsal.shifted_times import shifted
from tui_installer.rehearsal.stand_in import NAME, Rehearsal
from tui_installer.rehearsal.state import RehearsedState

VOLATILE = "/run/tui-installer/"
_LETTERS = string.ascii_lowercase + string.digits


def home(environment: Mapping[str, str]) -> Path:
    """Returns the folder of rehearsals, below the user's state folder."""
    return state_folder(environment) / "rehearsals"


@contextmanager
def made_of(
    recording: Recording, machine: str, speed: float, environment: Mapping[str, str]
) -> Iterator[Rehearsal]:
    """Makes a folder with that machine, and removes it at the end. Raises OSError."""
    above = home(environment)
    above.mkdir(mode=0o700, parents=True, exist_ok=True)
    above = above.resolve()
    sweep(above)
    folder = Path(tempfile.mkdtemp(prefix="new-", dir=above))
    with (folder / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # The rehearsal's engine holds the lock as well, and may outlive this process.
        os.set_inheritable(lock.fileno(), True)
        # A sweep examines only folders with the new name, and finds this one locked.
        folder = folder.rename(above / folder.name.replace("new-", "at-", 1))
        try:
            _fill(folder, recording, machine, speed)
            yield Rehearsal(folder, lock.fileno())
        finally:
            lock.close()
            end(folder)


def _fill(folder: Path, recording: Recording, machine: str, speed: float) -> None:
    about = {
        "title": recording.title,
        "machine": machine,
        "recorded": recording.recorded,
        "program": recording.program,
        "base": recording.base,
        "about": recording.about,
        "runs": recording.runs,
        "speed": speed,
    }
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    state = RehearsedState(
        shifted(recording.facts, time.time() - recording.at), secrets={"token": token()}
    )
    rows = (
        {**vars(r), "out": "\n".join(r.out), "err": "\n".join(r.err)} for r in recording.commands
    )
    state.change({}, list(rows))
    state.write(folder)
    root = folder / "root"
    root.mkdir()
    for path, file in sorted(recording.files.items()):
        # Files in memory belong to processes that are not part of the rehearsal.
        if file is not None and not path.startswith(VOLATILE):
            put(root, path, file)


def token() -> str:
    """Returns a join token without any use."""
    word = "".join(secrets.choice(_LETTERS) for _ in range(22))
    return f"{word[:6]}.{word[6:]}"


def end(folder: Path) -> None:
    """Ends the processes of a rehearsal, and removes its folder."""
    _kill_all_of(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _kill_all_of(folder: Path) -> None:
    """Kills the engine and its children, which carry the folder in their environment."""
    mark = f"{NAME}={folder}".encode()
    for place in Path("/proc").glob("[0-9]*"):
        pid = int(place.name)
        with suppress(OSError):
            if pid != os.getpid() and mark in (place / "environ").read_bytes().split(b"\0"):
                os.kill(pid, 9)


def sweep(above: Path) -> None:
    """Removes rehearsals that were killed: nobody holds their locks any more.

    A folder has its lock before it has its name; one without a lock is what a removal that was cut off has left.
    """
    for folder in sorted(above.glob("at-*")):
        try:
            with (folder / "lock").open("rb") as lock:
                if _free(lock):
                    shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
    for folder in above.glob("new-*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > 60:
                shutil.rmtree(folder, ignore_errors=True)


def _free(lock: BinaryIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
