"""Times and lists of numbers, as they are written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.journals import Tape
from tui_installer.model.standing import standing_of
from tui_installer.ui.rows.times import (
    ago,
    day_and_time,
    done_steps,
    minutes,
    ranges,
    time_of_day,
    title,
)

MOMENT = datetime(2026, 11, 23, 10, 12, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "written"), [(0, "0:00"), (59.9, "0:59"), (61, "1:01"), (3700, "61:40")]
)
def test_minutes(seconds: float, written: str) -> None:
    assert minutes(seconds) == written


@pytest.mark.usefixtures("shanghai")
def test_the_zone_of_the_machine() -> None:
    assert time_of_day(MOMENT) == "18:12:07"
    assert day_and_time(MOMENT) == "2026-11-23 18:12"
    assert (time_of_day(None), day_and_time(None)) == ("", "")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s ago"),
        (89, "89 s ago"),
        (180, "3 min ago"),
        (7200, "2 h ago"),
        (86400 * 3, "3 days ago"),
    ],
)
def test_ago(seconds: float, said: str) -> None:
    assert str(ago(seconds)) == said


@pytest.mark.parametrize(
    ("numbers", "written"),
    [([], ""), ([3], "3"), ([1, 2], "1-2"), ([1, 2, 3, 5, 7, 8], "1-3, 5, 7-8")],
)
def test_ranges(numbers: list[int], written: str) -> None:
    assert ranges(numbers) == written


def test_steps_by_title_and_number() -> None:
    assert str(title("kubeadm_init")) == "Control plane"
    assert str(title("from_a_later_version")) == "from_a_later_version"
    assert done_steps(standing_of(Tape.pulling().events)) == "1-7, 9-10"
