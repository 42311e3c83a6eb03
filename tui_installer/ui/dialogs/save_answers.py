"""The dialog that saves a file and says where it is: the answers, or the plan as a script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult
from typing_extensions import override

from tui_installer.model.answers import joins
from tui_installer.model.outcome import Outcome
from tui_installer.model.places import SAVED
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.preflight import saved_answers
from tui_installer.preflight.inspection import Preflight
from tui_installer.session import Session
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.field import Field, Judgement


@dataclass(frozen=True)
class Saving:
    """A file to save: the question, its default path, the function that writes it, and a remark."""

    question: Text
    path: str
    write: Callable[[Path, bool], None]
    told: tuple[Text, ...] = ()


def _found(session: Session) -> Preflight:
    """Returns the preflight that Review shows at that time: its content is saved."""
    assert session.found is not None
    return session.found


def answers_of(session: Session) -> Saving:
    """Describes the answers of this machine, complete except for the secret."""
    remarks = [
        T("For another machine change hostname in it, and interface if its card is another.")
    ]
    if joins(session.draft.role):
        remarks.append(T("The join command is not in it: it is asked for on each machine."))
    return Saving(
        T("Where shall the answers be saved? Only root will be able to read the file."),
        "/root/answers.toml",
        lambda path, replace: saved_answers.export(_found(session), path, replace=replace),
        tuple(remarks),
    )


def script_of(session: Session, say: Callable[[Text], str]) -> Saving:
    """Describes the plan as a script."""
    remarks = [T("It is made for this machine as it is now. Read it before you run it.")]
    if joins(session.draft.role):
        remarks.append(T("The join command is not in it."))
    return Saving(
        T("Where shall the script be saved? Only root will be able to read and run it."),
        "/root/install-node.sh",
        lambda path, replace: saved_answers.export_script(
            _found(session), path, say, replace=replace
        ),
        tuple(remarks),
    )


def goal(path: str, *, open_to_all: bool) -> str:
    """Returns the path to write to: always in one folder where nobody has logged in."""
    return str(SAVED / Path(path).name) if open_to_all else path


class Save(Dialog[bool]):
    """Writes a file; replaces an existing one only after a second press."""

    def __init__(self, saving: Saving) -> None:
        super().__init__()
        self.saving = saving
        # The file that may be replaced.
        self.known: Path | None = None

    @override
    def texts(self) -> Sequence[Text]:
        return self._with(*self.saving.told)

    def _with(self, *said: Text) -> Sequence[Text]:
        place: tuple[Text, ...] = ()
        if self.owner.terminal.open_to_all:
            place = (T("It goes into {folder}.", folder=str(SAVED)),)
        parts = (self.saving.question, *place, *said)
        return [row for text in parts for row in (text, NO_TEXT)]

    @override
    def parts(self) -> ComposeResult:
        path = goal(self.saving.path, open_to_all=self.owner.terminal.open_to_all)
        self.path = Field(T("File"), path, self._judge, label_width=6, cells=38)
        if not self.owner.terminal.open_to_all:
            yield self.path

    @override
    def buttons(self) -> Sequence[Button]:
        self.save = Button(T("Save"), self._save)
        self.away = Button(T("Back"), lambda: self.dismiss(False))
        return (self.save, self.away)

    def _judge(self, path: str) -> Judgement:
        return Judgement(None if path else Outcome.FAIL)

    @property
    def _goal(self) -> Path:
        return Path(self.path.value).expanduser().absolute()

    def _save(self) -> None:
        if not self.path.value:
            self.path.box.focus()
            return
        goal, replace = self._goal, self._goal == self.known
        self.owner.background(
            lambda: self.saving.write(goal, replace),
            lambda _none: self._written(goal),
            lambda error: self._refused(error, goal),
        )

    def _written(self, goal: Path) -> None:
        self.inside.put(
            [T("Written: {path}", path=str(goal)), NO_TEXT, *self._with(*self.saving.told)[2:]]
        )
        self.hide(self.path, self.save)
        self.away.rename(T("Close"))
        self.away.focus()

    def _refused(self, error: Exception, goal: Path) -> bool:
        if isinstance(error, FileExistsError) and self.known != goal:
            self.known = goal
            text = T("{path} is there already. Press once more to replace it.", path=str(goal))
        elif isinstance(error, OSError):
            why = error.strerror or ""
            text = T("{path} cannot be written: {reason}", path=str(goal), reason=why)
        else:
            return False
        self.inside.put(self._with(text))
        return True
