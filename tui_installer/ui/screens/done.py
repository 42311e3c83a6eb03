"""Done: what this node is now, and what the next person or server needs."""

from __future__ import annotations

from datetime import UTC, datetime

from textual.app import ComposeResult
from typing_extensions import override

from tui_installer.model.facts import Proved
from tui_installer.model.progress import seconds_between
from tui_installer.model.text import T, Text
from tui_installer.node import join_card, monitor
from tui_installer.runs.view import Stage, Viewing
from tui_installer.ui.pages.cluster_pods import PodsWait
from tui_installer.ui.rows.times import minutes, time_of_day
from tui_installer.ui.screens.card_screen import Handing
from tui_installer.ui.screens.done_panes import CardPane, Next, Proof, answers_of, is_worker
from tui_installer.ui.screens.status import StatusScreen
from tui_installer.ui.widgets.button import Button


class Done(Handing):
    """The screen of a run that ended well."""

    id_ = "done"
    heading = T("Done")
    hint_rows = 1
    leaves = True
    views_run = True

    @property
    def viewing(self) -> Viewing:
        """The run that has ended."""
        return self.owner.session.viewing

    @property
    @override
    def hands(self) -> bool:
        return not is_worker(self.viewing)

    @property
    @override
    def sentence(self) -> Text:
        standing, proved = self.viewing.standing, self.proof.proved
        seen = {
            "version": answers_of(self.viewing).cluster.kubernetes,
            "time": time_of_day(standing.ended),
            "elapsed": minutes(seconds_between(standing.pass_begun, standing.ended)),
        }
        if proved is not None and proved.good:
            seen["time"] = time_of_day(datetime.fromtimestamp(proved.at, UTC))
            if is_worker(self.viewing):
                return T(
                    "This server is a Kubernetes {version} worker. Proved {time}, after {elapsed}.",
                    **seen,
                )
            return T(
                "This server is a Kubernetes {version} control plane. Proved {time}, after {elapsed}.",
                **seen,
            )
        if is_worker(self.viewing):
            return T(
                "This server is a Kubernetes {version} worker. Done {time}, after {elapsed}.",
                **seen,
            )
        return T(
            "This server is a Kubernetes {version} control plane. Done {time}, after {elapsed}.",
            **seen,
        )

    @override
    def body(self) -> ComposeResult:
        self.proof, self.card = Proof(), CardPane()
        yield self.proof
        yield self.card
        yield Next()
        self.waits = PodsWait()
        yield self.waits

    @override
    def first_button(self) -> Button:
        return Button(
            T("To Status"),
            lambda: self.owner.show(StatusScreen()),
            T("How this node does, and what can be done with it. The program opens there."),
        )

    @override
    def on_mount(self) -> None:
        self.owner.background(monitor.last_proof, self._take_proof)
        self._look_for_room()

    def _look_for_room(self) -> None:
        answers = answers_of(self.viewing)
        if answers.runs_control_plane:
            self.owner.background(lambda: monitor.room(answers), self._take_room)

    def _take_room(self, room: monitor.Room) -> None:
        if self.is_attached:
            # This row takes the one that is empty elsewhere.
            self.proof.tight = self.waits.tell(room)
            self.proof.redraw(layout=True)
            self.tell()

    def _take_proof(self, proved: Proved) -> None:
        if proved.at and answers_of(self.viewing).calico and self.is_attached:
            self.proof.proved = proved
            self.proof.redraw(layout=True)
            self.tell()

    @override
    def again(self) -> None:
        """Reads the card again on Ctrl+R, and shows another run if somebody has begun one."""
        self.viewing.poll()
        if self.viewing.stage != Stage.DONE:
            self.owner.show_stage()
        elif self.hands and self.card.asked_at is None:
            self.ask(join_card.present)
            self._look_for_room()

    @override
    def surveyed(self) -> None:
        """Draws the result of another look."""
