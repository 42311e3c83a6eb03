"""The images that the kubelet sees."""

from __future__ import annotations

import json

from tui_installer.host.contents import SOCKET
from tui_installer.host.facts.containerd import CRICTL, PROGRAM
from tui_installer.host.look import Look
from tui_installer.model.facts import Images

TOPIC = Images
LIST = (*CRICTL, "images", "-o", "json")


def parse(text: str) -> Images:
    """Every tag that `crictl images -o json` lists; none if that is no such answer."""
    try:
        rows = json.loads(text)["images"]
    except (ValueError, KeyError):
        return Images()
    return Images(frozenset(tag for row in rows for tag in row.get("repoTags") or []))


def read(look: Look) -> Images:
    """Nothing where the runtime does not run, or says that it has no images to show."""
    there = look.exists(SOCKET) and look.exists(PROGRAM)
    return parse(look.answer(*LIST).out) if there else Images()
