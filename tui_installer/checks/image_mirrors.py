"""Check that the image source answers, and holds every image of this Kubernetes."""

from __future__ import annotations

from tui_installer.checks.package_mirrors import judge_needs
from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict
from tui_installer.model.facts import Facts, Network, NetworkManager, Sources
from tui_installer.model.text import T


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges the source of Kubernetes' own images; docker.io's mirrors are optional as long as no step needs them."""
    return judge_needs(("images",), answers, facts)


CHECK = Check(
    id="image_mirrors",
    title=T("Image source"),
    about=T(
        "Kubernetes' own images come from this source. It is asked for each of them by its exact name and version before anything is changed."
    ),
    judge=judge,
    reads=(Sources, Network, NetworkManager),
    kubeadm=("ImagePull",),
    asks=("mirrors.images",),
)
