"""A whole image that is not unpacked for the snapshotter that CRI uses."""

from __future__ import annotations

from tui_installer.images.other_namespace import FILE
from tui_installer.images.other_platform import runs_here
from tui_installer.model.facts.image_store import KUBELETS, Content
from tui_installer.model.image import ID, Finding, ImageViews, KnownFinding, LocalImage
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T


def _judge(image: LocalImage, seen: ImageViews) -> Finding | None:
    rows = [
        r
        for r in image.inside(KUBELETS)
        if r.content is Content.COMPLETE and r.unpacked is False and not r.name.startswith(ID)
    ]
    if not rows or not runs_here(image, seen):
        return None
    return Finding(
        "not_unpacked",
        Outcome.WARN,
        T(
            "{image} is whole, but not unpacked for the snapshotter that CRI uses. It was imported with --no-unpack, or for another snapshotter. The first container from it starts later",
            image=rows[0].name,
        ),
        T("export it and import it again, which unpacks it; nothing is downloaded"),
        (
            ("ctr", "-n", KUBELETS, "images", "export", FILE, rows[0].name),
            ("ctr", "-n", KUBELETS, "images", "import", FILE),
            ("rm", FILE),
        ),
    )


FINDING = KnownFinding("not_unpacked", _judge)
