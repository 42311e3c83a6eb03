"""The step that names this machine, and maps the names that its node needs to addresses."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.model.address import own_address
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand, edit
from tui_installer.model.facts import Facts, Files, HostName, Network
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.render.hosts import hosts

HOSTS = "/etc/hosts"


def names(answers: Answers) -> list[str]:
    """Returns the node's name, and the name in front of the control planes if this machine makes the cluster."""
    endpoint = answers.cluster.endpoint.rpartition(":")[0]
    named = endpoint and not endpoint.replace(".", "").isdigit()
    return [answers.node.hostname, *([endpoint] if named and answers.makes_cluster else [])]


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Sets the host name and adds the missing lines to /etc/hosts."""
    wanted, now = answers.node.hostname, facts[HostName]
    needed: list[Change] = []
    if wanted not in (now.static,) or now.current != wanted:
        needed.append(
            RunCommand(
                ("hostnamectl", "set-hostname", wanted),
                T("name this machine {name}", name=wanted),
                undo=(("hostnamectl", "set-hostname", now.static),),
            )
        )
    address = own_address(answers, facts)
    present = facts[Files].text(HOSTS)
    text = present or ""
    for name in names(answers) if address else []:
        text = hosts(text, address, name)
    if address and text != (present or ""):
        why = T("map {names} to {address}", names=", ".join(names(answers)), address=address)
        needed.append(edit(facts[Files], HOSTS, text, why))
    return needed


STEP = Step(
    id="hostname",
    title=T("Host name"),
    about=T(
        "A node is known to its cluster by its host name, and the name goes into the node's certificates. The line in /etc/hosts lets programs here find that name without a name server."
    ),
    changes=changes,
    reads=(HostName, Network, Files),
    files=(HOSTS,),
    after=("address",),
)
