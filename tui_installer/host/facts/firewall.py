"""Reader of firewalld's permanent rules; each question is slow, so it asks only where the rules are kept."""

from __future__ import annotations

from tui_installer.host.look import Look
from tui_installer.model.facts import Firewall

TOPIC = Firewall
PROGRAM = "/usr/bin/firewall-cmd"
# firewall-cmd ends with this exit code where firewalld does not run.
NOT_RUNNING = 252


def read(look: Look) -> Firewall:
    """Returns no rules unless the answers say open-ports."""
    if look.answers is None or look.answers.options.firewall != "open-ports":
        return Firewall()
    if not look.exists(PROGRAM):
        return Firewall()
    ports = _said(look, "--list-ports").split()
    rules = _said(look, "--list-rich-rules").splitlines()
    trusted = {
        f"{kind} {value}" for kind in ("source", "interface") for value in _trusted(look, kind)
    }
    return Firewall(
        frozenset(ports),
        frozenset(rule.strip() for rule in rules if rule.strip()),
        frozenset(trusted),
    )


def _trusted(look: Look, kind: str) -> list[str]:
    return _said(look, "--zone=trusted", f"--list-{kind}s").split()


def _said(look: Look, *argv: str) -> str:
    return look.answer("firewall-cmd", "--permanent", *argv, codes=(0, NOT_RUNNING)).out
