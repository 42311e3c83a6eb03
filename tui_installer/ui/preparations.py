"""How a machine is prepared: what each line of the page says, means and can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tui_installer.model.answers import Answers, Options
from tui_installer.model.facts import Facts, Selinux, Services, Swap, System
from tui_installer.model.text import T, Text
from tui_installer.session import Session
from tui_installer.steps.firewall import ports

YES, NO = "yes", "no"


@dataclass(frozen=True)
class Preparation:
    """One line: the step that does it, how it is now, and what can be chosen."""

    step: str
    label: Text
    now: Callable[[Facts], Text]
    # Values of the answer with their words; the first is what the step does.
    choices: tuple[tuple[str, Text], ...]
    hint: Callable[[Session, str], Text]
    # The key of the answers; empty: there is no choice.
    key: str = ""

    def value(self, session: Session) -> str:
        """What is chosen."""
        value = session.value(self.key) if self.key else None
        if isinstance(value, bool):
            return YES if value else NO
        return str(value) if value is not None else self.choices[0][0]

    def choose(self, session: Session, value: str) -> None:
        """Takes another choice into the answers."""
        session.set(self.key, value == YES if value in (YES, NO) else value)

    def idle(self, session: Session) -> bool:
        """Nothing would be done here, whatever is chosen."""
        return session.changes(self.step, acting(session.answers())) == []


def acting(answers: Answers) -> Answers:
    """The answers with which every step of this page does its work."""
    default = Options()
    firewall = answers.options.firewall
    options = replace(
        answers.options,
        firewall=default.firewall if firewall == "leave" else firewall,
        selinux=default.selinux,
        time_sync=True,
    )
    return replace(answers, options=options)


def _swap(facts: Facts) -> Text:
    return T("on") if facts[Swap].devices else T("off")


def _selinux(facts: Facts) -> Text:
    return T("{mode}", mode=facts[Selinux].mode)


def _firewall(facts: Facts) -> Text:
    unit = facts[Services]["firewalld.service"]
    if not unit.there:
        return T("not installed")
    return T("active") if unit.running else T("not running")


def _time(facts: Facts) -> Text:
    if "CAP_SYS_TIME" not in facts[System].capabilities:
        return T("kept by the host")
    for unit, said in (("chronyd.service", T("chrony runs")), ("ntpd.service", T("ntpd runs"))):
        if facts[Services][unit].running:
            return said
    return T("no time service")


def _swap_hint(session: Session, _value: str) -> Text:
    devices = session.facts[Swap].devices if session.facts is not None else ()
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
    if value == "open-ports":
        return T(
            "firewalld goes on. Opened: {ports}, IP protocol 4 from this network, and all from the pods.",
            ports=opened,
        )
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
)
