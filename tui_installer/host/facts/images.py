"""Reader of the images that the kubelet sees."""

from __future__ import annotations

import json

from tui_installer.host.content_store import SOCKET
from tui_installer.host.facts.containerd import PROGRAM, asked, no_json
from tui_installer.host.look import Look
from tui_installer.model.facts import Images, NotRead

TOPIC = Images
LIST = ("images", "-o", "json")


def parse(text: str) -> Images:
    """Parses every tag of `crictl images -o json`. Raises ValueError for any other text."""
    rows = json.loads(text).get("images") or []
    return Images(frozenset(tag for row in rows for tag in row.get("repoTags") or []))


def read(look: Look) -> Images:
    """Returns no images where there is no runtime, or where it has no CRI. Raises NotRead."""
    if not (look.exists(SOCKET) and look.exists(PROGRAM)):
        return Images()
    output = asked(look, *LIST)
    try:
        return Images() if output.code else parse(output.out)
    except ValueError as error:
        raise NotRead(no_json(error)) from error
