"""The dialog that fills the pages from an answers file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual.app import ComposeResult
from typing_extensions import override

from tui_installer.model.answers_file import AnswersError, Given, parse
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.preflight.saved_answers import Choice, read_answers
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.field import Field, Judgement

QUESTION = T("Which answers file? Its values fill the pages; nothing is changed yet.")


class AnswersFile(Dialog[bool]):
    """Asks for a path, unless a file was chosen; reports each mistake in the file with its line."""

    def __init__(self, choice: Choice | None = None) -> None:
        super().__init__()
        self.choice = choice

    @override
    def texts(self) -> Sequence[Text]:
        if self.choice is not None:
            return (
                T(
                    "{name}: its values fill the pages; nothing is changed yet.",
                    name=self.choice.name,
                ),
                NO_TEXT,
            )
        return (QUESTION, NO_TEXT)

    @override
    def parts(self) -> ComposeResult:
        path = self.choice.name if self.choice else "/root/answers.toml"
        self.path = Field(T("File"), path, self._judge, label_width=6, cells=38)
        if self.choice is None:
            yield self.path

    @override
    def buttons(self) -> Sequence[Button]:
        return (
            Button(T("Fill the pages"), self._read),
            Button(T("Back, change nothing"), lambda: self.dismiss(False)),
        )

    def _judge(self, path: str) -> Judgement:
        return Judgement(None if path else Outcome.FAIL)

    def _read(self) -> None:
        path, choice = Path(self.path.value), self.choice
        self.owner.background(
            lambda: parse(choice.raw if choice else read_answers(path)), self._take, self._refused
        )

    def _take(self, given: Given) -> None:
        self.owner.session.take(given)
        self.dismiss(True)

    def _refused(self, error: Exception) -> bool:
        if isinstance(error, AnswersError):
            wrong = error.mistakes[0]
            reason = T(
                "line {line}, {key}: found {found}; right would be: {right}",
                line=wrong.line,
                key=wrong.key,
                found=wrong.found,
                right=wrong.right,
            )
            more = T("{count} mistakes in all.", count=len(error.mistakes))
            self.inside.put((*self.texts(), reason, more, NO_TEXT))
            return True
        if isinstance(error, OSError):
            reason = T(
                "{path} cannot be read: {reason}",
                path=str(error.filename),
                reason=error.strerror or "",
            )
            self.inside.put((*self.texts(), reason, NO_TEXT))
            return True
        return False
