"""Each machine that fails says why, and what can be done; a run that fails is in `test_every_screen`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.rehearsal import rehearsal

pytestmark = pytest.mark.anyio


async def test_another_system_is_refused(tmp_path: Path) -> None:
    async with rehearsal("stream8", tmp_path) as play:
        said = await play.until("This program cannot work here")
        assert "CentOS Stream release 8" in said
        assert "[> Leave <]" in said


async def test_a_small_machine_is_offered_to_be_a_worker(tmp_path: Path) -> None:
    async with rehearsal("small", tmp_path) as play:
        await play.until(r"\[> Begin <\]")
        await play.press("enter")
        said = await play.page("Role")
        assert "(*) Worker" in said
        await play.press("up")
        said = play.look()
        assert "FAIL" in said
        # A control plane only for somebody who insists: Next asks first.
        await play.button("Next")
        await play.until("Cores")


async def test_blocked_mirrors_are_named(tmp_path: Path) -> None:
    async with rehearsal("blocked", tmp_path) as play:
        await play.until(r"\[> Begin <\]")
        await play.press("enter")
        await play.page("Role")
        await play.press("enter")
        await play.page("Node")
        await play.press("enter")
        await play.page("Mirrors")
        said = await play.until("FAIL")
        assert "mirrors.aliyun.com" in said


async def test_a_newer_containerd_is_named_and_another_answer_puts_it_right(tmp_path: Path) -> None:
    async with rehearsal("docker", tmp_path) as play:
        said = await play.to_preflight()
        assert "FAIL" in said
        assert "containerd.io 1.6.33" in said
        await play.button("Change the answer")
        await play.page("Options")
        await play.to("options.docker")
        await play.press("space")
        await play.button("Next")
        await play.page("Preflight")
        assert "FAIL" not in await play.until("Nothing was changed")
        await play.button("Next")
        await play.page("Review")
        await play.start()
        await play.page("Done")


async def test_the_mistakes_of_a_how_to_are_put_right(tmp_path: Path) -> None:
    async with rehearsal("by-hand", tmp_path) as play:
        await play.to_preflight()
        await play.button("Next")
        await play.page("Review")
        await play.start()
        await play.page("Done")


@pytest.mark.parametrize(
    ("machine", "words"), [("control-plane", "Control plane"), ("worker", "Worker")]
)
async def test_a_finished_node_opens_on_its_status(
    tmp_path: Path, machine: str, words: str
) -> None:
    async with rehearsal(machine, tmp_path) as play:
        await play.page("Status")
        assert words in await play.until("Looked at")
