"""Check that firewalld does not block the node's ports."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, ok, warn
from tui_installer.model.facts import Facts, Services
from tui_installer.model.text import T


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Warns of a firewalld without the node's ports: the node looks healthy and is not."""
    if not facts[Services]["firewalld.service"].running:
        return ok(T("firewalld is not running"))
    return warn(
        T("firewalld is running"),
        why=T(
            'other nodes get "no route to host" from it, and it overwrites the rules of the pod network'
        ),
        cure=T("the firewall step turns it off, or opens what is needed"),
        step="firewall",
        answer="options.firewall",
    )


CHECK = Check(
    id="firewall",
    title=T("firewalld"),
    about=T(
        "firewalld is CentOS's packet filter. It rejects whatever is not opened, also the traffic between nodes: pods then look healthy and cannot be reached."
    ),
    judge=judge,
    reads=(Services,),
    kubeadm=("Firewalld",),
    asks=("options.firewall",),
)
