"""Every page and every screen can be reached by keys alone: here each of them is, on recorded machines."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.screen import Screen

import tui_installer.ui.dialogs
import tui_installer.ui.frame
import tui_installer.ui.pages
import tui_installer.ui.screens
from tests.support.rehearsal import JOIN, PAGES, WORKERS_PAGES, Play, rehearsal, shown
from tests.support.screens.stage import LINUX
from tui_installer.host import runs
from tui_installer.host.machine import here
from tui_installer.model.ending import Ending
from tui_installer.ui.dialogs import support_bundle

pytestmark = pytest.mark.anyio


def every() -> set[str]:
    """The names of all pages and screens, found by their files."""
    found = set()
    ui = tui_installer.ui
    for room in (ui.pages, ui.screens, ui.dialogs, ui.frame):
        for info in pkgutil.iter_modules(room.__path__):
            module = importlib.import_module(f"{room.__name__}.{info.name}")
            found |= {
                name
                for name, value in vars(module).items()
                if isinstance(value, type)
                and issubclass(value, Screen)
                and value.__module__ == module.__name__
                and not value.__subclasses__()  # what others are built on is never shown itself
            }
    return found


async def before_the_run(play: Play) -> None:
    """Start and all that it offers; each page and all that it offers; Review."""
    await play.until(r"\[> Begin <\]")
    await play.button("Diagnostics")
    await play.page("Diagnostics")
    await play.press("right", "enter", "escape", "escape")
    await play.button("Machines...")
    await play.until("by-hand")
    await play.press("escape")
    logged_in = play.app.terminal
    play.app.terminal = replace(logged_in, open_to_all=True)
    await play.button("Answers file...")
    await play.page("Choose a file")
    await play.press("escape")
    play.app.terminal = logged_in
    await play.button("Answers file...")
    await play.press("escape", "ctrl+c", "escape", "ctrl+g", "ctrl+g", "ctrl+o", "ctrl+o")
    await play.page("Start")
    await play.focus("Begin")
    await play.press("enter")
    await play.page("Role")
    await play.press("enter")
    await play.page("Node")
    await play.button("Set an address...")
    await play.press("escape")
    await play.button("Next")
    await play.page("Mirrors")
    await play.button("Add a source...")
    await play.press("escape")
    for page in PAGES[3:]:
        await play.button("Next")
        await play.page(page)
    await play.press("enter")
    await play.press("escape")
    await play.button("Save answers...")
    await play.press("escape")


async def the_run(play: Play) -> str:
    """A run to its end, and all that its screens offer; what Done shows."""
    async with play.mid_run():
        await play.button("Stop...")
        await play.press("escape")
    done = await play.page("Done")
    await play.press("ctrl+o")
    await play.page("Log")
    await play.press("slash", "escape", "ctrl+o")
    return done


async def a_worker(play: Play) -> None:
    """A worker by a pasted command, and all that the page and the run offer."""
    await play.to_join()
    await play.button("Read a file...")
    await play.press("escape")
    await play.button("Type it in parts...")
    await play.press("escape")
    play.app.post_message(events.Paste(JOIN + "\n"))
    await play.until("abcdef")
    for page in WORKERS_PAGES[4:]:
        await play.button("Next")
        await play.page(page)
    assert "0123456789abcdef0" not in play.text.replace("0123456789abcdef" * 4, "")
    assert "k8s-node-32" in await the_run(play)
    run = runs.latest()
    assert run is not None
    kept = b"".join(p.read_bytes() for p in run.rglob("*") if p.is_file())
    assert b"abcdef.0123456789abcdef" not in kept


def failures() -> int:
    """How often a step of the latest run has failed."""
    run = runs.latest()
    assert run is not None
    ends = (e for e in runs.read_events(run) if e["kind"] == "step-ended")
    return sum(e["outcome"] == Ending.FAILED for e in ends)


def bundles(folder: Path) -> list[Path]:
    """The support bundles that were written into this folder."""
    return list(folder.glob("tui-installer-report-*.tar.gz"))


async def a_run_that_fails(play: Play) -> None:
    """kubeadm init fails, is found unfinished from another terminal, and is tried again."""
    await play.begin()
    await play.start()
    said = await play.page("Failed")
    assert "the kubelet does not start" in said
    async with shown(seen=play.seen, environment=LINUX) as other:
        await other.until("Resume")
        await other.press("ctrl+y")
    assert failures() == 1
    await play.press("enter")
    # The screen of the run may have come and gone meanwhile.
    await play.when(lambda: failures() == 2)
    said = await play.page("Failed")
    assert "the kubelet does not start" in said
    assert "for the same cause as before" in said
    await play.button("What is wrong?")
    await play.until("kubelet")
    await play.press("escape")
    await play.button("Support bundle...")
    await play.until("Write the file")
    await play.press("enter")
    await play.until("INDEX.txt")
    await play.press("enter")


async def a_node(play: Play) -> None:
    """Status and all that it offers; somebody has changed a file by hand."""
    await play.page("Status")
    await play.until("What differs")
    await play.row("Join command")
    await play.press("enter")
    await play.button("Save card...")
    await play.press("escape", "escape")
    await play.row("What differs")
    await play.press("enter", "escape")
    await play.row("Diagnostics")
    await play.press("enter")
    await play.page("Diagnostics")
    await play.until("is not known")
    await play.press("right")
    await play.until(r"crictl 1\.25\.0")
    await play.press("enter")
    await play.until("The recording of this machine")
    await play.press("escape", "escape")
    await play.row("Past runs")
    await play.press("enter")
    await play.until("newest first")
    await play.press("escape")


async def too_small(play: Play) -> None:
    """A control plane on a machine that is too small for one, for somebody who insists."""
    await play.until(r"\[> Begin <\]")
    await play.press("enter")
    await play.page("Role")
    await play.press("up")
    await play.button("Accept anyway...")
    await play.press("escape")


async def a_fail(play: Play) -> None:
    """A check fails: it can be accepted, and Review asks again."""
    await play.to_preflight()
    await play.until("FAIL")
    await play.press("slash", "escape")
    await play.button("Accept anyway...")
    await play.until("Accept")
    await play.press("down", "enter")
    await play.until("accepted")
    await play.button("Next")
    await play.page("Review")
    await play.button("Start installation")
    await play.until("Start although something fails")
    await play.press("escape")


async def test_every_page_and_screen_is_reached_by_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[str] = set()
    monkeypatch.setattr(support_bundle, "folders", lambda: [tmp_path])
    async with rehearsal("fresh", tmp_path, seen=seen) as play:
        await before_the_run(play)
    async with rehearsal("two-cards", tmp_path, seen=seen) as play:
        await a_worker(play)
    async with rehearsal("init-fails", tmp_path, seen=seen) as play:
        await a_run_that_fails(play)
    assert bundles(tmp_path)
    async with rehearsal("small", tmp_path, seen=seen) as play:
        await too_small(play)
    async with rehearsal("docker", tmp_path, seen=seen) as play:
        await a_fail(play)
    async with rehearsal("control-plane", tmp_path, seen=seen) as play:
        (here().root / "etc/crictl.yaml").write_text("debug: true\n")
        await play.press("ctrl+r")
        await a_node(play)
    assert every() - seen == set()
