"""The step that gives the node's card a permanent address, by NetworkManager or in the card's own file."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.model.answers import Answers
from tui_installer.model.change import Argv, Change, RunCommand, edit
from tui_installer.model.facts import Facts, Files, Managed, Network, NetworkManager, Profile
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.render.ifcfg import ifcfg

SCRIPTS = "/etc/sysconfig/network-scripts/ifcfg-"
RESTART = ("systemctl", "restart", "network.service")


def _settings(profile: Profile) -> dict[str, str]:
    return {
        "ipv4.method": profile.method,
        "ipv4.addresses": ",".join(profile.addresses),
        "ipv4.gateway": profile.gateway,
        "ipv4.dns": ",".join(profile.dns),
        "ipv4.never-default": "yes" if profile.never_default else "no",
        "connection.autoconnect": "yes" if profile.autoconnect else "no",
    }


def _words(profile: Profile, other: Profile) -> Argv:
    """Returns a connection as arguments of nmcli; an empty value removes what the other connection has."""
    new, old = _settings(profile), _settings(other)
    settings_to_write = [key for key in new if {new[key], old[key]} not in ({""}, {"no"})]
    return tuple(word for key in settings_to_write for word in (key, new[key]))


def _wanted(answers: Answers, now: Profile) -> Profile:
    """Returns the connection as it should be; further addresses stay where the wanted one is among them."""
    node = answers.node
    addresses = now.addresses if node.address in now.addresses else (node.address,)
    never = now.never_default and not node.gateway
    return Profile(
        now.uuid, now.nic, "manual", addresses, node.gateway, node.dns, never_default=never
    )


def _keep(now: Profile, wanted: Profile, takes_back: Argv) -> Change:
    argv = ("nmcli", "con", "mod", now.uuid, *_words(wanted, now))
    undo = ("nmcli", "con", "mod", now.uuid, *_words(now, wanted))
    why = T("keep the address {address}", address=wanted.addresses[0])
    return RunCommand(argv, why, undo=(undo, takes_back))


def _in_force(answers: Answers, there: bool, device: Managed) -> bool:
    node = answers.node
    gateway = not node.gateway or device.gateway == node.gateway
    return there and gateway and not device.leased and (not node.dns or device.dns == node.dns)


def _by_networkmanager(
    answers: Answers, facts: Facts, device: Managed, *, there: bool
) -> list[Change]:
    card, address = answers.node.interface, answers.node.address
    now = facts[NetworkManager].profile(card)
    if now is None:
        none = Profile("")
        add = ("nmcli", "con", "add", "type", "ethernet", "con-name", card, "ifname", card)
        why = T("keep the address {address}", address=address)
        argv = (*add, *_words(_wanted(answers, none), none))
        made = RunCommand(argv, why, undo=(("nmcli", "con", "delete", card),))
        return [made, _up(card, address)]
    up: Argv = ("nmcli", "con", "up", now.uuid)
    reapply: Argv = ("nmcli", "device", "reapply", card)
    wanted = _wanted(answers, now)
    needed: list[Change] = []
    if wanted != now:
        needed.append(_keep(now, wanted, reapply if there else up))
    if needed or not _in_force(answers, there, device):
        why = T("put it into force without an interruption")
        needed.append(RunCommand(reapply, why) if there else _up(now.uuid, address))
    return needed


def _up(connection: str, address: str) -> Change:
    why = T("move {address} onto the card; a line to the old address ends here", address=address)
    return RunCommand(("nmcli", "con", "up", connection), why)


def _by_file(answers: Answers, facts: Facts, *, there: bool) -> list[Change]:
    node, path = answers.node, SCRIPTS + answers.node.interface
    now = facts[Files].text(path)
    needed: list[Change] = []
    text = ifcfg(now, node.interface, node.address, node.gateway, node.dns)
    if text != now:
        why = T("keep the address {address}", address=node.address)
        needed.append(edit(facts[Files], path, text, why))
    if not there:
        why = T(
            "move {address} onto the card; a line to the old address ends here",
            address=node.address,
        )
        needed.append(RunCommand(RESTART, why))
    return needed


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Saves the address first, then activates it: without an interruption where the card already has it."""
    nic = facts[Network].nic(answers.node.interface)
    there = nic is not None and answers.node.address in nic.addresses
    device = facts[NetworkManager].devices.get(answers.node.interface)
    if device is not None and device.managed:
        return _by_networkmanager(answers, facts, device, there=there)
    return _by_file(answers, facts, there=there)


STEP = Step(
    id="address",
    title=T("Address"),
    about=T(
        "An address by DHCP may be another one tomorrow, and then the cluster no longer finds this node: its certificates and the other nodes know it by its address. A fixed one is kept in the settings of the network card and never changes by itself."
    ),
    changes=changes,
    reads=(Network, NetworkManager, Files),
    files=(f"{SCRIPTS}*",),
    follows="hostname",
    applies=lambda answers: bool(answers.node.address),
    settle=20,
)
