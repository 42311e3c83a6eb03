"""Failure: what happened, by what evidence, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from textual.app import ComposeResult
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.text import T, Text
from tui_installer.ui.dialogs.support_bundle import bundle_button
from tui_installer.ui.rows.cells import Row, Say, lines
from tui_installer.ui.rows.times import done_steps
from tui_installer.ui.screens.causes import causes_button
from tui_installer.ui.screens.failure_story import Story, evidence, labelled
from tui_installer.ui.screens.unfinished_run import CHANGE, LEAVE, LOOK, RESUME, STUCK, Interrupted
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.listing import Listing, ListingLook


class Failure(Interrupted):
    """The screen of a run that failed while somebody watched."""

    id_ = "failure"
    hint_rows = 1

    @override
    def on_mount(self) -> None:
        self.heading = T("Failed") if self.failed else T("Stopped")

    @property
    @override
    def sentence(self) -> Text:
        done = done_steps(self.viewing.standing)
        if self.failed:
            text = T("Failed at step {number} of {count}, {title}.", **self.place)
        else:
            text = T("Stopped at step {number} of {count}, {title}.", **self.place)
        if not done:
            return text
        return T("{what} Steps {steps} are done and stay done.", what=text, steps=done)

    def story(self) -> list[tuple[Text, Text]]:
        """Returns what happened, and at which command."""
        step = self.step
        named = self.failed and self.step is not None and self.step.error is not None
        rows = [(T("Cause") if named else T("What happened"), self._what())]
        if step is not None and step.broken is not None and self.failed:
            rows.append((T("Command"), self._command()))
        return rows

    def _what(self) -> Text:
        if self.viewing.join_lost:
            return T(
                "The join command was in memory only, so that its token is on no disk. It was lost when the machine started again."
            )
        if self.step is not None and self.step.error:
            return self.step.error
        if self.failed:
            return T("Cause not known.")
        return T("It was asked to stop, and has stopped at a safe point. Nothing is broken.")

    def _command(self) -> Text:
        assert self.step is not None and self.step.broken is not None
        broken = self.step.broken
        if broken.code is None or broken.code < 0:
            return T("{program} was ended by this program", program=broken.program)
        return T("{program} ended with code {code}", program=broken.program, code=broken.code)

    def advice(self) -> list[tuple[Text, Text]]:
        """Returns what to do before another attempt, if that is known."""
        step = self.step
        cure = [step.cure] if step is not None and step.cure else []
        if self.stuck:
            cure = [STUCK, *cure]
        return [(T("What to do"), lines(cure))] if cure else []

    @override
    def body(self) -> ComposeResult:
        yield Story(self._story)
        first = [CHANGE, LOOK, RESUME] if self.stuck else [RESUME, CHANGE, LOOK]
        self.actions = FailureActions([*first, LEAVE])
        yield self.actions

    def _story(self, say: Say, width: int) -> list[Row]:
        parts = [*self.story(), *self.advice()]
        told = [
            row
            for label, text in parts
            for row in labelled(say, label, say(text).split("\n"), width)
        ]
        return [*told, *evidence(say, self.step, width)]

    def label(self, action: str) -> Text:
        """Returns the label of an action in the list."""
        if action == RESUME and self.viewing.join_lost:
            return T("Paste the join command again, then go on")
        if action == RESUME and self.failed:
            return T("Try again from step {number}: does only what is missing", **self.place)
        return {
            RESUME: T("Go on from step {number}: does only what is missing", **self.place),
            CHANGE: T("Change answers, then go on"),
            LOOK: T("Look at the log"),
            LEAVE: T("Leave it as it is"),
        }[action]

    @override
    def first_focus(self) -> Widget | None:
        return self.causes_button if self.stuck else super().first_focus()

    @override
    def buttons(self) -> Sequence[Button]:
        self.causes_button = causes_button(self.owner)
        return (
            Button(T("Do it"), self._do, T("Does the current line of the list above.")),
            self.causes_button,
            bundle_button(self.owner),
            self.leave_button(),
        )

    def _do(self) -> None:
        if self.actions.item is not None:
            self.act(self.actions.item)

    def on_listing_opened(self, _event: Listing.Opened) -> None:
        """Carries out a line of the list on Enter."""
        self._do()


class FailureActions(Listing[str]):
    """The actions that are possible now."""

    DEFAULT_CSS = """
    FailureActions { height: auto; padding: 0 0 0 1; }
    """

    def __init__(self, actions: Sequence[str]) -> None:
        super().__init__(
            ListingLook(self._line),
            actions,
            keys=[(T("Up/Down"), T("What to do")), (T("Enter"), T("Do it"))],
        )

    def _line(self, action: str, width: int) -> Row:
        return [(self.say(cast(Failure, self.screen).label(action)), "")]
