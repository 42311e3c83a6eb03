"""An image of which containerd's store lacks a part."""

from __future__ import annotations

from tui_installer.images.other_platform import runs_here
from tui_installer.model.facts import Cri
from tui_installer.model.facts.image_store import KUBELETS, Content
from tui_installer.model.image import ID, Finding, ImageViews, KnownFinding, LocalImage
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

# crictl does not fetch what is unpacked already (seen with 1.6.6); this does.
FETCH = (
    "ctr",
    "-n",
    KUBELETS,
    "content",
    "fetch",
    "--hosts-dir",
    "/etc/containerd/certs.d",
)


def _judge(image: LocalImage, seen: ImageViews) -> Finding | None:
    parts = [
        r
        for r in image.inside(KUBELETS)
        if r.content in (Content.INCOMPLETE, Content.UNAVAILABLE) and not r.name.startswith(ID)
    ]
    if not parts or not runs_here(image, seen):
        return None
    part = parts[0]
    cure = T("fetch the missing part through the mirrors")
    commands = ((*FETCH, part.name),)
    if part.unpacked and part.content is Content.INCOMPLETE:
        # containerd is told to drop the packed layers once they are unpacked.
        if Cri in seen.facts and seen.facts[Cri].discards_layers:
            return None
        cause = T(
            "parts of {image} are missing in containerd's store ({blobs} are there). It is unpacked, so containers start; to export or to push it fails",
            image=part.name,
            blobs=part.blobs,
        )
        return Finding("incomplete", Outcome.WARN, cause, cure, commands)
    cause = T(
        "parts of {image} are missing in containerd's store ({blobs} are there), and it is not unpacked: no container starts from it",
        image=part.name,
        blobs=part.blobs or "0/?",
    )
    severity = Outcome.FAIL if image.needed or image.uses else Outcome.WARN
    return Finding("incomplete", severity, cause, cure, commands)


FINDING = KnownFinding("incomplete", _judge)
