"""The end of an output, and its lines that hold some words, however fast it grows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tui_installer.host.step_output import OutputFile
from tui_installer.runs.output import KEPT, Hits, Tail, Told, shown

NOW = datetime(2026, 11, 23, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("plain", "plain"),
        ("token 6hhzv0.0123456789abcdef", "token 6hhzv0.****************"),
        ("e\u0301 a\u200bb \ufe0f", "e ab "),
        ("中文 é", "中文 é"),
    ],
)
def test_a_line_as_it_may_be_drawn(line: str, seen: str) -> None:
    assert shown(line) == seen


def test_the_end_as_it_grows(tmp_path: Path) -> None:
    log = tmp_path / "step.log"
    tail = Tail(log, lambda: NOW)
    assert not tail.read()
    log.write_text("one\ntwo\n")
    assert tail.read()
    assert tail.lines(5) == ["one", "two"]
    assert tail.lines(1) == ["two"]
    assert not tail.read()
    with log.open("a") as file:
        file.write("three\nfou")
    assert tail.read()
    assert (tail.lines(1), tail.grown) == (["three"], NOW)


def test_what_was_there_before_did_not_grow_now(tmp_path: Path) -> None:
    log = tmp_path / "step.log"
    log.write_text("old\n")
    tail = Tail(log, lambda: NOW)
    assert tail.read()
    assert tail.grown is None


def test_lines_that_came_too_fast_are_counted(tmp_path: Path) -> None:
    log = tmp_path / "step.log"
    log.write_text("")
    tail = Tail(log)
    tail.read()
    with log.open("a") as file:
        file.writelines(f"{i} {'x' * 80}\n" for i in range(150_000))
    while tail.read():
        pass
    assert tail.lines(1)[0].startswith("149999 ")
    assert tail.skipped == 150_000 - KEPT


def test_hits_are_gathered_piece_by_piece(tmp_path: Path) -> None:
    log = tmp_path / "step.log"
    log.write_text("".join(f"{i}{' Error' if i % 1000 == 7 else ''}\n" for i in range(100_000)))
    output = OutputFile(log)
    output.index_more()
    hits = Hits(output, ["error"])
    hits.more(lambda: True)
    assert 0 < len(hits.numbers) < 100
    while not hits.complete:
        hits.more(lambda: True)
    assert list(hits.numbers) == list(range(7, 100_000, 1000))
    assert (hits.after(7), hits.after(6), hits.after(99_999)) == (1007, 7, None)
    assert hits.place(1007) == 2


def test_hits_go_on_where_the_output_grows(tmp_path: Path) -> None:
    log = tmp_path / "step.log"
    log.write_text("error\nfine\n")
    output = OutputFile(log)
    output.index_more()
    hits = Hits(output, ["error"])
    hits.more(lambda: False)
    assert (list(hits.numbers), hits.complete) == ([0], True)
    with log.open("a") as file:
        file.write("fine\nError again\n")
    output.index_more()
    assert not hits.complete
    hits.more(lambda: False)
    assert list(hits.numbers) == [0, 3]


def test_lines_that_are_worked_out() -> None:
    lines = ["a", "B warn", "c"]
    told = Told(lambda: len(lines), lines.__getitem__, lines.__getitem__)
    assert (told.count, told.index_more()) == (3, False)
    assert told.window(1, 9) == ["B warn", "c"]
    assert told.tail(2) == ["B warn", "c"]
    hits = Hits(told, ["b", "C"])
    hits.more(lambda: False)
    assert list(hits.numbers) == [1, 2]
    lines.append("b")
    hits.more(lambda: False)
    assert list(hits.numbers) == [1, 2, 3]


def test_lines_that_come_while_they_are_looked_through(tmp_path: Path) -> None:
    log = tmp_path / "step.log"
    log.write_text("error\nfine\n")
    output = OutputFile(log)
    output.index_more()
    hits = Hits(output, ["error"])
    while len(hits.numbers) < 20:
        hits.more(lambda: True)
        with log.open("a") as file:
            file.write("fine\nerror\n")
        output.index_more()
    assert list(hits.numbers)[:20] == [0, *range(3, 41, 2)]
