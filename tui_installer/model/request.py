"""What a front end asks of the engine: one file in memory, which also holds the secrets."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tui_installer.model.answers import Answers, flat, from_flat
from tui_installer.model.facts import Person
from tui_installer.model.join import JoinCommand
from tui_installer.model.secret import Secret

ROOT = Person()


@dataclass(frozen=True)
class Request:
    """Complete answers, what a person accepted, who asked, and the join command of a worker.

    What was accepted is there twice: by kubeadm's names for the engine, and by ours (`checks`),
    for a person who goes on with this run later.
    """

    answers: Answers
    accepted: tuple[str, ...] = ()
    people: tuple[Person, ...] = field(default=(ROOT,))
    join: JoinCommand | None = None
    by: str = "root"
    checks: tuple[str, ...] = ()
    # See `Accepted.half_made`.
    half_made: str | None = None

    def public(self) -> dict[str, Any]:
        """All but the secrets: what the run's own folder keeps for a resume."""
        return {
            "answers": flat(self.answers),
            "accepted": list(self.accepted),
            "people": [vars(person) for person in self.people],
            "by": self.by,
            "checks": list(self.checks),
            "half_made": self.half_made,
        }

    def dump(self) -> str:
        """The text of the request file, secrets included: for a file of mode 0600 only."""
        private: dict[str, Any] = self.public()
        if self.join:
            join = self.join
            private["join"] = [join.endpoint, join.token.reveal(), list(join.ca_hashes)]
        return json.dumps(private)


# What `load` raises on a text that is no request, or one that no version of ours can have written.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)


def load(text: str) -> Request:
    """The inverse of `Request.dump`; what only another version knows is passed over. Raises UNREADABLE."""
    data = json.loads(text)
    if not isinstance(data, dict) or not isinstance(data.get("answers"), dict):
        raise ValueError("not a request")
    join = data.get("join")
    known = flat(Answers())
    return Request(
        from_flat({key: value for key, value in data["answers"].items() if key in known}),
        tuple(map(str, data["accepted"])),
        tuple(_person(person) for person in data["people"]),
        JoinCommand(join[0], Secret(join[1]), tuple(join[2])) if join else None,
        str(data["by"]),
        tuple(map(str, data.get("checks", ()))),
        _half_made(data.get("half_made")),
    )


def _half_made(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _person(told: dict[str, Any]) -> Person:
    return Person(str(told["name"]), int(told["uid"]), int(told["gid"]), str(told["home"]))
