"""kube-proxy's mode, as it tells it itself."""

from __future__ import annotations

import re

from tui_installer.host import kubectl
from tui_installer.host.look import Look
from tui_installer.model.facts import Proxy

TOPIC = Proxy
# kube-proxy's own page; it tells the mode in force, not that of its configuration.
URL = "http://127.0.0.1:10249/proxyMode"


# The line of its configuration; without a mode it takes iptables.
_MODE = re.compile(r"^mode:[ \t]*\"?(\w*)", re.MULTILINE)


def wanted(config: object) -> str:
    """The mode in kube-proxy's ConfigMap; empty if that cannot be read."""
    data = config.get("data") if isinstance(config, dict) else None
    text = data.get("config.conf", "") if isinstance(data, dict) else ""
    found = _MODE.search(str(text))
    return (found[1] or "iptables") if found else ""


def read(look: Look) -> Proxy:
    """A kubelet may read the configuration too, for a pod of this node uses it."""
    from tui_installer.host import local  # slow to load, and no step of a run needs it

    reply = local.get(URL, timeout=2)
    config = kubectl.answer(look, "get", "-n", "kube-system", "configmap", "kube-proxy")
    return Proxy(reply.body.strip() if reply.status == 200 else "", wanted(config))
