"""The first container of pods comes from another image than the one that kubeadm names."""

from __future__ import annotations

from tui_installer.model.image import Finding, ImageViews, KnownFinding, LocalImage
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

PAUSE = "/pause:"


def _judge(image: LocalImage, seen: ImageViews) -> Finding | None:
    if not seen.sandbox or seen.sandbox not in image.names:
        return None
    named = [one.name for one in seen.needed if PAUSE in one.name and one.name != seen.sandbox]
    if not named:
        return None
    return Finding(
        "other_pause",
        Outcome.WARN,
        T(
            "containerd starts each pod with {image}; kubeadm pulls {named}, which no pod uses. Both work, but the one in use is not the one that was tested with this version",
            image=seen.sandbox,
            named=named[0],
        ),
        T(
            "set sandbox_image in /etc/containerd/config.toml to {named} and restart containerd, or leave it",
            named=named[0],
        ),
    )


FINDING = KnownFinding("other_pause", _judge)
