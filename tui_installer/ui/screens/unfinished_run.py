"""The base of the two screens of a run that did not end well: going on with the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.timer import Timer
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.ending import Ending
from tui_installer.model.standing import StepStanding
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.preflight.draft import FROM_LAST
from tui_installer.preflight.inspection import Asked
from tui_installer.runs import launch
from tui_installer.runs.view import LineAtRisk, NotResumed, Stage, Viewing, resume
from tui_installer.ui.dialogs.notice import Notice, Way
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.rows.cells import lines
from tui_installer.ui.rows.times import title
from tui_installer.ui.screens.log import Log
from tui_installer.ui.widgets.button import Button

RESUME, CHANGE, LOOK, LEAVE = "resume", "change", "look", "leave"
STUCK = T(
    "It has failed here for the same cause as before: trying again alone will not help. First put the cause right, or change the answers."
)


class Interrupted(Frame):
    """The screen of a run that failed or was stopped; its finished steps stay done."""

    hint_rows = 2
    leaves = True
    views_run = True

    def __init__(self) -> None:
        super().__init__()
        # The seconds of the look before the run goes on, and why it does not.
        self._looking: float | None = None
        self._refused: Text = NO_TEXT
        self._timer: Timer | None = None

    @property
    def viewing(self) -> Viewing:
        """The run that is shown."""
        return self.owner.session.viewing

    @property
    def step(self) -> StepStanding | None:
        """The step where it ended."""
        return self.viewing.standing.current

    @property
    def failed(self) -> bool:
        """True if something went wrong; else somebody stopped it, or it cannot go on alone."""
        return self.viewing.standing.outcome == Ending.FAILED

    @property
    def stuck(self) -> bool:
        """It has failed more than once in a row at the same step for the same cause."""
        return self.failed and self.viewing.standing.failures > 1

    @override
    def on_mount(self) -> None:
        self.log_source = self.step.id if self.step else ""

    @property
    def place(self) -> dict[str, object]:
        """Number, count and title of the step where it ended."""
        standing, step = self.viewing.standing, self.step
        count = len(standing.steps)
        if step is None:
            return {"number": standing.done, "count": count, "title": NO_TEXT}
        return {"number": standing.place(step.id), "count": count, "title": title(step.id)}

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        """Returns the look in progress; why the run does not go on; else the hint of the focused widget."""
        if self._looking is not None:
            seconds = int(self.owner.clock() - self._looking)
            return T("The machine is looked at before it goes on, {seconds} s.", seconds=seconds)
        if self._refused is not NO_TEXT:
            return T("It does not go on yet. {reason}", reason=self._refused)
        return super().hint_of(widget)

    # --- actions --------------------------------------------------------------------------------

    def act(self, what: str) -> None:
        """Carries out one of the actions of the list."""
        acts: dict[str, Callable[[], None]] = {
            RESUME: self._paste_again if self.viewing.join_lost else self._resume,
            CHANGE: lambda: self._pages(self.owner.begin),
            LOOK: lambda: self.owner.over(Log(self.log_source)),
            LEAVE: self.owner.leave,
        }
        if self._looking is None:
            acts[what]()

    def _resume(self, *, asked: bool = False) -> None:
        line = "" if asked else self.owner.session.draft.ssh_line
        self._looking, self._refused = self.owner.clock(), NO_TEXT
        self._timer = self.set_interval(1, self.tell)
        self.tell()
        self.owner.background(lambda: resume(line=line), self._resumed, self._not_resumed)

    def _resumed(self, _done: None) -> None:
        self._looked()
        self._follow()

    def _not_resumed(self, error: Exception) -> bool:
        if not isinstance(error, NotResumed | LineAtRisk):
            return False
        self._looked()
        if isinstance(error, LineAtRisk):
            self.owner.over(
                Notice(
                    [lines(error.risk.changed), *error.risk.back],
                    [Way(T("Go on"), RESUME)],
                    back_first=True,
                ),
                lambda answer: self._resume(asked=True) if answer == RESUME else self.tell(),
            )
            return True
        self._refused = error.text
        self.tell()
        return True

    def _looked(self) -> None:
        self._looking = None
        if self._timer is not None:
            self._timer.stop()

    def _paste_again(self) -> None:
        self._pages(lambda: self.owner.go("join"))

    def _pages(self, then: Callable[[], None]) -> None:
        """Opens the pages of the wizard, filled with the answers of this run."""
        session = self.owner.session

        def take(asked: Asked) -> None:
            session.take(asked.given, FROM_LAST)
            session.draft = session.draft.accepting(*asked.accept)
            then()

        def nothing(error: Exception) -> bool:
            if not isinstance(error, launch.NothingToResume):
                return False
            then()
            return True

        self.owner.background(launch.resume, take, nothing)

    # --- looks ----------------------------------------------------------------------------------

    @override
    def again(self) -> None:
        """Reads the machine again on Ctrl+R, and shows the run if somebody else has resumed it."""
        self._refused = NO_TEXT
        self._follow()
        if self.is_active:
            self.owner.survey()

    def _follow(self) -> None:
        """Shows the screen where the run is now, if that is another one."""
        self.viewing.poll()
        if self.viewing.stage != Stage.UNFINISHED:
            self.owner.show_stage()

    @override
    def surveyed(self) -> None:
        """Draws the result of another look."""

    def leave_button(self) -> Button:
        """Returns the button that leaves; finished steps stay done."""
        return Button(T("Leave"), self.owner.leave, T("What is done stays done."))

    @override
    def buttons(self) -> Sequence[Button]:
        raise NotImplementedError
