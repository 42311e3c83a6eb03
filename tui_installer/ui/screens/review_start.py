"""The start of the run from Review's button: obstacles, questions, errors."""

from __future__ import annotations

from typing import Protocol

from tui_installer.model.text import T, Text, listed
from tui_installer.preflight import completion
from tui_installer.preflight.inspection import Preflight
from tui_installer.runs import launch
from tui_installer.runs.launch import Obstacle, Refusal
from tui_installer.ui.dialogs.notice import Notice, Way
from tui_installer.ui.rows.cells import lines
from tui_installer.ui.widgets.owner import Owner

START, WATCH = "start", "watch"
# The button that leads to the cure, and the sentence beside it.
LABELS = {
    Obstacle.FIXED: T("To the page that asks for it"),
    Obstacle.CHECKS: T("To the checks"),
    Obstacle.JOIN: T("To the join command"),
}


class Reviewed(Protocol):
    """The interface of the screen whose button was pressed."""

    seconds: int

    @property
    def found(self) -> Preflight | None:
        """The result of the preflight."""
        ...

    @property
    def owner(self) -> Owner:
        """The program."""
        ...

    def tell(self) -> None:
        """Draws the hint again."""
        ...


class Starting:
    """One press of the button."""

    def __init__(self, review: Reviewed) -> None:
        self.review = review
        # True once the engine has been asked to start.
        self.begun = False

    def press(self) -> None:
        """Reports obstacles; else asks about accepted checks, and about the ssh line; else starts."""
        preflight = self.review.found
        if preflight is None or self.begun:
            return
        refused = launch.refusals(preflight)
        accepted = [row.check.title for row in preflight.judged if row.accepted]
        if refused:
            self._say(refused[0], preflight)
        elif accepted:
            self._ask(accepted)
        else:
            self._ask_line()

    def _say(self, refusal: Refusal, preflight: Preflight) -> None:
        page = self._page(refusal, preflight)
        ways = [Way(LABELS[refusal.kind], page)] if page else []
        self.review.owner.over(
            Notice([refusal.text], ways, back_first=False),
            lambda answer: self.review.owner.go(answer) if answer else None,
        )

    def _page(self, refusal: Refusal, preflight: Preflight) -> str:
        """Returns the page that offers the cure."""
        if refusal.kind is Obstacle.CHECKS:
            return "preflight"
        keys = {"join"}
        if refusal.kind is Obstacle.FIXED:
            keys = set(
                completion.fixed_differences(preflight.answers, preflight.facts, preflight.last)
            )
        return self.review.owner.page_asking(keys)

    def _ask(self, accepted: list[Text]) -> None:
        texts = [
            T("Start although something fails?"),
            T(
                "Accepted: {names}. What comes of it is not put right by this run.",
                names=listed(accepted),
            ),
        ]
        ways = [Way(T("Start installation"), START)]
        self.review.owner.over(
            Notice(texts, ways, back_first=True),
            lambda answer: self._ask_line() if answer == START else None,
        )

    def _ask_line(self) -> None:
        """Asks once more where the run changes the card that carries this screen."""
        preflight, owner = self.review.found, self.review.owner
        risk = (
            launch.line_at_risk(preflight, owner.session.draft.ssh_line)
            if preflight is not None
            else None
        )
        if risk is None:
            self._begin()
            return
        owner.over(
            Notice(
                [lines(risk.changed), *risk.back],
                [Way(T("Start installation"), START)],
                back_first=True,
            ),
            lambda answer: self._begin() if answer == START else None,
        )

    def _begin(self) -> None:
        self.begun, self.review.seconds = True, 0
        self.review.tell()
        session = self.review.owner.session
        self.review.owner.background(session.start, lambda _none: self._started(), self._failed)

    def _started(self) -> None:
        self.review.owner.session.started()
        self._watch()

    def _watch(self) -> None:
        self.review.owner.show_run()

    def _failed(self, error: Exception) -> bool:
        self.begun = False
        owner = self.review.owner
        if isinstance(error, launch.Busy):
            text = T(
                "Another run has just started on this machine. Yours was not started; nothing of it was done."
            )
            ways = [Way(T("Watch the other run"), WATCH)]
            owner.over(
                Notice([text], ways, back_first=False),
                lambda answer: self._watch() if answer == WATCH else None,
            )
        elif isinstance(error, launch.NotStarted):
            owner.over(Notice([T("Not started."), error.text], back_first=True))
        self.review.tell()
        return isinstance(error, launch.Busy | launch.NotStarted)
