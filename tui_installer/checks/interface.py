"""Check that the chosen network card exists, is up, and has a permanent address."""

from __future__ import annotations

from tui_installer.model.address import own_address
from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, warn
from tui_installer.model.facts import Facts, Network
from tui_installer.model.text import T

# The address that VirtualBox gives to the first card of every machine behind NAT (its manual, chapter 9.8).
VIRTUALBOX = "10.0.2.15"
WHY = T("the API server's certificate, etcd and the kubelet are bound to this card's address")


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Warns of an address by DHCP, unless it is made fixed: it may change under the cluster."""
    network, name = facts[Network], answers.node.interface
    nic = network.nic(name)
    cards = ", ".join(n.name for n in network.nics if n.address)
    step = "address" if answers.node.address else ""
    if nic is None or not nic.address:
        finding = T("{name} has no IPv4 address", name=name or "-")
        cure = T(
            "choose another card in the answers; these have an address: {cards}", cards=cards or "-"
        )
        return fail(
            finding,
            wanted=T("a card with an IPv4 address"),
            why=WHY,
            cure=cure,
            step=step,
            answer="node.interface",
        )
    finding = T("{name} {address}", name=name, address=nic.addresses[0])
    if not nic.up:
        return fail(
            finding,
            wanted=T("a card that is up"),
            why=WHY,
            cure=T("ip link set {name} up", name=name),
            step=step,
            answer="node.interface",
        )
    own = own_address(answers, facts)
    if answers.node.address and answers.node.address not in nic.addresses:
        finding = T("{found}, will become {wanted}", found=finding, wanted=answers.node.address)
        return warn(
            finding, why=WHY, cure=T("the address step sets it"), step=step, answer="node.address"
        )
    if own == VIRTUALBOX:
        return warn(
            finding,
            why=T(
                "every VirtualBox machine has this address behind its NAT, and none reaches another by it"
            ),
            cure=T("give the machine a second card (host-only or bridged), and choose that one"),
            answer="node.interface",
        )
    if nic.dhcp:
        return warn(
            finding,
            why=T("the address comes from DHCP, and the cluster breaks when it changes"),
            cure=T("give the card a fixed address, or reserve this one in the DHCP server"),
            step=step,
            answer="node.address",
        )
    return ok(finding)


CHECK = Check(
    id="interface",
    title=T("Address"),
    about=T(
        "The cluster knows this node by the address of this card, and certificates hold it. If the address changes later, the other nodes no longer find this one."
    ),
    judge=judge,
    reads=(Network,),
    asks=("node.interface", "node.address"),
)
