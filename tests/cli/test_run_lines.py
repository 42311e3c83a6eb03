"""A run told in lines, for pipes and for people."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tui_installer.cli import run_lines
from tui_installer.model.text import T
from tui_installer.text.language import Language

EN = Language("en")


ZH = Language("zh")


@pytest.fixture(autouse=True)
def universal_time() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def event(kind: str, second: float = 0, **rest: Any) -> dict[str, Any]:
    return {"version": 1, "t": f"2026-11-23T10:12:{second:06.3f}Z", "kind": kind, **rest}


def told(
    capsys: pytest.CaptureFixture[str], *events: dict[str, Any], say: Language = EN
) -> list[str]:
    telling = run_lines.Lines(say)
    for row in events:
        telling.tell(row)
    return capsys.readouterr().out.splitlines()


PROGRESS = {"done": 5_000_000, "total": 10_000_000, "rate": 1_000_000, "still": 0}


EVENTS = [
    event("run-started", run="r1", steps=[]),
    event("run-started", run="r1", steps=[], resumed=True),
    event("step-started", step="swap"),
    event("change-started", step="swap", n=1, change={"summary": T("x {y}", y=1).to_json()}),
    event("child-started", step="swap", n=1, pid=1, start="1"),
    event("waiting", step="packages", what=T("yum").to_json()),
    event("progress", step="packages", **PROGRESS),
    event("change-ended", step="swap", n=1, code=0, seconds=1.0),
    event("step-verifying", step="swap"),
    event("step-ended", step="swap", outcome="done", seconds=75.2),
    event("step-ended", step="swap", outcome="nothing to do", seconds=0),
    event(
        "step-ended",
        step="packages",
        outcome="failed",
        seconds=3,
        error=T("the disk is full").to_json(),
        cure=T("make room").to_json(),
        tail=["This error is likely caused by:", "last line"],
        said={"kubelet": ["E1123 no such image"]},
    ),
    event("step-ended", step="kubeadm_join", outcome="stopped", seconds=0, reason="join-lost"),
    event("run-ended", outcome="done"),
    event("run-ended", outcome="failed"),
    event("run-ended", outcome="stopped"),
]


@pytest.mark.parametrize("say", [EN, ZH], ids=["en", "zh"])
@pytest.mark.parametrize("row", EVENTS, ids=lambda row: row["kind"])
def test_every_event_in_both_languages(
    capsys: pytest.CaptureFixture[str], row: dict[str, Any], say: Language
) -> None:
    lines = told(capsys, row, say=say)
    assert all("{" not in line for line in lines)
    assert all(line.startswith("10:12:00  ") for line in lines)


def test_a_failure_with_its_cause_its_cure_and_its_last_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = next(e for e in EVENTS if e.get("outcome") == "failed" and "tail" in e)
    text = "\n".join(told(capsys, row))
    assert "the disk is full" in text
    assert "> make room" in text
    assert "| last line" in text
    assert "kubelet | E1123 no such image" in text
    assert "likely" not in text, "kubeadm's advice is no evidence"


def test_kinds_and_steps_that_are_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, event("later-invention", step="swap")) == []
    lines = told(capsys, event("step-ended", step="later", outcome="later", seconds=0))
    assert "later" in lines[0]


def test_progress_is_told_at_intervals_and_at_its_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [
        event("progress", second, step="images", **{**PROGRESS, "done": done})
        for second, done in [(1, 1), (2, 2), (3, 3), (7, 4), (8, 10_000_000), (9, 10_000_000)]
    ]
    assert [line[6:8] for line in told(capsys, *rows)] == ["01", "07", "08"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"done": 0, "total": None, "rate": None}, ["0 B"]),
        ({"done": 1500, "total": 3000, "rate": 0}, ["2 kB", "3 kB"]),
        (PROGRESS, ["5.0 MB", "10.0 MB", "1.0 MB/s", "5 s"]),
        ({"done": 5, "total": None, "rate": 7}, ["7 B/s"]),
        ({**PROGRESS, "still": 12}, ["12"]),
        ({**PROGRESS, "done": 10_000_000}, ["10.0 MB"]),
    ],
)
def test_progress_in_words(row: dict[str, Any], words: list[str]) -> None:
    text = str(run_lines.progress(row))
    assert all(word in text for word in words)
