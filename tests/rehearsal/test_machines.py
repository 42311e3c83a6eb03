"""A recorded machine stands in for the real one for a while, and then no longer."""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tui_installer import assets
from tui_installer.host import files, last_answers, machine
from tui_installer.host.gather import gather
from tui_installer.host.machine import at
from tui_installer.host.scope import Scope
from tui_installer.model import places
from tui_installer.model.facts import HostName, System
from tui_installer.node import health
from tui_installer.rehearsal import machines
from tui_installer.text.language import Language

# Seconds; only a test that fails waits as long.
LONG = 60.0
HANDS_OFF = "/etc/tui-installer/calico.yaml"


def on(machine: str, folder: Path) -> AbstractContextManager[None]:
    return machines.on(machine, 100, {"XDG_STATE_HOME": str(folder)})


def test_the_first_is_the_one_that_is_offered() -> None:
    found = machines.every()
    assert found[0].name == machines.FIRST
    assert len(found) >= 10


def test_every_machine_is_told_in_both_languages() -> None:
    for one in machines.every():
        english, chinese = one.title_in("en"), one.title_in("zh")
        assert english.isascii(), one.name
        assert not chinese.isascii(), one.name
        assert english != chinese, one.name
        for language in ("en", "zh"):
            assert "2026" in Language(language)(one.origin), one.name


def test_it_stands_in_and_is_gone(tmp_path: Path) -> None:
    before = at(places.RUNS)
    assert machines.stand_in() is None
    with on("small", tmp_path):
        stand_in = machines.stand_in()
        assert stand_in is not None
        assert stand_in.title_in("en").startswith("a CentOS 7.9 with 1 core")
        assert gather((System,), Scope())[System].cores == 1
        assert gather((HostName,), Scope())[HostName].current == "localhost.localdomain"
        assert at(places.RUNS).is_relative_to(tmp_path)
    assert machines.stand_in() is None
    assert before == at(places.RUNS)
    assert not list(tmp_path.rglob("at-*"))


def test_a_finished_node_is_seen_as_one(tmp_path: Path) -> None:
    """What was left out of its recording is made again, so that nothing differs."""
    with on("control-plane", tmp_path):
        found = health.look()
        assert found.role == "first-control-plane"
        assert found.drift == {}
        manifest = files.read(HANDS_OFF)
        assert manifest is not None
        assert "kind: DaemonSet" in manifest.text
        assert last_answers.last().answers is not None


@pytest.mark.parametrize(
    ("machine", "why"),
    [
        ("nosuch", "there is no recording nosuch, and no such file; there are: blocked, by-hand"),
        ("/nosuch/one.json", "/nosuch/one.json cannot be read: No such file"),
        ("/etc/hosts", "/etc/hosts, line 1: the recording is cut short or damaged"),
    ],
)
def test_what_is_no_recording_is_refused(machine: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(machines.RehearsalRefused) as refused, on(machine, tmp_path):
        pass
    assert Language("en")(refused.value.text).startswith(why)
    assert refused.value.code == 2


def test_where_no_folder_can_be_made_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(machines.RehearsalRefused) as refused, on("fresh", tmp_path / "file"):
        pass
    assert refused.value.code == 1
    assert str(tmp_path) in Language("en")(refused.value.text)


def test_sources_answer_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is waited for as long as it took; none waits for the one before it."""
    wanted = {need: ["auto"] for need in assets.NEEDS}
    asked = sum(len(assets.mirrors(need)) for need in wanted)
    begun, all_begun = list[float](), asyncio.Event()

    async def sleep(seconds: float) -> None:
        begun.append(seconds)
        if len(begun) == asked:
            all_begun.set()
        async with asyncio.timeout(LONG):
            await all_begun.wait()

    with on("fresh", tmp_path):
        monkeypatch.setattr(asyncio, "sleep", sleep)
        release = assets.asked("1.25.0", docker=False)
        found = machine.here().sources(wanted, release, lambda _need, _reply: None)
    assert sum(map(len, found.replies.values())) == asked > 10
    assert max(begun) > 0
