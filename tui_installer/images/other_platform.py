"""An image for another kind of machine."""

from __future__ import annotations

from tui_installer.model.facts.image_store import KUBELETS
from tui_installer.model.image import ID, Finding, ImageViews, KnownFinding, LocalImage
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T


def runs_here(image: LocalImage, views: ImageViews) -> bool:
    """Tells whether an image holds what runs on this machine; where no platform is known, it does."""
    rows = [r for r in image.inside(KUBELETS) if r.platforms and not r.name.startswith(ID)]
    wanted = f"linux/{views.machine}"
    return not rows or any(one.startswith(wanted) for row in rows for one in row.platforms)


def _judge(image: LocalImage, seen: ImageViews) -> Finding | None:
    if runs_here(image, seen):
        return None
    rows = [r for r in image.inside(KUBELETS) if r.platforms and not r.name.startswith(ID)]
    name = rows[0].name
    # crictl passes over an index that has nothing for this machine.
    remove = ("crictl", "rmi", name) if image.cri else ("ctr", "-n", KUBELETS, "images", "rm", name)
    return Finding(
        "other_platform",
        Outcome.FAIL if image.needed or image.uses else Outcome.WARN,
        T(
            '{image} is made for {platforms}, and this machine is {machine}: a container from it ends with "exec format error"',
            image=name,
            platforms=", ".join(rows[0].platforms),
            machine=f"linux/{seen.machine}",
        ),
        T("remove it, and pull it for this machine"),
        (remove, ("crictl", "pull", name)),
    )


FINDING = KnownFinding("other_platform", _judge)
