"""One change as rows, in whatever room there is."""

from __future__ import annotations

from tui_installer.model.change import RunCommand, WriteFile
from tui_installer.model.text import T
from tui_installer.text.language import Language
from tui_installer.ui.rows import changes

EN = Language("en")


def rows(*some: WriteFile | RunCommand, at: int = 0, size: tuple[int, int] = (52, 14)) -> list[str]:
    return ["".join(t for t, _ in row) for row in changes.shown(some, at, EN, size)]


def test_a_long_change_is_cut_and_says_so() -> None:
    many = "".join(f"line {i}\n" for i in range(100))
    text = rows(WriteFile("/etc/a", many, T("why")), size=(52, 10))
    assert len(text) == 10
    assert text[-1] == " 95 more lines; Enter shows all"
    assert sum(row.startswith(" +line") for row in text) == 5


def test_what_a_file_holds_cannot_disturb_the_screen() -> None:
    before = "\x1b[2Jevil\x07\udcff\n"
    file = WriteFile("/etc/a", "good\n", T("why"), before)
    told = [*rows(file), *("".join(t for t, _ in r) for r in changes.whole(file)(EN, 80))]
    assert not any("\x1b" in row or "\x07" in row or "\udcff" in row for row in told)
    assert any("-evil" in row for row in told)


def test_more_room_shows_more_lines_around() -> None:
    before = "".join(f"{i}\n" for i in range(20))
    file = WriteFile("/etc/a", before.replace("10\n", "ten\n"), T("why"), before)
    assert "  8" not in rows(file)
    assert "  8" in rows(file, size=(100, 30))


def test_what_follows_is_named() -> None:
    long = RunCommand(("a" * 60,), T("a long command"))
    text = rows(WriteFile("/etc/a", "x\n", T("why")), RunCommand(("ls", "a b"), T("look")), long)
    assert text[-2:] == ["then  ls 'a b'", "      a long command"]
