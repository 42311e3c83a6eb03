"""The first container's image may be removed by the kubelet, because the disk is filling up."""

from __future__ import annotations

from tui_installer.model.facts import Disk, KubeletSettings
from tui_installer.model.image import Finding, ImageViews, KnownFinding, LocalImage
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

STORE = "/var/lib/containerd"
# The kubelet begins to remove images at 85 % and ends at 80 %, where nobody has set anything else (1.25).
BEGINS = 85
FLAG = "--pod-infra-container-image="


def _judge(image: LocalImage, seen: ImageViews) -> Finding | None:
    """The kubelet spares the image of its own flag, and containerd's later versions mark theirs as pinned."""
    facts = seen.facts
    if not seen.sandbox or seen.sandbox not in image.names or image.cri is None or image.cri.pinned:
        return None
    if KubeletSettings not in facts or Disk not in facts:
        return None
    if f"{FLAG}{seen.sandbox}" in facts[KubeletSettings].flags:
        return None
    space = next((one for one in facts[Disk].spaces if one.path == STORE), None)
    if space is None or space.total == 0:
        return None
    used = round(100 * (space.total - space.free) / space.total)
    if used < BEGINS:
        return None
    return Finding(
        "unprotected_sandbox",
        Outcome.WARN,
        T(
            "the disk of {folder} is {used} % full: from {limit} % on the kubelet removes images, and {image} is not protected from that. Without it no new pod starts",
            folder=STORE,
            used=used,
            limit=BEGINS,
            image=seen.sandbox,
        ),
        T("free room on that disk; crictl rmi --prune removes every image that no container uses"),
    )


FINDING = KnownFinding("unprotected_sandbox", _judge)
