"""Events of a journal as short sentences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tui_installer.model.event import Event
from tui_installer.model.event_text import Work, stalls, told
from tui_installer.model.progress import Part, Progress
from tui_installer.model.text import T
from tui_installer.text.language import Language

IMAGE = "registry.aliyuncs.com/google_containers/kube-proxy:v1.25.0"
BEGUN = datetime(2026, 11, 23, 10, 12, tzinfo=UTC)
PULL = Work(1, T("pull {image}", image=IMAGE), ("crictl", "pull", IMAGE))
PULLED: Event = {"kind": "change-ended", "code": 0, "seconds": 4}
PARTS = Progress(parts=(Part(IMAGE, 20_300_000, 20_300_000),))


def started(**change: Any) -> Event:
    return {"kind": "change-started", "step": "x", "n": 1, "change": change}


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        (started(path="/etc/hosts", mode="0644"), "write /etc/hosts"),
        (started(argv=["systemctl", "enable", "x"]), "$ systemctl enable x"),
        (started(argv=["sh", "-c", "a b"]), "$ sh -c 'a b'"),
        (started(summary={"text": "something new"}), "something new"),
        ({"kind": "waiting", "what": {"text": "yum"}}, "waits for yum"),
        ({"kind": "run-started", "run": "7"}, "run 7"),
        ({"kind": "run-started", "run": "7", "resumed": True}, "run 7, resumed"),
        ({"kind": "run-ended", "outcome": "failed"}, "the run has failed"),
        ({"kind": "step-ended", "outcome": "done", "seconds": 66.4}, "done, looked at again, 1:06"),
        ({"kind": "step-ended", "outcome": "nothing to do"}, "nothing to do"),
        ({"kind": "step-ended", "outcome": "failed", "error": {"text": "no"}}, "failed: no"),
        ({"kind": "step-ended", "outcome": "failed"}, "failed"),
    ],
)
def test_told(event: Event, wanted: str) -> None:
    assert str(told(event)) == wanted


def test_a_lost_join_command() -> None:
    text = told({"kind": "step-ended", "outcome": "stopped", "reason": "join-lost"})
    assert "join command" in str(text)


@pytest.mark.parametrize(
    "kind", ["step-started", "child-started", "progress", "step-verifying", "new"]
)
def test_nothing_new_to_a_person(kind: str) -> None:
    assert told({"kind": kind, "step": "images", "done": 1, "total": 2}) is None


def test_a_pull() -> None:
    assert str(told(PULLED, PULL, PARTS)) == "pulled kube-proxy:v1.25.0, 20.3 MB in 4.0 s"
    assert str(told(PULLED, PULL)) == "pulled kube-proxy:v1.25.0 in 4.0 s"
    assert told(PULLED) is None, "nobody knows which"


def test_how_a_command_ended() -> None:
    work = Work(1, T("turn it on"), ("/usr/bin/systemctl", "start", "x"))
    assert told(PULLED, work) is None, "that it ended well says nothing new"
    end = {"kind": "change-ended", "code": 5, "seconds": 1.25}
    assert str(told(end, work)) == "systemctl ended with code 5 after 1.2 s"
    assert str(told({**end, "code": -1}, work)) == "systemctl was ended after 1.2 s"
    assert told(end, Work(1, T("write"), path="/etc/x")) is None


def test_a_source_that_falls_silent_is_told_once() -> None:
    name = "docker.io/calico/node:v3.24.5"

    def after(still: float) -> Progress:
        trail = ((BEGUN + timedelta(seconds=still), 5),)
        return Progress(parts=(Part(name, 5, 80, trail, BEGUN), PARTS.parts[0]))

    assert list(stalls(after(3), after(4))) == []
    said = list(stalls(after(14), after(16)))
    assert [str(text) for text in said] == ["warn: no new byte of calico/node:v3.24.5 for 16 s"]
    assert list(stalls(after(16), after(17))) == []
    assert list(stalls(None, after(16))) == said


def test_silence_of_everything_is_told_once_for_all() -> None:
    before, after = Progress(1, 9, still=4, parts=PARTS.parts), Progress(1, 9, still=6)
    assert [str(text) for text in stalls(before, after)] == ["warn: no new byte for 6 s"]
    assert list(stalls(after, Progress(1, 9, still=7))) == []


def test_sentences_are_values() -> None:
    """The reader puts them into a language."""
    assert (
        Language("zh")(told({"kind": "waiting", "what": {"text": "x"}}) or T("")) != "waits for x"
    )
