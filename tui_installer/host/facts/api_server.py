"""Reader of the API server's state, as seen from this node."""

from __future__ import annotations

import re
import time

from tui_installer.host import kubectl
from tui_installer.host.look import Look
from tui_installer.model.facts import ApiServer
from tui_installer.model.text import T

TOPIC = ApiServer
CA = "/etc/kubernetes/pki/ca.crt"
_SERVER = re.compile(r"^\s*server:\s*(https://\S+)", re.MULTILINE)


def read(look: Look) -> ApiServer:
    """Asks the address that the kubelet uses; the cluster's own CA proves who answers."""
    from tui_installer.host import cluster_http  # it loads slowly, and no step of a run needs it

    server = _SERVER.search(look.text(kubectl.KUBELET))
    if server is None or not look.exists(CA):
        return ApiServer()
    reply = cluster_http.get(f"{server[1]}/readyz", ca=CA)
    address = server[1].removeprefix("https://")
    if not reply.status:
        return ApiServer(address, detail=reply.body)
    if reply.status != 200:
        return ApiServer(address, detail=T("HTTP {status}", status=reply.status))
    skew = None if reply.date is None else reply.date - (time.time() - reply.latency / 2)
    return ApiServer(address, True, latency=reply.latency, skew=skew)
