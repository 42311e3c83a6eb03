"""The objects of a proof: pods of the CoreDNS image, which every cluster has, and a Service."""

from __future__ import annotations

import json
from typing import Any

NAMESPACE = "tui-installer-proof"
ECHO, ASKER = "echo", "asker"
DNS_PORT, HEALTH_PORT = 5353, 8080
# The other pod answers names below this one, through its Service.
ZONE = "across.proof"
DOMAIN = "cluster.local"


def _list(*objects: dict[str, Any]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}, indent=1) + "\n"


def _meta(name: str) -> dict[str, Any]:
    return {"name": name, "namespace": NAMESPACE, "labels": {"app": name}}


def _corefile(name: str, text: str) -> dict[str, Any]:
    data = {"Corefile": text}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": _meta(name), "data": data}


def _pod(name: str, node: str, image: str) -> dict[str, Any]:
    """Returns a pod for that node regardless of its taints; it knows only the cluster's name server."""
    config = {"name": "config", "mountPath": "/etc/coredns"}
    container = {
        "name": name,
        "image": image,
        "args": ["-conf", "/etc/coredns/Corefile"],
        "volumeMounts": [config],
    }
    spec = {
        "nodeName": node,
        "tolerations": [{"operator": "Exists"}],
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "containers": [container],
        "volumes": [{"name": "config", "configMap": {"name": name}}],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": _meta(name), "spec": spec}


def echo(node: str, image: str) -> str:
    """Returns the namespace, the pod that answers with its caller's address, and that pod's Service."""
    ports = [
        {"name": "dns", "protocol": "UDP", "port": DNS_PORT},
        {"name": "health", "protocol": "TCP", "port": HEALTH_PORT},
    ]
    spec = {"selector": {"app": ECHO}, "ports": ports}
    corefile = f".:{DNS_PORT} {{\n    whoami\n    health :{HEALTH_PORT}\n}}\n"
    return _list(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
        _corefile(ECHO, corefile),
        {"apiVersion": "v1", "kind": "Service", "metadata": _meta(ECHO), "spec": spec},
        _pod(ECHO, node, image),
    )


def asker(node: str, image: str, service: str) -> str:
    """Returns the pod that forwards questions to the cluster's name server, and to the other pod's Service."""
    corefile = (
        f"{DOMAIN}:{DNS_PORT} {{\n    forward . /etc/resolv.conf\n}}\n"
        f"{ZONE}:{DNS_PORT} {{\n    forward . {service}:{DNS_PORT}\n}}\n"
        f".:{DNS_PORT} {{\n    whoami\n    health :{HEALTH_PORT}\n}}\n"
    )
    return _list(_corefile(ASKER, corefile), _pod(ASKER, node, image))
