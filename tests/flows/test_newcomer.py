"""Somebody who never saw Kubernetes: the first page says where it is, and a fast hand presses nothing by accident."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.rehearsal import JOIN, rehearsal

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
