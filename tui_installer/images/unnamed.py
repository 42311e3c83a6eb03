"""An image without a tag."""

from __future__ import annotations

from tui_installer.model.image import Finding, ImageViews, KnownFinding, LocalImage
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T


def _judge(image: LocalImage, _seen: ImageViews) -> Finding | None:
    """A pod may name its image by digest; then it has no tag, and that is in order."""
    if image.cri is None or image.cri.tags or (image.uses and image.cri.digests):
        return None
    return Finding(
        "unnamed",
        Outcome.WARN,
        T(
            "it has no name, only an id: ctr images rm has removed its name, or a newer image has taken it. It takes room and does no harm"
        ),
        T("remove it by crictl, or give it a name again by ctr -n k8s.io images tag"),
        (("crictl", "rmi", image.cri.id),),
    )


FINDING = KnownFinding("unnamed", _judge)
