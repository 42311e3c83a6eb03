"""Role: what this server will be, with each role's needs beside what the machine has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from textual.app import ComposeResult
from textual.widget import Widget
from typing_extensions import override

from tui_installer import registry
from tui_installer.model.answers import (
    FIRST_CONTROL_PLANE,
    WORKER,
    Answers,
    Node,
    runs_control_plane,
)
from tui_installer.model.check import Verdict
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.preflight.preview import judge
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.frame.page import Entry, Page
from tui_installer.ui.pages.role_needs import Needs, Runs
from tui_installer.ui.rows.cells import Row
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.choice import Choice, Option
from tui_installer.ui.widgets.pane import BlankRow

HINTS = {
    FIRST_CONTROL_PLANE: T(
        "First control plane: take this for your first server, also if it stays the only one. You will be asked for its name, network card, sources and networks. Later servers join it with one pasted command."
    ),
    WORKER: T(
        "Worker: joins a cluster that is there already and runs its pods. Have the join command of the control plane ready; it is valid for 24 hours."
    ),
}
LABELS = {
    FIRST_CONTROL_PLANE: (
        T("First control plane"),
        T("starts a new cluster and keeps its API and data"),
    ),
    WORKER: (T("Worker"), T("joins a cluster and runs your pods")),
}
# The checks of a machine's size; this page can accept a FAIL of theirs.
SIZES = ("cores", "memory", "disk")


class AcceptAnyway(Dialog[bool]):
    """Asks once whether to use a machine that is too small."""

    def __init__(self, failing: Mapping[str, Verdict]) -> None:
        super().__init__()
        self.failing = failing

    @override
    def texts(self) -> Sequence[Text]:
        problems = [
            T(
                "{title} {found}: {why}.",
                title=registry.check(check).title,
                found=verdict.found,
                why=verdict.why,
            )
            for check, verdict in self.failing.items()
        ]
        return (
            T("Go on with a machine that is too small?"),
            NO_TEXT,
            *problems,
            NO_TEXT,
            T("The last page names it again before anything is changed."),
        )

    @override
    def buttons(self) -> Sequence[Button]:
        return (
            Button(T("Back, accept nothing"), lambda: self.dismiss(False)),
            Button(T("Accept it"), lambda: self.dismiss(True)),
        )


class RolePage(Page):
    """Page 1."""

    entry_id = "role"
    heading = T("Role")

    @property
    @override
    def sentence(self) -> Text:
        return T("What shall this server be?")

    @override
    def body(self) -> ComposeResult:
        self.choice = Choice(
            self._options(), self.owner.session.draft.role, label_width=21, topic="node.role"
        )
        yield BlankRow()
        yield self.choice
        self.needs, self.runs = Needs(), Runs()
        yield self.needs
        yield self.runs

    def _options(self) -> list[Option]:
        made = self.owner.session.draft.fixed.get("node.role")
        no = T(
            "kubeadm has made this node with {value}. Only a new cluster can have another one.",
            value=LABELS[str(made)][0] if made else NO_TEXT,
        )
        return [
            Option(
                role,
                label,
                self._explain(more),
                HINTS[role],
                refused=no if made not in (None, role) else NO_TEXT,
            )
            for role, (label, more) in LABELS.items()
        ]

    def _explain(self, text: Text) -> Callable[[], Row]:
        return lambda: [(self.owner.language(text), "")]

    @override
    def buttons(self) -> Sequence[Button]:
        self.accept = Button(
            T("Accept anyway..."),
            self._accept,
            T("Goes on with what the machine has, after naming what may come of it."),
        )
        return (*super().buttons(), self.accept)

    @override
    def on_mount(self) -> None:
        """Starts the test of the sources, so that page 3 has its replies ready."""
        self._fits()
        self.owner.probing.begin()

    @override
    def row_of(self, key: str) -> Widget | None:
        return self.choice

    @override
    def first_focus(self) -> Widget:
        return self.choice

    def _failing(self) -> dict[str, Verdict]:
        """Returns the failed size checks of the chosen role that nobody has accepted."""
        session = self.owner.session
        if not session.draft.looked:
            return {}
        answers = Answers(Node(role=session.draft.role))
        judged = {check: judge(session.draft, check, answers) for check in SIZES}
        return {
            check: verdict
            for check, verdict in judged.items()
            if verdict.outcome is Outcome.FAIL and check not in session.draft.accepted
        }

    @override
    def waits(self) -> bool:
        return not self.owner.session.draft.looked

    @override
    def missing(self) -> Text:
        for check, v in self._failing().items():
            title, role = registry.check(check).title, self.owner.session.draft.role
            return T(
                "{title} {found}: {why}. What to do: {cure}.",
                title=title,
                found=v.found,
                why=v.why,
                cure=T("{cure}, or choose Worker", cure=v.cure)
                if runs_control_plane(role)
                else v.cure,
            )
        return NO_TEXT

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        """Returns what stands in the chosen role's way before what the role is."""
        on_chosen = widget is self.choice and self.choice.passed is None
        if on_chosen and not self.going and self.missing() is not NO_TEXT:
            return self.missing()
        return super().hint_of(widget)

    def _fits(self) -> None:
        """Draws everything that depends on role and sizes."""
        self.accept.display = bool(self._failing())
        self.needs.redraw()
        self.runs.redraw(layout=True)
        self.tell()

    def _accept(self) -> None:
        failing = self._failing()
        self.owner.over(AcceptAnyway(failing), lambda yes: self._accepted(failing if yes else ()))

    def _accepted(self, checks: Iterable[str]) -> None:
        self.owner.session.accept(*checks)
        self._fits()
        if not self._failing():
            self.next_button.focus()

    @override
    def on_choice_chosen(self, event: Choice.Chosen) -> None:
        self.owner.session.set("node.role", event.value)
        self._fits()

    def on_choice_accepted(self, event: Choice.Accepted) -> None:
        """Stores the chosen row and goes on, on Enter."""
        self.owner.session.set("node.role", event.value)
        self.go_on()

    @override
    def refuse(self) -> None:
        self.choice.focus()
        self.tell()

    @override
    def surveyed(self) -> None:
        """Draws the sizes; a suggested role may change with them."""
        self.choice.offer(self._options(), self.owner.session.draft.role)
        self._fits()
        self.ready()


PAGE = Entry(id="role", title=T("Role"), screen=RolePage, asks=("node.role",))
