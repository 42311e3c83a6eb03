"""Questions to the API server by kubectl: a control plane asks as an administrator, a worker as its kubelet."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from tui_installer.host.look import Look, last_line, who
from tui_installer.host.shell import Output
from tui_installer.model.facts import NotRead, Unread
from tui_installer.model.text import T

ADMIN = "/etc/kubernetes/admin.conf"
KUBELET = "/etc/kubernetes/kubelet.conf"
# kubeadm has made admin.conf only where this file exists; elsewhere it is a copy, perhaps of a former cluster.
API_SERVER = "/etc/kubernetes/manifests/kube-apiserver.yaml"
# The namespace of the pods of Kubernetes itself and of the pod network.
SYSTEM = "kube-system"
# Objects per reply: a node with all its images, or a pod of Calico's, has some 10 kB.
PAGE = 500
_NOT_ALLOWED = T("this node is not allowed to ask")
# kubectl prints these where an object does not exist, or this node may not see it; both are answers.
NOTHING = ("(NotFound)", "(Forbidden)", "doesn't have a resource type")
# kubectl prints these where the server does not know who asks, or is the wrong one; waiting changes neither.
STRANGER = ("Unauthorized", "x509:", "You must be logged in")


def kubeconfig(look: Look) -> str:
    """Returns the kubeconfig with which this node may ask; empty where it is not part of a cluster."""
    order = (ADMIN, KUBELET) if look.exists(API_SERVER) else (KUBELET, ADMIN)
    return next((path for path in order if look.exists(path)), "")


def administrator(look: Look) -> bool:
    """Tells whether this node asks as an administrator."""
    return kubeconfig(look) == ADMIN


def answer(look: Look, *argv: str) -> Any:
    """Returns the output of `kubectl ARGV -o json`; None where the object does not exist or there is no cluster.

    Raises NotRead where the API server does not answer.
    """
    if not (config := kubeconfig(look)):
        return None
    output = asked(look, f"--kubeconfig={config}", *argv, "-o", "json")
    if output.code != 0 or not output.out.strip():
        return None
    return _json(output)


def _json(output: Output) -> Any:
    try:
        return json.loads(output.out)
    except ValueError as error:
        raise NotRead(Unread(who("kubectl"), T("no JSON: {error}", error=str(error)))) from error


def needed(look: Look, *argv: str) -> Any:
    """Works like `answer`, but raises NotRead where it would return None."""
    reply = answer(look, *argv)
    if reply is None:
        raise NotRead(Unread(who("kubectl"), _NOT_ALLOWED))
    return reply


def listed(look: Look, path: str) -> list[dict[str, Any]]:
    """Lists all objects of an API path, like "/api/v1/nodes". Raises NotRead.

    It takes the API server's raw JSON: for kubectl to decode and print each object costs ten times as much.
    """
    if not (config := kubeconfig(look)):
        raise NotRead(Unread(who("kubectl"), _NOT_ALLOWED))
    objects: list[dict[str, Any]] = []
    query = f"?limit={PAGE}"
    while True:
        output = asked(look, f"--kubeconfig={config}", "get", "--raw", path + query)
        if output.code:
            raise NotRead(Unread(who("kubectl"), last_line(output)))
        answer = _json(output)
        objects += items(answer)
        more = (answer.get("metadata") or {}).get("continue") if isinstance(answer, dict) else ""
        if not more:
            return objects
        query = f"?limit={PAGE}&continue={quote(more)}"


def asked(look: Look, *argv: str) -> Output:
    """Runs kubectl, and returns its output if it is an answer of the API server. Raises NotRead."""
    output = look.answer("kubectl", *argv)
    if output.code == 0 or any(mark in output.err for mark in NOTHING):
        return output
    lasting = any(mark in output.err for mark in STRANGER)
    raise NotRead(Unread(who("kubectl"), last_line(output), lasting=lasting))


def ask(look: Look, *argv: str) -> Any:
    """Works like `answer`, but returns None where no answer comes; for evidence that may be missing."""
    try:
        return answer(look, *argv)
    except NotRead:
        return None


def items(answer: Any) -> list[dict[str, Any]]:
    """Returns the objects of a list; none for any other answer."""
    rows = answer.get("items") if isinstance(answer, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
