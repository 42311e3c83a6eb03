"""The keys of every screen, and what they do."""

from __future__ import annotations

from tui_installer.model.text import T

KEYS = (
    (
        T("Enter"),
        T("presses a button; takes a value and goes to the next field; opens a row of a list"),
    ),
    (T("Space"), T("ticks a box; presses a button")),
    (
        T("Up/Down"),
        T(
            "the next or the previous row, field or button; chooses in a list that is all its page asks"
        ),
    ),
    (
        T("Left/Right"),
        T("chooses the next or the previous one of a list; the next or previous button or part"),
    ),
    (T("Tab"), T("the next field; with Shift the previous one; also out of a paste area")),
    (T("PgUp/PgDn"), T("a page up or down")),
    (T("Home/End"), T("the first or the last row; in a text the first or the last character")),
    (T("Esc"), T("back; closes a box; all answers are kept")),
    (T("Ctrl+G"), T("help for the focused thing, and back")),
    (T("Ctrl+O"), T("the log, and back")),
    (T("Ctrl+R"), T("looks at the machine again")),
    (T("Ctrl+Y"), T("the other language, on the same screen")),
    (T("Ctrl+L"), T("paints the screen anew, if something has written over it")),
    (T("Ctrl+C"), T("asks whether to leave; never stops the installation by itself")),
    (T("/ and n"), T("in lists and logs: find, find the next one")),
)
