"""Completed answers: each value is a given one, else that of the last run, else the best for this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from tui_installer import assets
from tui_installer.checks.subnets import clash
from tui_installer.model.address import own_address
from tui_installer.model.answers import (
    AS_IT_IS,
    FIXED,
    QUESTIONS,
    Answers,
    Node,
    flat,
    from_flat,
    makes_cluster,
    runs_control_plane,
)
from tui_installer.model.answers_file import AnswersError, Given, Mistake, shown
from tui_installer.model.explained import Explained
from tui_installer.model.facts import Facts, HostName, Kernel, Network, Past, Sources, System
from tui_installer.model.fields import gateway_problem, host_problem, hostname_problem
from tui_installer.model.text import T
from tui_installer.model.way_out import presumed
from tui_installer.render.calico import BGP, CROSS_SUBNET, IPIP, VXLAN
from tui_installer.render.modules import modules

# Networks that other sites seldom use, the usual ones first.
PODS = ("10.244.0.0/16", "172.20.0.0/16", "172.24.0.0/16", "10.32.0.0/16")
SERVICES = ("10.96.0.0/12", "172.21.0.0/16", "172.25.0.0/16", "10.112.0.0/12")
# The topics that `local_values` and `refuse` read.
LOCAL = (System, HostName, Network, Kernel)


class Refused(Explained):
    """This machine cannot have what the answers ask for; nothing was changed."""


def proxy_mode(facts: Facts) -> str:
    """Returns ipvs where this kernel supports it, else iptables."""
    needed = modules(facts[System], ipvs=True)
    return "ipvs" if facts[Kernel].available >= set(needed) else "iptables"


# The kernel module that each mode of Calico requires.
CALICO_MODULES = {IPIP: "ipip", CROSS_SUBNET: "ipip", VXLAN: "vxlan"}


def calico_mode(facts: Facts) -> str:
    """Returns IPIP where this kernel has it, else VXLAN, which crosses routers as well, else plain routes."""
    able = (mode for mode in (IPIP, VXLAN) if CALICO_MODULES[mode] in facts[Kernel].available)
    return next(able, BGP)


def free_subnet(choice: Sequence[str], facts: Facts, other: str, node: Node) -> str:
    """Returns the first of these networks that overlaps neither the other one nor any network of this machine.

    `node` says which address the machine will get, if it gets a new one. The result is a suggestion: where
    NetworkManager cannot be read, it rests on the facts that are known.
    """
    presumed_facts = presumed(facts)
    free = (
        name
        for name in choice
        if not IPv4Network(name).overlaps(IPv4Network(other))
        and not clash(name, presumed_facts, node)
    )
    return next(free, "")


def suggested_hostname(present: str, role: str, address: str) -> str:
    """Returns the present host name if Kubernetes accepts it and it is not localhost; else one made from the role and the address."""
    if not hostname_problem(present) and not present.startswith("localhost"):
        return present
    if makes_cluster(role):
        return "k8s-master"
    number = address.rpartition(".")[2]
    return f"k8s-node-{number}" if number else "k8s-node"


def choose(
    key: str, given_values: Mapping[str, object], before: Mapping[str, object], best: object
) -> object:
    """Chooses a value by the rule that holds for all: given, else that of the last run (`before`), else the best."""
    return given_values.get(key, before.get(key, best))


def complete(given: Given, facts: Facts, last: Answers | None, sources: Sources) -> Answers:
    """Completes the given values from these facts, the last run and the replies of the sources."""
    return with_mirrors(local_values(given, facts, last), given, last, sources)


def local_values(given: Given, facts: Facts, last: Answers | None) -> dict[str, object]:
    """Returns every value except the mirrors."""
    best: dict[str, object] = {
        **flat(Answers()),
        "node.hostname": facts[HostName].static,
        "node.interface": facts[Network].best,
        "cluster.proxy_mode": proxy_mode(facts),
        "cluster.calico_mode": calico_mode(facts),
    }
    before = flat(last) if last else {}
    values = {key: choose(key, given.values, before, value) for key, value in best.items()}
    own = runs_control_plane(values["node.role"])
    values[AS_IT_IS] = given.values.get(AS_IT_IS) if own else None
    if last and values["node.interface"] != last.node.interface:
        # The address of the last run belongs to another card.
        values["node.address"] = given.values.get("node.address", "")
    return {**values, **way_out(given.values, values, facts, last)}


def way_out(
    given_values: Mapping[str, object],
    values: Mapping[str, object],
    facts: Facts,
    last: Answers | None,
) -> dict[str, object]:
    """Returns gateway and name servers of a fixed address: given ones, those of the last run, or the present ones."""
    own = str(values["node.address"])
    if not own:
        return {"node.gateway": "", "node.dns": []}
    if last and last.node.address == own:
        way: dict[str, object] = {
            "node.gateway": last.node.gateway,
            "node.dns": list(last.node.dns),
        }
    else:
        way = _present_way_out(own, str(values["node.interface"]), facts[Network])
    return {key: given_values.get(key, value) for key, value in way.items()}


def _present_way_out(own: str, card: str, network: Network) -> dict[str, object]:
    """Returns the present gateway and name servers that the address could still reach."""
    nic = network.nic(card)
    near = [IPv4Interface(address).network for address in (nic.addresses if nic else ())]
    gone = [one for one in near if one != IPv4Interface(own).network]
    servers = [s for s in network.nameservers if host_problem(s) is None]
    same = network.default_nic == card and network.gateway
    good = same and gateway_problem(network.gateway, own) is None
    return {
        "node.gateway": network.gateway if good else "",
        "node.dns": [s for s in servers if not any(IPv4Address(s) in one for one in gone)],
    }


def refuse(given: Given, values: dict[str, object], facts: Facts) -> None:
    """Refuses values that only this machine shows to be wrong. Raises AnswersError or Refused."""
    mistakes = _unfit(given, values)
    names = [nic.name for nic in facts[Network].nics]
    if "node.interface" in given.values and values["node.interface"] not in names:
        mistakes.append(
            given.mistake(
                "node.interface", T("one of this machine's cards: {names}", names=", ".join(names))
            )
        )
    if (version := str(values["cluster.kubernetes"])) not in assets.versions():
        right = T("one of: {versions}", versions=", ".join(assets.versions()))
        mistakes.append(
            Mistake(given.lines.get("cluster.kubernetes", 0), "cluster.kubernetes", version, right)
        )
    for need in ("centos", "docker_ce", "kubernetes", "images"):
        name = str(given.values.get(f"mirrors.{need}", "auto"))
        if name != "auto" and not assets.location(need, name):
            allowed = ", ".join(assets.mirrors(need))
            mistakes.append(
                given.mistake(
                    f"mirrors.{need}", T('"auto", a URL, or one of: {names}', names=allowed)
                )
            )
    if mistakes:
        raise AnswersError(mistakes)
    _refuse_modes(given, values, facts)


def _unfit(given: Given, values: dict[str, object]) -> list[Mistake]:
    """Returns mistakes in values that this machine suggested and nobody could have typed.

    A host name that Kubernetes refuses, or a missing card, is left to a check.
    """
    mistakes = []
    for key, value in values.items():
        wrong = QUESTIONS[key].kind.wrong(value) if value and key != "node.hostname" else None
        if wrong is not None:
            mistakes.append(Mistake(given.lines.get(key, 0), key, shown(value), wrong))
    return mistakes


def _refuse_modes(given: Given, values: dict[str, object], facts: Facts) -> None:
    """Refuses modes that the answers ask for and this kernel does not support."""
    if (
        values["cluster.proxy_mode"] == "ipvs"
        and proxy_mode(facts) != "ipvs"
        and "cluster.proxy_mode" in given.values
    ):
        raise Refused(
            T(
                'proxy_mode = "ipvs" is not possible here: this kernel has no ip_vs module; use "iptables"'
            )
        )
    mode = str(values["cluster.calico_mode"])
    module = CALICO_MODULES.get(mode, "")
    if (
        values["cluster.network"] == "calico"
        and "cluster.calico_mode" in given.values
        and module
        and module not in facts[Kernel].available
    ):
        raise Refused(
            T(
                'calico_mode = "{mode}" is not possible here: this kernel has no {module} module, and Calico would say nothing about it; use "{other}"',
                mode=mode,
                module=module,
                other=calico_mode(facts),
            )
        )


def mirror_names(given: Given, last: Answers | None) -> dict[str, list[str]]:
    """Returns the sources to ask, by need: the given ones, or those of the last run before all others."""
    wanted = {}
    for need in assets.NEEDS:
        value = given.values.get(f"mirrors.{need}", "auto")
        before = getattr(last.mirrors, need) if last else ""
        if isinstance(value, list):
            wanted[need] = [str(v) for v in value]
        elif value != "auto":
            wanted[need] = [str(value)]
        elif isinstance(before, str) and before:
            wanted[need] = [before, *(n for n in assets.mirrors(need) if n != before)]
        else:
            wanted[need] = ["auto"]
    return wanted


def candidates(
    need: str, given_values: Mapping[str, object], added: Sequence[str], last: Answers | None
) -> list[str]:
    """Returns every source of a need that is worth asking: names of the table, given URLs, and added ones."""
    table, value = assets.mirrors(need), given_values.get(f"mirrors.{need}", "auto")
    names = mirror_names(Given({}), last)[need]
    table_names = [name for some in names for name in (table if some == "auto" else [some])]
    there = {assets.location(need, name) for name in table_names}
    typed = [str(v) for v in value] if isinstance(value, list) else [str(value)]
    mine = [name for name in (*typed, *added) if name != "auto"]
    return [*table_names, *dict.fromkeys(m for m in mine if assets.location(need, m) not in there)]


def with_mirrors(
    values: dict[str, object], given: Given, last: Answers | None, sources: Sources
) -> Answers:
    """Adds the first good source of each need, or the best guess where no reply is known."""
    chosen: dict[str, object] = {}
    for need in assets.NEEDS:
        value = given.values.get(f"mirrors.{need}", "auto")
        good = [r for r in sources.replies.get(need, ()) if r.good]
        before = getattr(last.mirrors, need) if last else None
        if value != "auto":
            chosen[f"mirrors.{need}"] = value
        elif need == "docker_io":
            urls = [r.url for r in good] or list(assets.mirrors(need).values())[:1]
            chosen[f"mirrors.{need}"] = list(before) if before is not None else urls
        else:
            guess = before or next(iter(assets.mirrors(need)))
            chosen[f"mirrors.{need}"] = good[0].name if good else guess
    return from_flat({**values, **chosen})


def made(facts: Facts) -> bool:
    """Tells whether one of our runs has made this machine a node, which fixed some of its values."""
    return not facts[Past].made.isdisjoint({"kubeadm_init", "kubeadm_join"})


def fixed(facts: Facts, last: Answers | None) -> dict[str, object]:
    """Returns the values, by key, that kubeadm fixed for this node; empty before it ran."""
    if last is None or not made(facts):
        return {}
    return {key: value for key, value in flat(last).items() if key in FIXED}


def fixed_differences(now: Answers, facts: Facts, last: Answers | None) -> list[str]:
    """Returns the keys that kubeadm fixed for this node and whose values the answers would change."""
    after, before = flat(now), fixed(facts, last)
    keys = [key for key, value in before.items() if after[key] != value]
    own = fixed_address(facts, last)
    moved = "node.interface" not in keys and own not in ("", own_address(now, facts))
    return [*keys, *(["node.address"] if moved else [])]


def fixed_address(facts: Facts, last: Answers | None) -> str:
    """Returns the address with which kubeadm made this node; empty before it ran, or if it is unknown.

    An address that came by DHCP may be made fixed, and its prefix may change.
    """
    return own_address(last, facts) if last is not None and fixed(facts, last) else ""
