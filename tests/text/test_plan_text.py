"""A plan as a person reads it."""

from __future__ import annotations

from tui_installer.model.change import WriteFile
from tui_installer.model.secret import Secret
from tui_installer.model.text import T
from tui_installer.text.plan_text import WHOLE, difference


def test_lines_that_look_like_the_head_of_a_difference_are_shown() -> None:
    file = WriteFile("/a", "++ new\n", T("why"), before="-- old\n")
    assert list(difference(file))[1:] == ["--- old", "+++ new"]


def test_the_whole_of_a_file_is_one_piece() -> None:
    before = "".join(f"{i}\n" for i in range(50))
    file = WriteFile("/a", f"{before}end\n", T("why"), before)
    assert len(list(difference(file))) == 3
    assert len(list(difference(file, WHOLE))) == 52


def test_a_secret_is_stars() -> None:
    assert list(difference(WriteFile("/a", Secret("hunter2hunter2"), T("why")))) == [
        "+ ****************"
    ]


def test_a_file_that_stays_as_it_is_has_none() -> None:
    assert list(difference(WriteFile("/a", "x\n", T("why"), before="x\n", mode=0o600))) == []
