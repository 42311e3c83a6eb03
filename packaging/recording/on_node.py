"""Recorder of one whole run on a node of the lab, with the effects of each change, under the program's own Python.

    python3.13 on_node.py ANSWERS OUT [JOIN]

It is the engine itself with another journal: before and after every change it reads all that the program
can read of the machine. Changes are made one after the other, so that every difference has one cause.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tui_installer import __version__, registry
from tui_installer.assets import image_bytes
from tui_installer.engine import main as engine
from tui_installer.engine.journal import Journal
from tui_installer.host import meters, shell
from tui_installer.host.gather import gather, readers
from tui_installer.host.look import Look
from tui_installer.host.machine import at, use
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model import places
from tui_installer.model.address import own_address
from tui_installer.model.answers_file import parse
from tui_installer.model.join import parse_join
from tui_installer.preflight import inspection
from tui_installer.rehearsal.codec import encode
from tui_installer.rehearsal.effect import Effect, Moment
from tui_installer.rehearsal.kept import KeptFile
from tui_installer.rehearsal.patch import difference
from tui_installer.rehearsal.record import KEPT, TOKENS, kept_files
from tui_installer.rehearsal.reference import RecordedRun
from tui_installer.rehearsal.scrub import clean, marked
from tui_installer.runs import launch

# These topics differ at every reading, and do not matter.
RESTLESS = {"Clock", "Disk", "Yum"}
# The program writes its own records itself, in a rehearsal too.
OWN = ("/var/lib/tui-installer/", "/etc/tui-installer/")
PROOF = str(places.PROOF)
TAIL, LOOK = 0.1, 1.0

FOUND: inspection.Preflight
RECORDED: list[Effect] = []


def topics() -> list[type]:
    """Returns the topics that do not come from files alone."""
    return [
        topic
        for topic, module in readers().items()
        if not getattr(module, "FILES", False) and topic.__name__ not in RESTLESS
    ]


def look_with() -> Look:
    parts = (*registry.steps(), *registry.checks(), *registry.proofs())
    return Look(FOUND.answers, (*KEPT, *registry.file_patterns(parts)))


class Looking(Journal):
    """The engine's journal; from the start to the end of a change, it holds back all other changes."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.turn = threading.Lock()
        self.look = look_with()
        self.facts = self.all_facts(topics())
        self.files = kept_files(self.look)
        self.tokens = ""
        self.steps = {step.id: step for step in registry.steps()}

    def all_facts(self, wanted: list[type]) -> dict[str, Any]:
        facts = gather(wanted, self.look)
        return {
            topic.__name__: json.loads(clean(json.dumps(encode(facts[topic])))) for topic in wanted
        }

    def write(self, kind: str, *, durable: bool = True, **rest: Any) -> None:
        if kind == "change-started":
            self.turn.acquire()
            self.begin(rest["step"], rest["change"])
        if kind == "progress":
            self.fetched = max([self.fetched, *(p["done"] for p in rest.get("parts", []))])
        super().write(kind, durable=durable, **rest)
        if kind == "change-ended":
            self.end(rest["code"])
            self.turn.release()
        if kind == "step-ended":
            with self.turn:
                self.afterwards(rest["step"])

    def begin(self, step: str, change: dict[str, Any]) -> None:
        self.step, self.change, self.fetched = step, change, 0
        self.log = (
            at(places.RUNS) / next(p.name for p in at(places.RUNS).iterdir()) / f"output/{step}.log"
        )
        self.at = self.log.stat().st_size if self.log.exists() else 0
        self.prints: list[tuple[float, str]] = []
        self.moments: list[Moment] = []
        self.began, self.over = time.monotonic(), threading.Event()
        self.sampler = threading.Thread(target=self.sample, daemon=True)
        self.sampler.start()

    def sample(self) -> None:
        """Samples the output, and the progress that the step waits for."""
        watches, looked = list(self.steps[self.step].watches), time.monotonic()
        while not self.over.wait(TAIL):
            self.tail()
            if watches and time.monotonic() - looked > LOOK:
                self.moment(self.all_facts([t for t in watches if t in topics()]), files=[PROOF])
                looked = time.monotonic()

    def tail(self) -> None:
        if not self.log.exists():
            return
        with self.log.open("rb") as file:
            file.seek(self.at)
            raw = file.read()
        if raw:
            self.at += len(raw)
            self.prints.append((self.seconds(), raw.decode("utf-8", "replace")))

    def seconds(self) -> float:
        return round(time.monotonic() - self.began, 2)

    def moment(
        self, facts: dict[str, Any], files: list[str] | None = None, at: float | None = None
    ) -> None:
        at = self.seconds() if at is None else at
        if self.moments:
            at = max(at, self.moments[-1].at)
        other = {n: d for n, v in facts.items() if (d := difference(self.facts[n], v)) is not None}
        other = {n: d for n, d in other.items() if not restless(n, d)}
        self.facts |= {name: facts[name] for name in other}
        changed = self.changed_files(files)
        rows = self.new_tokens() if files is None else []
        if other or changed or rows:
            self.moments.append(Moment(at, other, changed, rows))

    def changed_files(self, only: list[str] | None) -> dict[str, KeptFile | None]:
        now = kept_files(replace(self.look, patterns=tuple(only)) if only else self.look)
        gone = [] if only else [path for path in self.files if path not in now]
        changed: dict[str, KeptFile | None] = {
            path: file
            for path, file in now.items()
            if self.files.get(path) != file and self.theirs(path)
        }
        changed |= {path: None for path in gone if self.theirs(path)}
        self.files = {path: f for path, f in {**self.files, **now}.items() if path not in gone}
        return changed

    def theirs(self, path: str) -> bool:
        """Tells whether the command wrote the file; the program writes its own records itself."""
        return path == PROOF or (path != self.change.get("path") and not path.startswith(OWN))

    def new_tokens(self) -> list[dict[str, Any]]:
        if not Path(TOKENS[-1]).exists():
            return []
        output = shell.output(*TOKENS)
        if output.code or output.out.count('"token"') == self.tokens.count('"token"'):
            return []
        self.tokens = output.out
        return [{"argv": list(TOKENS), "code": 0, "out": marked(output.out), "err": ""}]

    def end(self, code: int) -> None:
        seconds = self.seconds()
        self.over.set()
        self.sampler.join()
        self.tail()
        self.moment(self.all_facts(topics()), at=seconds)
        argv = list(self.change.get("argv", []))
        fetched = self.fetched
        if argv[:1] == ["crictl"] and "pull" in argv:
            fetched = image_bytes(argv[-1]) or fetched
        elif argv[:1] == ["yum"] and (
            total := meters.yum()("".join(t for _, t in self.prints)).total
        ):
            fetched = total
        if argv or self.moments:
            RECORDED.append(
                Effect(
                    self.step,
                    argv,
                    self.change.get("path", ""),
                    code,
                    seconds,
                    self.prints,
                    self.moments,
                    fetched,
                )
            )

    def afterwards(self, step: str) -> None:
        """Adds the effects during a step's verification to its last change."""
        last = next((e for e in reversed(RECORDED) if e.step == step), None)
        if last is None:
            return
        self.moments, self.change = last.moments, {}
        self.moment(self.all_facts(topics()), at=last.seconds)


def restless(topic: str, change: Any) -> bool:
    """Tells whether the difference occurs at every reading."""
    return topic == "ApiServer" and set(change) <= {"latency", "skew"}


class Recorded(ThisMachine):
    """A machine whose engine runs in this process."""

    def start_engine(self) -> str:
        return ""


def main() -> int:
    global FOUND
    use(Recorded())
    answers, out, join = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    command = parse_join(Path(join[0]).read_text()) if join else None
    accept = tuple(os.environ.get("ACCEPT", "").split())
    asked = inspection.Asked(parse(answers.read_bytes()), command, accept)
    FOUND = inspection.look(asked)
    if refused := launch.refusals(FOUND):
        raise SystemExit("\n".join(str(row.text) for row in refused))
    engine.Journal = Looking  # type: ignore[misc]
    launch.launch(FOUND, asked)
    code = engine.main()
    now = datetime.now(UTC).isoformat(timespec="seconds").removesuffix("+00:00")
    own = FOUND.answers.node
    values = {
        "hostname": own.hostname,
        "interface": own.interface,
        "address": own_address(FOUND.answers, FOUND.facts),
    }
    run = RecordedRun(1, "run", __version__, now, own.role, values, RECORDED)
    out.write_text(json.dumps(encode(run), indent=1) + "\n", encoding="utf-8")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
