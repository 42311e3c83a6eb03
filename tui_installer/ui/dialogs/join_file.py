"""The dialog that reads the join command from a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual.app import ComposeResult
from typing_extensions import override

from tui_installer.model.outcome import Outcome
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.field import Field, Judgement
from tui_installer.ui.widgets.paste import LONGEST

QUESTION = T("Which file holds the join command? Other text in it does no harm.")


class NoJoinFile(Exception):
    """There is no file of that name that can be read to its end."""


def read(path: Path) -> str:
    """Reads the beginning of a text file. Raises NoJoinFile or OSError."""
    if path.exists() and not path.is_file():
        raise NoJoinFile
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(LONGEST)


class JoinFile(Dialog[str]):
    """Asks for a path; returns the content of the file."""

    @override
    def texts(self) -> Sequence[Text]:
        return (QUESTION, NO_TEXT)

    @override
    def parts(self) -> ComposeResult:
        self.path = Field(T("File"), "/root/join.txt", self._judge, label_width=6, cells=38)
        yield self.path

    @override
    def buttons(self) -> Sequence[Button]:
        return (
            Button(T("Read it"), self._read),
            Button(T("Back, change nothing"), lambda: self.dismiss(None)),
        )

    def _judge(self, path: str) -> Judgement:
        return Judgement(None if path else Outcome.FAIL)

    def _read(self) -> None:
        path = Path(self.path.value)
        self.owner.background(lambda: read(path), self._take, self._refused)

    def _take(self, text: str) -> None:
        self.dismiss(text)

    def _refused(self, error: Exception) -> bool:
        path = self.path.value
        if isinstance(error, NoJoinFile):
            reason = T("{path} is no file", path=path)
        elif isinstance(error, OSError):
            why = error.strerror or ""
            reason = T("{path} cannot be read: {reason}", path=path, reason=why)
        else:
            return False
        self.inside.put((QUESTION, NO_TEXT, reason, NO_TEXT))
        return True
