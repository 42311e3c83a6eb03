"""An image that only docker has."""

from __future__ import annotations

from tui_installer.images.other_namespace import FILE
from tui_installer.model.facts.image_store import KUBELETS
from tui_installer.model.image import Finding, ImageViews, KnownFinding, LocalImage
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T


def _judge(image: LocalImage, seen: ImageViews) -> Finding | None:
    """docker's own images are no fault; one that the node needs is not where it must be."""
    names = [one.name for one in image.docker if one.name]
    if not names or image.there or image.references or not seen.knows_what_is_there:
        return None
    return Finding(
        "docker_only",
        Outcome.FAIL if image.needed else Outcome.OK,
        T(
            "{image} is only in docker's own store, where docker build and docker pull put it. The kubelet and crictl do not see it",
            image=names[0],
        ),
        T("if pods are to use it, save it from docker and import it into the namespace k8s.io"),
        (
            ("docker", "save", "-o", FILE, names[0]),
            ("ctr", "-n", KUBELETS, "images", "import", FILE),
            ("rm", FILE),
        ),
    )


FINDING = KnownFinding("docker_only", _judge)
