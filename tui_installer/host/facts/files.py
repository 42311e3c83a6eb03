"""The files that steps and checks look at."""

from __future__ import annotations

from tui_installer.host import files
from tui_installer.host.look import Look
from tui_installer.model.facts import Files

TOPIC = Files
# Read from files alone, in a rehearsal too.
FILES = True


def read(look: Look) -> Files:
    """Every asked-for path; `~/` stands for the home of each person who gets a kubeconfig."""
    paths = []
    for pattern in look.patterns:
        homes = [person.home for person in look.people] if pattern.startswith("~/") else [""]
        paths += [home + pattern.removeprefix("~") for home in homes]
    return files.gather(paths)
