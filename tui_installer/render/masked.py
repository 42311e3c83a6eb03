"""The commands that unmask a unit of this node."""

from __future__ import annotations

from tui_installer.model.change import RunCommand
from tui_installer.model.facts import Services
from tui_installer.model.text import T


def unmask(services: Services, *units: str) -> list[RunCommand]:
    """Returns commands for masked units only: systemd neither enables nor starts a unit that is linked to /dev/null."""
    commands = []
    for unit in units:
        if services[unit].load != "masked":
            continue
        # A mask that ends with the next boot lies in another folder.
        words = ("--runtime", unit) if services[unit].enabled == "masked-runtime" else (unit,)
        why = T("take the mask from {unit}: systemd would not start it", unit=unit)
        undo = (("systemctl", "mask", *words),)
        commands.append(RunCommand(("systemctl", "unmask", *words), why, undo=undo))
    return commands
