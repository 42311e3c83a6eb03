"""Somebody who never saw Kubernetes: Enter, Enter, Enter."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.rehearsal import JOIN, UNHURRIED, Play, rehearsal
from tui_installer.host import runs
from tui_installer.host.machine import at, here
from tui_installer.model import places

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("machine", "origin"),
    [
        ("fresh", r"fresh: recorded \d{4}-\d\d-\d\d"),
        ("small", r"small: derived by an edit from fresh, recorded \d{4}-\d\d-\d\d"),
    ],
)
async def test_start_says_what_machine_this_is_and_where_it_comes_from(
    tmp_path: Path, machine: str, origin: str
) -> None:
    async with rehearsal(machine, tmp_path) as play:
        shown = await play.until(r"\[> Begin <\]")
        assert re.search(rf"^ {origin} *$", shown, re.MULTILINE)
        assert "Rehearsed on a " in shown


async def in_mid_run(play: Play) -> None:
    """While a run goes on: another size, another language, log, help and leaving; it goes on all the same."""
    for width, height in ((132, 43), (60, 20), (80, 24), (80, 25)):
        await play.pilot.resize_terminal(width, height)
        await play.drawn()
        shown = play.look()
        assert "REHEARSAL" in shown
        assert ("80x24 needed" in shown) == (width == 60)
    await play.press("ctrl+y")
    assert "演练" in play.look()
    await play.press("ctrl+y")
    assert "REHEARSAL" in play.look()
    await play.press("ctrl+o")
    await play.page("Log")
    await play.press("ctrl+o", "ctrl+g")
    await play.until("Help:")
    await play.press("ctrl+g")
    await play.press("ctrl+c")
    await play.until("The rehearsal ends")
    await play.press("escape")


async def test_a_control_plane_by_enter_alone(tmp_path: Path) -> None:
    async with rehearsal("fresh", tmp_path, speed=UNHURRIED) as play:
        await play.begin()
        assert "Nothing has been changed yet" in play.text
        await play.start()
        await in_mid_run(play)
        shown = await play.page("Done")
        assert "k8s-master" in shown
        assert "Service" in shown
        run = runs.latest()
        assert run is not None
        ends = [e for e in runs.read_events(run) if e["kind"] == "step-ended"]
        assert {e["outcome"] for e in ends} == {"done", "nothing to do"}
        assert "k8s-master" in (here().root / "etc/hosts").read_text()
        proof = json.loads(at(places.PROOF).read_text())
        assert proof["over"]
        assert "FAIL" not in {row["outcome"] for row in proof["rows"]}
        # The card's secret is stars until somebody asks for it.
        assert not re.search(r"[a-z0-9]{6}\.[a-z0-9]{16}", shown)


async def test_a_worker_by_keys_that_are_pasted_without_brackets(tmp_path: Path) -> None:
    """A serial line: characters as fast as they come, with an Enter at the end."""
    async with rehearsal("two-cards", tmp_path) as play:
        await play.to_join()
        clock = play.app.clock
        now = clock()
        play.app.clock = lambda: now
        play.send(*JOIN, "enter")
        await play.settle()
        play.app.clock = clock
        await play.until("abcdef")
        assert re.search(r"Join .*REHEARSAL", play.text), "the pasted Enter pressed something"
        await play.button("Next")
        await play.page("Options")
