"""The present state of a rehearsed machine: facts and answers of commands, which played commands change."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tui_installer.rehearsal.patch import applied

Argv = tuple[str, ...]
# Marks in recorded answers: a join token, and an instant that lies some seconds ahead: `<+86400 s>`.
TOKEN, AHEAD = "<token>", "<+"


@dataclass
class RehearsedState:
    """The present machine; `played` counts the plays of each command."""

    facts: dict[str, Any] = field(default_factory=dict)
    commands: dict[Argv, tuple[int, str, str]] = field(default_factory=dict)
    played: dict[str, int] = field(default_factory=dict)
    # The secret words that were made for this rehearsal; reference runs hold marks instead.
    secrets: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> RehearsedState:
        """Reads the state. Raises OSError or ValueError."""
        document = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        commands = {
            tuple(row["argv"]): (row["code"], row["out"], row["err"])
            for row in document["commands"]
        }
        return cls(document["facts"], commands, document["played"], document["secrets"])

    def write(self, folder: Path) -> None:
        """Writes the state atomically, because other processes read it."""
        rows = [
            {"argv": list(argv), "code": code, "out": out, "err": err}
            for argv, (code, out, err) in self.commands.items()
        ]
        document = {
            "facts": self.facts,
            "commands": rows,
            "played": self.played,
            "secrets": self.secrets,
        }
        new = folder / f".state.{os.getpid()}"
        new.write_text(json.dumps(document), encoding="utf-8")
        new.replace(folder / "state.json")

    def change(self, facts: dict[str, Any], commands: list[dict[str, Any]]) -> None:
        """Applies recorded differences to the state."""
        self.facts = applied(facts, self.facts) if facts else self.facts
        for row in commands:
            out = filled(row["out"], self.secrets)
            self.commands[tuple(row["argv"])] = (row["code"], out, row["err"])


def filled(out: str, secrets: dict[str, str]) -> str:
    """Fills a recorded answer with this rehearsal's token, and with instants in the future."""
    first, *parts = out.replace(TOKEN, secrets["token"]).split(AHEAD)
    text = first
    for part in parts:
        seconds, _, rest = part.partition(" s>")
        ahead = datetime.now(UTC) + timedelta(seconds=float(seconds))
        text += ahead.strftime("%Y-%m-%dT%H:%M:%SZ") + rest
    return text


@contextmanager
def changing(folder: Path) -> Iterator[RehearsedState]:
    """Locks the state for changes by this process, and writes it afterwards."""
    with (folder / "state.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = RehearsedState.read(folder)
        yield state
        state.write(folder)


def change(folder: Path, how: Callable[[RehearsedState], None]) -> None:
    """Makes one change to the state."""
    with changing(folder) as state:
        how(state)
