"""The step that keeps the clock right by chrony: certificates and join tokens fail where clocks differ."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand, edit
from tui_installer.model.facts import Chrony, Facts, Files, Packages, Services, System
from tui_installer.model.preparation import NO, YES, Preparation
from tui_installer.model.step import Step
from tui_installer.model.text import T, Text
from tui_installer.render.chrony import STOCK, with_server
from tui_installer.render.masked import unmask
from tui_installer.render.packages import PACKAGES_LOCK, removal, transaction

CONFIG = "/etc/chrony.conf"
UNIT = "chronyd.service"
OTHER = "ntpd.service"


def _server(server: str, files: Files) -> list[Change]:
    """Writes the file with that server; it exists before chrony is installed, so chrony starts with it."""
    present = files.text(CONFIG)
    text = with_server(STOCK if present is None else present, server)
    if not server or text == present:
        return []
    return [edit(files, CONFIG, text, T("take the time from {server}", server=server))]


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Returns no change where the machine may not set its clock: there the host keeps it.

    chrony reads its file once: a chronyd that is older than the file has not read it.
    """
    if "CAP_SYS_TIME" not in facts[System].capabilities:
        return []
    services, server = facts[Services], answers.options.ntp_server
    needed = _server(server, facts[Files])
    again = bool(needed) or (bool(server) and facts[Chrony].stale)
    if not services[UNIT].there and not facts[Packages].version("chrony"):
        why = T("install chrony")
        undo = (removal(["chrony"]),)
        needed.append(
            RunCommand(
                transaction("install", ["chrony"]),
                why,
                undo=undo,
                resource=PACKAGES_LOCK,
                timeout=1800,
            )
        )
    if services[OTHER].running:
        why = T("stop ntpd: only one program may set the clock")
        undo = (("systemctl", "enable", "--now", OTHER),)
        needed.append(RunCommand(("systemctl", "disable", "--now", OTHER), why, undo=undo))
    needed += unmask(services, UNIT)
    if not services[UNIT].running or services[UNIT].enabled != "enabled":
        undo = (("systemctl", "disable", "--now", UNIT),)
        needed.append(
            RunCommand(
                ("systemctl", "enable", "--now", UNIT), T("let chrony keep the clock"), undo=undo
            )
        )
    if again and services[UNIT].running:
        why = T("restart chrony with this time server")
        needed.append(RunCommand(("systemctl", "restart", UNIT), why))
    return needed


def _now(facts: Facts) -> Text:
    if "CAP_SYS_TIME" not in facts[System].capabilities:
        return T("by the host")
    for unit, state in ((UNIT, T("chrony runs")), (OTHER, T("ntpd runs"))):
        if facts[Services][unit].running:
            return state
    return T("none")


def _hint(_answers: Answers | None, _facts: Facts | None, value: str) -> Text:
    if value == NO:
        return T("Left as it is: for machines whose clock is kept by something else.")
    return T(
        "chrony keeps the clock by the servers in /etc/chrony.conf. Certificates and join tokens are valid for a time only: where clocks differ, good ones look expired."
    )


STEP = Step(
    id="time",
    title=T("Time"),
    about=T(
        "chrony keeps the clock equal to that of time servers. Certificates and join tokens are valid for a time only, and with a wrong clock they look expired or not yet valid."
    ),
    changes=changes,
    reads=(System, Services, Packages, Files, Chrony),
    files=(CONFIG,),
    after=("sources",),
    follows="kernel",
    applies=lambda answers: answers.options.time_sync,
    prepares=(
        Preparation(
            T("Time"),
            _now,
            _hint,
            "options.time_sync",
            ((YES, T("chrony")), (NO, T("leave it"))),
        ),
    ),
)
