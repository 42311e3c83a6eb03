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


def summary(preflight: Preflight) -> list[SummaryEntry]:
    """Returns every entry, the weightiest first; an entry whose value is unknown says so."""
    rows = (
        (T("Role"), _role(preflight)),
        (T("Name"), _name(preflight)),
        (T("Address"), _address(preflight)),
        (T("Version"), _version(preflight.answers)),
        (T("Networks"), _networks(preflight.answers)),
        (T("Pods"), _pods(preflight)),
        (T("Unknown"), _not_known(preflight.plan)),
        (T("Disabled"), _disabled(preflight)),
        (T("Download"), _download(preflight)),
        (T("Takes"), [_takes(preflight)]),
        (T("Permanent"), _permanent(preflight)),
        (T("Changed"), _changed(preflight)),
        (T("Done"), _done(preflight)),
        (T("Sources"), _sources(preflight)),
    )
    return [SummaryEntry(label, tuple(lines)) for label, lines in rows if lines]


def _unknown(plan: Plan, *steps: str) -> bool:
    return any(p.step.id in steps for p in plan.unknown)


def _makes(plan: Plan) -> bool:
    """Tells whether kubeadm makes this a node or finishes one; otherwise it is one already, whoever made it."""
    return any(begins(command.argv, NODE) for command in plan.commands)


def _role(preflight: Preflight) -> list[Text]:
    master = preflight.answers.makes_cluster
    if _unknown(preflight.plan, *KUBEADM):
        role = T("first control plane") if master else T("worker")
        return [T("{role}; whether it is one already is unknown", role=role)]
    if not any(makes(command.argv) for command in preflight.plan.commands):
        return [_there(preflight)]
    if master:
        return [T("first control plane of a new cluster")]
    command = preflight.facts.get(Joining, Joining()).command
    if command is None:
        return [T("worker; of which cluster: no join command yet")]
    return [T("worker of the cluster at {endpoint}", endpoint=command.endpoint)]


def _there(preflight: Preflight) -> Text:
    """Describes what kubeadm has made here before, as far as its files show."""
    if _makes(preflight.plan):
        return T("first control plane, begun already: this run completes it")
    master, cluster = preflight.answers.makes_cluster, preflight.facts.get(Kubernetes, Kubernetes())
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


def _address(preflight: Preflight) -> list[Text]:
    answers, card = preflight.answers, preflight.answers.node.interface or "-"
    if Network not in preflight.facts:
        return [UNKNOWN]
    wanted = own_interface(answers, preflight.facts)
    if not wanted:
        return [T("none: {card} has no address", card=card)]
    where = {"address": wanted, "card": card}
    if not answers.node.address:
        return [T("{address} on {card}, as it is", **where)]
    nic = preflight.facts[Network].nic(answers.node.interface)
    now = nic.addresses[0] if nic and nic.addresses else ""
    if now == wanted:
        return [T("{address} on {card}, fixed", **where)]
    return [T("{address} on {card}, fixed; now {now}", now=now or "-", **where)]


def _version(answers: Answers) -> list[Text]:
    version = answers.cluster.kubernetes
    if version not in versions():
        return [T("Kubernetes {version}", version=version)]
    chosen_release = release(version)
    containerd = chosen_release.packages["containerd.io"]
    lines = [
        T("Kubernetes {version}, containerd {containerd}", version=version, containerd=containerd)
    ]
    if answers.options.docker:
        lines.append(T("docker-ce {version}", version=chosen_release.docker["docker-ce"]))
    return lines


def _networks(answers: Answers) -> list[Text]:
    if answers.joins:
        return [T("those of the cluster that it joins")]
    cluster = answers.cluster
    pods, services = cluster.pod_subnet, cluster.service_subnet
    lines = [T("pods {pods}, Services {services}", pods=pods, services=services)]
    if not answers.calico:
        return [*lines, T("no pod network: pods wait until you install one")]
    mode = MODES.get(cluster.calico_mode, verbatim(cluster.calico_mode))
    return [
        *lines,
        T("Calico over {mode}, kube-proxy with {proxy}", mode=mode, proxy=cluster.proxy_mode),
    ]


def _done(preflight: Preflight) -> list[Text]:
    """Says how much of this run an earlier one has done."""
    steps = preflight.plan.steps
    done = sum(not p.changes and not p.unknown for p in steps)
    if preflight.last is None:
        return []
    return [T("{done} of {count} steps have nothing left to do", done=done, count=len(steps))]


def _pods(preflight: Preflight) -> list[Text]:
    """Says whether a first server runs users' pods; on an existing node only what the answers ask for."""
    wanted = preflight.answers.cluster.pods_on_control_plane
    if not preflight.answers.runs_control_plane:
        return []
    if wanted:
        return [T("run on this server too")]
    if _makes(preflight.plan):
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


def _changed(preflight: Preflight) -> list[Text]:
    """Lists the answers that differ from the last run; empty on a machine that had none."""
    if preflight.last is None:
        return []
    before, now = flat(preflight.last), flat(preflight.answers)
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


def _sources(preflight: Preflight) -> list[Text]:
    if not _fetches(preflight.plan):
        return []
    mirrors = preflight.answers.mirrors
    packages = dict.fromkeys(_host(need, getattr(mirrors, need)) for need in PACKAGES)
    lines = [T("packages: {hosts}", hosts=", ".join(packages))]
    lines.append(T("images: {host}", host=_host("images", mirrors.images)))
    if preflight.answers.calico:
        hosts = [_host("docker_io", value) for value in mirrors.docker_io]
        lines.append(T("docker.io: {hosts}", hosts=", ".join(hosts) or DOCKER_IO))
    return lines


def _disabled(preflight: Preflight) -> list[Text]:
    plan = preflight.plan
    off: list[Text] = []
    if plan.changes_of("swap"):
        off.append(T("swap"))
    if preflight.answers.options.firewall == "off" and plan.changes_of("firewall"):
        off.append(T("firewalld"))
    if plan.changes_of("selinux"):
        off.append(T("SELinux (logs only)"))
    if any(NTPD in c.argv for c in _of(plan.changes_of("time"))):
        off.append(T("ntpd"))
    off += [T("{title}: unknown", title=p.step.title) for p in plan.unknown if p.step.id in OFF]
    return [listed(off)] if off else [T("nothing")]


def _of(changes: Sequence[Change]) -> Iterable[RunCommand]:
    return (c for c in changes if isinstance(c, RunCommand))


def _download(preflight: Preflight) -> list[Text]:
    plan = preflight.plan
    if _unknown(plan, "packages", "images", "docker"):
        return [UNKNOWN]
    sizes = [image_bytes(c.target) for c in plan.commands if c.meter == IMAGES]
    images = round(sum(size or 0 for size in sizes) / 1e6)
    packages = round(
        sum(pace()["bytes"][step] for step in ("packages", "docker") if _own_packages(plan, step))
        / 1e6
    )
    lines = []
    if images and packages:
        text = T(
            "about {images} MB images, up to {packages} MB packages",
            images=images,
            packages=packages,
        )
        lines.append(text)
    elif images:
        lines.append(T("about {images} MB images", images=images))
    elif packages:
        lines.append(T("up to {packages} MB packages", packages=packages))
    if None in sizes:
        lines.append(T("images of unknown size: {count}", count=sizes.count(None)))
    if any(c.meter == PACKAGES_METER and c.reaches == FURTHER for c in plan.commands):
        lines.append(T("the further packages: size unknown"))
    return lines or [T("nothing")]


def _own_packages(plan: Plan, step: str) -> bool:
    return any(
        change.meter == PACKAGES_METER and change.reaches != FURTHER
        for change in _of(plan.changes_of(step))
    )


def _takes(preflight: Preflight) -> Text:
    if preflight.plan.unknown:
        return UNKNOWN
    if not preflight.plan.commands and not preflight.plan.files:
        return T("less than a minute: everything is looked at")
    seconds = forecast.expected(preflight.plan)
    minutes = max(math.ceil(seconds / 60), 1)
    if not _fetches(preflight.plan):
        return T("about {minutes} min", minutes=minutes)
    speed = round(pace()["speed"]["default"] / 1e6)
    return T("about {minutes} min at {speed} MB/s", minutes=minutes, speed=speed)


def _permanent(preflight: Preflight) -> list[Text]:
    """Lists the changes that no command can undo."""
    plan = preflight.plan
    lines = []
    if any(clears(command.argv) for command in plan.commands):
        lines.append(T("deleted: what a broken installation left; a copy is kept"))
    if _makes(plan):
        fixed_values = T("name, address, version, networks: other ones only in a new cluster")
        lines.append(
            fixed_values
            if preflight.answers.makes_cluster
            else T("name, address, version: other ones only after leaving the cluster")
        )
    if moved := _other_versions(plan):
        lines.append(T("other versions of {packages}", packages=", ".join(moved)))
    if _unknown(plan, *KUBEADM, "packages", "docker"):
        lines.append(UNKNOWN)
    return lines or [T("nothing")]


def _other_versions(plan: Plan) -> list[str]:
    """Lists the installed packages of another version: nothing restores the present one."""
    packages = []
    for command in plan.commands:
        if command.meter == PACKAGES_METER and REINSTALL not in command.argv:
            new = {name for argv in command.undo for name in removes(argv)}
            asked = command.why.params.get("packages", "")
            names = str(asked).split(", ")
            packages += [
                package
                for package in names
                if package and not any(package == m or package.startswith(f"{m}-") for m in new)
            ]
    return packages


def _not_known(plan: Plan) -> list[Text]:
    return [
        T("what the step {title} does: {why}", title=planned.step.title, why=planned.unknown)
        for planned in plan.unknown
    ]
