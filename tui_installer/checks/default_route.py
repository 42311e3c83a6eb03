"""There is a default route."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok
from tui_installer.model.facts import Facts, Network
from tui_installer.model.text import T


def judge(answers: Answers, facts: Facts) -> Verdict:
    """It may leave by another card than the node's own: that is said, and is no fault."""
    nic = facts[Network].default_nic
    if not nic:
        return fail(
            T("none"),
            wanted=T("a default route"),
            why=T(
                "without it the kernel has no route to Service addresses, and kube-proxy's rules are never reached"
            ),
            cure=T("set a gateway on one of the cards"),
        )
    if nic != answers.node.interface:
        return ok(T("by {nic}; the node itself uses {own}", nic=nic, own=answers.node.interface))
    return ok(T("by {nic}", nic=nic))


CHECK = Check(
    id="default_route",
    title=T("Default route"),
    about=T(
        "The default route is the way for every packet that has no route of its own. The addresses of Services have none: without a default route the kernel drops packets to them before kube-proxy can lead them to a pod."
    ),
    judge=judge,
    reads=(Network,),
)
