"""An image in a namespace of containerd in which the kubelet does not look."""

from __future__ import annotations

from tui_installer.model.facts.image_store import BARE, DOCKERS, KUBELETS
from tui_installer.model.image import BY_DIGEST, ID, Finding, ImageViews, KnownFinding, LocalImage
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

FILE = "/root/image.tar"


def _judge(image: LocalImage, seen: ImageViews) -> Finding | None:
    """Other namespaces than `default` belong to other programs, and matter only where the image is needed."""
    places = [r.namespace for r in image.references if r.namespace != DOCKERS]
    if not places or image.there or not seen.knows_names:
        return None
    if BARE not in places and not image.needed:
        return None
    place = BARE if BARE in places else places[0]
    names = [r.name for r in image.inside(place)]
    name = next((n for n in names if not n.startswith(ID) and BY_DIGEST not in n), names[0])
    if place == BARE:
        cause = T(
            '{image} is only in the namespace "{namespace}": ctr was called without "-n k8s.io". The kubelet and crictl do not see it',
            image=name,
            namespace=place,
        )
    else:
        cause = T(
            '{image} is only in the namespace "{namespace}", which belongs to another program. The kubelet and crictl do not see it',
            image=name,
            namespace=place,
        )
    return Finding(
        "other_namespace",
        Outcome.FAIL if image.needed else Outcome.WARN,
        cause,
        T("copy it to the namespace k8s.io; nothing is downloaded"),
        (
            ("ctr", "-n", place, "images", "export", FILE, name),
            ("ctr", "-n", KUBELETS, "images", "import", FILE),
            ("rm", FILE),
        ),
    )


FINDING = KnownFinding("other_namespace", _judge)
