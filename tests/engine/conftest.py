"""A machine that is one folder of marks, and small steps that put marks there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tui_installer.engine import apply as apply_module
from tui_installer.engine import gauge
from tui_installer.engine.journal import Journal
from tui_installer.engine.run import EngineRun
from tui_installer.engine.workshop import Workshop
from tui_installer.host import runs
from tui_installer.host import shell as host_shell
from tui_installer.host.facts import yum
from tui_installer.host.machine import at, use
from tui_installer.host.scope import Scope
from tui_installer.host.shell import Output
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.cause import KnownCause
from tui_installer.model.change import Argv, Change, RunCommand
from tui_installer.model.ending import Ending
from tui_installer.model.event import Event
from tui_installer.model.facts import Facts, Joining, Past, Yum
from tui_installer.model.secret import Redactor, Secret
from tui_installer.model.step import Step
from tui_installer.model.text import T

Changes = Callable[[Answers, Facts], Sequence[Change]]


@dataclass(frozen=True)
class Marks:
    """The topic of these machines: the names of the marks that are there."""

    names: frozenset[str] = frozenset()


def shell(script: str, *, why: str = "because", **rest: Any) -> RunCommand:
    return RunCommand(("/bin/sh", "-c", script), T(why), **rest)


def step(name: str, changes: Changes, after: tuple[str, ...] = (), settle: float = 0) -> Step:
    return Step(name, T(name), T(name), changes, (Marks,), after=after, settle=settle)


@dataclass
class Machine(ThisMachine):
    """One run on a folder; `given` are the topics that come with the request."""

    folder: Path
    secrets: tuple[Secret, ...] = ()
    known_causes: tuple[KnownCause, ...] = ()
    given: Facts = field(default_factory=lambda: Facts().having(Joining(None)))
    unfinished: set[str] = field(default_factory=set)
    stop: threading.Event = field(default_factory=threading.Event)
    # What stands in for its facts, and for the short commands of this computer.
    sees: Callable[[], Facts] | None = None
    prints: Callable[..., Output] | None = None

    def __post_init__(self) -> None:
        super().__init__(self.folder)

    def facts(self, topics: Collection[type], scope: Scope) -> Facts:
        return self.sees() if self.sees else Facts().having(Marks(self.marks), Past())

    def output(self, argv: Argv, timeout: float) -> tuple[int, str, str]:
        if self.prints is None:
            return super().output(argv, timeout)
        said = self.prints(*argv)
        return said.code, said.out, said.err

    @property
    def marks(self) -> frozenset[str]:
        return frozenset(path.name for path in (self.folder / "marks").iterdir())

    @property
    def run_folder(self) -> Path:
        return self.folder / "run"

    @property
    def events(self) -> list[Event]:
        return runs.read_events(self.run_folder)

    def mark(self, name: str, script: str = ":", **rest: Any) -> RunCommand:
        """A command that does something, and then leaves a mark."""
        return shell(f"{script} && touch {self.folder}/marks/{name}", **rest)

    def marking(
        self, name: str, after: tuple[str, ...] = (), script: str = ":", **rest: Any
    ) -> Step:
        """A step that has nothing to do once its mark is there."""

        def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
            if name in facts[Marks].names:
                return ()
            return (self.mark(name, script, **rest),)

        return step(name, changes, after)

    def workshop(self) -> Workshop:
        redact = Redactor(self.secrets)
        (self.run_folder / "output").mkdir(parents=True, exist_ok=True)
        journal = Journal(self.run_folder / "journal.jsonl", redact)
        return Workshop(journal, redact, self.run_folder, self.known_causes, self.stop.is_set)

    def run(self, *steps: Step) -> Ending:
        """Carries the steps out; the outcome of the run."""
        shop = self.workshop()
        outcome = EngineRun(shop, Answers(), steps, Scope(), self.given, self.unfinished).execute()
        shop.journal.close()
        return outcome

    def ended(self) -> dict[str, Any]:
        """How each step ended."""
        return {e["step"]: e["outcome"] for e in self.events if e["kind"] == "step-ended"}

    def end_of(self, name: str) -> Event:
        return next(e for e in self.events if e["kind"] == "step-ended" and e["step"] == name)

    def argvs(self) -> list[Argv]:
        rows = [e for e in self.events if e["kind"] == "change-started"]
        return [tuple(row["change"].get("argv", ())) for row in rows]

    def at(self, kind: str, **wanted: Any) -> int:
        """The place of the first such event in the journal."""
        for i, event in enumerate(self.events):
            if event["kind"] == kind and all(event.get(k) == v for k, v in wanted.items()):
                return i
        raise AssertionError(f"no {kind} {wanted}")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    found = Machine(tmp_path)
    (tmp_path / "marks").mkdir()
    use(found)
    at(places.RAW).mkdir(parents=True)
    monkeypatch.setattr(yum, "read", lambda _look: Yum())
    monkeypatch.setattr(apply_module, "TICK", 0.01)
    monkeypatch.setattr(gauge, "PROGRESS_EVERY", 0.01)
    # Whoever prints has as long for it as it takes.
    monkeypatch.setattr(host_shell, "LINGERS", LONG)
    yield found
    assert list(at(places.RAW).iterdir()) == [], "a raw output was left lying about"


TOKEN = "zktp5j.fgb53hon9hd6xs29"
# Seconds; only a test that fails waits as long.
LONG = 60


def once(true: str) -> str:
    """A script that waits until this command of the shell succeeds; it fails where that never comes."""
    return f"n=0; until {true}; do [ $n -lt 12000 ] || exit 1; sleep 0.01; n=$((n+1)); done"


def meeting(machine: Machine, mine: str, other: str) -> str:
    """Waits until the other one has arrived too: two that run one after the other never meet."""
    folder = machine.folder
    return f"touch {folder}/{mine}; {once(f'[ -e {folder}/{other} ]')}"


def told(machine: Machine, kind: str, times: int = 1) -> str:
    """Waits until so many events of that kind are in the journal."""
    journal = machine.run_folder / "journal.jsonl"
    return once(f"""[ $(grep -c '"kind": "{kind}"' {journal}) -ge {times} ]""")
