"""The images that the kubelet sees."""

from __future__ import annotations

import json

from tui_installer.host.contents import SOCKET
from tui_installer.host.facts.containerd import PROGRAM, asked, no_json
from tui_installer.host.look import Look
from tui_installer.model.facts import Images, NotRead

TOPIC = Images
LIST = ("images", "-o", "json")


def parse(text: str) -> Images:
    """Every tag that `crictl images -o json` lists; raises ValueError if it is no such answer."""
    rows = json.loads(text).get("images") or []
    return Images(frozenset(tag for row in rows for tag in row.get("repoTags") or []))


def read(look: Look) -> Images:
    """Nothing where the runtime is not there, or has no part that shows them to the kubelet. Raises NotRead."""
    if not (look.exists(SOCKET) and look.exists(PROGRAM)):
        return Images()
    said = asked(look, *LIST)
    try:
        return Images() if said.code else parse(said.out)
    except ValueError as error:
        raise NotRead(no_json(error)) from error
