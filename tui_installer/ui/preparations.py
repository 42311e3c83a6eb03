"""How a machine is prepared: what each line of the page says, means and can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui_installer.catalogue import base_packages, release
from tui_installer.model.answers import Answers, flat, from_flat
from tui_installer.model.change import Change, RunCommand, WriteFile
from tui_installer.model.facts import (
    Facts,
    Files,
    Packages,
    Selinux,
    Services,
    Swap,
    System,
)
from tui_installer.model.text import T, Text
from tui_installer.session import Session
from tui_installer.steps.firewall import ports, tunnelled
from tui_installer.steps.packages import FURTHER, NFS
from tui_installer.steps.sources import DOCKER_CE, KUBERNETES
from tui_installer.ui.pane import NO_TEXT

YES, NO = "yes", "no"
LOCK = "\nexclude="


def _every(_change: Change) -> bool:
    return True


def _no_tick(_facts: Facts | None) -> Text:
    return NO_TEXT


@dataclass(frozen=True)
class Preparation:
    """One line: the step that does it, how it is now, and what can be chosen."""

    step: str
    label: Text
    now: Callable[[Facts], Text]
    # Values of the answer with their words; the first is what the step does. Empty: yes or no.
    choices: tuple[tuple[str, Text], ...]
    hint: Callable[[Session, str], Text]
    # The key of the answers; empty: there is no choice.
    key: str = ""
    # What is said beside the box of a line that is ticked or not.
    tick: Callable[[Facts | None], Text] = _no_tick
    # Which of the step's changes are those of this line.
    mine: Callable[[Change], bool] = _every

    @property
    def id(self) -> str:
        """A name that no other line has."""
        return self.key.partition(".")[2] or self.step

    @property
    def topic(self) -> str:
        """Its help."""
        return self.key or f"step:{self.step}"

    def value(self, session: Session) -> str:
        """What is chosen."""
        value = session.value(self.key) if self.key else None
        if isinstance(value, bool):
            return YES if value else NO
        return str(value) if value is not None or not self.choices else self.choices[0][0]

    def choose(self, session: Session, value: str) -> None:
        """Takes another choice into the answers."""
        session.set(self.key, _answer(value))

    def changes(self, session: Session, value: str | None = None) -> list[Change] | None:
        """What would be done for this line, by what is chosen or by another choice."""
        answers = session.answers() if session.facts is not None else None
        if answers is not None and value is not None and self.key:
            answers = from_flat({**flat(answers), self.key: _answer(value)})
        found = session.changes(self.step, answers)
        return None if found is None else [change for change in found if self.mine(change)]

    def idle(self, session: Session) -> bool:
        """Nothing would be done here, whatever is chosen."""
        values = [value for value, _ in self.choices] or [YES, NO]
        return all(self.changes(session, value) == [] for value in values)


def _answer(value: str) -> object:
    return value == YES if value in (YES, NO) else value


def _swap(facts: Facts) -> Text:
    return T("on") if facts[Swap].devices else T("off")


def _selinux(facts: Facts) -> Text:
    return T("{mode}", mode=facts[Selinux].mode)


def _firewall(facts: Facts) -> Text:
    unit = facts[Services]["firewalld.service"]
    if not unit.there:
        return T("not installed")
    return T("active") if unit.running else T("not running")


def _network_manager(facts: Facts) -> Text:
    unit = facts[Services]["NetworkManager.service"]
    if not unit.there:
        return T("not installed")
    return T("active") if unit.running else T("not running")


def _network_manager_hint(_session: Session, _value: str) -> Text:
    return T(
        "NetworkManager looks after every interface that appears, and takes the network from pods by it. A file tells it to leave those of Calico alone; your own cards stay its."
    )


def _time(facts: Facts) -> Text:
    if "CAP_SYS_TIME" not in facts[System].capabilities:
        return T("by the host")
    for unit, said in (("chronyd.service", T("chrony runs")), ("ntpd.service", T("ntpd runs"))):
        if facts[Services][unit].running:
            return said
    return T("none")


def _swap_hint(session: Session, _value: str) -> Text:
    known = session.facts is not None and Swap in session.facts
    devices = session.facts[Swap].devices if session.facts is not None and known else ()
    return T(
        "The kubelet of 1.25 refuses to start with swap. Now on: {devices}. The lines in /etc/fstab that bring it back become comments.",
        devices=", ".join(devices) or "-",
    )


def _selinux_hint(_session: Session, value: str) -> Text:
    if value == "leave":
        return T(
            "Left as it is: for those who have rules for containers. Without them pods cannot read the files of the host that pod networks need."
        )
    return T(
        "Permissive: it only logs what it would forbid. Enforcing keeps containers from reading the host's files that the kubelet mounts for them; Kubernetes' own guide says permissive."
    )


def _firewall_hint(session: Session, value: str) -> Text:
    opened = " ".join(ports(session.answers())) if session.facts is not None else "-"
    if value == "open-ports" and (session.facts is None or tunnelled(session.answers())):
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


def _time_hint(_session: Session, value: str) -> Text:
    if value == NO:
        return T("Left as it is: for machines whose clock is kept by something else.")
    return T(
        "chrony keeps the clock by the servers in /etc/chrony.conf. Certificates and join tokens are valid for a time only: where clocks differ, good ones look expired."
    )


def _package(name: str) -> Callable[[Facts], Text]:
    def now(facts: Facts) -> Text:
        version = facts[Packages].version(name)
        return T("{version}", version=version) if version else T("not installed")

    return now


def _lock(facts: Facts) -> Text:
    files = [facts[Files].text(path) or "" for path in (KUBERNETES, DOCKER_CE)]
    return T("in place") if all(LOCK in text for text in files) else T("none")


def _locks(change: Change) -> bool:
    """It adds such lines, or takes them away."""
    if not isinstance(change, WriteFile):
        return False
    return (LOCK in str(change.content)) != (LOCK in (change.before or ""))


def _lock_hint(_session: Session, _value: str) -> Text:
    return T(
        "exclude= lines in kubernetes.repo and docker-ce.repo, which this program itself passes over. Without them yum update takes a newer kubelet and containerd; a kubelet newer than its control plane does not work."
    )


def _lacking(facts: Facts) -> list[str]:
    return [name for name in base_packages() if not facts[Packages].version(name)]


def _base(facts: Facts) -> Text:
    count = len(base_packages())
    return T("{have} of {count}", have=count - len(_lacking(facts)), count=count)


def _base_tick(facts: Facts | None) -> Text:
    known = facts is not None and Packages in facts
    count = len(_lacking(facts)) if facts is not None and known else len(base_packages())
    return T("{count} more, often wanted: gcc, vim...", count=count)


def _base_hint(_session: Session, _value: str) -> Text:
    return T(
        "The list that guides install on every server, without epel-release (its mirror list is gone, and then every yum fails) and ntp (chrony is there). Kubernetes needs none of it; it comes last."
    )


def _asks_for(*names: str) -> Callable[[Change], bool]:
    def mine(change: Change) -> bool:
        return (
            isinstance(change, RunCommand)
            and change.reaches == FURTHER
            and not set(names).isdisjoint(change.argv)
        )

    return mine


def _nfs_hint(_session: Session, _value: str) -> Text:
    return T(
        "A pod that mounts a volume of an NFS server needs the client on its node. It is one of the base packages too."
    )


def _docker_tick(facts: Facts | None) -> Text:
    version = release(Answers().cluster.kubernetes).packages["containerd.io"]
    now = (
        facts[Packages].version("containerd.io") if facts is not None and Packages in facts else ""
    )
    if now not in ("", version):
        return T("to build images; containerd becomes {version}", version=version)
    return T("to build images; containerd stays {version}", version=version)


def _docker_hint(session: Session, _value: str) -> Text:
    versions = release(session.kubernetes)
    return T(
        "docker-ce {docker}; unpinned it would pull containerd 1.6.33 in the place of {containerd}. Its daemon.json gets the mirrors of docker.io, systemd's cgroups and limits of its logs. Nobody joins the group docker.",
        docker=versions.docker["docker-ce"],
        containerd=versions.packages["containerd.io"],
    )


PREPARATIONS = (
    Preparation(
        "swap", T("Swap"), _swap, (("off", T("off, now and after every boot")),), _swap_hint
    ),
    Preparation(
        "selinux",
        T("SELinux"),
        _selinux,
        (("permissive", T("permissive")), ("leave", T("leave it"))),
        _selinux_hint,
        "options.selinux",
    ),
    Preparation(
        "firewall",
        T("firewalld"),
        _firewall,
        (("off", T("turn off")), ("open-ports", T("open the ports")), ("leave", T("leave it"))),
        _firewall_hint,
        "options.firewall",
    ),
    Preparation(
        "time",
        T("Time"),
        _time,
        ((YES, T("chrony")), (NO, T("leave it"))),
        _time_hint,
        "options.time_sync",
    ),
    Preparation(
        "network_manager",
        T("Interfaces"),
        _network_manager,
        (("calico", T("NetworkManager leaves Calico's alone")),),
        _network_manager_hint,
    ),
    Preparation(
        "sources",
        T("Version lock"),
        _lock,
        (),
        _lock_hint,
        "options.lock_versions",
        lambda _facts: T("yum update moves none of these versions"),
        _locks,
    ),
    Preparation(
        "packages",
        T("Base packages"),
        _base,
        (),
        _base_hint,
        "options.base_packages",
        _base_tick,
        _asks_for(*(name for name in base_packages() if name != NFS)),
    ),
    Preparation(
        "packages",
        T("NFS volumes"),
        lambda facts: T("installed") if facts[Packages].version(NFS) else T("no client"),
        (),
        _nfs_hint,
        "options.nfs_client",
        lambda _facts: T("install nfs-utils"),
        _asks_for(NFS),
    ),
    Preparation(
        "docker",
        T("docker-ce"),
        _package("docker-ce"),
        (),
        _docker_hint,
        "options.docker",
        _docker_tick,
    ),
)
