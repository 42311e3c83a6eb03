"""A run told in lines, for pipes and for people."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer import lines, plain, registry, stdout
from tui_installer.model.answers_file import Mistake
from tui_installer.model.change import RunCommand, WriteFile
from tui_installer.model.check import Judged, Outcome, Verdict
from tui_installer.model.plan import Plan, PlannedStep
from tui_installer.model.secret import Secret
from tui_installer.model.text import T
from tui_installer.text import measure, words
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
    telling = lines.Lines(say)
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
        tail=["last line"],
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
    text = str(lines.progress(row))
    assert all(word in text for word in words)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (311_000, "311 kB"), (34_200_000, "34.2 MB"), (2e9, "2.00 GB")],
)
def test_sizes(count: float, text: str) -> None:
    assert measure.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.4, "59 s"), (59.6, "1:00"), (75, "1:15"), (3600, "60:00")]
)
def test_durations(seconds: float, text: str) -> None:
    assert measure.duration(seconds) == text


def test_chinese_takes_two_cells() -> None:
    assert measure.width("ab") == 2
    assert measure.width("安装") == 4
    assert measure.pad("安装", 6) == "安装  "
    assert measure.pad("long enough", 3) == "long enough"


@given(st.text(max_size=20), st.integers(0, 30))
def test_padding_reaches_its_width(text: str, cells: int) -> None:
    assert measure.width(measure.pad(text, cells)) == max(cells, measure.width(text))


def test_a_reader_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone())
    stdout.show("one")
    stdout.show("two")
    sys.stdout.close()


def test_mistakes_at_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [Mistake(3, "node.hostname", '"A"', T("a")), Mistake(0, "", "noise", T("TOML"))]
    plain.mistakes(rows, EN, "node.toml")
    printed = capsys.readouterr()
    assert printed.out == ""
    first, second = printed.err.splitlines()
    assert first.startswith('node.toml:3: node.hostname: found "A"')
    assert second.startswith("node.toml: found noise")


def verdicts() -> tuple[Judged, ...]:
    checks = registry.checks()
    rows = [
        Verdict(o, T("found"), wanted=T("wanted {x}", x=1), why=T("why"), cure=T("cure"))
        for o in Outcome
    ]
    return tuple(Judged(check, row) for check, row in zip(checks, rows, strict=False))


@pytest.mark.parametrize("say", [EN, ZH], ids=["en", "zh"])
def test_the_list_of_checks(capsys: pytest.CaptureFixture[str], say: Language) -> None:
    plain.checks(verdicts(), say)
    lines = capsys.readouterr().out.splitlines()
    assert "5" in lines[-1]
    cures = [line for line in lines if line.lstrip().startswith("> ")]
    assert len(cures) == 2, "what is good, planned or unknown needs none"
    assert sum("[" in line for line in cures) == 2


def test_an_accepted_fail_is_said_to_be_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    row = verdicts()[0]
    plain.checks((Judged(row.check, row.verdict, accepted=True),), EN)
    assert "accepted" in capsys.readouterr().out


STEP = registry.steps()[0]


def test_a_secret_is_stars_in_every_form_of_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    secret = WriteFile("/run/x.yaml", Secret("fgb53hon9hd6xs29"), T("x"), mode=0o600)
    found = Plan((PlannedStep(STEP, (secret,)),))
    plain.plan(found, EN, diff=True)
    plain.script(found, EN)
    out = capsys.readouterr().out
    assert "fgb53hon9hd6xs29" not in out
    assert "/run/x.yaml" in out
    assert "test -s /run/x.yaml" in out


def test_a_script_quotes_what_must_be_quoted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    content = "END\n$HOME `id` \\ '\nEND_\nno line end"
    path = tmp_path / "a b'c"
    changes = (
        WriteFile(str(path), content, T("x\ntouch {path}", path=f"{tmp_path}/injected")),
        RunCommand(("touch", f"{tmp_path}/$HOME;ls"), T("y")),
    )
    plain.script(Plan((PlannedStep(STEP, changes), PlannedStep(STEP, ()))), EN)
    script = capsys.readouterr().out
    subprocess.run(["bash"], input=script, text=True, check=True)
    assert path.read_text() == content + "\n"
    assert (tmp_path / "$HOME;ls").exists()
    assert path.stat().st_mode & 0o777 == 0o644
    assert not (tmp_path / "injected").exists(), "a remark of two lines is still a remark"


def test_every_word_of_the_screens_is_a_text() -> None:
    assert all(map(str, words.WORDS.values()))
    assert {str(o) for o in Outcome} <= {str(key) for key in words.WORDS}


@pytest.mark.parametrize("place", ["/var/lib/etcd", "/data/etcd"])
def test_a_script_deletes_no_cluster_that_it_has_not_saved(
    place: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As the engine does; where etcd's data lie elsewhere, it stops."""
    reset = RunCommand(("kubeadm", "reset", "-f"), T("y"))
    plain.script(Plan((PlannedStep(STEP, (reset,)),)), EN)
    script = capsys.readouterr().out
    for folder in ("/var/", "/etc/kubernetes", "/root/", "/proc/self/"):
        script = script.replace(folder, f"{tmp_path}{folder}")
    for name in ("kubeadm", "systemctl", "umount"):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f'#!/bin/bash\necho {name} "$@" >>{tmp_path}/called\n')
        tool.chmod(0o755)
    texts = {
        "etc/kubernetes/manifests/etcd.yaml": f"      path: {tmp_path}{place}\n",
        "var/lib/etcd/member/snap/db": "data",
        "proc/self/mountinfo": "".join(
            f"1 2 8:1 / {tmp_path}{path} rw - ext4 /dev/sdb rw\n"
            for path in ("/srv", "/data/kubelet/a", "/data/kubelet/a/b", "/data/kubelet2")
        ),
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "root").mkdir()
    (tmp_path / "data/kubelet").mkdir(parents=True)
    (tmp_path / "var/lib/kubelet").symlink_to(tmp_path / "data/kubelet")
    path = f"{tmp_path}/bin:{os.environ['PATH']}"
    done = subprocess.run(["bash"], input=script, text=True, check=False, env={"PATH": path})
    called = (tmp_path / "called").read_text().splitlines()
    if place != "/var/lib/etcd":
        assert done.returncode != 0
        assert called == ["systemctl stop kubelet", "systemctl start kubelet"]
        return
    assert called == [
        "systemctl stop kubelet",
        f"umount {tmp_path}/data/kubelet/a/b",
        f"umount {tmp_path}/data/kubelet/a",
        "kubeadm reset -f",
    ]
    (saved,) = (tmp_path / "root").iterdir()
    assert saved.stat().st_mode & 0o777 == 0o700
    assert (Path(f"{saved}{tmp_path}") / "var/lib/etcd/member/snap/db").read_text() == "data"
