"""Execution of one change: the journal announces it before, and records its end after."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui_installer.engine.gauge import Gauge
from tui_installer.engine.journal import NotWritten
from tui_installer.engine.output import Pump
from tui_installer.engine.workshop import Workshop
from tui_installer.host import files, machine, systemd
from tui_installer.host.facts import remains
from tui_installer.host.facts import yum as yum_lock
from tui_installer.host.look import Look
from tui_installer.host.shell import Child
from tui_installer.model import places
from tui_installer.model.advice import without_advice
from tui_installer.model.cause import UNKNOWN, name_cause
from tui_installer.model.change import Change, RunCommand, WriteFile
from tui_installer.model.event import makes
from tui_installer.model.secret import Secret
from tui_installer.model.text import T, Text
from tui_installer.render.packages import PACKAGES_LOCK

TICK = 0.1
# Seconds at the start, and while a child prints faster than its file can be read.
FLOODED = 0.002
YUM_PATIENCE = 120
# Lines that a failure shows.
TELLING = 15
MAKE_ROOM = T("make sure that it can be written and that there is room, then apply again")


class StepFailed(Exception):
    """A change failed: our sentence, the cure, and the lines that show it; `known`: the sentence names the cause.

    `said` holds the last errors of the components for which the step waited.
    """

    def __init__(
        self,
        title: Text,
        cure: Text | None = None,
        tail: list[str] | None = None,
        *,
        known: bool = False,
        said: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        super().__init__(str(title))
        self.title, self.cure, self.tail, self.known = title, cure, tail or [], known
        self.said = said or {}

    def to_json(self) -> dict[str, Any]:
        """Returns the form that the journal keeps; no line occurs in it twice."""
        said = {n: [x for x in lines if x not in self.tail] for n, lines in self.said.items()}
        said = {name: lines for name, lines in said.items() if lines}
        return {
            "error": self.title.to_json(),
            "tail": self.tail,
            **({"cure": self.cure.to_json()} if self.cure else {}),
            **({"said": said} if said else {}),
        }


@dataclass
class _Account:
    """The number of one change in its step, and its exit code; -1: we ended it, or it was not made."""

    number: int
    code: int = -1


class Stopped(Exception):
    """A person asked the run to stop, and this is a safe point."""


@contextmanager
def _holding(shop: Workshop, step: str, name: str) -> Iterator[None]:
    """Holds a named resource; journals a wait for it, and gives up when the run is stopped."""
    if not name:
        yield
        return
    lock = shop.resource(name)
    if not lock.acquire(timeout=TICK):
        shop.journal.write(
            "waiting",
            durable=False,
            step=step,
            what=T("another step that uses {name}", name=name).to_json(),
        )
        while not lock.acquire(timeout=TICK):
            _go_on(shop)
    try:
        # The run may have been stopped while another step still held the resource.
        _go_on(shop)
        if name == PACKAGES_LOCK:
            _wait_for_yum(shop, step)
        yield
    finally:
        lock.release()


def _go_on(shop: Workshop) -> None:
    """Raises Stopped where no new work may begin."""
    if shop.stopping() or shop.failed:
        raise Stopped


def _wait_for_yum(shop: Workshop, step: str) -> None:
    """Waits for yum's lock with a limit; yum itself would wait for ever."""
    end = time.monotonic() + YUM_PATIENCE
    announced = False
    while (held := yum_lock.read(Look())).lock_pid:
        what = T(
            "{program} (pid {pid}) to release yum's lock",
            program=held.lock_program,
            pid=held.lock_pid,
        )
        if not announced:
            shop.journal.write("waiting", durable=False, step=step, what=what.to_json())
            announced = True
        if shop.stopping():
            raise Stopped
        if time.monotonic() > end:
            title = T(
                "yum's lock is held: waited {seconds} s for {what}", seconds=YUM_PATIENCE, what=what
            )
            raise StepFailed(title, T("wait until it ends, or stop it, then apply again"))
        time.sleep(0.5)


def apply(shop: Workshop, step: str, change: Change, gauge: Gauge | None = None) -> None:
    """Makes one change. Raises StepFailed, or Stopped at a safe point."""
    _go_on(shop)
    if isinstance(change, WriteFile):
        _write(shop, step, change)
    else:
        with _holding(shop, step, change.resource):
            _run(shop, step, change, gauge or Gauge(shop, step, change.meter, [change.target]))


@contextmanager
def _announced(shop: Workshop, step: str, change: Change) -> Iterator[_Account]:
    """Journals the change before it is made, and its end in every case."""
    account = _Account(shop.number(step))
    more: dict[str, Any] = {}
    if isinstance(change, RunCommand):
        more = {"timeout": change.timeout, "interruptible": change.interruptible}
        more |= _before(change)
    elif not change.temporary:
        more = {"digest": files.digest(_content(change))}
    began = time.monotonic()
    going_on = False
    try:
        shop.announce(step, account.number, change.to_json(), more)
        yield account
        going_on = True
    finally:
        shop.touched()
        seconds = round(time.monotonic() - began, 1)
        # The exception in flight matters more than this line, which then waits for room on the disk.
        with suppress(*() if going_on else (NotWritten,)):
            shop.journal.write(
                "change-ended", step=step, n=account.number, code=account.code, seconds=seconds
            )


def _content(change: WriteFile) -> str:
    return change.content.reveal() if isinstance(change.content, Secret) else change.content


def _write(shop: Workshop, step: str, change: WriteFile) -> None:
    content = _content(change)
    with _announced(shop, step, change) as account:
        try:
            if not change.temporary:
                originals, written = shop.run / "originals", shop.written[change.path]
                files.keep_original(change.path, originals, written)
                written.add(files.digest(content))
            files.write(change.path, content, mode=change.mode, uid=change.uid, gid=change.gid)
        except OSError as error:
            title = T(
                "{path} could not be written: {reason}",
                path=change.path,
                reason=error.strerror or str(error),
            )
            raise StepFailed(title, MAKE_ROOM) from error
        account.code = 0


def _run(shop: Workshop, step: str, change: RunCommand, gauge: Gauge) -> None:
    with _announced(shop, step, change) as account:
        raw = machine.at(places.RAW) / f"{step}-{account.number}"
        pump = Pump(raw, shop.log(step), shop.redact)
        if change.gives_up:
            shop.waits[step] = time.monotonic()
        try:
            child = _begin(shop, step, change, raw)
            ended = _accompany(shop, step, change, child, pump, gauge, account)
            if makes(change.argv):
                left(shop, step, account.number)
            if ended is None and child.code not in change.ok_codes:
                pump.add(systemd.said(change.argv))
        finally:
            pump.close()
    if ended is not None:
        raise ended
    if account.code not in change.ok_codes:
        cause = name_cause(shop.known_causes, change.argv[0], pump.tail)
        known = cause.id != UNKNOWN and not cause.general
        raise StepFailed(cause.title, cause.cure, _telling(pump), known=known)


def _telling(pump: Pump) -> list[str]:
    """Returns the last lines of a child that tell of this failure."""
    return list(without_advice(pump.tail))[-TELLING:]


def _begin(shop: Workshop, step: str, change: RunCommand, raw: Path) -> Child:
    try:
        return Child(change.argv, raw, dict(change.env), change.stdin)
    except OSError as error:
        title = T(
            "{program} could not be started: {reason}",
            program=change.argv[0],
            reason=error.strerror or str(error),
        )
        raise StepFailed(title, MAKE_ROOM) from error


def _accompany(
    shop: Workshop,
    step: str,
    change: RunCommand,
    child: Child,
    pump: Pump,
    gauge: Gauge,
    account: _Account,
) -> StepFailed | Stopped | None:
    """Stays with a child until it is gone, even after an error; returns None if the child ended by itself."""
    end = time.monotonic() + change.timeout
    ended = None
    try:
        with suppress(NotWritten):  # a later engine finds the child by its output file
            shop.journal.write(
                "child-started", step=step, n=account.number, pid=child.pid, start=child.start
            )
        ended = _attend(shop, step, change, child, pump, gauge, end)
    finally:
        # After a fault of ours a download is interrupted, and a transaction is allowed to end first.
        if not change.interruptible:
            child.wait(max(0.0, end - time.monotonic()))
        if not child.wait(0):
            child.stop()
            account.code = -1
        else:
            account.code = child.code if ended is None else -1
    return ended


def _before(change: RunCommand) -> dict[str, Any]:
    """Records what exists before kubeadm makes a node, so that its own files can be told apart later."""
    if not makes(change.argv):
        return {}
    here = remains.seen()
    unread = [str(text) for text in here.unread]
    traces = sorted({*here.traces, *unread})
    return {"before": {"ca": here.ca, "files": dict(here.files), "traces": traces}}


def left(shop: Workshop, step: str, number: int) -> None:
    """Journals the files that kubeadm has left; journals nothing if some of them cannot be read."""
    here = remains.seen()
    if not here.unread:
        shop.journal.write(
            "kubeadm-left",
            step=step,
            n=number,
            ca=here.ca,
            files=dict(here.files),
            latest=here.latest,
            looked_at=here.looked_at,
        )


def _attend(
    shop: Workshop,
    step: str,
    change: RunCommand,
    child: Child,
    pump: Pump,
    gauge: Gauge,
    end: float,
) -> StepFailed | Stopped | None:
    """Attends a child until it ends or has to be ended; returns None if it ended by itself."""
    tick = FLOODED
    while not child.wait(tick):
        tick = FLOODED if pump.move() else min(2 * tick, TICK)
        still = gauge.look("\n".join(pump.tail))
        why = _reason_to_end(shop, step, change, still, late=time.monotonic() > end)
        if why is not None:
            child.stop()
            pump.move(last=True)
            if isinstance(why, StepFailed):
                why.tail = why.tail[-TELLING:] or _telling(pump)
            return why
    return None


def _reason_to_end(
    shop: Workshop, step: str, change: RunCommand, still: float, *, late: bool
) -> StepFailed | Stopped | None:
    if shop.stopping() and change.interruptible:
        return Stopped()
    if (cause := shop.hopeless.get(step)) and (change.interruptible or change.gives_up):
        return StepFailed(cause.title, cause.cure, list(cause.evidence), known=True)
    if change.stall and still > change.stall:
        title = T("{target}: no new byte for {seconds} s", target=change.target, seconds=int(still))
        return StepFailed(
            title,
            T("the source has gone silent; choose another one in the answers, then apply again"),
        )
    if late:
        title = T(
            "{program} did not end within {seconds} s",
            program=change.argv[0],
            seconds=int(change.timeout),
        )
        return StepFailed(title, T("look at its last lines, then apply again"))
    return None


def forget(change: WriteFile) -> None:
    """Removes a file that exists only while its step runs."""
    machine.at(change.path).unlink(missing_ok=True)
