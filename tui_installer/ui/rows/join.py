"""The parts of a join command, each with its value or its mistake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tui_installer.model.join import JoinCommand, Parts
from tui_installer.model.join_parts import JoinPart, State
from tui_installer.model.outcome import PENDING, Outcome, Sign
from tui_installer.model.secret import STARS
from tui_installer.model.text import NO_TEXT, T, Text, verbatim

# The outcome, the name and the words of one part.
Tick = tuple[Sign, Text, Text]
ADDRESS, TOKEN, PIN, ROLE = T("Address"), T("Token"), T("CA pin"), T("Role")


def shortened(pins: Sequence[str]) -> str:
    """Returns the first pin with its middle cut out, and the number of further ones."""
    kind, _, digits = pins[0].partition(":")
    more = f" +{len(pins) - 1}" if len(pins) > 1 else ""
    return f"{kind}:{digits[:8]}~{digits[-4:]}{more}"


def ticks_of(command: JoinCommand) -> list[Tick]:
    """Returns the parts of a complete command."""
    return [
        (Outcome.OK, ADDRESS, verbatim(command.endpoint)),
        (Outcome.OK, TOKEN, verbatim(f"{command.token_id}.{STARS}")),
        (Outcome.OK, PIN, verbatim(shortened(command.ca_hashes))),
        (Outcome.OK, ROLE, T("worker")),
    ]


def _tick(name: Text, part: JoinPart[Any], shown: str, lacks: Text) -> Tick:
    if part.state is State.FOUND:
        return Outcome.OK, name, verbatim(shown)
    if part.state is State.WRONG:
        return Outcome.FAIL, name, part.problem or NO_TEXT
    return PENDING, name, lacks


def ticks_of_parts(parts: Parts) -> list[Tick]:
    """Returns the parts of a command that is still being typed."""
    address, token, pin = parts.address.value, parts.token.value, parts.pin.value
    public = token.reveal().partition(".")[0] if token else ""
    host = T("missing; it looks like 192.168.40.180:6443")
    secret = T("missing; 6 small letters or digits, a dot, and 16 more")
    digits = T("missing; sha256: and 64 hex digits")
    return [
        _tick(ADDRESS, parts.address, address or "", host),
        _tick(TOKEN, parts.token, f"{public}.{STARS}", secret),
        _tick(PIN, parts.pin, shortened(pin) if pin else "", digits),
        (Outcome.FAIL, ROLE, T("control plane"))
        if parts.control_plane
        else (Outcome.OK, ROLE, T("worker")),
    ]


NOTHING: list[Tick] = [(PENDING, name, NO_TEXT) for name in (ADDRESS, TOKEN, PIN, ROLE)]
