"""Reader of the TCP ports in use."""

from __future__ import annotations

import psutil

from tui_installer.host.look import Look
from tui_installer.model.facts import Listener, Ports

TOPIC = Ports
# The ports that a control plane or a worker listens on; only their owners are looked up.
WATCHED = frozenset({6443, 2379, 2380, 10248, 10249, 10250, 10256, 10257, 10259, 179})


def _program(pid: int | None) -> str:
    try:
        return psutil.Process(pid).name() if pid else ""
    except psutil.Error:
        return ""


def read(_look: Look) -> Ports:
    """Returns the listeners on the ports that Kubernetes needs."""
    rows = {
        row.laddr.port: row.pid
        for row in psutil.net_connections("tcp")
        if row.status == psutil.CONN_LISTEN and row.laddr and row.laddr.port in WATCHED
    }
    return Ports(
        tuple(Listener(port, pid or 0, _program(pid)) for port, pid in sorted(rows.items()))
    )
