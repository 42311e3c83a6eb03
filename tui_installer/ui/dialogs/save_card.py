"""The dialog that writes the card for the next server to a file."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from typing_extensions import override

from tui_installer.model.outcome import Outcome
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.node import join_card
from tui_installer.ui.dialogs.save_answers import goal
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.field import Field, Judgement


class SaveCard(Dialog[None]):
    """Asks for the file, and says what it will hold."""

    def __init__(self, card: str, host: str) -> None:
        super().__init__()
        self._card, self._host = card, host
        # The file that may be replaced.
        self._known = ""

    @override
    def texts(self) -> Sequence[Text]:
        return (
            T("Where shall the card be saved?"),
            NO_TEXT,
            T(
                "It holds a secret: who has it can join the cluster. Only root can read the file (0600). Delete it after use."
            ),
            NO_TEXT,
        )

    @override
    def parts(self) -> ComposeResult:
        open_to_all = self.owner.terminal.open_to_all
        path = goal(f"/root/join-{self._host or 'cluster'}.txt", open_to_all=open_to_all)
        self.path = Field(T("File"), path, self._judge, label_width=6, cells=38)
        if not open_to_all:
            yield self.path

    @staticmethod
    def _judge(path: str) -> Judgement:
        return Judgement(None if path.startswith("/") and not path.endswith("/") else Outcome.FAIL)

    @override
    def buttons(self) -> Sequence[Button]:
        return (
            Button(T("Save"), self._save),
            Button(T("Back, save nothing"), lambda: self.dismiss(None)),
        )

    def _save(self) -> None:
        path = self.path.value
        if not self.path.good:
            text = T("A whole path is needed, such as /root/join.txt")
            self.inside.put((*self.texts(), text, NO_TEXT))
            return
        replace = path == self._known
        self.owner.background(
            lambda: join_card.save(path, self._card, replace=replace), self._saved, self._refused
        )

    def _saved(self, _done: None) -> None:
        self.dismiss(None)

    def _refused(self, error: Exception) -> bool:
        if not isinstance(error, OSError):
            return False
        path = self.path.value
        if isinstance(error, FileExistsError) and self._known != path:
            self._known = path
            reason = T("{path} is there already. Press once more to replace it.", path=path)
        else:
            why = error.strerror or ""
            reason = T("{path} could not be written: {reason}", path=path, reason=why)
        self.inside.put((*self.texts(), reason, NO_TEXT))
        return True
