"""A needed image that no tool has."""

from __future__ import annotations

from tui_installer.model.image import Finding, ImageViews, KnownFinding, LocalImage
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T


def _judge(image: LocalImage, seen: ImageViews) -> Finding | None:
    if not image.needed or image.somewhere:
        return None
    if not seen.knows_what_is_there:
        return None
    name = image.needed[0]
    if not seen.member:
        cause = T("{image} is needed and is not here yet; the installation pulls it", image=name)
    elif name == seen.sandbox:
        cause = T(
            "{image} is the first container of every pod and is nowhere on this machine: no new pod starts unless it can be pulled. It was never pulled, or the kubelet removed it when the disk was full",
            image=name,
        )
    else:
        cause = T(
            "{image} is needed and is nowhere on this machine: it was never pulled, or the kubelet removed it when the disk was full",
            image=name,
        )
    cure = T("pull it by crictl, which uses the mirrors as the kubelet does")
    severity = Outcome.FAIL if seen.member else Outcome.WARN
    return Finding("absent", severity, cause, cure, (("crictl", "pull", name),))


FINDING = KnownFinding("absent", _judge)
