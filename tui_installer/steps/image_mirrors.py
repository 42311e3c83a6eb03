"""The step that tells containerd which mirrors replace docker.io."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand, edit
from tui_installer.model.facts import Facts, Files
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.render.containerd import CERTS, hosts_toml

HOSTS = f"{CERTS}/docker.io/hosts.toml"
ASIDE = f"{HOSTS}.off"
# The registry that containerd asks without a file: its real name is not docker.io.
SERVER = "https://registry-1.docker.io"


def _none(files: Files) -> list[Change]:
    """Moves the file aside: containerd 1.6.6 refuses a file without a mirror; without a file it asks docker.io.

    An earlier file of somebody else's may already lie there: mv numbers each one after the last.
    """
    undo = [("mv", "-f", ASIDE, HOSTS)]
    if files.text(ASIDE) is not None:
        numbers = (path[len(ASIDE) + 2 : -1] for path in files.under(f"{ASIDE}.~", "~"))
        last = max((int(number) for number in numbers if number.isdigit()), default=0)
        undo.append(("mv", "-f", f"{ASIDE}.~{last + 1}~", ASIDE))
    why = T("use no mirror of docker.io")
    return [RunCommand(("mv", "--backup=numbered", HOSTS, ASIDE), why, undo=tuple(undo))]


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Writes the mirrors in the order of the answers; containerd reads the file at each pull."""
    present = facts[Files].text(HOSTS)
    if not answers.mirrors.docker_io:
        return _none(facts[Files]) if present is not None else []
    text = hosts_toml(SERVER, answers.mirrors.docker_io)
    if text == present:
        return []
    why = T(
        "use mirrors of docker.io, which say themselves what belongs to a version: {mirrors}",
        mirrors=", ".join(answers.mirrors.docker_io),
    )
    return [edit(facts[Files], HOSTS, text, why)]


STEP = Step(
    id="image_mirrors",
    title=T("Image mirrors"),
    about=T(
        "Most images of applications are on docker.io, which is slow or out of reach in many networks. containerd asks the mirrors in this file first, in their order, and docker.io itself last."
    ),
    changes=changes,
    reads=(Files,),
    files=(HOSTS, ASIDE, f"{ASIDE}.~*~"),
    follows="containerd",
)
