"""Pulls the images ahead, all at once, so that kubeadm finds them and a dead source shows early."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.catalogue import location, release
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand
from tui_installer.model.facts import Facts, Images
from tui_installer.model.step import Step
from tui_installer.model.text import T

# containerd 1.6.6 waits for ever on a mirror that takes the connection and says nothing.
STALL = 60


def references(answers: Answers) -> tuple[str, ...]:
    """The images that a node of this role starts with."""
    repository = location("images", answers.mirrors.images)
    images = release(answers.cluster.kubernetes).images
    return tuple(i.reference(repository) for i in images if answers.control_plane or i.worker)


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """One pull for each image that is not there."""
    return [
        RunCommand(
            ("crictl", "pull", reference),
            T("pull {image}", image=reference),
            undo=(("crictl", "rmi", reference),),
            timeout=7200,
            stall=STALL,
            meter="images",
            target=reference,
            together="pull",
            interruptible=True,
        )
        for reference in references(answers)
        if reference not in facts[Images].present
    ]


STEP = Step(
    id="images",
    title=T("Images"),
    about=T(
        "An image is the packed file system of a container; Kubernetes' own parts are images too. They are fetched before kubeadm needs them, so that a source that is slow or dead shows here and not as a control plane that does not start."
    ),
    changes=changes,
    reads=(Images,),
    after=("containerd", "image_mirrors"),
    follows="image_mirrors",
)
