"""The step that tells NetworkManager to ignore the interfaces of the pod network."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatch

from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand, edit
from tui_installer.model.facts import Facts, Files, NetworkManager, Services
from tui_installer.model.preparation import Preparation
from tui_installer.model.step import Step
from tui_installer.model.text import T, Text

UNIT = "NetworkManager.service"
CONFIG = "/etc/NetworkManager/conf.d/calico.conf"
# Calico's own list (its page on troubleshooting, "Configure NetworkManager").
NAMES = (
    "cali*",
    "tunl*",
    "vxlan.calico",
    "vxlan-v6.calico",
    "wireguard.cali",
    "wg-v6.cali",
)
TEXT = (
    "# Calico's own interfaces: it sets their addresses and routes itself.\n"
    "[keyfile]\n"
    f"unmanaged-devices={';'.join(f'interface-name:{name}' for name in NAMES)}\n"
)


def _taken(facts: Facts) -> bool:
    """Tells whether NetworkManager manages one of them: it has not read the file yet."""
    return any(
        device.managed and any(fnmatch(name, pattern) for pattern in NAMES)
        for name, device in facts[NetworkManager].devices.items()
    )


def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
    """Returns no change where NetworkManager is not installed."""
    unit = facts[Services][UNIT]
    needed: list[Change] = []
    if not unit.there:
        return needed
    if facts[Files].text(CONFIG) != TEXT:
        why = T("keep NetworkManager away from Calico's interfaces")
        needed.append(edit(facts[Files], CONFIG, TEXT, why))
    if unit.running and (needed or _taken(facts)):
        why = T("let NetworkManager read it")
        needed.append(RunCommand(("systemctl", "reload", UNIT), why))
    return needed


def _now(facts: Facts) -> Text:
    unit = facts[Services][UNIT]
    if not unit.there:
        return T("not installed")
    return T("active") if unit.running else T("not running")


def _hint(_answers: Answers | None, _facts: Facts | None, _value: str) -> Text:
    return T(
        "NetworkManager looks after every interface that appears, and takes the network from pods by it. A file tells it to leave those of Calico alone; your own cards stay its."
    )


STEP = Step(
    id="network_manager",
    title=T("Interfaces"),
    about=T(
        "NetworkManager looks after every network interface that appears. Calico makes one for each pod and sets its routes itself; if NetworkManager touches these, pods lose their network. A file tells it which ones to leave alone."
    ),
    changes=changes,
    reads=(Services, NetworkManager, Files),
    files=(CONFIG,),
    after=("address",),
    follows="time",
    applies=lambda answers: answers.cluster.network == "calico",
    prepares=(
        Preparation(
            T("Interfaces"),
            _now,
            _hint,
            choices=(("calico", T("NetworkManager leaves Calico's alone")),),
        ),
    ),
)
