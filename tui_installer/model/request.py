"""A front end's request to the engine: one file in memory, which also holds the secrets."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from tui_installer.model.answers import QUESTIONS, Answers, flat, from_flat
from tui_installer.model.facts import Person
from tui_installer.model.fields import unwritable
from tui_installer.model.join import JoinCommand
from tui_installer.model.join_parts import State, address_part, pin_part, token_part
from tui_installer.model.kind import Kind, kind_of
from tui_installer.model.secret import Secret

ROOT = Person()
NAME = re.compile(r"[-A-Za-z0-9_.]{1,200}")


@dataclass(frozen=True)
class Request:
    """Complete answers, the accepted checks, the person who asks, and the join command of a worker.

    The accepted checks are there twice: by kubeadm's names for the engine, and by ours (`checks`) for a
    person who resumes this run later.
    """

    answers: Answers
    accepted: tuple[str, ...] = ()
    people: tuple[Person, ...] = field(default=(ROOT,))
    join: JoinCommand | None = None
    by: str = "root"
    checks: tuple[str, ...] = ()
    # See `Accepted.half_made`.
    half_made: str | None = None
    kind: Kind = Kind.INSTALL

    def public(self) -> dict[str, Any]:
        """Returns everything but the secrets; the run's own folder keeps it for a resume."""
        return {
            "answers": flat(self.answers),
            "accepted": list(self.accepted),
            "people": [vars(person) for person in self.people],
            "by": self.by,
            "checks": list(self.checks),
            "half_made": self.half_made,
            "kind": self.kind,
        }

    def dump(self) -> str:
        """Returns the text of the request file, secrets included: for a file of mode 0600 only."""
        private: dict[str, Any] = self.public()
        if self.join:
            join = self.join
            private["join"] = [join.endpoint, join.token.reveal(), list(join.ca_hashes)]
        return json.dumps(private)


# `load` raises these for a text that is no request, or that no version of ours can have written.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)


def load(text: str) -> Request:
    """Inverts `Request.dump`; skips values that only another version knows.

    Raises UNREADABLE, of which UnknownKind names a kind of run that this version does not know.
    """
    data = json.loads(text)
    if not isinstance(data, dict) or not isinstance(data.get("answers"), dict):
        raise ValueError("not a request")
    kind = kind_of(_line(data["kind"]) if "kind" in data else None)
    join = data.get("join")
    return Request(
        from_flat(_answers(data["answers"])),
        tuple(map(_name, data["accepted"])),
        tuple(_person(person) for person in data["people"]),
        _join(*join) if join else None,
        _line(data["by"]),
        tuple(map(_name, data.get("checks", ()))),
        _half_made(data.get("half_made")),
        kind,
    )


def _half_made(value: object) -> str | None:
    return _line(value) if isinstance(value, str) else None


def _answers(raw: dict[str, Any]) -> dict[str, Any]:
    """Checks that every value is unset, or valid in an answers file."""
    unset = flat(Answers())
    values = {key: value for key, value in raw.items() if key in unset}
    for key, value in values.items():
        if value != unset[key] and QUESTIONS[key].kind.wrong(value) is not None:
            raise ValueError(f"{key} cannot be {value!r:.60}")
    return values


def _person(raw: dict[str, Any]) -> Person:
    """Checks that a person has an absolute home and valid ids."""
    home = _line(raw["home"])
    if not home.startswith("/") or ".." in home.split("/"):
        raise ValueError("a home is a whole path")
    uid, gid = int(raw["uid"]), int(raw["gid"])
    if uid < 0 or gid < 0:
        raise ValueError("a person has a number")
    return Person(_line(raw["name"]), uid, gid, home)


def _join(endpoint: str, token: str, pins: list[str]) -> JoinCommand:
    """Checks that `parse_join` could have made this command."""
    parts = (address_part(endpoint), token_part(token), pin_part(pins))
    if any(part.state is not State.FOUND for part in parts):
        raise ValueError("no join command")
    return JoinCommand(endpoint, Secret(token), tuple(pins))


def _name(value: Any) -> str:
    """Checks the name of a check, ours or kubeadm's."""
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise ValueError("no name of a check")
    return value


def _line(value: Any) -> str:
    if not isinstance(value, str) or unwritable(value):
        raise ValueError("a text in one line expected")
    return value
