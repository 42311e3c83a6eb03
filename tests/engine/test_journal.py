"""The journal: one event a line, whole, without secrets, whatever happened before."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tui_installer.engine.journal import Journal
from tui_installer.host import runs
from tui_installer.model.secret import STARS, Redactor, Secret

TOKEN = "zktp5j.fgb53hon9hd6xs29"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def test_an_event_is_one_line(path: Path) -> None:
    journal = Journal(path, Redactor())
    journal.write("step-started", step="swap", what="two\nlines, 加")
    event = json.loads(path.read_text(encoding="utf-8"))
    assert event["version"] == 1
    assert (event["kind"], event["step"], event["what"]) == (
        "step-started",
        "swap",
        "two\nlines, 加",
    )
    when = datetime.fromisoformat(event["t"])
    assert event["t"].endswith("Z")
    assert abs((datetime.now(UTC) - when).total_seconds()) < 3600
    journal.close()


def test_root_alone_may_read_it(path: Path) -> None:
    Journal(path, Redactor()).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_is_there_before_anything_happens(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the disk, and not only in a buffer; only what may be lost is not waited for."""
    synced: list[str] = []
    monkeypatch.setattr(os, "fdatasync", lambda _handle: synced.append(path.read_text()))
    journal = Journal(path, Redactor())
    journal.write("change-started")
    assert "change-started" in synced[0]
    journal.write("progress", durable=False)
    assert len(synced) == 1
    assert "progress" in path.read_text()
    journal.close()


@pytest.mark.parametrize(
    ("left", "kept"),
    [
        ('{"kind": "a"}\n{"kind": "b', ["a"]),
        ('{"kind": "a"}\n{"kind": "b"}', ["a", "b"]),
        ('{"kind": "a"}\n', ["a"]),
        ("", []),
        ("{", []),
    ],
)
def test_a_line_that_was_cut_short_does_not_swallow_the_next(
    path: Path, left: str, kept: list[str]
) -> None:
    path.write_text(left)
    journal = Journal(path, Redactor())
    journal.write("next")
    journal.close()
    assert [e["kind"] for e in runs.read_events(path.parent)] == [*kept, "next"]


def test_no_secret_in_it(path: Path) -> None:
    password = 'pa"ss\\word'
    journal = Journal(path, Redactor([Secret(TOKEN), Secret(password)]))
    journal.write("step-ended", tail=[f"token {TOKEN}", password], error={"text": TOKEN[7:]})
    journal.close()
    event = runs.read_events(path.parent)[0]
    assert event["tail"] == [f"token zktp5j.{STARS}", STARS]
    assert TOKEN[7:] not in path.read_text()


def test_several_threads_write_whole_lines(path: Path) -> None:
    journal = Journal(path, Redactor())

    def write(name: int) -> None:
        for number in range(50):
            journal.write("progress", durable=False, name=name, number=number, fill="x" * 500)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    events = runs.read_events(path.parent)
    assert len(events) == 200
    for name in range(4):
        assert [e["number"] for e in events if e["name"] == name] == list(range(50))
