"""An image in the kubelet's namespace that CRI does not know."""

from __future__ import annotations

from tui_installer.images.other_platform import runs_here
from tui_installer.images.short_name import RESTART
from tui_installer.model.facts.image_store import KUBELETS, Content
from tui_installer.model.image import ID, Finding, ImageViews, KnownFinding, LocalImage
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T


def _judge(image: LocalImage, seen: ImageViews) -> Finding | None:
    """CRI passes over an image that is not for this machine, or whose manifest is gone; both have their own finding."""
    rows = [r for r in image.inside(KUBELETS) if not r.name.startswith(ID)]
    if not rows or image.cri or seen.store.cri is None:
        return None
    if not runs_here(image, seen):
        return None
    if any(r.content in (Content.UNAVAILABLE, Content.UNKNOWN) for r in rows):
        return None
    return Finding(
        "unseen_by_cri",
        Outcome.FAIL if image.needed else Outcome.WARN,
        T(
            "{image} is in the namespace k8s.io, but crictl does not see it: it came there while CRI was off, and has no label of CRI",
            image=rows[0].name,
        ),
        T("restart containerd, which then takes it over; running containers go on"),
        (RESTART,),
    )


FINDING = KnownFinding("unseen_by_cri", _judge)
