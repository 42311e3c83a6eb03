"""Check that the clock is plausible, and that a service keeps it."""

from __future__ import annotations

from datetime import UTC, datetime

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, warn
from tui_installer.model.facts import Clock, Facts, System
from tui_installer.model.text import T

# The time of this program's release: no clock before it can be right.
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
LATEST = datetime(2046, 1, 1, tzinfo=UTC).timestamp()


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Judges the clock: with a wrong one certificates look expired, or not valid yet."""
    clock = facts[Clock]
    reading = T("{time} UTC", time=f"{datetime.fromtimestamp(clock.now, UTC):%Y-%m-%d %H:%M:%S}")
    if not EARLIEST < clock.now < LATEST:
        return fail(
            reading,
            wanted=T("the correct time"),
            why=T("with a wrong clock, certificates and join tokens look expired or not yet valid"),
            cure=T('set it: date -s "2026-11-23 10:12:00"; hwclock -w'),
        )
    if clock.synchronized or "CAP_SYS_TIME" not in facts[System].capabilities:
        return ok(reading)
    why = T("where clocks drift apart, nodes reject each other's certificates and tokens")
    return warn(
        T("{time}, not kept by any time service", time=reading),
        why=why,
        cure=T("the time step turns chrony on"),
        step="time",
        answer="options.time_sync",
    )


CHECK = Check(
    id="clock",
    title=T("Clock"),
    about=T(
        "Certificates and join tokens carry the times between which they are valid. A machine with a wrong clock refuses good ones, and the others refuse its own."
    ),
    judge=judge,
    reads=(Clock, System),
    asks=("options.time_sync",),
)
