"""Proof that the pod network has a way to every other node."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, unknown
from tui_installer.model.facts import Facts, Network, Peers, Workloads
from tui_installer.model.text import T

VXLAN = "vxlan.calico"
WHY = T("pods here and pods there cannot reach each other")


def _bgp(peers: Peers, others: dict[str, str]) -> Verdict:
    up = {session.peer for session in peers.sessions if session.up}
    down = [f"{name} ({address})" for name, address in others.items() if address not in up]
    if not down:
        return ok(T("BGP with {count} of {count} other nodes", count=len(others)))
    return fail(
        T("no BGP session with {nodes}", nodes=", ".join(down)),
        wanted=T("a session with each node"),
        why=WHY,
        cure=T(
            "look there: is firewalld off or TCP port 179 open, has it another host name than this node, follows Calico the right card?"
        ),
    )


def _vxlan(facts: Facts, others: dict[str, str]) -> Verdict:
    ways = sum(route.nic == VXLAN for route in facts[Network].routes)
    if ways >= len(others):
        return ok(T("VXLAN to {count} of {count} other nodes", count=len(others)))
    return fail(
        T("VXLAN to {ways} of {count} other nodes", ways=ways, count=len(others)),
        wanted=T("a way to each node"),
        why=WHY,
        cure=T("look at calico-node there, and whether UDP port 4789 is open between the nodes"),
    )


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges the nodes that are Ready; another proof reports the rest."""
    workloads = facts[Workloads]
    if not workloads.answers:
        return unknown(T("the API server does not answer"))
    others = {
        node.name: node.address
        for node in workloads.nodes
        if node.ready and node.name != answers.node.hostname
    }
    if not others:
        return ok(T("there is no other node yet"))
    if facts[Peers].asked:
        return _bgp(facts[Peers], others)
    if facts[Network].nic(VXLAN) is not None:
        return _vxlan(facts, others)
    return fail(
        T("calico-node is not at work here"),
        wanted=T("BGP or VXLAN"),
        why=WHY,
        cure=T("look at it: kubectl -n kube-system get pods -o wide"),
    )


PROOF = Check(
    id="peers",
    title=T("Peers"),
    about=T(
        "The nodes tell each other which pod addresses they have: by BGP sessions, or by VXLAN. A node without them is an island, although it looks Ready."
    ),
    judge=judge,
    reads=(Workloads, Peers, Network),
    follows="network",
    applies=lambda answers: answers.calico,
)
