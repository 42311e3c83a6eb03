"""The step that turns firewalld off, or opens in it what the node's role needs."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from tui_installer.model.address import own_interface
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand
from tui_installer.model.facts import Facts, Firewall, Network, Services
from tui_installer.model.preparation import Preparation
from tui_installer.model.step import Step
from tui_installer.model.text import T, Text
from tui_installer.render.calico import CROSS_SUBNET, IPIP, VXLAN

UNIT = "firewalld.service"
# The source of the port numbers: kubernetes.io, ports-and-protocols.
CONTROL_PLANE = ("6443/tcp", "2379-2380/tcp", "10250/tcp", "10257/tcp", "10259/tcp")
WORKER = ("10250/tcp", "30000-32767/tcp", "30000-32767/udp")
# Between nodes: VXLAN's packets, or the BGP sessions of every other mode (Calico's requirements).
TRUSTED = "--zone=trusted"
# The host ends of Calico's pods, as a prefix that firewalld understands.
POD_ENDS = "cali+"
VXLAN_PORT, BGP_PORT = "4789/udp", "179/tcp"


def ports(answers: Answers) -> tuple[str, ...]:
    """Returns the ports that other machines must reach on this node, as firewall-cmd names them."""
    return (*(CONTROL_PLANE if answers.runs_control_plane else WORKER), *_network(answers))


def _network(answers: Answers) -> tuple[str, ...]:
    """Returns the ports of the pod network. The control plane chooses its mode, which a worker cannot know."""
    if not answers.calico:
        return ()
    if answers.joins:
        return BGP_PORT, VXLAN_PORT
    return (VXLAN_PORT if answers.cluster.calico_mode == VXLAN else BGP_PORT,)


def tunnelled(answers: Answers) -> bool:
    """Tells whether pods' packets are, or may be, wrapped as IP-in-IP, which is a protocol and not a port."""
    mine = answers.joins or answers.cluster.calico_mode in (IPIP, CROSS_SUBNET)
    return answers.calico and mine


def _rules(answers: Answers, facts: Facts) -> list[str]:
    """Returns the rule that accepts the tunnel's packets from this network."""
    own = own_interface(answers, facts) if tunnelled(answers) else ""
    sources = [str(ipaddress.IPv4Interface(own).network)] if own else []
    return [f'rule family="ipv4" source address="{s}" protocol value="4" accept' for s in sources]


def _trusted(answers: Answers) -> list[tuple[str, str]]:
    """Returns the sources and interfaces to trust: rules for packets to this machine do not apply to pods' packets."""
    ends = [("interface", POD_ENDS)] if answers.calico else []
    return [("source", answers.cluster.pod_subnet), *ends]


def _off(facts: Facts) -> list[Change]:
    unit = facts[Services][UNIT]
    if unit.load == "masked" and unit.running:
        # systemd cannot disable a masked unit, and does not start it at boot either.
        back = (("systemctl", "unmask", UNIT), ("systemctl", "start", UNIT))
        return [RunCommand(("systemctl", "stop", UNIT), T("turn firewalld off"), undo=back)]
    if not unit.there or not (unit.running or unit.enabled == "enabled"):
        return []
    undo = (("systemctl", "enable", "--now", UNIT),)
    return [RunCommand(("systemctl", "disable", "--now", UNIT), T("turn firewalld off"), undo=undo)]


def _open(answers: Answers, facts: Facts) -> list[Change]:
    if not facts[Services][UNIT].running:
        return []
    now = facts[Firewall]
    trusted = [(kind, v) for kind, v in _trusted(answers) if f"{kind} {v}" not in now.trusted]
    # firewall-cmd takes one kind of rule per call.
    kinds = [
        [f"--add-port={p}" for p in ports(answers) if p not in now.ports],
        [f"--add-rich-rule={r}" for r in _rules(answers, facts) if r not in now.rich_rules],
        *([TRUSTED, f"--add-{kind}={value}"] for kind, value in trusted),
    ]
    calls = [_call(rules) for rules in kinds if rules]
    if not calls:
        return []
    return [*calls, RunCommand(("firewall-cmd", "--reload"), T("put the new rules into force"))]


def _call(rules: Sequence[str]) -> RunCommand:
    back = [rule.replace("--add-", "--remove-", 1) for rule in rules]
    why = T("open the ports that this node's role needs")
    if TRUSTED in rules:
        why = T("let the pods' traffic pass")
    undo = (("firewall-cmd", "--permanent", *back), ("firewall-cmd", "--reload"))
    return RunCommand(("firewall-cmd", "--permanent", *rules), why, undo=undo)


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Returns no change where firewalld is not installed, or does not run."""
    return _off(facts) if answers.options.firewall == "off" else _open(answers, facts)


def _now(facts: Facts) -> Text:
    unit = facts[Services][UNIT]
    if not unit.there:
        return T("not installed")
    return T("active") if unit.running else T("not running")


def _hint(answers: Answers | None, _facts: Facts | None, value: str) -> Text:
    opened = " ".join(ports(answers)) if answers is not None else "-"
    if value == "open-ports" and (answers is None or tunnelled(answers)):
        return T(
            "firewalld goes on. Opened: {ports}, IP protocol 4 from this network, and all from the pods.",
            ports=opened,
        )
    if value == "open-ports":
        return T("firewalld goes on. Opened: {ports}, and all from the pods.", ports=opened)
    if value == "leave":
        return T(
            "Left as it is: nothing is opened, and other nodes cannot reach this one unless you open {ports} yourself.",
            ports=opened,
        )
    return T(
        "firewalld and the pod network both write packet rules and spoil each other's; Calico's makers say: off. Another filter, or the network itself, then has to protect this server."
    )


STEP = Step(
    id="firewall",
    title=T("Firewall"),
    about=T(
        "firewalld decides which packets may reach this machine. Without Kubernetes' ports the nodes cannot talk to each other, and firewalld and the pod network overwrite each other's rules."
    ),
    changes=changes,
    reads=(Services, Firewall, Network),
    after=("address",),
    follows="selinux",
    applies=lambda answers: answers.options.firewall != "leave",
    prepares=(
        Preparation(
            T("firewalld"),
            _now,
            _hint,
            "options.firewall",
            (("off", T("turn off")), ("open-ports", T("open the ports")), ("leave", T("leave it"))),
        ),
    ),
)
