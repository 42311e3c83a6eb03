"""The step that pulls the images in advance, all at once, so that kubeadm finds them and a dead source shows early."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.assets import DOCKER_IO, location, release
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand
from tui_installer.model.event import PULL
from tui_installer.model.facts import Facts, Images, Manifest
from tui_installer.model.step import Step
from tui_installer.model.text import T

# containerd 1.6.6 waits for ever for a mirror that accepts the connection and never replies.
STALL = 60
# curl uses a proxy of the environment; --fail rejects an error page in place of a manifest.
CURL = ("curl", "--fail", "--silent", "--show-error", "--location", "--max-time", "90")
# Bytes: ten times the manifest's size, and a rate that keeps any download below 180 MB until the timeout.
BOUNDS = ("--max-filesize", "4000000", "--limit-rate", "2M")


def references(answers: Answers) -> tuple[str, ...]:
    """Returns the images with which a node of this role starts."""
    repository = location("images", answers.mirrors.images)
    versions = release(answers.cluster.kubernetes)
    wanted = [(repository, image) for image in versions.images]
    if answers.calico:
        wanted += [(DOCKER_IO, image) for image in versions.calico.images]
    mine = [(place, image) for place, image in wanted if answers.runs_control_plane or image.worker]
    return tuple(image.reference(place) for place, image in mine)


def _manifest(answers: Answers, facts: Facts) -> list[Change]:
    """Fetches Calico's manifest from a URL of the user's, and verifies its digest."""
    url, digest = answers.cluster.calico_manifest, calico_digest(answers)
    if not (answers.calico and answers.makes_cluster and url.startswith("https://")):
        return []
    if facts[Manifest].digest == digest:
        return []
    path = facts[Manifest].place
    fetch = (*CURL, *BOUNDS, "--output", path, url)
    why = T("fetch Calico's manifest from {url}", url=url)
    return [RunCommand(fetch, why, undo=(("rm", "-f", path),), timeout=120, interruptible=True)]


def calico_digest(answers: Answers) -> str:
    """Returns the sha256 that Calico's manifest must have."""
    return release(answers.cluster.kubernetes).calico.sha256


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Returns one pull for each missing image, and a download of Calico's manifest where it comes from a URL."""
    return [
        *_manifest(answers, facts),
        *(
            pull(reference)
            for reference in references(answers)
            if reference not in facts[Images].present
        ),
    ]


def pull(reference: str) -> RunCommand:
    """Returns the command that pulls one image; all of them run in parallel."""
    return RunCommand(
        (*PULL, reference),
        T("pull {image}", image=reference),
        undo=(("crictl", "rmi", reference),),
        timeout=7200,
        stall=STALL,
        meter="images",
        target=reference,
        together="pull",
        interruptible=True,
    )


STEP = Step(
    id="images",
    title=T("Images"),
    about=T(
        "An image is the packed file system of a container; Kubernetes' own parts are images too. They are fetched before kubeadm needs them, so that a source that is slow or dead shows here and not as a control plane that does not start."
    ),
    changes=changes,
    reads=(Images, Manifest),
    after=("containerd", "image_mirrors"),
    follows="docker",
)
