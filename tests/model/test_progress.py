"""Bytes, speed and silence, put together from what a journal counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tui_installer.model.progress import PART_STALLED, STALLED, Progress, progressed, short

BEGUN = datetime(2026, 11, 23, 10, 12, tzinfo=UTC)
NODE, CNI = "docker.io/calico/node:v3.24.5", "docker.io/calico/cni:v3.24.5"


def after(*readings: tuple[float, dict[str, Any]]) -> Progress:
    """The progress after these events, each at a second."""
    progress = None
    for second, event in readings:
        progress = progressed(progress, event, BEGUN + timedelta(seconds=second))
    assert progress
    return progress


def row(name: str, done: int, total: int | None = None) -> dict[str, Any]:
    return {"name": name, "done": done, "total": total}


def test_a_download_as_the_engine_counts_it() -> None:
    progress = after((0, {"done": 10, "total": None}), (2, {"done": 50, "total": 110, "rate": 20}))
    assert (progress.done, progress.expected, progress.rate) == (50, 110, 20)
    assert progress.left == 3
    assert progress.mean == 20
    assert not progress.complete


def test_what_cannot_be_known_yet() -> None:
    progress = after((0, {"done": 10, "total": None, "rate": None}))
    assert (progress.expected, progress.left, progress.mean) == (None, None, None)
    assert after((0, {"done": 10, "total": 20, "rate": 0})).left is None


def test_the_total_of_the_parts_stands_in() -> None:
    progress = after((0, {"done": 0, "total": None, "parts": [row(NODE, 0, 80), row(CNI, 0, 90)]}))
    assert progress.expected == 170
    progress = after((0, {"done": 0, "total": None, "parts": [row(NODE, 0, 80), row(CNI, 0)]}))
    assert progress.expected is None


def test_each_part_by_itself() -> None:
    progress = after(
        (0, {"done": 0, "parts": [row(NODE, 0, 80), row(CNI, 0, 90)]}),
        (5, {"done": 50, "parts": [row(NODE, 50, 80), row(CNI, 0, 90)]}),
        (20, {"done": 60, "parts": [row(NODE, 60, 80), row(CNI, 0, 90)]}),
    )
    node, cni = progress.parts
    assert (node.rate, node.still, node.stalled) == (3, 0, False)
    assert node.left == pytest.approx(20 / 3)
    assert (cni.rate, cni.still, cni.stalled) == (0, 20, True)
    assert cni.left is None
    assert progress.part(CNI) is cni
    assert progress.part("other") is None


def test_the_speed_is_that_of_the_last_readings() -> None:
    readings = [
        (float(i), {"done": 0, "parts": [row(NODE, min(i, 20) * 10, 999)]}) for i in range(40)
    ]
    assert after(*readings[:20]).parts[0].rate == 10
    assert after(*readings).parts[0].rate == 0


def test_a_part_that_is_complete_is_being_unpacked() -> None:
    events = [
        (float(i), {"done": 80, "total": 80, "still": i, "parts": [row(NODE, 80, 80)]})
        for i in range(60)
    ]
    progress = after(*events)
    assert progress.complete
    assert progress.parts[0].complete
    assert not progress.stalled
    assert not progress.parts[0].stalled


def test_silence() -> None:
    assert not after((0, {"done": 1, "still": STALLED - 1})).stalled
    assert after((0, {"done": 1, "still": STALLED})).stalled
    quiet = [(float(i), {"parts": [row(NODE, 1, 80)]}) for i in range(int(PART_STALLED) + 1)]
    assert after(*quiet).parts[0].stalled
    assert not after(*quiet[:-1]).parts[0].stalled


def test_an_event_without_parts_leaves_them_as_they_were() -> None:
    progress = after((0, {"parts": [row(NODE, 5, 80)]}), (1, {"done": 6}))
    assert [part.done for part in progress.parts] == [5]


@pytest.mark.parametrize(
    ("reference", "wanted"),
    [
        ("registry.aliyuncs.com/google_containers/kube-proxy:v1.25.0", "kube-proxy:v1.25.0"),
        ("registry.k8s.io/coredns/coredns:v1.9.3", "coredns:v1.9.3"),
        ("docker.io/calico/node:v3.24.5", "calico/node:v3.24.5"),
        ("10.1.1.1:5000/own/thing:1", "thing:1"),
        ("pause@sha256:1234", "pause"),
        ("", ""),
    ],
)
def test_how_people_call_an_image(reference: str, wanted: str) -> None:
    assert short(reference) == wanted
