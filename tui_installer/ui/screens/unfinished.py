"""Unfinished: the first screen of a machine whose last run did not end well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from textual.app import ComposeResult
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.answers import FIRST_CONTROL_PLANE, WORKER
from tui_installer.model.progress import seconds_between
from tui_installer.model.text import NO_TEXT, T, Text, verbatim
from tui_installer.text import measure
from tui_installer.ui.dialogs.support_bundle import bundle_button
from tui_installer.ui.rows.cells import Row, wrap
from tui_installer.ui.rows.times import ago, day_and_time, done_steps, time_of_day
from tui_installer.ui.screens.causes import causes_button
from tui_installer.ui.screens.unfinished_run import CHANGE, LOOK, RESUME, STUCK, Interrupted
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.choice import Choice, Option
from tui_installer.ui.widgets.pane import Pane

ROLES = {FIRST_CONTROL_PLANE: T("First control plane"), WORKER: T("Worker")}
LABEL = 10
OFTEN = T(
    "Resume can be chosen as often as you like: each step first looks at what is there and does only what is missing."
)


class WhatHappened(Pane):
    """Shows which run it was, how it ended, and which steps are done."""

    @override
    def rows(self, width: int) -> list[Row]:
        screen = cast(Unfinished, self.screen)
        rows: list[Row] = [[]]
        for label, text in screen.facts():
            lines = wrap(self.say(text), width - LABEL - 5)
            name = measure.pad(self.say(label), LABEL)
            rows += [
                [(f"   {name if not index else ' ' * LABEL}", ""), (line, "")]
                for index, line in enumerate(lines)
            ]
        return [*rows, [], [(" " + self.say(T("What do you want to do?")), "")]]


class Unfinished(Interrupted):
    """Tells where the run ended, and asks how to go on."""

    id_ = "unfinished"
    heading = T("Start")

    @property
    @override
    def sentence(self) -> Text:
        if self.failed:
            return T(
                "An installation on this machine is not finished. It failed at step {number} of {count}.",
                **self.place,
            )
        return T(
            "An installation on this machine is not finished. It stopped at step {number} of {count}.",
            **self.place,
        )

    def facts(self) -> list[tuple[Text, Text]]:
        """Returns labels and the text beside each."""
        standing = self.viewing.standing
        role = ROLES.get(self.viewing.node, verbatim(self.viewing.node))
        done = {"done": standing.done, "count": len(standing.steps), "steps": done_steps(standing)}
        step = self.step
        cure = [(T("What to do"), step.cure)] if step and step.cure and not self.failed else []
        cure += [(T("What to do"), STUCK)] if self.stuck else []
        return [
            (
                T("Role"),
                T(
                    "{role}; begun {time} by {by}",
                    role=role,
                    time=day_and_time(standing.begun),
                    by=standing.by or "root",
                ),
            ),
            (T("Failed") if self.failed else T("Stopped"), self._end()),
            *cure,
            (T("Done"), T("{done} of {count} steps: {steps}", **done)),
        ]

    def _end(self) -> Text:
        standing, step = self.viewing.standing, self.step
        ended = standing.ended or standing.at
        when = {
            "time": time_of_day(ended),
            "ago": ago(seconds_between(ended, self.viewing.now())),
            "title": self.place["title"],
        }
        if self.viewing.join_lost:
            return T(
                "{time}, {ago}, {title}: the join command was in memory only and is lost", **when
            )
        if step is not None and step.error:
            return T("{time}, {ago}, {title}: {error}", error=step.error, **when)
        if self.failed:
            return T("{time}, {ago}, {title}", **when)
        if standing.over:
            return T("{time}, {ago}, {title}: it was asked to stop", **when)
        return T("{time}, {ago}, {title}: it was cut off", **when)

    @override
    def body(self) -> ComposeResult:
        yield WhatHappened()
        self.choice = Choice(self._options(), CHANGE if self.stuck else RESUME, label_width=LABEL)
        yield self.choice

    def _options(self) -> list[Option]:
        change = T("open the pages with the answers of this run, then go on")
        open_log = T("open the log; changes nothing")
        return [
            self._option(RESUME, T("Resume"), self._what_resume_does(), OFTEN),
            self._option(CHANGE, T("Change"), change),
            self._option(LOOK, T("Look"), open_log),
        ]

    def _what_resume_does(self) -> Text:
        place = self.place
        if self.viewing.join_lost:
            return T("paste the join command again, then go on from step {number}", **place)
        if place["number"] == place["count"]:
            return T("look at step {number} again, do what is missing", **place)
        return T("look at step {number} again, do what is missing, go on to {count}", **place)

    def _option(self, value: str, label: Text, what: Text, hint: Text = NO_TEXT) -> Option:
        return Option(value, label, lambda: [(self.owner.language(what), "")], hint)

    @override
    def buttons(self) -> Sequence[Button]:
        return (
            Button(T("Go on"), self._go_on, T("Does what is chosen above.")),
            causes_button(self.owner),
            bundle_button(self.owner),
            self.leave_button(),
        )

    @override
    def first_focus(self) -> Widget | None:
        return self.choice

    def _go_on(self) -> None:
        self.act(self.choice.value)

    def on_choice_accepted(self, _event: Choice.Accepted) -> None:
        """Carries out a choice on Enter."""
        self._go_on()
