"""How far a run is, and how long it still takes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.journals import BEGUN, WORKER, Tape
from tests.support.odd import EVENTS
from tui_installer import registry
from tui_installer.assets import image_bytes, pace
from tui_installer.model.ending import Ending
from tui_installer.model.event import Event
from tui_installer.model.standing import Standing, fold, standing_of
from tui_installer.runs.forecast import Forecast, forecast, quiet

WHOLE = Tape.done()
RESUMED = Tape.resumed()
IDS = {step.id for step in registry.steps()}


def at_the_end_of(tape: Tape) -> Forecast:
    return forecast(standing_of(tape.events), tape.now)


def seconds_of(event: Event) -> float:
    return (datetime.fromisoformat(str(event["t"])) - BEGUN).total_seconds()


def running(*events: Event) -> Standing:
    """One step of this kind at work."""
    start: Event = {"kind": "run-started", "t": "2026-11-23T10:12:00Z", "steps": ["kubeadm_init"]}
    return standing_of([start, *events])


@given(st.integers(0, len(WHOLE.events)))
def test_a_hundred_percent_only_when_it_is_done(at: int) -> None:
    found = standing_of(WHOLE.events[:at])
    told = forecast(found, found.at or BEGUN)
    assert (told.percent == 100) == (found.outcome == Ending.DONE)
    assert 0 <= told.percent <= 100
    assert told.left is None or told.left >= 0


def with_a_network(second: float) -> Tape:
    """A run that makes the pod network too, so many seconds after it began."""
    return Tape(network="calico").begin().work().until(second)


@pytest.mark.parametrize("second", range(18, 220, 8))
def test_a_pod_network_counts_too(second: int) -> None:
    """Its images are as large as all others; it takes its time, and so does the proof."""
    whole = seconds_of(Tape(network="calico").begin().work().end(Ending.DONE).events[-1])
    told = at_the_end_of(with_a_network(second))
    assert told.left == pytest.approx(whole - second, abs=20)
    assert told.percent == pytest.approx(100 * second / whole, abs=9)


@pytest.mark.parametrize("second", range(18, 108, 4))
def test_it_is_near_the_truth_once_the_speed_is_known(second: int) -> None:
    """Downloads and their side by side are known then; the rest is as usual, by and large."""
    found = Tape.running(second)
    told, whole = at_the_end_of(found), seconds_of(WHOLE.events[-1])
    assert told.left == pytest.approx(whole - second, abs=16)
    assert told.percent == pytest.approx(100 * second / whole, abs=9)


def test_side_by_side_is_not_one_after_the_other() -> None:
    """Images and the second transaction go on at once: only the longer of both counts."""
    found = standing_of(Tape.running(24).events)
    rest = [e for e in WHOLE.events if e["kind"] == "step-ended" and seconds_of(e) > 24]
    left = forecast(found, Tape.running(24).now).left
    assert left
    assert left < sum(e["seconds"] for e in rest) - 15


def test_images_wait_for_a_milestone_alone() -> None:
    """They begin when containerd is there, not when every package is."""
    left, whole = at_the_end_of(Tape.running(10)).left, seconds_of(WHOLE.events[-1])
    assert left
    assert left < whole - 10 + 15


def test_sure_and_about() -> None:
    assert not at_the_end_of(Tape.running(2)).sure, "nothing has shown the speed of the line"
    assert at_the_end_of(Tape.pulling()).sure


def test_more_than_usual_is_about() -> None:
    begun: Event = {"kind": "step-started", "t": "2026-11-23T10:12:01Z", "step": "kubeadm_init"}
    usual = pace()["seconds"]["kubeadm_init"]
    early = forecast(running(begun), BEGUN + timedelta(seconds=usual / 2))
    late = forecast(running(begun), BEGUN + timedelta(seconds=usual * 3))
    assert early.sure
    assert not late.sure
    assert early.left == pytest.approx(usual / 2, abs=2)
    assert late.left
    assert late.left > 10, "what takes longer than usual is not about to end"
    assert early.percent < late.percent < 100


def test_nobody_knows_when_a_silent_source_speaks_again() -> None:
    tape = Tape.silent()
    found = standing_of(tape.events)
    told, later = forecast(found, tape.now), forecast(found, tape.now + timedelta(minutes=5))
    assert told.left is None
    assert not told.sure
    assert told.percent == later.percent, "to wait brings the end no nearer"
    assert told.percent > at_the_end_of(Tape.running(10)).percent


def test_one_silent_image_of_several() -> None:
    assert at_the_end_of(Tape.stalled()).left


@pytest.mark.parametrize("tape", [Tape.failed(), Tape.stopped(), Tape.join_lost()])
def test_a_run_that_ended_early(tape: Tape) -> None:
    told = at_the_end_of(tape)
    assert told.left is None
    assert 20 < told.percent < 100


def test_a_later_pass_does_not_begin_at_nothing() -> None:
    begun = [e for e in RESUMED.events if e["kind"] == "run-started"][-1]
    events = RESUMED.events[: RESUMED.events.index(begun) + 1]
    found = standing_of(events)
    assert found.at
    told, fresh = forecast(found, found.at), at_the_end_of(Tape.running(0))
    assert told.percent > 20
    assert fresh.percent == 0
    assert told.left
    assert fresh.left
    assert told.left < fresh.left


def test_shown_percent_never_go_back() -> None:
    told = Forecast(40, 60.0, True)
    assert told.at_least(Forecast(50, 10.0, False)) == Forecast(50, 60.0, True)
    assert told.at_least(Forecast(30)) == told
    assert told.at_least(Forecast(100)).percent == 99, "a pass before this one was done"
    assert Forecast(100, 0.0, True).at_least(Forecast(99)).percent == 100


def test_no_run() -> None:
    assert forecast(Standing(), BEGUN) == Forecast(0, None, False)


def test_a_worker_fetches_less() -> None:
    worker, master = at_the_end_of(Tape.running(0, WORKER)), at_the_end_of(Tape.running(0))
    assert worker.left
    assert master.left
    assert worker.left < master.left - 30


@given(st.lists(EVENTS, max_size=10), st.datetimes())
def test_no_journal_is_an_error(events: list[dict[str, Any]], now: datetime) -> None:
    now = now.replace(tzinfo=BEGUN.tzinfo)
    found = Standing()
    for event in (
        {"kind": "run-started", "steps": ["images", "packages", "kubeadm_init", "x"]},
        *events,
    ):
        found = fold(found, event)
        told = forecast(found, now)
        assert 0 <= told.percent <= 100
        for step in found.steps:
            silence = quiet(found, step.id, now)
            assert silence is None or silence.seconds >= 0


def test_quiet() -> None:
    tape = Tape.running(100)
    found = standing_of(tape.events)
    silence = quiet(found, "kubeadm_init", tape.now)
    assert silence
    assert silence.usual == pace()["quiet"]["kubeadm"]
    assert silence.seconds == pytest.approx(26, abs=2)
    heard = quiet(found, "kubeadm_init", tape.now, tape.now - timedelta(seconds=3))
    assert heard
    assert heard.seconds == 3
    assert quiet(found, "images", tape.now) is None, "it has ended"
    assert quiet(found, "unknown", tape.now) is None


def test_a_download_that_moves_is_news() -> None:
    silence = quiet(standing_of(Tape.pulling().events), "images", Tape.pulling().now)
    assert silence
    assert silence.seconds < 2
    silence = quiet(standing_of(Tape.silent().events), "images", Tape.silent().now)
    assert silence
    assert silence.seconds > 20


def test_what_nobody_has_measured_is_not_known() -> None:
    events: list[Event] = [
        {"kind": "step-started", "step": "kubeadm_init", "t": "2026-11-23T10:12:00Z"},
        {"kind": "change-started", "step": "kubeadm_init", "n": 1, "change": {"argv": ["new"]}},
    ]
    silence = quiet(running(*events), "kubeadm_init", BEGUN + timedelta(seconds=7))
    assert silence
    assert (silence.seconds, silence.usual) == (7, None)


def test_the_table_names_steps_that_there_are() -> None:
    table = pace()
    assert set(table) == {"seconds", "bytes", "speed", "share", "quiet"}
    assert set(table["seconds"]) - {"default"} <= IDS
    assert set(table["bytes"]) <= IDS
    milestones = {name for step in registry.steps() for name in step.after if "/" in name}
    assert set(table["share"]) == milestones
    assert all(value > 0 for row in table.values() for value in row.values())


def test_the_size_of_an_image() -> None:
    assert image_bytes("registry.aliyuncs.com/google_containers/etcd:3.5.4-0") == 102_000_000
    assert image_bytes("registry.k8s.io/coredns/coredns:v1.9.3") == 14_800_000
    assert image_bytes("example.com/etcd:9") is None
    assert image_bytes("") is None
