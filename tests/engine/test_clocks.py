"""A clock that is set by hours, forwards or back, changes no outcome: not of a step, a limit, a run or its order."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import cycle
from typing import Any

import pytest

from tests.engine.conftest import LONG, Machine, Marks, shell, step
from tests.engine.test_main import REQUEST, House, house
from tui_installer.cli.run_lines import Lines
from tui_installer.engine import journal
from tui_installer.engine.main import main
from tui_installer.engine.run import wait_for_orphans
from tui_installer.host import requests, runs
from tui_installer.host.machine import at
from tui_installer.host.shell import Child, gone
from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change
from tui_installer.model.ending import Ending
from tui_installer.model.event import OpenChange
from tui_installer.model.facts import Facts
from tui_installer.model.standing import standing_of
from tui_installer.model.text import text_from_json
from tui_installer.text.language import Language

__all__ = ["house"]
# Hours that the clock is off by, reading after reading; the last pattern never comes to rest.
JUMPS = {"still": (0,), "ahead": (0, 9), "back": (0, -9), "to and fro": (0, 9, -9, 30, -400)}
# A second interpreter gets the one that has all of them.
NAMES = [
    pytest.param(name, marks=[] if name == "to and fro" else [pytest.mark.once]) for name in JUMPS
]


@pytest.fixture(params=NAMES)
def clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Whoever asks for the time of day gets another one."""
    jumps, real = cycle(JUMPS[request.param]), time.time

    class Jumping(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.fromtimestamp(real(), tz or UTC) + timedelta(hours=next(jumps))

    monkeypatch.setattr(time, "time", lambda: real() + 3600 * next(jumps))
    for module in (journal, runs):
        monkeypatch.setattr(module, "datetime", Jumping)
    yield request.param


def late(_answers: Answers, _facts: Facts) -> Sequence[Change]:
    return (shell(f"sleep {LONG}", timeout=0.3),)


def slowly(machine: Machine) -> Callable[[Answers, Facts], Sequence[Change]]:
    """Its mark is only seen at a later look than the first."""
    looks = iter(range(4))

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        return (
            () if "slowly" in facts[Marks].names and next(looks) > 1 else (machine.mark("slowly"),)
        )

    return changes


def test_limits_are_kept_and_nothing_ends_too_early(machine: Machine, clock: str) -> None:
    good = machine.marking("good", script="sleep 0.1", timeout=LONG)
    settling = step("settling", slowly(machine), settle=LONG)
    assert machine.run(good, settling) == Ending.DONE
    assert machine.ended() == {"good": Ending.DONE, "settling": Ending.DONE}
    assert machine.run(step("late", late)) == Ending.FAILED
    assert str(text_from_json(machine.end_of("late")["error"])).startswith(
        "/bin/sh did not end within"
    )
    seconds = [e["seconds"] for e in machine.events if e["kind"] in ("change-ended", "step-ended")]
    assert all(0 <= some < LONG for some in seconds), "counted by the clock that is not set"


def test_orphans_keep_their_limit(machine: Machine, clock: str) -> None:
    def orphan(name: str, script: str, timeout: float) -> OpenChange:
        child = Child(("/bin/sh", "-c", script), at(places.RAW) / f"{name}-1", {})
        return OpenChange(name, 1, ("/bin/sh",), child.pid, child.start, timeout=timeout)

    ends = orphan("ends", f"sleep 0.5; touch {machine.folder}/marks/ended", LONG)
    never = orphan("never", f"sleep {LONG}", 0.2)
    shop = machine.workshop()
    wait_for_orphans(shop, [ends, never])
    shop.journal.close()
    assert gone(never.pid, never.start)
    assert machine.marks == {"ended"}, "it had time to end"
    for left in at(places.RAW).iterdir():
        left.unlink()


def test_a_run_goes_on_and_the_next_is_ordered_behind_it(house: House, clock: str) -> None:
    house.steps = [house.marking("first", f"[ -e {house.folder}/cured ]")]
    requests.submit(REQUEST)
    main()
    failed = house.run
    (house.folder / "cured").touch()
    requests.submit(REQUEST)
    main()
    assert house.run == failed, "the same run goes on"
    made = [failed]
    for _ in range(3):
        requests.submit(REQUEST)
        main()
        made.append(house.run)
    assert runs.every() == made, "in the order in which they were made"
    assert len(set(made)) == 4


def test_the_journal_of_such_a_run_can_be_read(
    house: House, clock: str, capsys: pytest.CaptureFixture[str]
) -> None:
    requests.submit(REQUEST)
    main()
    events, lines = runs.read_events(house.run), Lines(Language("en"))
    for event in events:
        lines.tell(event)
    standing = standing_of(events)
    assert standing.outcome == Ending.DONE
    assert standing.elapsed(standing.at or datetime.now(UTC)) >= 0
    assert all(step.seconds is None or 0 <= step.seconds < LONG for step in standing.steps)
    assert not re.search(r"-\d+ s", capsys.readouterr().out), "no time that ran backwards"
