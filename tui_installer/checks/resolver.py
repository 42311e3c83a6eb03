"""Check that there is a name server, and that the run does not remove the last one."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, warn
from tui_installer.model.facts import Facts, Network, NetworkManager
from tui_installer.model.text import T, verbatim
from tui_installer.model.way_out import after, loses_names, offered_servers

WHY = T("without one no source is found by its name, and CoreDNS does not start")


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges the name servers as the run leaves them; a machine that has none now may have none afterwards."""
    if answers.node.address:
        # Only NetworkManager knows which card brought which name server; NotRead if it does not answer.
        _ = facts[NetworkManager]
    now, then = facts[Network], after(answers.node, facts)
    if loses_names(answers.node, facts):
        return fail(
            T(
                "{servers} now; after the run no name server is left that this machine reaches",
                servers=", ".join(now.nameservers),
            ),
            wanted=T("a name server that this machine reaches"),
            why=WHY,
            cure=T(
                "set dns in the answers, like {servers}",
                servers=offered_servers(answers.node, facts),
            ),
            answer="node.dns",
        )
    if not then.nameservers:
        cure = T("add a line to /etc/resolv.conf, like: nameserver 223.5.5.5")
        return warn(T("no name server"), why=WHY, cure=cure, answer="node.dns")
    return ok(verbatim(", ".join(then.nameservers)))


CHECK = Check(
    id="resolver",
    title=T("DNS"),
    about=T(
        "A name server tells the address that belongs to a name. This machine asks it for every source, and CoreDNS passes on to it what pods ask for outside of the cluster."
    ),
    judge=judge,
    reads=(Network, NetworkManager),
    asks=("node.dns",),
)
