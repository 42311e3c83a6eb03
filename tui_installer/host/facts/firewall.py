"""firewalld's permanent rules; asked only where they are to be kept, for each question is slow."""

from __future__ import annotations

from tui_installer.host.look import Look
from tui_installer.model.facts import Firewall

TOPIC = Firewall


def read(look: Look) -> Firewall:
    """Nothing unless the answers say open-ports."""
    if look.answers is None or look.answers.options.firewall != "open-ports":
        return Firewall()
    ports = look.output("firewall-cmd", "--permanent", "--list-ports").out.split()
    rules = look.output("firewall-cmd", "--permanent", "--list-rich-rules").out.splitlines()
    trusted = {
        f"{kind} {value}" for kind in ("source", "interface") for value in _trusted(look, kind)
    }
    return Firewall(
        frozenset(ports),
        frozenset(rule.strip() for rule in rules if rule.strip()),
        frozenset(trusted),
    )


def _trusted(look: Look, kind: str) -> list[str]:
    list_all = ("--permanent", "--zone=trusted", f"--list-{kind}s")
    return look.output("firewall-cmd", *list_all).out.split()
