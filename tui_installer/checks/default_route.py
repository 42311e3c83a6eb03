"""Check that there is a default route, and that the run does not remove it."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, unknown
from tui_installer.model.facts import Facts, Network, NetworkManager
from tui_installer.model.text import T
from tui_installer.model.way_out import after, contested, loses_route, offered_gateway

WHY = T(
    "without it the kernel has no route to Service addresses, and kube-proxy's rules are never reached"
)


def _lost(answers: Answers, facts: Facts) -> Verdict:
    """Judges a route that the run itself would remove."""
    node, now = answers.node, facts[Network]
    offer = offered_gateway(node, now)
    return fail(
        T(
            "by {nic} now; with {address} and no gateway there is none any more",
            nic=now.default_nic,
            address=node.address,
        ),
        wanted=T("a default route"),
        why=T(
            "this card is the only way out: ssh lines from other networks end, and nothing can be downloaded any more"
        ),
        cure=T("set gateway in the answers, like {gateway}", gateway=offer or "192.168.40.2"),
        answer="node.gateway",
    )


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges the route as the run leaves it. A route by another card than the node's own is mentioned, and no fault."""
    if loses_route(answers.node, facts):
        return _lost(answers, facts)
    nic, own = after(answers.node, facts).default_nic, answers.node.interface
    if contested(answers.node, facts):
        return unknown(
            T(
                "by {nic} now; {own} gets a gateway as well, and which one wins is not known",
                nic=nic,
                own=own,
            ),
            why=T(
                "NetworkManager does not look after {own}, and network.service sets the default route anew with every card that has a gateway",
                own=own,
            ),
        )
    if not nic:
        return fail(
            T("none"),
            wanted=T("a default route"),
            why=WHY,
            cure=T("set a gateway on one of the cards"),
            answer="node.gateway",
        )
    if not facts[Network].default_nic:
        return fail(
            T("none now; by {nic} once its address is set", nic=nic),
            wanted=T("a default route"),
            why=WHY,
            cure=T("the address step sets it"),
            step="address",
        )
    if nic != own:
        return ok(T("by {nic}; the node itself uses {own}", nic=nic, own=own))
    return ok(T("by {nic}", nic=nic))


CHECK = Check(
    id="default_route",
    title=T("Default route"),
    about=T(
        "The default route is the way for every packet that has no route of its own. The addresses of Services have none: without a default route the kernel drops packets to them before kube-proxy can lead them to a pod."
    ),
    judge=judge,
    reads=(Network, NetworkManager),
    asks=("node.gateway",),
)
