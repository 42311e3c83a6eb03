"""Downloads are counted, and ended when nothing comes any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.engine.conftest import LONG, Machine, Marks, once, step
from tui_installer.engine import gauge
from tui_installer.host import meters
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change
from tui_installer.model.ending import Ending
from tui_installer.model.facts import Facts


class Bytes:
    """A meter whose reading a test sets."""

    def __init__(self, *readings: int) -> None:
        self.readings = list(readings)

    def __call__(self, _printed: str) -> meters.Reading:
        done = self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]
        return meters.Reading(done, 300)


def test_a_silent_download_is_ended(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meters, "packages", lambda: Bytes(100, 200))
    pull = machine.marking("packages", script=f"sleep {LONG}", meter="yum", stall=1, target="a/b:1")
    assert machine.run(pull) == Ending.FAILED
    end = machine.end_of("packages")
    assert end["error"]["params"]["target"] == "a/b:1"
    assert end["cure"]
    progress = [e for e in machine.events if e["kind"] == "progress"]
    assert [e["done"] for e in progress][:2] == [100, 200]
    assert {e["total"] for e in progress} == {300}
    assert not any("parts" in e for e in progress)


def test_a_download_that_moves_is_not_ended(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = Bytes(*range(1, 30))
    enough = machine.folder / "enough"

    def read(printed: str) -> meters.Reading:
        if len(seen.readings) == 1:
            enough.touch()
        return seen(printed)

    monkeypatch.setattr(meters, "packages", lambda: read)
    # Between two readings it cannot be told whether it moves: that is no silence.
    monkeypatch.setattr(gauge, "PROGRESS_EVERY", 0.05)
    pull = machine.marking("packages", script=once(f"[ -e {enough} ]"), meter="yum", stall=0.2)
    assert machine.run(pull) == Ending.DONE
    assert seen.readings == [29], "for seven times as long as it may be silent"


def test_images_side_by_side_are_counted_one_by_one(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Sequence[str]] = []
    read = machine.folder / "read"

    def images(targets: Sequence[str]) -> meters.Meter:
        asked.append(targets)
        parts = (meters.MeteredPart("a/b:1", 70, 100), meters.MeteredPart("a/c:1", 0))

        def reading(_printed: str) -> meters.Reading:
            read.touch()
            return meters.Reading(70, None, parts)

        return reading

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        rest: Any = {"meter": "images", "together": "pull"}
        return [
            machine.mark(name, once(f"[ -e {read} ]"), target=f"a/{name}:1", **rest)
            for name in ("b", "c")
            if name not in facts[Marks].names
        ]

    monkeypatch.setattr(meters, "images", images)
    assert machine.run(step("images", changes)) == Ending.DONE
    assert asked == [["a/b:1", "a/c:1"]]
    progress = next(e for e in machine.events if e["kind"] == "progress")
    assert progress["parts"] == [
        {"name": "a/b:1", "done": 70, "total": 100},
        {"name": "a/c:1", "done": 0, "total": None},
    ]
    assert (progress["done"], progress["total"]) == (70, None)
