"""The files that steps and checks look at."""

from __future__ import annotations

from tui_installer.host import files, machine
from tui_installer.host.look import Look, last_line
from tui_installer.model.change import acting_as
from tui_installer.model.facts import File, Files, NotRead, Person
from tui_installer.model.text import Text

TOPIC = Files
# Read from files alone: those of a recorded machine are there to be read.
FILES = True
HOME = "~/"
MISSING = ("No such file or directory", "Not a directory")


def read(look: Look) -> Files:
    """Every asked-for path; `~/` stands for the home of each person who gets a kubeconfig."""
    paths: list[str] = []
    found: dict[str, File] = {}
    unread: dict[str, Text | str] = {}
    for pattern in look.patterns:
        if not pattern.startswith(HOME):
            paths.append(pattern)
            continue
        for person in look.people:
            path = person.home + pattern.removeprefix("~")
            if machine.here().opens(person):
                paths.append(path)
            elif "*" not in pattern:
                file = _theirs(look, person, path)
                if isinstance(file, File):
                    found[path] = file
                elif file is not None:
                    unread[path] = file
    ours = files.gather(paths)
    return Files({**ours.by_path, **found}, {**ours.unread, **unread})


def _theirs(look: Look, person: Person, path: str) -> File | Text | str | None:
    """A file in somebody's home, read with the rights of that one; why not, if it cannot be."""
    try:
        said = look.answer(*acting_as(person), "head", "-c", str(files.LARGEST), path)
    except NotRead as error:
        return error.unread.why
    if said.code == 0:
        return File(said.out, 0o600, person.uid, person.gid)
    why = last_line(said)
    return None if str(why).endswith(MISSING) else str(why)
