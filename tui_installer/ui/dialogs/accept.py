"""The question before a person goes on in spite of a failed check."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.rows.verdicts import VerdictLine
from tui_installer.ui.widgets.button import Button


class Accept(Dialog[bool]):
    """Names the consequence of going on in spite of one check."""

    def __init__(self, line: VerdictLine) -> None:
        super().__init__()
        self.line = line

    @override
    def texts(self) -> Sequence[Text]:
        verdict = self.line.verdict
        why = verdict.why if verdict and verdict.why else NO_TEXT
        consequence = [T("kubeadm is told to pass over it too.")] if self.line.kubeadm else []
        return (
            T('Go on although "{title}" fails?', title=self.line.title),
            NO_TEXT,
            T("{found}: {why}.", found=self.line.found, why=why),
            *consequence,
        )

    @override
    def buttons(self) -> Sequence[Button]:
        return (
            Button(T("Back, do not accept"), lambda: self.dismiss(False)),
            Button(T("Accept it"), lambda: self.dismiss(True)),
        )
