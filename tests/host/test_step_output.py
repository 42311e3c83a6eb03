"""A window into a file shows what a look at the whole file would show."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.host import step_output
from tui_installer.host.step_output import OutputFile
from tui_installer.model.printable import LONGEST


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "packages.log"


@pytest.fixture(params=[24, 64, 256 << 10])
def slices(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Small slices too, so that small files have many of them."""
    monkeypatch.setattr(step_output, "SLICE", request.param)
    return int(request.param)


def add(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def indexed(path: Path) -> OutputFile:
    output = OutputFile(path)
    while output.index_more():
        pass
    return output


def numbered(many: int, first: int = 0) -> list[str]:
    return [f"line {number}" for number in range(first, first + many)]


def text_of(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def test_no_file(path: Path) -> None:
    output = OutputFile(path)
    assert output.tail(5) == []
    assert output.new(5) == ([], 0)
    assert not output.index_more()
    assert output.count == 0
    assert output.window(0, 5) == []
    assert list(output.find(["a"], 0)) == []
    assert list(output.find(["a"], 0, backwards=True)) == []


def test_the_last_lines(path: Path, slices: int) -> None:
    lines = numbered(50)
    add(path, text_of(lines) + "half a li")
    for most in (1, 7, 50, 70):
        assert OutputFile(path).tail(most) == lines[-most:]


def test_what_is_new_goes_on_behind_the_last_lines(path: Path, slices: int) -> None:
    add(path, text_of(numbered(20)) + "half")
    output = OutputFile(path)
    assert output.tail(3) == numbered(3, 17)
    assert output.new(10) == ([], 0)
    add(path, " a line\none\ntwo\nthr")
    assert output.new(10) == (["half a line", "one", "two"], 0)
    add(path, "ee\n")
    assert output.new(10) == (["three"], 0)
    assert output.new(10) == ([], 0)


def test_what_is_left_out_is_counted(path: Path) -> None:
    output = OutputFile(path)
    add(path, text_of(numbered(100)))
    assert output.new(3) == (numbered(3, 97), 97)
    add(path, text_of(numbered(3)))
    assert output.new(3) == (numbered(3), 0)
    add(path, text_of(numbered(2)))
    assert output.new(0) == ([], 2)


def test_no_line_is_lost_when_one_call_is_too_small(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step_output, "MOST", 100)
    add(path, text_of(numbered(500)))
    output, seen, left_out = OutputFile(path), 0, 0
    while (found := output.new(4)) != ([], 0):
        seen, left_out = seen + len(found[0]), left_out + found[1]
    assert seen + left_out == 500
    assert found == ([], 0)


def test_a_file_that_has_become_another(path: Path) -> None:
    add(path, text_of(numbered(100)))
    output = indexed(path)
    output.tail(1)
    path.write_text("anew\n")
    assert output.new(5) == (["anew"], 0)
    output.index_more()
    assert output.window(0, 5) == ["anew"]


def test_windows(path: Path, slices: int) -> None:
    lines = numbered(60)
    add(path, text_of(lines) + "half")
    output = indexed(path)
    assert output.count == 60
    for first in range(0, 62, 3):
        for many in (1, 10, 70):
            assert output.window(first, many) == lines[first : first + many]
    assert output.window(-1, 3) == []


def test_a_window_of_a_file_that_is_gone(path: Path) -> None:
    add(path, text_of(numbered(60)))
    output = indexed(path)
    path.unlink()
    assert output.window(50, 5) == []


def test_the_index_grows_with_the_file(path: Path, slices: int) -> None:
    output = OutputFile(path)
    lines: list[str] = []
    for number in range(40):
        add(path, f"line {number}\n")
        lines.append(f"line {number}")
        while output.index_more():
            pass
        assert output.count == number + 1
        assert output.window(0, 50) == lines


def test_small_pieces_become_one(path: Path) -> None:
    output = OutputFile(path)
    for number in range(300):
        add(path, f"line {number}\n")
        output.index_more()
    assert output.count == 300
    assert len(output._marks) == 2


def test_the_index_is_made_in_slices(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_output, "SLICE", 100)
    add(path, text_of(numbered(1000)))
    output = OutputFile(path)
    assert output.index_more(1000)
    assert 0 < output.count < 200
    calls = 1
    while output.index_more(1000):
        calls += 1
    assert output.count == 1000
    assert calls > 5


def hits(output: OutputFile, *words: str, first: int = 0, backwards: bool = False) -> list[int]:
    found = output.find(words, first, backwards=backwards)
    return [number for number in found if number is not None]


def test_finding(path: Path, slices: int) -> None:
    lines = numbered(60)
    lines[13] = "An ERROR, an error"
    lines[14] = "the last error"
    lines[40] = "FAILED: 加入"
    add(path, text_of(lines))
    output = indexed(path)
    assert hits(output, "error") == [13, 14]
    assert hits(output, "error", "failed") == [13, 14, 40]
    assert hits(output, "ERROR", first=14) == [14]
    assert hits(output, "error", first=15) == []
    assert hits(output, "error", "failed", first=59, backwards=True) == [40, 14, 13]
    assert hits(output, "error", "failed", first=39, backwards=True) == [14, 13]
    assert hits(output, "error", first=13, backwards=True) == [13]
    assert hits(output, "加入") == [40]
    assert hits(output, "line 5") == [5, *range(50, 60)]
    assert hits(output, "line.5") == []
    assert hits(output, "") == []
    assert hits(output) == []


def test_finding_forwards_needs_no_index(path: Path, slices: int) -> None:
    lines = numbered(60)
    add(path, text_of(lines))
    assert hits(OutputFile(path), "line 5") == [5, *range(50, 60)]
    grown = indexed(path)
    add(path, text_of(numbered(60, 60)))
    assert hits(grown, "line 1") == [1, *range(10, 20), *range(100, 120)]


def test_a_search_stops_where_its_caller_stops(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_output, "SLICE", 100)
    add(path, text_of(numbered(1000)))
    output = OutputFile(path)
    search = output.find(["nowhere"], 0)
    assert next(search) is None
    assert output.count < 100


def test_what_is_shown_is_fit_for_a_screen(path: Path) -> None:
    long = "x" * (2 * LONGEST)
    path.write_bytes(b"a\xff\x1b[31mb\x07\n\r50%\r100%\n" + long.encode() + b"\n\n")
    wanted = ["a\ufffdb", "100%", "x" * LONGEST, ""]
    assert indexed(path).window(0, 9) == wanted
    assert OutputFile(path).tail(9) == wanted
    assert OutputFile(path).tail(0) == []
    assert OutputFile(path).new(9) == (wanted, 0)


def test_a_line_longer_than_all_that_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_output, "SLICE", 10)
    monkeypatch.setattr(step_output, "MOST", 30)
    add(path, "first\n" + "x" * 100 + "\nlast\n")
    output = indexed(path)
    assert output.window(0, 1) == ["first"]
    assert output.window(output.count - 1, 1) == ["last"]
    assert OutputFile(path).tail(1) == ["last"]
    following, seen = OutputFile(path), list[str]()
    while (found := following.new(50)) != ([], 0):
        seen += found[0]
    assert (seen[0], seen[-1]) == ("first", "last")
    assert "".join(seen[1:-1]) == "x" * 100


LINES = st.lists(st.text("aBc 加\t", max_size=12), max_size=30)


@given(LINES, st.integers(3, 40), st.integers(0, 30), st.integers(0, 30))
def test_every_window_is_a_part_of_the_whole(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], size: int, first: int, many: int
) -> None:
    path = tmp_path_factory.mktemp("output") / "x.log"
    path.write_text(text_of(lines), encoding="utf-8")
    shown = [line.expandtabs(8).rstrip() if line.strip() else "" for line in lines]
    with pytest.MonkeyPatch.context() as patch:
        # No line is longer than a slice: such are cut.
        patch.setattr(step_output, "SLICE", 40 + size)
        output = indexed(path)
        assert output.count == len(lines)
        assert output.window(first, many) == shown[first : first + many]
        wanted = [n for n, line in enumerate(lines) if "b" in line.lower()]
        assert hits(output, "b") == wanted
        assert hits(output, "b", first=first) == [n for n in wanted if n >= first]
        back = [n for n in reversed(wanted) if n <= first]
        assert hits(output, "b", first=first, backwards=True) == back
        assert OutputFile(path).tail(many) == (shown[len(shown) - min(many, len(shown)) :])
