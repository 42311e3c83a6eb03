"""Reader of kube-proxy's mode, as kube-proxy reports it."""

from __future__ import annotations

import re

from tui_installer.host import kubectl
from tui_installer.host.look import Look
from tui_installer.model.facts import Proxy

TOPIC = Proxy
# This page of kube-proxy reports the mode in force, not the configured one.
URL = "http://127.0.0.1:10249/proxyMode"


# kube-proxy's configuration sets the mode in this line; without a mode it uses iptables.
_MODE = re.compile(r"^mode:[ \t]*\"?(\w*)", re.MULTILINE)


def wanted(config: object) -> str:
    """Returns the mode in kube-proxy's ConfigMap; empty if it cannot be read."""
    data = config.get("data") if isinstance(config, dict) else None
    text = data.get("config.conf", "") if isinstance(data, dict) else ""
    mode = _MODE.search(str(text))
    return (mode[1] or "iptables") if mode else ""


def read(look: Look) -> Proxy:
    """Reads the mode and the configuration; a kubelet may read the latter too, because a pod of this node uses it."""
    from tui_installer.host import cluster_http  # it loads slowly, and no step of a run needs it

    reply = cluster_http.get(URL, timeout=2)
    config = kubectl.answer(look, "get", "-n", "kube-system", "configmap", "kube-proxy")
    return Proxy(reply.body.strip() if reply.status == 200 else "", wanted(config))
