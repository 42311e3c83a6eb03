"""Test traffic is judged by answers that really came over a socket."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import dns.flags
import dns.message
import dns.rrset
import pytest

from tests.support.recorded import ADMIN, Recorded, ask, said
from tui_installer.host import cluster_http, kubectl, traffic
from tui_installer.host.look import Look
from tui_installer.host.shell import TIMED_OUT, Output
from tui_installer.model.facts import NodeState, NotRead, Pod, Sent, Unread, Workloads
from tui_installer.model.text import T
from tui_installer.render.proof import NAMESPACE

HERE = "127.0.0.1"
ENDS = traffic.Ends("master01", "worker01", "coredns:1")
Answer = Callable[[dns.message.Message, dns.message.Message], None]


def address(name: Any, value: str) -> dns.rrset.RRset:
    return dns.rrset.from_text(name, 30, "IN", "A", value)


def knows(value: str) -> Answer:
    """A name server that gives this address for every name."""
    return lambda asked, reply: reply.answer.append(address(asked.question[0].name, value))


def sees(value: str) -> Answer:
    """As CoreDNS' whoami: the address of who asked stands beside an empty answer."""
    return lambda asked, reply: reply.additional.append(address(asked.question[0].name, value))


def nothing(_asked: dns.message.Message, _reply: dns.message.Message) -> None:
    return


@contextmanager
def served(answer: Answer) -> Iterator[int]:
    """A name server on a port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((HERE, 0))
        line.settimeout(5)

        def serve() -> None:
            raw, who = line.recvfrom(4096)
            asked = dns.message.from_wire(raw)
            reply = dns.message.make_response(asked)
            answer(asked, reply)
            line.sendto(reply.to_wire(), who)

        thread = threading.Thread(target=serve)
        thread.start()
        yield line.getsockname()[1]
        thread.join()


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "ANSWER", 0.0)
    monkeypatch.setattr(traffic, "LEAST", 0.0)
    monkeypatch.setattr(traffic, "TRY", 1.0)


def test_a_pod_finds_the_api_servers_service(monkeypatch: pytest.MonkeyPatch) -> None:
    with served(knows("10.96.0.1")) as port:
        monkeypatch.setattr(traffic, "DNS_PORT", port)
        found = traffic._sent(lambda: traffic._pod_asks_for_kubernetes(HERE), 0.0)
    assert found.good
    assert str(found.found).endswith("kubernetes.default.svc.cluster.local: 10.96.0.1")


def test_a_name_server_that_knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with served(nothing) as port:
        monkeypatch.setattr(traffic, "DNS_PORT", port)
        found = traffic._sent(lambda: traffic._pod_asks_for_kubernetes(HERE), 0.0)
    assert found.good is False
    assert "does not know" in str(found.found)


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((HERE, 0))
        monkeypatch.setattr(traffic, "TRY", 0.1)
        monkeypatch.setattr(traffic, "DNS_PORT", line.getsockname()[1])
        found = traffic._sent(lambda: traffic._pod_asks_pod({"asker": HERE}, ENDS), 0.0)
    assert found.good is False
    assert "gives no answer for who.across.proof" in str(found.found)


@pytest.mark.parametrize(
    ("seen", "good", "words"),
    [
        (HERE, True, "a pod on master01 is answered by one on worker01"),
        ("10.77.0.11", False, "a pod on worker01 sees a pod on master01 as 10.77.0.11"),
    ],
)
def test_the_far_pod_tells_who_has_asked_it(
    monkeypatch: pytest.MonkeyPatch, seen: str, good: bool, words: str
) -> None:
    """Another address than the near pod's: the packet was passed on by somebody else's hand."""
    with served(sees(seen)) as port:
        monkeypatch.setattr(traffic, "DNS_PORT", port)
        found = traffic._sent(lambda: traffic._pod_asks_pod({"asker": HERE}, ENDS), 0.0)
    assert found.good is good
    assert words in str(found.found)


def test_an_answer_without_an_address_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with served(nothing) as port:
        monkeypatch.setattr(traffic, "DNS_PORT", port)
        found = traffic._sent(lambda: traffic._pod_asks_pod({"asker": HERE}, ENDS), 0.0)
    assert found.good is False
    assert "gets no answer from one on worker01" in str(found.found)


def test_a_page_over_a_service(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def get(url: str, **_more: object) -> cluster_http.Reply:
        asked.append(url)
        return cluster_http.Reply(200 if len(asked) > 1 else 0, "Connection refused")

    monkeypatch.setattr(cluster_http, "get", get)
    monkeypatch.setattr(traffic, "LEAST", 2.0)
    assert traffic._sent(lambda: traffic._service_answers("10.96.7.7"), 0.0).good
    assert asked == ["http://10.96.7.7:8080/health"] * 2, "tried again, as new pods need"


# --- where it is sent -----------------------------------------------------------------------------


def node(name: str, *, ready: bool = True, control_plane: bool = False) -> NodeState:
    return NodeState(name, ready=ready, control_plane=control_plane)


@pytest.mark.parametrize(
    ("others", "there"),
    [
        ([], "master01"),
        ([node("worker01", ready=False)], "master01"),
        ([node("master02", control_plane=True), node("worker02"), node("worker01")], "worker01"),
        ([node("master02", control_plane=True)], "master02"),
    ],
    ids=["alone", "away", "a worker first", "a control plane"],
)
def test_the_other_end(others: list[NodeState], there: str) -> None:
    found = traffic.ends(
        Workloads(True, nodes=(node("master01", control_plane=True), *others)), "master01", "c:1"
    )
    assert found == traffic.Ends("master01", there, "c:1")
    assert found.across is (there != "master01")


class Machine(Look):
    """A machine with this kubelet configuration."""

    def text(self, path: str) -> str:
        return "clusterDNS:\n- 10.96.0.10\nclusterDomain: cluster.local\n"


def test_the_name_server_is_that_of_the_pods() -> None:
    assert traffic.name_server(Machine()) == "10.96.0.10"


def test_a_worker_sends_across_only_where_a_pod_could_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(traffic, "_sent", lambda _work, _began: Sent(True))
    here = Pod("kube-system", "coredns-1", node="worker01", app="kube-dns", ready=1)
    there = Pod(
        "kube-system", "coredns-2", node="master01", app="kube-dns", ready=1, ip="10.244.0.2"
    )
    alone = traffic.send_as_worker(Machine(), Workloads(True, pods=(here,)), "worker01")
    both = traffic.send_as_worker(Machine(), Workloads(True, pods=(here, there)), "worker01")
    assert alone["across"] == Sent()
    assert both["across"] == Sent(True)


# --- the test pods --------------------------------------------------------------------------------


class Cluster(Look):
    """A control plane: it has an administrator's file."""

    def exists(self, path: str) -> bool:
        return path == kubectl.ADMIN


def test_what_was_made_is_removed_whatever_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def breaks(_look: Look, _where: traffic.Ends) -> dict[str, Sent]:
        told.append("sent")
        raise traffic.NoAnswer(T("nothing"))

    monkeypatch.setattr(traffic, "remove", lambda _look: told.append("removed"))
    monkeypatch.setattr(traffic, "_with_pods", breaks)
    found = traffic.send(Cluster(), ENDS)
    assert told == ["removed", "sent", "removed"], "what a killed proof has left goes first"
    assert {sent.good for sent in found.values()} == {False}
    assert set(found) == {"dns", "service", "across"}


def test_pods_that_do_not_start_are_named_with_their_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    pending = {
        "metadata": {"name": "asker"},
        "spec": {"nodeName": "master01"},
        "status": {"containerStatuses": [{"ready": False}]},
    }
    said = 'Back-off pulling image "registry.aliyuncs.com/google_containers/coredns:v1.9.3"'

    def answer(_look: Look, *argv: str) -> dict[str, Any]:
        return {"items": [{"message": said}] if argv[1] == "events" else [pending]}

    monkeypatch.setattr(kubectl, "answer", answer)
    monkeypatch.setattr(traffic, "START", 0.0)
    with pytest.raises(traffic.NoAnswer) as caught:
        traffic._started(Cluster())
    assert "asker (master01)" in str(caught.value)
    assert "coredns:v1.9.3 cannot be fetched" in str(caught.value)

    def no_events(_look: Look, *argv: str) -> dict[str, Any]:
        if argv[1] == "events":
            raise NotRead(Unread(T("the API server"), "no answer", silent=True))
        return {"items": [pending]}

    monkeypatch.setattr(kubectl, "answer", no_events)
    with pytest.raises(traffic.NoAnswer) as caught:
        traffic._started(Cluster())
    assert str(caught.value).endswith(
        "the cause is not known: the API server did not answer (no answer)"
    )


MADE = {"items": [{"kind": "Service", "spec": {"clusterIP": "10.96.7.7"}}]}
# What the API server says to each question of a proof, in their order.
QUESTIONS = {
    "delete namespace": Output(0),
    "get namespace": Output(0),
    "apply -f": said(MADE),
    "get pods": said({"items": []}),
}


@pytest.mark.parametrize("silent", QUESTIONS)
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Output(TIMED_OUT), "the API server did not answer"),
        (Output(1, "", "The connection was refused"), "the API server: The connection was refused"),
    ],
    ids=["silent", "refused"],
)
def test_an_api_server_that_does_not_answer_tells_nothing_of_the_pods(
    silent: str, answer: Output, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither that it does not take them, nor that they do not start."""
    monkeypatch.setattr(traffic, "START", 0.0)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    says = {f"{ask()} {start}": told for start, told in QUESTIONS.items()}
    says[f"{ask()} {silent}"] = answer
    with pytest.raises(NotRead, match=words):
        traffic.send(Recorded(files=ADMIN, says=says), ENDS)


def test_pods_that_are_not_taken_and_a_namespace_that_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(traffic, "START", 0.0)
    monkeypatch.setattr(traffic, "GOING", 0.0)
    says = {f"{ask()} {start}": told for start, told in QUESTIONS.items()}
    refuses = {**says, f"{ask()} apply": Output(1, "", "Error (Forbidden): no service account")}
    refuses.pop(f"{ask()} apply -f")
    stays = {**says, f"{ask()} get namespace": Output(0, f"namespace/{NAMESPACE}\n")}
    for answers, words in ((refuses, "does not take test pods"), (stays, f"go: {NAMESPACE}")):
        found = traffic.send(Recorded(files=ADMIN, says=answers), ENDS)
        assert {sent.good for sent in found.values()} == {False}
        assert words in str(found["dns"].found)
