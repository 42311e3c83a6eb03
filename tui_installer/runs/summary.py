"""A summary of what a run makes of this machine, for a person who has never seen Kubernetes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tui_installer.assets import DOCKER_IO, image_bytes, location, pace, release, versions
from tui_installer.help.book import ANSWERS
from tui_installer.model.address import own_interface
from tui_installer.model.answers import AS_IT_IS, Answers, flat
from tui_installer.model.change import Change, RunCommand
from tui_installer.model.event import begins, clears, makes
from tui_installer.model.facts import HostName, Joining, Kubernetes, Network
from tui_installer.model.plan import Plan
from tui_installer.model.text import T, Text, listed, verbatim
from tui_installer.preflight.inspection import Preflight
from tui_installer.render.calico import BGP, CROSS_SUBNET, IPIP, VXLAN
from tui_installer.render.packages import PACKAGES_METER, REINSTALL, removes
from tui_installer.runs import forecast
from tui_installer.steps.packages import FURTHER

MODES = {
    IPIP: T("IPIP"),
    CROSS_SUBNET: T("IPIP across subnets"),
    VXLAN: T("VXLAN"),
    BGP: T("BGP"),
}
UNKNOWN = T("unknown")
# The sentences about ordinary pods on a control plane.
WHERE: dict[object, Text] = {
    None: T("as it is"),
    True: T("also here"),
    False: T("only on workers"),
}
NTPD = "ntpd.service"
# The needs that share one line where they have the same host.
PACKAGES = ("centos", "docker_ce", "kubernetes")
# The steps that count the bytes of packages and of images.
IMAGES = "images"
# The steps that may switch something off.
KUBEADM = ("kubeadm_init", "kubeadm_join")
# Their commands, including phases.
NODE = (("kubeadm", "init"), ("kubeadm", "join"))
OFF = ("swap", "firewall", "selinux", "time")


@dataclass(frozen=True)
class SummaryEntry:
    """One line of the summary: a heading and its sentences."""

    label: Text
    lines: tuple[Text, ...]


def summary(found: Preflight) -> list[SummaryEntry]:
    """Returns every entry, the weightiest first; an entry whose value is unknown says so."""
    rows = (
        (T("Role"), _role(found)),
        (T("Name"), _name(found)),
        (T("Address"), _address(found)),
        (T("Version"), _version(found.answers)),
        (T("Networks"), _networks(found.answers)),
        (T("Pods"), _pods(found)),
        (T("Unknown"), _not_known(found.plan)),
        (T("Disabled"), _disabled(found)),
        (T("Download"), _download(found)),
        (T("Takes"), [_takes(found)]),
        (T("Permanent"), _permanent(found)),
        (T("Changed"), _changed(found)),
        (T("Done"), _done(found)),
        (T("Sources"), _sources(found)),
    )
    return [SummaryEntry(label, tuple(lines)) for label, lines in rows if lines]


def _unknown(plan: Plan, *steps: str) -> bool:
    return any(p.step.id in steps for p in plan.unknown)


def _makes(plan: Plan) -> bool:
    """Tells whether kubeadm makes this a node or finishes one; otherwise it is one already, whoever made it."""
    return any(begins(command.argv, NODE) for command in plan.commands)


def _role(found: Preflight) -> list[Text]:
    master = found.answers.makes_cluster
    if _unknown(found.plan, *KUBEADM):
        role = T("first control plane") if master else T("worker")
        return [T("{role}; whether it is one already is unknown", role=role)]
    if not any(makes(command.argv) for command in found.plan.commands):
        return [_there(found)]
    if master:
        return [T("first control plane of a new cluster")]
    command = found.facts.get(Joining, Joining()).command
    if command is None:
        return [T("worker; of which cluster: no join command yet")]
    return [T("worker of the cluster at {endpoint}", endpoint=command.endpoint)]


def _there(found: Preflight) -> Text:
    """Describes what kubeadm has made here before, as far as its files show."""
    if _makes(found.plan):
        return T("first control plane, begun already: this run completes it")
    master, cluster = found.answers.makes_cluster, found.facts.get(Kubernetes, Kubernetes())
    if cluster.whole if master else cluster.kubelet_conf and not cluster.manifests:
        return (
            T("first control plane, as it is already") if master else T("worker, as it is already")
        )
    return (
        T("what is here of a cluster stays; it is not a whole control plane")
        if master
        else T("what is here of a cluster stays; it is not a worker")
    )


def _name(found: Preflight) -> list[Text]:
    name, facts = found.answers.node.hostname, found.facts
    now = facts[HostName].current if HostName in facts else ""
    return [T("{name}, now {now}", name=name, now=now) if now not in ("", name) else verbatim(name)]


def _address(found: Preflight) -> list[Text]:
    answers, card = found.answers, found.answers.node.interface or "-"
    if Network not in found.facts:
        return [UNKNOWN]
    wanted = own_interface(answers, found.facts)
    if not wanted:
        return [T("none: {card} has no address", card=card)]
    where = {"address": wanted, "card": card}
    if not answers.node.address:
        return [T("{address} on {card}, as it is", **where)]
    nic = found.facts[Network].nic(answers.node.interface)
    now = nic.addresses[0] if nic and nic.addresses else ""
    if now == wanted:
        return [T("{address} on {card}, fixed", **where)]
    return [T("{address} on {card}, fixed; now {now}", now=now or "-", **where)]


def _version(answers: Answers) -> list[Text]:
    version = answers.cluster.kubernetes
    if version not in versions():
        return [T("Kubernetes {version}", version=version)]
    known = release(version)
    containerd = known.packages["containerd.io"]
    said = [
        T("Kubernetes {version}, containerd {containerd}", version=version, containerd=containerd)
    ]
    if answers.options.docker:
        said.append(T("docker-ce {version}", version=known.docker["docker-ce"]))
    return said


def _networks(answers: Answers) -> list[Text]:
    if answers.joins:
        return [T("those of the cluster that it joins")]
    cluster = answers.cluster
    pods, services = cluster.pod_subnet, cluster.service_subnet
    said = [T("pods {pods}, Services {services}", pods=pods, services=services)]
    if not answers.calico:
        return [*said, T("no pod network: pods wait until you install one")]
    mode = MODES.get(cluster.calico_mode, verbatim(cluster.calico_mode))
    return [
        *said,
        T("Calico over {mode}, kube-proxy with {proxy}", mode=mode, proxy=cluster.proxy_mode),
    ]


def _done(found: Preflight) -> list[Text]:
    """Says how much of this run an earlier one has done."""
    steps = found.plan.steps
    done = sum(not p.changes and not p.unknown for p in steps)
    if found.last is None:
        return []
    return [T("{done} of {count} steps have nothing left to do", done=done, count=len(steps))]


def _pods(found: Preflight) -> list[Text]:
    """Says whether a first server runs users' pods; on an existing node only what the answers ask for."""
    wanted = found.answers.cluster.pods_on_control_plane
    if not found.answers.runs_control_plane:
        return []
    if wanted:
        return [T("run on this server too")]
    if _makes(found.plan):
        return [T("wait until a worker has joined")]
    return [] if wanted is None else [T("only on workers")]


def _value(key: str, value: object) -> Text | str:
    """Returns a value as its page shows it."""
    if key == AS_IT_IS:
        return WHERE[value]
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, bool):
        return T("yes") if value else T("no")
    return str(value) or "-"


def _changed(found: Preflight) -> list[Text]:
    """Lists the answers that differ from the last run; empty on a machine that had none."""
    if found.last is None:
        return []
    before, now = flat(found.last), flat(found.answers)
    keys = [key for key in now if now[key] != before.get(key)]
    if not keys:
        return [T("no answer: all as in the last run")]
    return [
        T(
            "{key}: {value} instead of {before}",
            key=ANSWERS[key].title,
            value=_value(key, now[key]),
            before=_value(key, before[key]),
        )
        for key in keys
    ]


def _host(need: str, value: str) -> str:
    place = location(need, value)
    url = place if "//" in place else f"//{place}"
    return urlsplit(url).netloc.rpartition("@")[2] or value or "?"


def _fetches(plan: Plan) -> bool:
    return any(c.meter for c in plan.commands) or _unknown(plan, "packages", "images", "docker")


def _sources(found: Preflight) -> list[Text]:
    if not _fetches(found.plan):
        return []
    mirrors = found.answers.mirrors
    packages = dict.fromkeys(_host(need, getattr(mirrors, need)) for need in PACKAGES)
    said = [T("packages: {hosts}", hosts=", ".join(packages))]
    said.append(T("images: {host}", host=_host("images", mirrors.images)))
    if found.answers.calico:
        hosts = [_host("docker_io", value) for value in mirrors.docker_io]
        said.append(T("docker.io: {hosts}", hosts=", ".join(hosts) or DOCKER_IO))
    return said


def _disabled(found: Preflight) -> list[Text]:
    plan = found.plan
    off: list[Text] = []
    if plan.changes_of("swap"):
        off.append(T("swap"))
    if found.answers.options.firewall == "off" and plan.changes_of("firewall"):
        off.append(T("firewalld"))
    if plan.changes_of("selinux"):
        off.append(T("SELinux (logs only)"))
    if any(NTPD in c.argv for c in _of(plan.changes_of("time"))):
        off.append(T("ntpd"))
    off += [T("{title}: unknown", title=p.step.title) for p in plan.unknown if p.step.id in OFF]
    return [listed(off)] if off else [T("nothing")]


def _of(changes: Sequence[Change]) -> Iterable[RunCommand]:
    return (c for c in changes if isinstance(c, RunCommand))


def _download(found: Preflight) -> list[Text]:
    plan = found.plan
    if _unknown(plan, "packages", "images", "docker"):
        return [UNKNOWN]
    sizes = [image_bytes(c.target) for c in plan.commands if c.meter == IMAGES]
    images = round(sum(size or 0 for size in sizes) / 1e6)
    packages = round(
        sum(pace()["bytes"][step] for step in ("packages", "docker") if _own_packages(plan, step))
        / 1e6
    )
    said = []
    if images and packages:
        text = T(
            "about {images} MB images, up to {packages} MB packages",
            images=images,
            packages=packages,
        )
        said.append(text)
    elif images:
        said.append(T("about {images} MB images", images=images))
    elif packages:
        said.append(T("up to {packages} MB packages", packages=packages))
    if None in sizes:
        said.append(T("images of unknown size: {count}", count=sizes.count(None)))
    if any(c.meter == PACKAGES_METER and c.reaches == FURTHER for c in plan.commands):
        said.append(T("the further packages: size unknown"))
    return said or [T("nothing")]


def _own_packages(plan: Plan, step: str) -> bool:
    return any(
        c.meter == PACKAGES_METER and c.reaches != FURTHER for c in _of(plan.changes_of(step))
    )


def _takes(found: Preflight) -> Text:
    if found.plan.unknown:
        return UNKNOWN
    if not found.plan.commands and not found.plan.files:
        return T("less than a minute: everything is looked at")
    seconds = forecast.expected(found.plan)
    minutes = max(math.ceil(seconds / 60), 1)
    if not _fetches(found.plan):
        return T("about {minutes} min", minutes=minutes)
    speed = round(pace()["speed"]["default"] / 1e6)
    return T("about {minutes} min at {speed} MB/s", minutes=minutes, speed=speed)


def _permanent(found: Preflight) -> list[Text]:
    """Lists the changes that no command can undo."""
    plan, said = found.plan, []
    if any(clears(command.argv) for command in plan.commands):
        said.append(T("deleted: what a broken installation left; a copy is kept"))
    if _makes(plan):
        kept = T("name, address, version, networks: other ones only in a new cluster")
        said.append(
            kept
            if found.answers.makes_cluster
            else T("name, address, version: other ones only after leaving the cluster")
        )
    if moved := _other_versions(plan):
        said.append(T("other versions of {packages}", packages=", ".join(moved)))
    if _unknown(plan, *KUBEADM, "packages", "docker"):
        said.append(UNKNOWN)
    return said or [T("nothing")]


def _other_versions(plan: Plan) -> list[str]:
    """Lists the installed packages of another version: nothing restores the present one."""
    found = []
    for command in plan.commands:
        if command.meter == PACKAGES_METER and REINSTALL not in command.argv:
            new = {name for argv in command.undo for name in removes(argv)}
            asked = command.why.params.get("packages", "")
            names = str(asked).split(", ")
            found += [
                n for n in names if n and not any(n == m or n.startswith(f"{m}-") for m in new)
            ]
    return found


def _not_known(plan: Plan) -> list[Text]:
    return [
        T("what the step {title} does: {why}", title=p.step.title, why=p.unknown)
        for p in plan.unknown
    ]
