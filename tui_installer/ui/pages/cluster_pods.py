"""Ordinary pods on a control plane: the question on Cluster, the sentence on Done, the way to Review."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from typing_extensions import override

from tui_installer.model.answers import AS_IT_IS
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.node.monitor import Room
from tui_installer.session import Session
from tui_installer.text import measure
from tui_installer.ui.rows.cells import Key, Row
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.choice import Choice, Option
from tui_installer.ui.widgets.pane import Pane

KEEP, WORKERS, HERE = "keep", "workers", "here"
KEPT = T("The taints of this node stay as they are, also where somebody has changed them by hand.")
ON_WORKERS = T(
    "As kubeadm makes it: your own pods wait until a worker has joined. Right where servers join."
)
ALSO_HERE = T(
    "This server runs your own pods too: needed where it stays the only one. A pod that takes all memory can stop the API server."
)
ALLOW = T("Allow pods here...")
LET_IN = T("Opens Review with this one answer changed. That changes nothing yet.")


class WhereTo(Choice):
    """The choice where users' pods may run; on an existing node the present state may stay."""

    def __init__(self, session: Session) -> None:
        self.session = session
        super().__init__(
            self._offered(), self._stands, across=True, topic=AS_IT_IS, id="ordinary_pods"
        )

    @property
    def _made(self) -> bool:
        return bool(self.session.draft.fixed)

    @property
    def _stands(self) -> str:
        value = self.session.draft.value(AS_IT_IS)
        if value is None:
            return KEEP if self._made else WORKERS
        return HERE if value else WORKERS

    def _offered(self) -> list[Option]:
        as_it_is = [Option(KEEP, T("as it is"), hint=KEPT)] if self._made else []
        return [
            *as_it_is,
            Option(WORKERS, T("only on workers"), hint=ON_WORKERS),
            Option(HERE, T("also here"), hint=ALSO_HERE),
        ]

    def answer(self, value: str) -> None:
        """Stores the choice; kubeadm's own default for a new node is not stored, unless the last run asked for more."""
        session = self.session
        before = session.draft.last.cluster.pods_on_control_plane if session.draft.last else None
        if value == KEEP:
            session.set(AS_IT_IS, None)
        elif value == WORKERS and not self._made and before is None:
            session.unset(AS_IT_IS)
        else:
            session.set(AS_IT_IS, value == HERE)

    def surveyed(self) -> None:
        """Updates the options once it is known whether this is a node."""
        self.offer(self._offered(), self._stands)


class PodsSaid(Pane):
    """Shows one row; `~` marks a cut."""

    DEFAULT_CSS = """
    PodsSaid { width: auto; max-width: 100%; height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.text = NO_TEXT

    @override
    def get_content_width(self, container: object, viewport: object) -> int:
        return measure.width(self._line())

    def _line(self) -> str:
        return f" {self.say(self.text)}  " if self.text is not NO_TEXT else ""

    @override
    def rows(self, width: int) -> list[Row]:
        return [[(measure.cut(self._line(), width), "")]]


class AllowButton(Button):
    """A button that stands alone in its row."""

    topic = AS_IT_IS

    @property
    @override
    def keys(self) -> list[Key]:
        return [(T("Up/Down"), T("Move")), (T("Enter"), T("Press it"))]


class PodsWait(Horizontal):
    """Says that users' pods wait, and offers to let them in here; hidden where a node takes them."""

    DEFAULT_CSS = """
    PodsWait { height: 1; width: 1fr; display: none; }
    """

    @override
    def compose(self) -> ComposeResult:
        self.said = PodsSaid()
        self.button = AllowButton(ALLOW, self._press, LET_IN)
        self.button.display = False
        yield self.said
        yield self.button

    def _press(self) -> None:
        self.button.owner.review_with(AS_IT_IS, True)

    def tell(self, room: Room) -> bool:
        """Stores the result of a look; returns whether it needs a row."""
        self.said.text, offered = sentence(room), room.waits and room.kept
        self.display, self.button.display = self.said.text is not NO_TEXT, offered
        self.said.redraw(layout=True)
        return self.display


def sentence(room: Room) -> Text:
    """Returns the sentence; empty where a node takes users' pods."""
    if room.verdict.outcome is Outcome.OK:
        return NO_TEXT
    if room.verdict.outcome is Outcome.UNKNOWN:
        why = room.verdict.found if room.why is None else room.why
        return T("Room for your own pods is not known (see Status): {why}", why=why)
    if room.alone and room.kept:
        return T("Your own pods wait for a worker. Only one server?")
    return T("No node takes your own pods now: see Status.")
