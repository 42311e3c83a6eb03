"""The question before the screens close, with what goes on without them."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.runs.view import Stage, Viewing
from tui_installer.ui.dialogs.stop import Stop
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.rows.times import minutes
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.owner import Owner

NOTHING_CHANGED = T("Nothing on this machine has been changed.")
KEPT = T("Your answers are kept, without secrets.")


def situation(owner: Owner) -> Stage:
    """Returns what leaving means here: the stage of the run, or Stage.FRESH on the pages of the wizard."""
    stage = owner.session.viewing.stage
    frames = [screen for screen in owner.screen_stack if isinstance(screen, Frame)]
    views = any(frame.views_run for frame in frames)
    return stage if views or stage == Stage.RUNNING else Stage.FRESH


def last_words(owner: Owner) -> list[Text]:
    """Returns the lines to print after leaving: what goes on, how to see it, where its log is."""
    viewing = owner.session.viewing
    if owner.stand_in:
        return []
    stage = situation(owner)
    log = [T("Its log: {path}", path=str(viewing.run))] if viewing.run else []
    if stage == Stage.RUNNING:
        return [
            T("The installation goes on. See it again: tui-installer"),
            T("The same in plain lines: tui-installer attach"),
            *log,
        ]
    if stage == Stage.FRESH:
        return [NOTHING_CHANGED, KEPT, T("To go on: tui-installer")]
    if stage == Stage.DONE:
        return [T("The node goes on working."), T("To see this again: tui-installer"), *log]
    return [
        T("The installation is not finished; what is done stays done."),
        T("To go on with it: tui-installer"),
        *log,
    ]


def _going_on(viewing: Viewing) -> Text:
    standing, step = viewing.standing, viewing.standing.current
    if viewing.gone:
        return T("The installation rests: its engine is not running. What is done stays done.")
    if step is None or viewing.beginning:
        return T("The installation goes on. It needs neither this window nor this ssh line.")
    left = viewing.forecast.left
    place = {"number": standing.place(step.id), "count": len(standing.steps)}
    if left is None:
        return T(
            "The installation goes on: step {number} of {count}. It needs neither this window nor this ssh line.",
            **place,
        )
    return T(
        "The installation goes on: step {number} of {count}, about {time} left. It needs neither this window nor this ssh line.",
        time=minutes(left),
        **place,
    )


class Leave(Dialog[str]):
    """Opens on Ctrl+C, and on Esc where there is nothing to go back to; leaving stops no work."""

    esc = ctrl_c = T("Stay")

    @override
    def texts(self) -> Sequence[Text]:
        question = T("Leave this screen?")
        if self.owner.stand_in:
            return question, NO_TEXT, self.owner.stand_in.parting
        stage = situation(self.owner)
        if stage == Stage.RUNNING:
            again = T("To see it again, from anywhere on this machine: tui-installer")
            return question, NO_TEXT, _going_on(self.owner.session.viewing), NO_TEXT, again
        if stage == Stage.FRESH:
            return question, NO_TEXT, NOTHING_CHANGED, KEPT
        if stage == Stage.DONE:
            return question, NO_TEXT, T("The node goes on working.")
        return (
            question,
            NO_TEXT,
            T("The installation is not finished; what is done stays done."),
            T("To go on with it: tui-installer"),
        )

    @override
    def buttons(self) -> Sequence[Button]:
        stay = Button(T("Stay"), lambda: self.dismiss(None))
        viewing = self.owner.session.viewing
        if situation(self.owner) != Stage.RUNNING or self.owner.stand_in:
            return Button(T("Leave"), self.owner.farewell), stay
        leave = Button(T("Leave, it goes on"), self.owner.farewell)
        if viewing.gone or viewing.stopping or viewing.standing.newer:
            return leave, stay
        return leave, stay, Button(T("Stop the installation..."), self._stop)

    def _stop(self) -> None:
        owner = self.owner
        self.dismiss(None)
        owner.call_later(owner.over, Stop())
