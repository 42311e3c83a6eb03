"""Start: what will happen, and on what machine."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widget import Widget
from typing_extensions import override

from tui_installer import registry
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.preflight.preview import judge, refused
from tui_installer.preflight.saved_answers import Choice, answers_offered
from tui_installer.rehearsal.machines import FIRST
from tui_installer.text import measure
from tui_installer.text.words import VERDICT, word
from tui_installer.ui.dialogs.answers_file import AnswersFile
from tui_installer.ui.dialogs.offered import OfferedFiles
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.rows.cells import Row, rows_of, wrap
from tui_installer.ui.screens.diagnostics import Diagnostics
from tui_installer.ui.screens.machines import Machines
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.pane import Pane

WILL_HAPPEN = (
    T("Five short pages ask what you want. Enter takes what is filled in."),
    T("The machine is checked. Each problem comes with what to do about it."),
    T("You can read every file and every command before anything is changed."),
    T(
        "The work takes some minutes and runs by itself. Closing this window or losing the line does not stop it: start the program again to see it."
    ),
    T("It ends when the node is what you asked for, or with the cause if not."),
)
PROMISE = T("Nothing is changed before you press [Start installation] on page 7.")
DIAGNOSTICS = T("What the tools of this machine see, whoever made the node. Changes nothing.")
# The checks that describe this machine on the first screen.
CARD = ("system", "disk", "default_route", "leftovers")


class WillHappen(Pane):
    """The five sentences, with their numbers."""

    @override
    def rows(self, width: int) -> list[Row]:
        reason = refused(self.owner.session.draft)
        if reason is not None:
            return [[], *rows_of(self.say(reason), width)]
        rows: list[Row] = [[], [(" " + self.say(T("What will happen")), "")]]
        for number, text in enumerate(WILL_HAPPEN, 1):
            first, *more = wrap(self.say(text), width - 7)
            rows.append([(f"   {number}  {first}", "")])
            rows += [[(f"      {line}", "")] for line in more]
        rows.append([])
        rows += [[(f" {line}", "")] for line in wrap(self.say(PROMISE), width - 2)]
        return rows


class MachinePane(Pane):
    """This machine, as the checks of the same names judge it."""

    @override
    def rows(self, width: int) -> list[Row]:
        session = self.owner.session
        rows: list[Row] = [[], [(" " + self._heading(), "")]]
        for name in CARD:
            if not session.draft.looked:
                rows.append(
                    [
                        ("   " + measure.pad("--", VERDICT), ""),
                        (self.say(registry.check(name).title), ""),
                    ]
                )
                continue
            verdict = judge(session.draft, name)
            outcome = measure.pad(self.say(word(verdict.outcome)), VERDICT)
            finding = (
                f"{measure.pad(self.say(registry.check(name).title), 18)} {self.say(verdict.found)}"
            )
            rows.append([("   ", ""), (outcome, verdict.outcome), (finding, "")])
        return rows

    def _heading(self) -> str:
        stand_in = self.owner.stand_in
        if stand_in is None:
            return self.say(T("This machine"))
        title = stand_in.title_in(self.owner.language.code)
        return self.say(T("Rehearsed on {machine}", machine=title))


class Start(Frame):
    """The first screen of a machine that no run has touched."""

    id_ = "start"
    heading = T("Start")
    hint_rows = 1
    leaves = True

    @property
    @override
    def sentence(self) -> Text:
        if self.owner.stand_in:
            return self.owner.stand_in.promise
        return T(
            "This program turns this server into a Kubernetes {version} node.",
            version=self.owner.session.draft.kubernetes,
        )

    @override
    def body(self) -> ComposeResult:
        self.will_happen = WillHappen()
        yield self.will_happen
        self.machine = MachinePane()
        yield self.machine

    @override
    def buttons(self) -> Sequence[Button]:
        self.begin = Button(T("Begin"), self._begin)
        self.from_file = Button(T("Answers file..."), self._answers_file)
        self.rehearsal = Button(T("Rehearsal"), self._rehearse)
        self.away = Button(T("Leave"), self.owner.leave)
        self.rehearsal.display = self.away.display = False
        return (
            self.rehearsal,
            self.begin,
            self.from_file,
            Button(T("Diagnostics"), lambda: self.owner.over(Diagnostics()), DIAGNOSTICS),
            Button(T("Machines..."), lambda: self.owner.over(Machines())),
            self.away,
        )

    @override
    def first_focus(self) -> Widget:
        """Returns the first visible button: the machine determines which ones there are."""
        return next(button for button in self.query(Button) if button.display)

    @override
    def hint_of(self, widget: object) -> Text:
        """Returns what a rehearsal is, or where its machine comes from; else why the language is what it is."""
        if isinstance(widget, Button) and widget.hint is not NO_TEXT:
            return widget.hint
        if widget is self.rehearsal:
            return T("The whole program on a recorded server: nothing on this computer is changed.")
        if (stand_in := self.owner.stand_in) is not None:
            return T("{machine}: {origin}", machine=stand_in.name, origin=stand_in.origin)
        if not self.owner.terminal.draws_chinese:
            return T("This console cannot draw Chinese. Over ssh from a UTF-8 terminal it can.")
        return NO_TEXT

    @override
    def surveyed(self) -> None:
        self.will_happen.redraw(layout=True)
        self.machine.redraw(layout=True)
        no_way = self.owner.refused
        self.begin.display = self.from_file.display = not no_way
        self.rehearsal.display = no_way and self.owner.stand_in is None
        self.away.display = no_way
        if no_way and self.focused in (None, self.begin, self.from_file):
            (self.rehearsal if self.rehearsal.display else self.away).focus()

    def _begin(self) -> None:
        self.owner.begin()

    def _rehearse(self) -> None:
        self.owner.rehearse(FIRST)

    def _answers_file(self) -> None:
        if self.owner.terminal.open_to_all:
            self.owner.over(OfferedFiles(answers_offered, self._chosen))
        else:
            self.owner.over(AnswersFile(), self._filled)

    def _chosen(self, choice: Choice) -> None:
        self.owner.over(AnswersFile(choice), self._filled)

    def _filled(self, taken: bool | None) -> None:
        if taken:
            self.owner.first_open_page()

    @override
    def again(self) -> None:
        self.owner.survey()
