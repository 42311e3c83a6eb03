"""Reader of the systemd units that the program uses, by one call."""

from __future__ import annotations

from tui_installer.host.look import Look, who
from tui_installer.model.facts import NotRead, Services, Unit, Unread
from tui_installer.model.text import T

TOPIC = Services
NAMES = (
    "firewalld",
    "chronyd",
    "ntpd",
    "containerd",
    "kubelet",
    "docker",
    "packagekit",
    "NetworkManager",
)
UNITS = (*(f"{name}.service" for name in NAMES), "docker.socket")
PROPERTIES = ("Id", "LoadState", "ActiveState", "SubState", "UnitFileState", "MainPID")


def parse(text: str) -> Services:
    """Parses `systemctl show`, which prints one block per unit and blank lines between them."""
    units = {}
    for block in text.split("\n\n"):
        row = dict(line.partition("=")[::2] for line in block.splitlines() if "=" in line)
        if row.get("Id"):
            units[row["Id"]] = Unit(
                load=row.get("LoadState", ""),
                active=row.get("ActiveState", ""),
                sub=row.get("SubState", ""),
                enabled=row.get("UnitFileState", ""),
                pid=int(row.get("MainPID") or 0),
            )
    return Services(units)


def read(look: Look) -> Services:
    """Runs one `systemctl show` for all units."""
    shown = ("systemctl", "show", *(f"-p{name}" for name in PROPERTIES), *UNITS)
    services = parse(look.answer(*shown, codes=(0,)).out)
    if not services.units:
        raise NotRead(Unread(who("systemctl"), T("it lists no unit")))
    return services
