"""The dialog that writes a support bundle of this machine, in the background."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import gettempdir

from textual.timer import Timer
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.owner import Owner


def folders() -> list[Path]:
    """Returns the folders for the file, the best one first: the current one, this person's own, that for all."""
    home = [Path("~").expanduser()]
    return [path for path in (Path.cwd(), *home, Path(gettempdir())) if path != Path("/")]


class SupportBundle(Dialog[None]):
    """Says what the file will hold, makes it, and says where it is. Esc before that writes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._begun: float | None = None
        self._timer: Timer | None = None
        self._closed = False

    @override
    def texts(self) -> Sequence[Text]:
        return (
            T("Write a support bundle?"),
            NO_TEXT,
            T(
                "One file for whoever helps: the causes that this program knows, logs, settings and states of this machine. Keys, passwords and tokens are left out. Nothing else is changed."
            ),
            NO_TEXT,
            T("What cannot be read without root is named in it."),
        )

    @override
    def buttons(self) -> Sequence[Button]:
        self.write_button = Button(T("Write the file"), self._make)
        self.back_button = Button(T("Back"), lambda: self.dismiss(None))
        return self.write_button, self.back_button

    def _make(self) -> None:
        if self._begun is not None:
            return
        self._begun = self.owner.clock()
        self._timer = self.set_interval(1, self._tick)
        self.hide(self.write_button)
        self.back_button.focus()
        self._tick()
        self.owner.background(self._work, self._written, self._refused)

    def _tick(self) -> None:
        seconds = int(self.owner.clock() - (self._begun or 0.0))
        text = T("The machine is being read, {seconds} s. It takes 30 s at most.", seconds=seconds)
        self.inside.put((text,))

    def _work(self) -> Sequence[Text]:
        # Only who asks for a bundle pays for what makes it.
        from tui_installer.report import making

        report = making.make(self.owner.language, self.owner.session.environment, anonymous=False)
        return () if self._closed else report.said(report.save(folders()))

    def _written(self, said: Sequence[Text]) -> None:
        if self.is_attached and said:
            self._end([part for text in said for part in (text, NO_TEXT)][:-1])

    def _refused(self, error: Exception) -> bool:
        if not isinstance(error, OSError):
            return False
        if self.is_attached:
            why = T(
                "The file cannot be written: {reason}. Name another place: tui-installer report -o /dev/shm/report.tar.gz",
                reason=error.strerror or str(error),
            )
            self._end([why])
        return True

    def _end(self, texts: Sequence[Text]) -> None:
        if self._timer is not None:
            self._timer.stop()
        self.inside.put(texts)

    def on_unmount(self) -> None:
        """Lets no file be written that nobody waits for."""
        self._closed = True


def bundle_button(owner: Owner) -> Button:
    """Returns the button of a screen that opens the dialog."""
    return Button(
        T("Support bundle..."),
        lambda: owner.over(SupportBundle()),
        T("One file for whoever helps: causes, logs and settings, without secrets."),
    )
