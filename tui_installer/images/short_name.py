"""A name without a registry that ctr has given, and what it leaves in CRI."""

from __future__ import annotations

from tui_installer.model.facts.image_store import KUBELETS
from tui_installer.model.image import BY_DIGEST, ID, Finding, ImageViews, KnownFinding, LocalImage
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

RESTART = ("systemctl", "restart", "containerd")


def is_short(name: str) -> bool:
    """Tells whether a name lacks its registry; CRI adds docker.io to it, containerd does not."""
    if name.startswith(ID) or BY_DIGEST in name:
        return False
    first, slash, _ = name.partition("/")
    return not slash or not ("." in first or ":" in first or first == "localhost")


def _judge(image: LocalImage, seen: ImageViews) -> Finding | None:
    short = [r.name for r in image.inside(KUBELETS) if is_short(r.name)]
    if not short:
        return None
    if seen.sandbox in image.names:
        cause = T(
            'ctr has given this image the name "{name}", without a registry. CRI takes it for an image of docker.io that containerd does not have. It is the first container of every pod, so no new pod starts on this node',
            name=short[0],
        )
    else:
        cause = T(
            'ctr has given this image the name "{name}", without a registry. CRI takes it for an image of docker.io that containerd does not have, so no new container starts from this image',
            name=short[0],
        )
    return Finding(
        "short_name",
        Outcome.FAIL,
        cause,
        T("remove the short name, then restart containerd; running containers go on"),
        (*(("ctr", "-n", KUBELETS, "images", "rm", name) for name in short), RESTART),
    )


FINDING = KnownFinding("short_name", _judge)
