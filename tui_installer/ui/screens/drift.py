"""Drift: what differs from the last answers, change by change, and the way to restore it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.node.health import NodeStatus
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.screens.planned_steps import PlannedSteps
from tui_installer.ui.screens.review_panes import StepRow
from tui_installer.ui.widgets.button import Button


class Drifted(Frame):
    """The differences of one look, over the Status screen, drawn as on Review; no run starts here."""

    id_ = "drift"
    heading = T("What differs")
    hint_rows = 2
    look_again = NO_TEXT

    def __init__(self, status: NodeStatus) -> None:
        super().__init__()
        self.status = status

    @property
    @override
    def sentence(self) -> Text:
        count = sum(len(rows) for rows in self.status.drift.values())
        return T(
            "Differences from the last answers: {count}. Steps that would have work: {steps}.",
            count=count,
            steps=len(self.status.drift),
        )

    @override
    def body(self) -> ComposeResult:
        """Yields the steps that would change something, and the change of the current one."""
        planned = enumerate(self.status.plan.steps, 1)
        rows = [StepRow(n, p) for n, p in planned if p.step.id in self.status.drift]
        steps = PlannedSteps(rows)
        self.listing = steps.listing
        yield steps

    @override
    def buttons(self) -> Sequence[Button]:
        back = Button(
            T("Put it back..."),
            self._put_back,
            T(
                "To the checks and the review with the answers of the last run. Asks before it starts."
            ),
        )
        return back, Button(T("Close"), self.back)

    @override
    def first_focus(self) -> Widget:
        return self.listing

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        if widget is self.listing:
            if self.listing.said is not NO_TEXT:
                return self.listing.said
            return T(
                "These changes would make the node what its answers ask for. To keep one, change the answers."
            )
        return super().hint_of(widget)

    def _put_back(self) -> None:
        owner = self.owner
        owner.session.as_before()
        self.dismiss(None)
        owner.call_later(owner.go, "preflight")

    @override
    def back(self) -> None:
        self.dismiss(None)
