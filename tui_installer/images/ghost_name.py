"""A name that CRI still has and containerd has not."""

from __future__ import annotations

from tui_installer.images.short_name import RESTART, is_short
from tui_installer.model.facts.image_store import KUBELETS
from tui_installer.model.image import Finding, ImageViews, KnownFinding, LocalImage
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T


def _judge(image: LocalImage, seen: ImageViews) -> Finding | None:
    """A short name that is still there explains its ghost, and has a finding of its own."""
    if image.cri is None or not image.references or not seen.knows_names:
        return None
    if any(is_short(r.name) for r in image.inside(KUBELETS)):
        return None
    ghosts = [tag for tag in image.cri.tags if tag not in seen.known_to_ctr]
    if not ghosts:
        return None
    return Finding(
        "ghost_name",
        Outcome.FAIL,
        T(
            "crictl shows the name {name}, which containerd does not have: ctr had given it without a registry, and it was removed since. No new container starts from this image",
            name=ghosts[0],
        ),
        T("restart containerd, which then reads the names anew; running containers go on"),
        (RESTART,),
    )


FINDING = KnownFinding("ghost_name", _judge)
