"""The engine's main program: it takes the lock, works on a new or unfinished request, and ends."""

from __future__ import annotations

import fcntl
import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from tui_installer import __version__, registry
from tui_installer.engine import clearing
from tui_installer.engine.apply import left
from tui_installer.engine.journal import Journal
from tui_installer.engine.output import Pump
from tui_installer.engine.run import EngineRun, wait_for_orphans
from tui_installer.engine.workshop import Workshop
from tui_installer.host import files, last_answers, machine, requests, runs, set_aside
from tui_installer.host.scope import Scope
from tui_installer.host.shell import kept, started_at
from tui_installer.model import places
from tui_installer.model.answers_file import dump
from tui_installer.model.ending import Ending
from tui_installer.model.event import RunState, makes
from tui_installer.model.facts import Accepted, Facts, Joining, People
from tui_installer.model.request import Request
from tui_installer.model.secret import Redactor
from tui_installer.model.step import INSTALLING, MAKING
from tui_installer.model.text import T, Text

# Attempts to take the lock, 0.05 s apart.
ATTEMPTS = 10
# The name of a run is far shorter.
LONGEST = 255


def main() -> int:
    """Runs the engine; returns 0 for every end of a run, which the journal records, and 1 if our own files fail."""
    os.umask(0o022)
    try:
        for name in (places.VOLATILE, places.RAW, places.TEMPORARY, places.STATE, places.RUNS):
            folder = machine.at(name)
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        with machine.at(places.LOCK).open("wb") as lock:
            if not _taken(lock):
                return 0
            requests.forget_begun()
            while (work := _next()) is not None:
                _carry_out(*work)
    except OSError as error:
        _say(
            f"the engine cannot go on: {error}; make room, it starts again by itself at the next apply or boot"
        )
        return 1
    return 0


def _say(text: str) -> None:
    """Prints to the journal of the unit."""
    print(f"tui-installer engine: {text}", file=sys.stderr, flush=True)  # noqa: T201


def _tell(text: Text) -> None:
    """Prints to the journal of the unit, and leaves a note for the next person who looks."""
    _say(str(text))
    with suppress(OSError):
        set_aside.note(text)


def _taken(lock: BinaryIO) -> bool:
    """Takes the lock; a viewer that checks holds it for a moment, an engine for good."""
    for _ in range(ATTEMPTS):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def _next() -> tuple[Request, Path] | None:
    """Returns the new request, or the interrupted run; None when there is nothing to do."""
    unfinished = _unfinished()
    asked = runs.asked()
    if asked is not None:
        # The person who made this request has read the notes.
        set_aside.forget()
        return asked, _going_on(unfinished, asked) or _resumable(asked) or runs.new()
    if machine.at(places.REQUEST).exists():
        # The unreadable request may hold a token, and it blocks the place of the next one.
        strange = runs.strange_kind(machine.at(places.REQUEST))
        machine.at(places.REQUEST).unlink()
        _tell(
            _of_strange_kind(strange)
            if strange
            else T("a request that cannot be read was put away; ask for it again")
        )
    if unfinished is None:
        return None
    request = runs.request_of(unfinished)
    if request is None:
        _set_aside(unfinished)
        return None
    files.write(str(places.REQUEST), request.dump(), mode=0o600)
    return request, unfinished


def _set_aside(run: Path) -> None:
    """Stops an unreadable run from resuming by itself; the next request continues it."""
    machine.at(places.UNFINISHED).unlink()
    path = run / "request.json"
    if strange := runs.strange_kind(path):
        _tell(_of_strange_kind(strange))
        return
    _tell(
        T(
            "{path} cannot be read; this run does not go on by itself: apply again",
            path=str(path),
        )
    )


def _of_strange_kind(kind: str) -> Text:
    return T(
        'this version of the program knows no runs of the kind "{kind}"; the one that was asked for does not go on: use the version that has begun it',
        kind=kind,
    )


def _unfinished() -> Path | None:
    with suppress(OSError, ValueError):
        name = files.bounded(machine.at(places.UNFINISHED), LONGEST).decode().strip()
        for run in machine.at(places.RUNS).iterdir():
            if run.name == name and (run / "request.json").exists():
                return run
    return None


def _going_on(run: Path | None, asked: Request) -> Path | None:
    """Returns the run if the request continues it: another kind of work begins a run of its own."""
    return run if run is not None and runs.state(run).kind == asked.kind else None


def _resumable(asked: Request) -> Path | None:
    """Returns the newest run if it did not end well; the next request of its kind continues it."""
    newest = runs.latest()
    if newest is None or runs.state(newest).outcome == Ending.DONE:
        return None
    return _going_on(newest, asked)


def _open(run: Path, asked: Request) -> None:
    """Puts everything that a later engine needs on the disk before the run begins."""
    runs.outputs(run).mkdir(parents=True, exist_ok=True)
    run.chmod(0o700)
    answers = dump(asked.answers)
    files.write(str(run / "request.json"), json.dumps(asked.public()), mode=0o600)
    files.write(str(run / "answers.toml"), answers, mode=0o600)
    files.write(str(places.UNFINISHED), run.name, mode=0o600)
    _keep_strange_answers(run)
    last = files.read(str(places.ANSWERS))
    if last is None or last.text != answers:
        files.write(str(places.ANSWERS), answers, mode=0o600)


def _keep_strange_answers(run: Path) -> None:
    """Keeps answers of another version or from a person's hand: no run's folder has a copy of them."""
    last = last_answers.last()
    if last.wrong is not None and not last.gone:
        files.keep_original(str(places.ANSWERS), run / "originals")


def _carry_out(asked: Request, run: Path) -> None:
    _open(run, asked)
    before = runs.state(run)
    redact = Redactor([asked.join.token] if asked.join else [])
    journal = Journal(run / "journal.jsonl", redact)
    steps = tuple(s for s in registry.steps(asked.kind) if s.applies(asked.answers))
    shop = Workshop(journal, redact, run, registry.causes(), machine.at(places.STOP).exists)
    shop.numbers = dict(before.numbers)
    for file, digest in before.written:
        shop.written[file].add(digest)
    past = runs.past()
    shop.changes = before.changes
    shop.changed_before = past.changed
    shop.changed_at = past.changed_at
    journal.write(
        "run-started",
        run=run.name,
        run_kind=asked.kind,
        program=__version__,
        by=asked.by,
        steps=[s.id for s in steps],
        resumed=bool(before.steps),
        pid=os.getpid(),
        start=started_at(os.getpid()),
    )
    _clear(shop, before)
    facts = Facts().having(
        People(asked.people), Accepted(asked.accepted, asked.half_made), Joining(asked.join)
    )
    scope = Scope(
        asked.answers,
        registry.file_patterns(steps),
        asked.people,
        not before.unfinished.isdisjoint(INSTALLING),
        not before.unfinished.isdisjoint(MAKING),
    )
    # The state is read again, because `_clear` has just journalled how an interrupted kubeadm ended.
    attempt = runs.state(run).attempt
    unfinished = set(before.unfinished)
    work = EngineRun(shop, asked.answers, steps, scope, facts, unfinished, attempt, past.made)
    outcome = work.execute()
    journal.write("run-ended", outcome=outcome)
    journal.close()
    # If the engine is killed before these are gone, the next one finds nothing left to do, and says so.
    for path in map(machine.at, (places.STOP, places.UNFINISHED, places.REQUEST)):
        path.unlink(missing_ok=True)


def _clear(shop: Workshop, before: RunState) -> None:
    """Waits for the children of an earlier engine, and collects their output."""
    if machine.at(places.BOOTED).exists():
        wait_for_orphans(shop, before.open.values())
    clearing.start_kubelet_again()
    for change in before.open.values():
        if makes(change.argv):
            left(shop, change.step, change.number)
        # Nobody has seen how the change ended.
        shop.journal.write("change-ended", step=change.step, n=change.number, code=None, seconds=0)
    machine.at(places.BOOTED).touch()
    for rest in machine.at(places.TEMPORARY).iterdir():
        rest.unlink()
    for broken in before.open.values():
        if broken.path:
            files.forget_broken_write(broken.path)
    for raw in sorted(p for p in machine.at(places.RAW).glob("*") if p.suffix != ".at"):
        kept(raw)
        Pump(raw, shop.log(raw.name.rpartition("-")[0]), shop.redact).close()
