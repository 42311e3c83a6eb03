"""Carries out one change: announced in the journal before, accounted for after."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from tui_installer.engine.gauge import Gauge
from tui_installer.engine.output import Pump
from tui_installer.engine.workshop import Workshop
from tui_installer.host import files, units
from tui_installer.host.facts import yum as yum_lock
from tui_installer.host.look import Look
from tui_installer.host.shell import Child
from tui_installer.model import places
from tui_installer.model.change import Change, RunCommand, WriteFile
from tui_installer.model.secret import Secret
from tui_installer.model.symptom import name_cause
from tui_installer.model.text import T, Text

TICK = 0.1
YUM_PATIENCE = 120


class StepFailed(Exception):
    """A change failed: our sentence, the cure, and the tool's own last lines."""

    def __init__(
        self, title: Text, cure: Text | None = None, tail: list[str] | None = None
    ) -> None:
        super().__init__(str(title))
        self.title, self.cure, self.tail = title, cure, tail or []


class Stopped(Exception):
    """A person asked the run to stop, and this is a safe point."""


@contextmanager
def _holding(shop: Workshop, step: str, name: str) -> Iterator[None]:
    """Holds a resource; says what is waited for, and gives up waiting when the run is stopped."""
    if not name:
        yield
        return
    lock = shop.resource(name)
    if not lock.acquire(timeout=TICK):
        shop.journal.write(
            "waiting", step=step, what=T("another step that uses {name}", name=name).to_json()
        )
        while not lock.acquire(timeout=TICK):
            if shop.stopping() or shop.failed:
                raise Stopped
    try:
        if name == "yum":
            _wait_for_yum(shop, step)
        yield
    finally:
        lock.release()


def _wait_for_yum(shop: Workshop, step: str) -> None:
    """yum itself would wait for ever for a lock that another program holds."""
    end, said = time.monotonic() + YUM_PATIENCE, False
    while (held := yum_lock.read(Look())).lock_pid:
        what = T(
            "{program} (pid {pid}) to release yum's lock",
            program=held.lock_program,
            pid=held.lock_pid,
        )
        if not said:
            shop.journal.write("waiting", step=step, what=what.to_json())
            said = True
        if shop.stopping():
            raise Stopped
        if time.monotonic() > end:
            title = T(
                "yum's lock is held: waited {seconds} s for {what}", seconds=YUM_PATIENCE, what=what
            )
            raise StepFailed(title, T("wait until it ends, or stop it, then apply again"))
        time.sleep(0.5)


def apply(shop: Workshop, step: str, change: Change, gauge: Gauge | None = None) -> None:
    """Does one change. Raises StepFailed, or Stopped at a safe point."""
    if shop.stopping() or shop.failed:
        raise Stopped
    if isinstance(change, WriteFile):
        _write(shop, step, change)
    else:
        with _holding(shop, step, change.resource):
            _run(shop, step, change, gauge or Gauge(shop, step, change.meter, [change.target]))


def _write(shop: Workshop, step: str, change: WriteFile) -> None:
    number = shop.number(step)
    shop.journal.write("change-started", step=step, n=number, change=change.to_json())
    content = change.content.reveal() if isinstance(change.content, Secret) else change.content
    try:
        if not change.temporary:
            files.keep_original(change.path, shop.run / "originals")
        files.write(change.path, content, mode=change.mode, uid=change.uid, gid=change.gid)
    except OSError as error:
        shop.journal.write("change-ended", step=step, n=number, code=1, seconds=0)
        title = T(
            "{path} could not be written: {reason}",
            path=change.path,
            reason=error.strerror or str(error),
        )
        raise StepFailed(
            title, T("make sure that it can be written and that there is room, then apply again")
        ) from error
    shop.touched(step)
    shop.journal.write("change-ended", step=step, n=number, code=0, seconds=0)


def _run(shop: Workshop, step: str, change: RunCommand, gauge: Gauge) -> None:
    number, began = shop.number(step), time.monotonic()
    raw = places.RAW / f"{step}-{number}"
    shop.journal.write("change-started", step=step, n=number, change=change.to_json())
    child = Child(change.argv, raw, dict(change.env))
    shop.journal.write("child-started", step=step, n=number, pid=child.pid, start=child.start)
    pump = Pump(raw, shop.log(step), shop.redact)
    try:
        ended = _attend(shop, step, change, child, pump, gauge, began)
        if ended is None and child.code not in change.ok_codes:
            pump.add(units.said(change.argv))
    finally:
        pump.close()
        shop.touched(step)
    seconds = round(time.monotonic() - began, 1)
    code = child.code if ended is None else -1
    shop.journal.write("change-ended", step=step, n=number, code=code, seconds=seconds)
    if ended is not None:
        raise ended
    if code not in change.ok_codes:
        cause = name_cause(shop.symptoms, change.argv[0], pump.tail)
        raise StepFailed(cause.title, cause.cure, list(pump.tail)[-15:])


def _attend(
    shop: Workshop,
    step: str,
    change: RunCommand,
    child: Child,
    pump: Pump,
    gauge: Gauge,
    began: float,
) -> StepFailed | Stopped | None:
    """Stays with a child until it ends, or has to be ended; None if it ended by itself."""
    while not child.wait(TICK):
        pump.move()
        still = gauge.look("\n".join(pump.tail))
        if shop.stopping() and change.interruptible:
            child.stop()
            return Stopped()
        if (cause := shop.hopeless.get(step)) and change.interruptible:
            child.stop()
            return StepFailed(cause.title, cause.cure)
        if change.stall and still > change.stall:
            child.stop()
            title = T(
                "{target}: no new byte for {seconds} s", target=change.target, seconds=int(still)
            )
            return StepFailed(
                title,
                T(
                    "the source has gone silent; choose another one in the answers, then apply again"
                ),
            )
        if time.monotonic() - began > change.timeout:
            child.stop()
            title = T(
                "{program} did not end within {seconds} s",
                program=change.argv[0],
                seconds=int(change.timeout),
            )
            return StepFailed(
                title, T("look at its last lines, then apply again"), list(pump.tail)[-15:]
            )
    return None


def forget(change: WriteFile) -> None:
    """Removes a file that was to exist only while its step runs."""
    places.at(change.path).unlink(missing_ok=True)
