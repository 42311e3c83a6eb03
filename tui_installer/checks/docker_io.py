"""Check that a mirror of docker.io answers, and holds the images of the pod network."""

from __future__ import annotations

from tui_installer.checks.package_mirrors import judge_needs
from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, ok
from tui_installer.model.facts import Facts, Network, NetworkManager, Sources
from tui_installer.model.text import T


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges the mirrors; without one, containerd asks docker.io itself."""
    if not answers.mirrors.docker_io and not facts[Sources].replies.get("docker_io"):
        return ok(T("no mirror is wanted; docker.io itself is asked"))
    return judge_needs(("docker_io",), answers, facts)


CHECK = Check(
    id="docker_io",
    title=T("docker.io"),
    about=T(
        "The images of the pod network Calico are on docker.io, which is out of reach in many networks. Each mirror is asked for exactly these images before anything is changed."
    ),
    judge=judge,
    reads=(Sources, Network, NetworkManager),
    applies=lambda answers: answers.calico,
    asks=("mirrors.docker_io",),
)
