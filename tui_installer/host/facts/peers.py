"""Reader of BIRD's sessions with the other nodes, over its own socket."""

from __future__ import annotations

import errno
import os
import re
import socket

from tui_installer.host.look import MISSING, Look
from tui_installer.model.facts import BgpSession, NotRead, Peers, Unread
from tui_installer.model.text import verbatim

TOPIC = Peers
# Calico's BIRD leaves its socket in a folder of the host; it stays there after a change to VXLAN.
SOCKET = "/var/run/calico/bird.ctl"
VXLAN = "/sys/class/net/vxlan.calico"
# Bytes. BIRD prints one line per neighbour.
LONGEST = 1 << 20
# A reply of BIRD starts with a code of four digits; "-" after it says that more lines follow.
_END = re.compile(rb"^(?:0000|0013|[89]\d{3})(?: |$)", re.MULTILINE)
# An example: Mesh_10_77_0_12 BGP  master  up  09:14:03  Established
_ROW = re.compile(
    r"^(?:1002-| )?(?P<name>(?:Mesh|Node|Global)_[\d_]+)\s+BGP\s+\S+\s+(?P<state>\S+)\s+\S+\s*(?P<info>.*)$",
    re.MULTILINE,
)


def parse(text: str) -> Peers:
    """Parses `show protocols`; a protocol's name contains its peer's address."""
    rows = [
        BgpSession(
            ".".join(row["name"].split("_")[1:5]),
            row["info"].startswith("Established"),
            row["info"].strip() or row["state"],
        )
        for row in _ROW.finditer(text)
    ]
    return Peers(True, tuple(rows))


def _ask(path: str, seconds: float) -> str:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(seconds)
        line.connect(path)
        line.recv(4096)  # BIRD greets first
        line.sendall(b"show protocols\n")
        reply = b""
        while len(reply) < LONGEST and not _END.search(reply) and (more := line.recv(65536)):
            reply += more
    if not _END.search(reply):
        raise ConnectionError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
    return reply.decode("utf-8", "replace")


def read(look: Look) -> Peers:
    """Returns no sessions where Calico runs without BIRD or not at all. Raises NotRead."""
    if not look.exists(SOCKET):
        return Peers()
    bird = verbatim("BIRD")
    try:
        return parse(_ask(SOCKET, look.patience.of("bird")))
    except MISSING:
        return Peers()
    except TimeoutError as error:
        raise NotRead(Unread(bird, str(error), silent=True)) from error
    except OSError as error:
        if isinstance(error, ConnectionRefusedError) and look.exists(VXLAN):
            return Peers()
        raise NotRead(Unread(bird, error.strerror or str(error))) from error
