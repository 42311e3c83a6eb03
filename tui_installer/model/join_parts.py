"""The parts of a join command, each with its problem while a person types it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from tui_installer.model.pasted_text import repaired
from tui_installer.model.secret import Secret
from tui_installer.model.text import T, Text

PORT = 6443
TOKEN = re.compile(r"[a-z0-9]{6}\.[a-z0-9]{16}")
_HEX = re.compile(r"[0-9a-f]+", re.IGNORECASE)
_ENDPOINT = re.compile(
    r"(?!sha256:)(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(?P<port>[0-9]{1,5})"
)


class State(StrEnum):
    """The state of one part."""

    FOUND = "found"
    MISSING = "missing"
    WRONG = "wrong"


Value = TypeVar("Value")


@dataclass(frozen=True)
class JoinPart(Generic[Value]):
    """One part of a join command: its value, or its problem in the words of a hint."""

    state: State
    value: Value | None = None
    problem: Text | None = None


def _found(value: Value) -> JoinPart[Value]:
    return JoinPart(State.FOUND, value)


NO_ADDRESS: JoinPart[str] = JoinPart(
    State.MISSING,
    problem=T('the address of the API server is missing; it looks like "192.168.40.180:6443"'),
)
NO_TOKEN: JoinPart[Secret] = JoinPart(
    State.MISSING,
    problem=T(
        "the token is missing or cut off; it is 6 small letters or digits, a dot, and 16 more"
    ),
)
NO_PIN: JoinPart[tuple[str, ...]] = JoinPart(
    State.MISSING,
    problem=T("the CA pin is missing: --discovery-token-ca-cert-hash sha256: and 64 hex digits"),
)


def is_address(word: str) -> bool:
    """Tells whether a word has the form of an API server's host and port."""
    match = _ENDPOINT.fullmatch(word)
    if not match or not 0 < int(match["port"]) < 65536:
        return False
    return not _is_number(match["host"]) or _is_ipv4(match["host"])


def _is_number(host: str) -> bool:
    return host.replace(".", "").isdigit()


def _is_ipv4(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


def address_part(word: str) -> JoinPart[str]:
    """Judges an address with its port."""
    if is_address(word):
        return _found(word)
    host, _, port = word.rpartition(":")
    problem = T('it looks like "192.168.40.180:6443"')
    if re.fullmatch(r"[A-Za-z0-9._-]+", word):
        problem = T('the port is missing; it looks like "{host}:6443"', host=word)
    elif _is_number(host) and not _is_ipv4(host):
        problem = T("{host} is not an IPv4 address", host=host)
    elif _ENDPOINT.fullmatch(word):
        problem = T("{port} is not a port; ports are 1 to 65535", port=port)
    return JoinPart(State.WRONG, problem=problem)


def token_part(word: str) -> JoinPart[Secret]:
    """Judges a bootstrap token; the problem reveals nothing but its length."""
    if not word:
        return NO_TOKEN
    if TOKEN.fullmatch(word):
        return _found(Secret(word))
    first, dot, second = word.partition(".")
    if re.search(r"[^a-z0-9.]", word) or "." in second:
        problem = T("6 small letters or digits, a dot, and 16 more; nothing else is allowed")
    elif not dot and len(first) < 6:
        problem = T("{count} of 6 characters before the dot: the end is cut off", count=len(first))
    elif not dot or len(first) != 6:
        problem = T("a dot belongs after 6 characters")
    elif len(second) < 16:
        problem = T("{count} of 16 characters after the dot: the end is cut off", count=len(second))
    else:
        problem = T("{count} characters after the dot, but only 16 belong there", count=len(second))
    return JoinPart(State.WRONG, problem=problem)


def _pin_problem(word: str) -> Text | None:
    kind, _, digits = word.rpartition(":")
    if "sha256:".startswith(word.lower()):
        kind, digits = "", ""
    other = next((char for char in digits if not _HEX.fullmatch(char)), "")
    if kind.lower() not in ("", "sha256"):
        return T('it is "sha256:" and 64 hex digits')
    if other:
        return T('"{char}" is not allowed: only 0-9 and a-f', char=other)
    if len(digits) < 64:
        return T("{count} of 64 characters: the end is cut off", count=len(digits))
    if len(digits) > 64:
        return T("{count} characters, but only 64 belong there", count=len(digits))
    return None


def pin_part(words: Sequence[str]) -> JoinPart[tuple[str, ...]]:
    """Judges the pins of a CA, each with sha256: before it or without."""
    if not words:
        return NO_PIN
    for word in words:
        if problem := _pin_problem(word):
            return JoinPart(State.WRONG, problem=problem)
    return _found(tuple(f"sha256:{word.rpartition(':')[2].lower()}" for word in words))


def _plain(typed: str) -> str:
    return repaired(typed)[0].strip()


def validate_endpoint(typed: str) -> JoinPart[str]:
    """Judges an address typed into a field of its own; adds the usual port."""
    word = _plain(typed).removeprefix("https://").rstrip("/")
    if not word:
        return NO_ADDRESS
    if word.count(":") > 1 and not word.startswith("["):
        word = f"[{word}]"
    return address_part(word if ":" in word.rpartition("]")[2] else f"{word}:{PORT}")


def validate_token(typed: str) -> JoinPart[Secret]:
    """Judges a token typed into a field of its own."""
    return token_part("".join(_plain(typed).split()))


def validate_pin(typed: str) -> JoinPart[tuple[str, ...]]:
    """Judges one CA pin or several, with commas between them, as typed into a field; adds sha256:."""
    words = ("".join(word.split()) for word in _plain(typed).split(","))
    return pin_part([word for word in words if word])
