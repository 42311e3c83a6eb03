"""Where a text becomes cells nothing of it can move the cursor."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui_installer.text import measure
from tui_installer.ui.rows.cells import Row, at_most, strip

ROWS = st.lists(st.tuples(st.text(max_size=20), st.just("")), max_size=3)


@given(ROWS, st.integers(1, 40))
def test_cells_are_printable_and_as_many_as_there_are(
    row: list[tuple[str, str]], cells: int
) -> None:
    drawn = strip(row, cells, colours=True)
    text = "".join(segment.text for segment in drawn)
    assert text.isprintable()
    assert measure.width(text) == cells


def test_rows_that_do_not_fit_say_so() -> None:
    rows: list[Row] = [[("one", "")], [("two", "")], [("three", "")]]
    assert at_most(rows, 3) == rows
    assert at_most(rows[:2], 3) == [*rows[:2], []]
    assert at_most(rows, 2) == [rows[0], [("two", ""), ("~", "")]]
