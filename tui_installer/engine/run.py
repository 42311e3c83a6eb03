"""Execution of the graph of steps: in parallel where possible, each verified by new facts."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from tui_installer.engine import clearing
from tui_installer.engine.apply import MAKE_ROOM, TELLING, StepFailed, Stopped, apply, forget
from tui_installer.engine.asking import Asking, unseen
from tui_installer.engine.gauge import Gauge
from tui_installer.engine.journal import NotWritten
from tui_installer.engine.watch import Watcher
from tui_installer.engine.workshop import Workshop
from tui_installer.host import machine, runs
from tui_installer.host.gather import gather
from tui_installer.host.scope import Scope
from tui_installer.host.shell import age, end, gone, started_at, writer
from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.cause import Cause
from tui_installer.model.change import Change, RunCommand, WriteFile
from tui_installer.model.ending import GOOD, Ending
from tui_installer.model.event import HALF_MADE, OpenChange
from tui_installer.model.facts import Attempt, Facts, Joining, NotRead, Past, Undecided
from tui_installer.model.step import MAKING, Step, Watched
from tui_installer.model.text import T

ORPHAN_TICK = 0.1
# Seconds: what the logs said before is of a trouble that is over, or was there before the step began.
RECENT = 60.0
# How often a step plans again after its reset became needless.
REPLANNED = 3


class NeedsJoin(Exception):
    """The join command is needed, but lost: a token lives in memory only."""


@dataclass
class EngineRun:
    """One pass over the steps of these answers."""

    shop: Workshop
    answers: Answers
    steps: tuple[Step, ...]
    scope: Scope
    # Topics that no reader of the machine knows: who asked, what was accepted, the join command.
    given: Facts
    unfinished: set[str] = field(default_factory=set)
    # The last kubeadm of ours before this pass.
    attempt: Attempt | None = None
    # Steps that had ended well before this pass.
    made: frozenset[str] = frozenset()
    # Steps that have waited for an answer in vain, and decide without it.
    waited: set[str] = field(default_factory=set)
    outcomes: dict[str, Ending] = field(default_factory=dict)
    # The milestones that each planned step has not reached yet.
    ahead: dict[str, set[str]] = field(default_factory=dict)
    wake: threading.Condition = field(default_factory=threading.Condition)
    _facts: tuple[int, Facts] | None = None

    def execute(self) -> Ending:
        """Runs every step whose predecessors are done; returns the outcome of the run."""
        self._facts = (self.shop.applied, self._gather([t for s in self.steps for t in s.reads]))
        with ThreadPoolExecutor(max_workers=len(self.steps) or 1) as pool:
            waiting = list(self.steps)
            running: set[str] = set()
            while True:
                with self.wake:
                    ready = [s for s in waiting if self._ready(s)] if self._going_on() else []
                    for step in ready:
                        waiting.remove(step)
                        running.add(step.id)
                        pool.submit(self._step, step)
                    running -= set(self.outcomes)
                    if not running:
                        break
                    self.wake.wait(0.5)
        outcomes = set(self.outcomes.values())
        if Ending.FAILED in outcomes:
            return Ending.FAILED
        return Ending.DONE if not waiting and outcomes <= set(GOOD) else Ending.STOPPED

    def _going_on(self) -> bool:
        return not self.shop.stopping() and all(o in GOOD for o in self.outcomes.values())

    def _ready(self, step: Step) -> bool:
        present = {s.id for s in self.steps}
        return all(self._reached(name) for name in step.after if name.partition("/")[0] in present)

    def _reached(self, name: str) -> bool:
        step, _, milestone = name.partition("/")
        if self.outcomes.get(step) in GOOD:
            return True
        return bool(milestone) and step in self.ahead and milestone not in self.ahead[step]

    def _gather(self, topics: Iterable[type], recent: float | None = None) -> Facts:
        scope = self.scope if recent is None else replace(self.scope, recent=recent)
        return gather(topics, scope).merged(self.given).having(self._past)

    @property
    def _past(self) -> Past:
        return Past(
            frozenset(self.unfinished),
            made=self.made,
            changed=self.shop.changed,
            changed_at=self.shop.changed_at,
            attempt=self.attempt,
            waited=frozenset(self.waited),
        )

    def _facts_for(self, step: Step, *, anew: bool) -> Facts:
        """Returns the facts for a step; those of the run's start are valid until the first change."""
        if not anew and self._facts and self._facts[0] == self.shop.applied:
            return self._facts[1].having(self._past)
        return self._gather(step.reads)

    def _changes(self, step: Step, *, anew: bool = False) -> tuple[Change, ...]:
        """Plans a step's remaining changes, and asks again for every unknown fact."""
        facts, asking = self._facts_for(step, anew=anew), Asking(self.shop, step.id)
        while True:
            try:
                return tuple(step.changes(self.answers, facts))
            except Undecided:
                raise
            except NotRead as error:
                if asking.wait(error):
                    facts = self._gather(step.reads)
                else:
                    self.waited.add(step.id)
                    facts = facts.having(self._past)

    def _step(self, step: Step) -> None:
        began = time.monotonic()
        try:
            outcome, extra = self._work(step), dict[str, Any]()
        except StepFailed as failed:
            outcome, extra = Ending.FAILED, failed.to_json()
        except Undecided as undecided:
            outcome, extra = Ending.STOPPED, {"reason": HALF_MADE, "tail": []}
            extra |= {"error": undecided.title.to_json(), "cure": undecided.cure.to_json()}
        except (Stopped, NeedsJoin) as stopped:
            outcome, extra = Ending.STOPPED, {}
            if isinstance(stopped, NeedsJoin):
                extra["reason"] = "join-lost"
        except NotRead as error:
            outcome, extra = Ending.FAILED, {"error": error.unread.text.to_json(), "tail": []}
        except NotWritten as error:
            outcome, extra = Ending.FAILED, _unwritten(error)
        except Exception as error:
            where = traceback.format_exc().splitlines()
            title = T("this program has a fault: {error}", error=f"{type(error).__name__}: {error}")
            outcome, extra = Ending.FAILED, {"error": title.to_json(), "tail": where[-15:]}
        seconds = round(time.monotonic() - began, 1)
        # This comes before the journal entry, so that no new work begins once it can be read.
        self.shop.failed = self.shop.failed or outcome == Ending.FAILED
        try:
            self.shop.journal.write(
                "step-ended", step=step.id, outcome=outcome, seconds=seconds, **extra
            )
        except OSError as error:
            # The journal cannot record the step's end, so no new work may begin on this disk.
            outcome = Ending.FAILED
            self.shop.failed = True
            with suppress(OSError):
                self.shop.journal.write(
                    "step-ended",
                    step=step.id,
                    outcome=outcome,
                    seconds=seconds,
                    **_unwritten(error),
                )
        with self.wake:
            self.outcomes[step.id] = outcome
            self.wake.notify_all()

    def _work(self, step: Step) -> Ending:
        self.shop.journal.write("step-started", step=step.id)
        changes = self._changes(step)
        self._forecast(step, changes)
        if not changes:
            return Ending.NOTHING
        self._refuse_lost_join(changes)
        with self._watching(step) as watcher:
            try:
                self._apply_as_planned(step, changes)
            except StepFailed as failed:
                raise _named(failed, watcher) from failed
            finally:
                for change in changes:
                    if isinstance(change, WriteFile) and change.temporary:
                        forget(change)
            self._finished(step)
            self.shop.journal.write("step-verifying", step=step.id)
            self._verify(step, watcher)
        return Ending.DONE

    def _finished(self, step: Step) -> None:
        """Updates the unfinished steps; a kubeadm that ended well also clears the remains of another role's kubeadm."""
        self.unfinished -= MAKING if step.id in MAKING else {step.id}
        if step.id in MAKING:
            before, self.attempt = self.attempt, runs.state(self.shop.run).attempt
            # A node that was made again has to prove that it is whole.
            self.made -= MAKING if self.attempt != before else set()

    @contextmanager
    def _watching(self, step: Step) -> Iterator[Watcher | None]:
        """Watches meanwhile, where the step waits for others."""
        if (watch := step.watch) is None:
            yield None
            return

        def look() -> Watched:
            began = self.shop.waits.get(step.id)
            if step.id in MAKING and began is None:
                # Until kubeadm begins, the logs tell of what an earlier one has left.
                return Watched()
            try:
                recent = None if began is None else min(time.monotonic() - began, RECENT)
                return watch(self.answers, self._gather(step.watches, recent))
            except NotRead as error:
                return unseen(error.unread)

        with Watcher(self.shop, step.id, look) as watcher:
            yield watcher

    def _refuse_lost_join(self, changes: Sequence[Change]) -> None:
        joins = any(isinstance(change, RunCommand) and change.joins for change in changes)
        if joins and self.given[Joining].command is None:
            raise NeedsJoin

    def _forecast(self, step: Step, rest: Sequence[Change]) -> None:
        with self.wake:
            self.ahead[step.id] = {change.reaches for change in rest if change.reaches}
            self.wake.notify_all()

    def _apply_as_planned(self, step: Step, changes: tuple[Change, ...]) -> None:
        """Applies the changes; plans again, a few times, when a reset has become needless."""
        for _ in range(REPLANNED):
            try:
                return self._apply_all(step, changes)
            except clearing.Outdated:
                changes = self._changes(step, anew=True)
        return self._apply_all(step, changes)

    def _apply_all(self, step: Step, changes: tuple[Change, ...]) -> None:
        done = 0
        for together, group in groupby(changes, key=_together):
            batch = list(group)
            if together:
                self._side_by_side(step, batch)
            else:
                for change in batch:
                    with self._prepared(step, change):
                        apply(self.shop, step.id, change)
                    done += 1
                    self._forecast(step, changes[done:])
                continue
            done += len(batch)
            self._forecast(step, changes[done:])

    def _prepared(self, step: Step, change: Change) -> AbstractContextManager[None]:
        if not clearing.is_reset(change):
            return nullcontext()

        def again() -> tuple[Change, ...]:
            left = self._changes(step, anew=True)
            # This reset stops the kubelet, so its silence says nothing from here on.
            self.waited.add(step.id)
            return left

        return clearing.prepared(self.shop, step.id, again)

    def _side_by_side(self, step: Step, batch: list[Change]) -> None:
        """Applies changes in parallel; raises the first failure once all of them have ended."""
        commands = [c for c in batch if isinstance(c, RunCommand)]
        meter = next((c.meter for c in commands), "")
        gauge = Gauge(self.shop, step.id, meter, [c.target for c in commands])
        work: Callable[[Change], None] = lambda change: apply(self.shop, step.id, change, gauge)  # noqa: E731
        with ThreadPoolExecutor(max_workers=len(batch)) as pool:
            futures = [pool.submit(work, change) for change in batch]
        errors = [error for future in futures if (error := future.exception())]
        # A failure tells more than Stopped, which follows from it.
        for error in sorted(errors, key=lambda error: isinstance(error, Stopped)):
            raise error

    def _verify(self, step: Step, watcher: Watcher | None = None) -> None:
        """Reads facts until no change is left; they may take a moment to follow.

        A slow reading extends the limit by twice its time, so that two more readings fit in.
        """
        end = time.monotonic() + step.settle
        slowest = 0.0
        began = time.monotonic()
        while left := self._changes(step, anew=True):
            slowest = max(slowest, time.monotonic() - began)
            if watcher and self.shop.stopping():
                raise Stopped
            late = time.monotonic() > end + 2 * slowest
            cause = self.shop.hopeless.get(step.id) or (watcher.cause if watcher and late else None)
            if cause:
                said = watcher.said if watcher else {}
                raise StepFailed(cause.title, cause.cure, _shown(cause), said=said)
            if late:
                what = left[0].why
                title = T("all changes were made, but this is still to do: {what}", what=what)
                raise StepFailed(
                    title,
                    T(
                        "perhaps something on this machine undoes it; apply again, or look at it by hand"
                    ),
                )
            time.sleep(1 if watcher else 0.3)
            began = time.monotonic()


def _named(failed: StepFailed, watcher: Watcher | None) -> StepFailed:
    """Returns the failure of a watched step with the cause that the watcher sees, unless the tool itself has named it."""
    if watcher is None or (failed.known and watcher.step not in watcher.shop.hopeless):
        return failed
    if not failed.known:
        watcher.once()
    failed.said = watcher.said
    if failed.known or (cause := watcher.cause) is None:
        return failed
    # What the facts show tells more than kubeadm's own last lines.
    tail = _shown(cause) if watcher.diagnosing else failed.tail
    return StepFailed(cause.title, cause.cure, tail, said=failed.said)


def _shown(cause: Cause) -> list[str]:
    return list(cause.evidence)[-TELLING:]


def _together(change: Change) -> str:
    return change.together if isinstance(change, RunCommand) else ""


def _unwritten(error: OSError) -> dict[str, Any]:
    title = T(
        "{path} could not be written: {reason}",
        path=error.filename or str(machine.at(places.RUNS)),
        reason=error.strerror or str(error),
    )
    return {"error": title.to_json(), "tail": [], "cure": MAKE_ROOM.to_json()}


def wait_for_orphans(shop: Workshop, orphans: Iterable[OpenChange]) -> None:
    """Waits until all children of a killed engine are gone, because facts are unreliable before that.

    Each child keeps its time limit, counted from its start; an interruptible one ends when the run is asked
    to stop.
    """
    left = [
        located for orphan in orphans if not gone((located := _found(orphan)).pid, located.start)
    ]
    for orphan in left:
        what = T(
            "{program} (pid {pid}), started before the interruption",
            program=orphan.argv[0] if orphan.argv else orphan.step,
            pid=orphan.pid,
        )
        shop.journal.write("waiting", durable=False, step=orphan.step, what=what.to_json())
    while left := [orphan for orphan in left if not gone(orphan.pid, orphan.start)]:
        stopping = shop.stopping()
        for orphan in left:
            if (stopping and orphan.interruptible) or age(orphan.start) > orphan.timeout:
                end(orphan.pid, orphan.start)
        time.sleep(ORPHAN_TICK)


def _found(orphan: OpenChange) -> OpenChange:
    """Finds a child by its output file, if the engine was killed between its start and its journal line."""
    if orphan.pid or orphan.path:
        return orphan
    pid = writer(machine.at(places.RAW) / f"{orphan.step}-{orphan.number}")
    return replace(orphan, pid=pid, start=started_at(pid))
