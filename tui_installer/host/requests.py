"""Hand-over of requests to the engine, and of requests to stop."""

from __future__ import annotations

import fcntl
import os
import pwd
import tempfile
from collections.abc import Mapping
from contextlib import suppress

from tui_installer.host import machine
from tui_installer.model import places
from tui_installer.model.facts import Person
from tui_installer.model.request import Request

# A request has this prefix while it is being written; an interrupted one may hold a token too.
BEGUN = "begun-"


class Taken(Exception):
    """Another request came first."""


def people(environment: Mapping[str, str]) -> tuple[Person, ...]:
    """Returns root, and the user who called sudo, if that user has a home of their own."""
    root = Person()
    try:
        entry = pwd.getpwnam(environment.get("SUDO_USER", "root"))
    except KeyError:
        return (root,)
    if entry.pw_uid == 0 or entry.pw_dir.rstrip("/") in ("", root.home):
        return (root,)
    # A home may be made only at login; a folder that root made there would be mistaken for it.
    if not os.path.isdir(entry.pw_dir):
        return (root,)
    return (root, Person(entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir))


def submit(request: Request) -> None:
    """Puts the request in place, whole and readable by root alone. Raises Taken if there is one already."""
    machine.at(places.VOLATILE).mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=BEGUN, dir=machine.at(places.VOLATILE))
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(request.dump())
            file.flush()
            # A request to stop that came too late for the last run must not stop this one.
            if not machine.at(places.REQUEST).exists():
                machine.at(places.STOP).unlink(missing_ok=True)
            os.link(temporary, machine.at(places.REQUEST))
    except FileExistsError as error:
        raise Taken from error
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


def forget_begun() -> None:
    """Removes requests whose writing was interrupted."""
    for left in machine.at(places.VOLATILE).glob(f"{BEGUN}*"):
        with suppress(OSError), left.open("rb") as file:
            # A process that still writes the request holds its lock.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


def withdraw() -> None:
    """Withdraws a request that no engine has seen."""
    machine.at(places.REQUEST).unlink(missing_ok=True)


def ask_to_stop() -> None:
    """Asks the engine to stop; it looks for this file between two changes."""
    machine.at(places.STOP).touch(mode=0o600)
