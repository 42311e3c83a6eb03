"""Keeps the clock right by chrony: certificates and join tokens fail where clocks differ."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand
from tui_installer.model.facts import Facts, Packages, Services, System
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.render.yum import yum

UNIT = "chronyd.service"
OTHER = "ntpd.service"


def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
    """Nothing where the machine may not set its clock: there the host keeps it."""
    if "CAP_SYS_TIME" not in facts[System].capabilities:
        return []
    services, found = facts[Services], list[Change]()
    if not services[UNIT].there and not facts[Packages].version("chrony"):
        why = T("install chrony")
        undo = (("yum", "-y", "remove", "chrony"),)
        found.append(
            RunCommand(yum("install", ["chrony"]), why, undo=undo, resource="yum", timeout=1800)
        )
    if services[OTHER].running:
        why = T("stop ntpd: only one program may set the clock")
        undo = (("systemctl", "enable", "--now", OTHER),)
        found.append(RunCommand(("systemctl", "disable", "--now", OTHER), why, undo=undo))
    if not services[UNIT].running or services[UNIT].enabled != "enabled":
        undo = (("systemctl", "disable", "--now", UNIT),)
        found.append(
            RunCommand(
                ("systemctl", "enable", "--now", UNIT), T("let chrony keep the clock"), undo=undo
            )
        )
    return found


STEP = Step(
    id="time",
    title=T("Time"),
    about=T(
        "chrony keeps the clock equal to that of time servers. Certificates and join tokens are valid for a time only, and with a wrong clock they look expired or not yet valid."
    ),
    changes=changes,
    reads=(System, Services, Packages),
    after=("sources",),
    follows="kernel",
    applies=lambda answers: answers.options.time_sync,
)
