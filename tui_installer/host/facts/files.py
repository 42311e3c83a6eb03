"""Reader of the files that steps and checks use."""

from __future__ import annotations

from tui_installer.host import files, machine
from tui_installer.host.look import Look, last_line
from tui_installer.model.change import acting_as
from tui_installer.model.facts import File, Files, NotRead, Person
from tui_installer.model.text import Text

TOPIC = Files
# The reader uses files alone, so it works on a recorded machine too.
FILES = True
HOME = "~/"
MISSING = ("No such file or directory", "Not a directory")


def read(look: Look) -> Files:
    """Reads every path that was asked for; `~/` stands for the home of each person who gets a kubeconfig."""
    paths: list[str] = []
    home_files: dict[str, File] = {}
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
                    home_files[path] = file
                elif file is not None:
                    unread[path] = file
    ours = files.gather(paths)
    return Files({**ours.by_path, **home_files}, {**ours.unread, **unread})


def _theirs(look: Look, person: Person, path: str) -> File | Text | str | None:
    """Reads a file in a person's home with that person's rights.

    Returns None if there is no such file, and the reason if it cannot be read.
    """
    try:
        output = look.answer(*acting_as(person), "head", "-c", str(files.LARGEST), path)
    except NotRead as error:
        return error.unread.why
    if output.code == 0:
        return File(output.out, 0o600, person.uid, person.gid)
    why = last_line(output)
    return None if str(why).endswith(MISSING) else str(why)
