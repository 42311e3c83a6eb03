"""The question before the engine is asked to stop."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.widgets.button import Button


class Stop(Dialog[None]):
    """Stops the run only by a deliberate choice; otherwise the run goes on."""

    @override
    def texts(self) -> Sequence[Text]:
        return (
            T("Stop the installation?"),
            NO_TEXT,
            T(
                "It stops after the change that is being made: packages are not cut off in the middle, downloads of images are."
            ),
            NO_TEXT,
            T("What is done stays done, and the installation can be taken up again."),
        )

    @override
    def buttons(self) -> Sequence[Button]:
        return (
            Button(T("Let it go on"), lambda: self.dismiss(None)),
            Button(T("Stop after this change"), self._stop),
        )

    def _stop(self) -> None:
        self.owner.background(self.owner.session.viewing.stop, self._asked, self._refused)

    def _asked(self, _done: None) -> None:
        self.dismiss(None)

    def _refused(self, error: Exception) -> bool:
        if not isinstance(error, OSError):
            return False
        reason = T("It cannot be asked to stop: {reason}", reason=error.strerror or "")
        self.inside.put((*self.texts(), NO_TEXT, reason))
        return True
