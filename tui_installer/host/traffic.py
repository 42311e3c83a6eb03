"""Test traffic through the cluster's network: to Services, to its name server, between pods."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import dns.exception
import dns.message
import dns.query
import dns.rdatatype
from ruamel.yaml import YAML

from tui_installer.host import cluster_http, kubectl
from tui_installer.host.look import Look
from tui_installer.host.shell import Output
from tui_installer.model.cause import known_cause
from tui_installer.model.explained import Explained
from tui_installer.model.facts import NotRead, Sent, Workloads
from tui_installer.model.text import T, Text
from tui_installer.registry import causes
from tui_installer.render import proof
from tui_installer.render.proof import ASKER, DNS_PORT, DOMAIN, ECHO, HEALTH_PORT, NAMESPACE, ZONE

KUBERNETES = f"kubernetes.default.svc.{DOMAIN}"
KUBELET_CONFIG = "/var/lib/kubelet/config.yaml"
# Seconds until the test pods run; a node without the image fetches it first.
START = 90.0
# Seconds until the namespace of an earlier proof is gone.
GOING = 60.0
# Seconds between two checks for that.
LOOK = 1.0
# Seconds until an answer must come. The first packets of a new pod may find no route yet; where a program has
# flushed the packet rules (firewalld does, at a reload and at its end), kube-proxy restores them every 30 s. A
# question that starts after that time still gets LEAST seconds.
ANSWER, LEAST, TRY = 60.0, 6.0, 2.0

KINDS = ("dns", "service", "across")

Value = TypeVar("Value")


class NoAnswer(Explained):
    """Traffic got no answer; `text` says where it ended."""


@dataclass(frozen=True)
class Ends:
    """The nodes of the test pods: this one, and another one if there is one."""

    here: str
    there: str
    image: str

    @property
    def across(self) -> bool:
        """Tells whether there is another node to send to."""
        return self.here != self.there


def ends(workloads: Workloads, here: str, image: str) -> Ends:
    """Chooses another node that is Ready as the far end, a worker if possible."""
    others = [n for n in workloads.nodes if n.ready and n.name != here]
    far = min(others, key=lambda node: (node.control_plane, node.name), default=None)
    return Ends(here, far.name if far else here, image)


def send(look: Look, where: Ends) -> Mapping[str, Sent]:
    """Sends all kinds of traffic that an administrator can send, and removes its objects afterwards.

    Raises NotRead where the API server does not report on the test pods.
    """
    try:
        remove(look)
    except NoAnswer as error:
        return dict.fromkeys(KINDS, Sent(False, error.text))
    try:
        return _with_pods(look, where)
    except NoAnswer as error:
        return dict.fromkeys(KINDS, Sent(False, error.text))
    finally:
        # Later, the step finds objects that stay, and reports which server does not answer.
        with suppress(NotRead, NoAnswer):
            remove(look)


def remove(look: Look) -> None:
    """Deletes the namespace of a proof with all its objects, also after a killed proof.

    Raises NotRead, or NoAnswer where the API server answers and the namespace stays.
    """
    namespace = (f"namespace/{NAMESPACE}", "--ignore-not-found")
    end = time.monotonic() + GOING
    _said(look, "delete", *namespace, "--wait=false")
    while _said(look, "get", *namespace, "-o", "name").out.strip():
        if time.monotonic() > end:
            raise NoAnswer(
                T("the namespace of an earlier proof does not go: {name}", name=NAMESPACE)
            )
        time.sleep(LOOK)


def _said(look: Look, *argv: str) -> Output:
    config = kubectl.kubeconfig(look)
    return _patiently(lambda: kubectl.asked(look, f"--kubeconfig={config}", *argv))


def _asked(look: Look, *argv: str) -> Any:
    """Returns the API server's answer; None where it refuses or has no such object. Raises NotRead."""
    return _patiently(lambda: kubectl.answer(look, *argv))


def _patiently(ask: Callable[[], Value]) -> Value:
    """Repeats a question until an answer comes. Raises NotRead after START seconds."""
    end = time.monotonic() + START
    while True:
        try:
            return ask()
        except NotRead as error:
            if error.unread.lasting or time.monotonic() > end:
                raise
        time.sleep(0.5)


def _apply(look: Look, text: str) -> Any:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(text)
        file.flush()
        end = time.monotonic() + START
        # A new namespace accepts pods only once its service account exists.
        while (answer := _asked(look, "apply", "-f", file.name)) is None:
            if time.monotonic() > end:
                raise NoAnswer(T("the API server does not take test pods"))
            time.sleep(0.3)
    return answer


def _with_pods(look: Look, where: Ends) -> Mapping[str, Sent]:
    made = kubectl.items(_apply(look, proof.echo(where.there, where.image)))
    service = next((o["spec"]["clusterIP"] for o in made if o.get("kind") == "Service"), "")
    _apply(look, proof.asker(where.here, where.image, service))
    pods, began = _started(look), time.monotonic()
    return {
        "dns": _sent(lambda: _pod_asks_for_kubernetes(pods[ASKER]), began),
        "service": _sent(lambda: _service_answers(service), began),
        "across": _sent(lambda: _pod_asks_pod(pods, where), began) if where.across else Sent(),
    }


def _started(look: Look) -> dict[str, str]:
    """Returns the addresses of both pods, once they run."""
    end = time.monotonic() + START
    while True:
        rows = kubectl.items(_asked(look, "get", "pods", ASKER, ECHO, "-n", NAMESPACE))
        running = {r["metadata"]["name"]: r["status"].get("podIP", "") for r in rows if _runs(r)}
        if running.keys() >= {ASKER, ECHO} and all(running.values()):
            return running
        if time.monotonic() > end:
            raise NoAnswer(_why_not(look, [r for r in rows if not _runs(r)]))
        time.sleep(0.5)


def _runs(row: Mapping[str, Any]) -> bool:
    rows = row.get("status", {}).get("containerStatuses") or []
    return bool(rows) and all(c.get("ready") for c in rows)


def _why_not(look: Look, rows: Sequence[Mapping[str, Any]]) -> Text:
    names = ", ".join(f"{r['metadata']['name']} ({r['spec'].get('nodeName')})" for r in rows)
    try:
        events = kubectl.items(kubectl.answer(look, "get", "events", "-n", NAMESPACE))
    except NotRead as error:
        why = error.unread.text
        return T("the test pods do not start: {names}; the cause is {why}", names=names, why=why)
    cause = known_cause(causes(), "pod", [str(e.get("message", "")) for e in events])
    if cause:
        return T("the test pods do not start: {names}: {cause}", names=names, cause=cause.title)
    return T("the test pods do not start: {names}", names=names)


def _sent(work: Callable[[], Text], began: float) -> Sent:
    """Tries again until an answer comes, or until the time for all questions is over."""
    end = max(began + ANSWER, time.monotonic() + LEAST)
    while True:
        try:
            return Sent(True, work())
        except NoAnswer as error:
            if time.monotonic() > end:
                return Sent(False, error.text)
        time.sleep(0.5)


def _ask(server: str, name: str, port: int = 53) -> dns.message.Message:
    question = dns.message.make_query(name, dns.rdatatype.A)
    try:
        return dns.query.udp(question, server, timeout=TRY, port=port)
    except (dns.exception.DNSException, OSError) as error:
        text = T("{server}:{port} gives no answer for {name}", server=server, port=port, name=name)
        raise NoAnswer(text) from error


def _addresses(rows: Sequence[Any]) -> list[str]:
    return [r.address for row in rows if row.rdtype == dns.rdatatype.A for r in row]


def _kubernetes(server: str, port: int = 53) -> str:
    """Returns the address of the API server's Service, according to a name server of the cluster."""
    addresses = _addresses(_ask(server, KUBERNETES, port).answer)
    if not addresses:
        raise NoAnswer(T("{server} does not know {name}", server=server, name=KUBERNETES))
    return addresses[0]


def _pod_asks_for_kubernetes(asker: str) -> Text:
    """Sends a question through the pod to the cluster's name server, whose Service kube-proxy provides."""
    address = _kubernetes(asker, DNS_PORT)
    return T("a pod looks up {name}: {address}", name=KUBERNETES, address=address)


def _service_answers(service: str) -> Text:
    url = f"http://{service}:{HEALTH_PORT}/health"
    reply = cluster_http.get(url, timeout=TRY)
    if reply.status != 200:
        raise NoAnswer(T("{url} does not answer from this node: {why}", url=url, why=reply.body))
    return T("a pod answers at its Service {address}", address=f"{service}:{HEALTH_PORT}")


def _pod_asks_pod(pods: Mapping[str, str], where: Ends) -> Text:
    """Sends a question to the far pod, which answers with the sender's address: that of the near pod."""
    answer = _ask(pods[ASKER], f"who.{ZONE}", DNS_PORT)
    seen = _addresses(answer.additional)
    params = {"here": where.here, "there": where.there}
    if not seen:
        raise NoAnswer(T("a pod on {here} gets no answer from one on {there}", **params))
    if seen[0] != pods[ASKER]:
        raise NoAnswer(
            T(
                "a pod on {there} sees a pod on {here} as {seen} instead of {address}",
                seen=seen[0],
                address=pods[ASKER],
                **params,
            )
        )
    return T("a pod on {here} is answered by one on {there}, over its Service", **params)


# --- traffic that a worker can send, without an administrator's rights -----------------------------


def name_server(look: Look) -> str:
    """Returns the address of the cluster's name server, as the kubelet gives it to pods; "" if unknown."""
    if not re.search(r"^clusterDNS:", text := look.text(KUBELET_CONFIG), re.MULTILINE):
        return ""
    servers = YAML(typ="safe", pure=True).load(text).get("clusterDNS") or [""]
    return str(servers[0])


def send_as_worker(look: Look, workloads: Workloads, here: str) -> Mapping[str, Sent]:
    """Sends to the Services that every cluster has, and to the name server's pods on other nodes."""
    server = name_server(look)
    far = [pod for pod in workloads.of("kube-dns") if pod.node != here and pod.good]
    began = time.monotonic()

    def across() -> Text:
        return _far_pod_answers(far[0].ip, here, far[0].node)

    return {
        "dns": _sent(lambda: _node_asks_for_kubernetes(server), began),
        "service": _sent(lambda: _api_answers(look, _kubernetes(server)), began),
        "across": _sent(across, began) if far else Sent(),
    }


def _node_asks_for_kubernetes(server: str) -> Text:
    address = _kubernetes(server)
    return T("the name server's Service knows {name}: {address}", name=KUBERNETES, address=address)


def _api_answers(look: Look, address: str) -> Text:
    url = f"https://{address}/readyz"
    reply = cluster_http.get(url, ca="/etc/kubernetes/pki/ca.crt", timeout=TRY)
    if reply.status != 200:
        raise NoAnswer(T("{url} does not answer from this node: {why}", url=url, why=reply.body))
    return T("the API server answers at its Service {address}", address=f"{address}:443")


def _far_pod_answers(address: str, here: str, there: str) -> Text:
    reply = cluster_http.get(f"http://{address}:{HEALTH_PORT}/health", timeout=TRY)
    if reply.status != 200:
        raise NoAnswer(T("{here} gets no answer from a pod on {there}", here=here, there=there))
    return T("{here} is answered by a pod on {there}", here=here, there=there)
