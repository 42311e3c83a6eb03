"""Join: takes the join command in any shape, and shows what it contains."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.answers import joins
from tui_installer.model.facts import Clock, Kubernetes, Past
from tui_installer.model.join import Card, JoinCommand, Parts, take_apart
from tui_installer.model.outcome import Outcome
from tui_installer.model.ownership import INIT, broken_off
from tui_installer.model.text import NO_TEXT, T, Text, verbatim
from tui_installer.preflight.saved_answers import Choice, joins_offered
from tui_installer.text import measure
from tui_installer.text.words import VERDICT, word
from tui_installer.ui.dialogs.join_file import JoinFile
from tui_installer.ui.dialogs.join_parts import JoinParts
from tui_installer.ui.dialogs.offered import OfferedFiles
from tui_installer.ui.frame.page import Entry, Page
from tui_installer.ui.rows.cells import Row, lines, rows_of, wrap
from tui_installer.ui.rows.join import NOTHING, Tick, ticks_of, ticks_of_parts
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.pane import Pane
from tui_installer.ui.widgets.paste import LONGEST, Paste

# The command that prints a join command on a control plane.
PRINTS = "kubeadm token create --print-join-command"
FURTHER = T(
    "This command adds a further control plane; that is not supported yet. For a worker leave out --control-plane and --certificate-key."
)


def printed_by(said: Text) -> Text:
    """Returns the sentence, and the command in a row of its own."""
    return lines([said, verbatim(PRINTS)])


class Ticks(Pane):
    """Shows each part of the command with its verdict, and what else the card holds."""

    DEFAULT_CSS = """
    Ticks { min-height: 5; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        page = self.screen
        assert isinstance(page, JoinPage)
        rows: list[Row] = [[("   " + self.say(T("Read from it")), "")]]
        names = max(9, *(measure.width(self.say(name)) + 2 for _, name, _ in page.ticks))
        before = 3 + VERDICT + names
        for outcome, name, words in page.ticks:
            first, *more = wrap(self.say(words), width - before - 1)
            verdict = measure.pad(self.say(word(outcome)), VERDICT)
            label = measure.pad(self.say(name), names)
            rows.append([("   ", ""), (verdict, outcome), (label + first, "")])
            rows += [[(" " * before + line, "")] for line in more]
        return rows


class Joined(Pane):
    """Shows, above the text area, that this node already belongs to a cluster."""

    @override
    def rows(self, width: int) -> list[Row]:
        page = self.screen
        assert isinstance(page, JoinPage)
        if not page.joined:
            return []
        text = T(
            "This node has joined already: {server}. A join command is not needed.",
            server=page.server,
        )
        return rows_of(self.say(text), width)


class JoinPage(Page):
    """Page 4 of a worker."""

    entry_id = "join"
    heading = T("Join")

    def __init__(self) -> None:
        super().__init__()
        # The result of reading the text area; None: it is empty.
        self.parts: Parts | None = None

    @property
    @override
    def sentence(self) -> Text:
        return T('Paste the join command or the whole card; sudo, "\\" and line breaks may stay.')

    @override
    def body(self) -> ComposeResult:
        self.note = Joined()
        yield self.note
        self.paste = Paste(topic="check:join")
        yield self.paste
        self.shown = Ticks()
        yield self.shown

    @override
    def buttons(self) -> Sequence[Button]:
        self.next_button = Button(T("Next"), self.go_on)
        return (
            self.next_button,
            Button(T("Read a file..."), self._read_file, T("For a file that was copied here.")),
            Button(T("Type it in parts..."), self._type, T("For a console, which cannot paste.")),
            Button(T("Clear"), self._clear, T("Takes the command out again.")),
        )

    @override
    def row_of(self, key: str) -> Widget | None:
        return self.paste

    @override
    def first_focus(self) -> Widget:
        return self.paste if self.missing() is not NO_TEXT else self.next_button

    @property
    def joined(self) -> bool:
        """True if this node belongs to a cluster."""
        draft = self.owner.session.draft
        if not draft.looked or broken_off(draft.facts[Past]) == INIT:
            return False
        return draft.facts.get(Kubernetes, Kubernetes()).kubelet_conf

    @property
    def server(self) -> str:
        """Returns the address of its API server."""
        draft = self.owner.session.draft
        server = draft.facts.get(Kubernetes, Kubernetes()).server if draft.looked else ""
        return server or "-"

    @property
    def ticks(self) -> list[Tick]:
        """Returns the parts in the text area, or those of the command that was taken before."""
        if self.parts is None:
            command = self.owner.session.draft.join
            return ticks_of(command) if command else NOTHING
        return [*ticks_of_parts(self.parts), *self._of_card(self.parts.card)]

    def _of_card(self, card: Card) -> list[Tick]:
        """Returns what the card demands and this program does not do."""
        ticks: list[Tick] = []
        if self._ended(card):
            ticks.append(
                (Outcome.WARN, T("Valid"), T("ended {when}, says the card", when=card.ends_text))
            )
        elif card.ends_text:
            ticks.append(
                (Outcome.OK, T("Valid"), T("to {when}, says the card", when=card.ends_text))
            )
        if card.hosts:
            ticks.append(
                (Outcome.WARN, T("Hosts"), T("add to /etc/hosts: {line}", line=card.hosts))
            )
        return ticks

    def _ended(self, card: Card) -> bool:
        draft = self.owner.session.draft
        if card.ends is None or not draft.looked:
            return False
        return card.ends < datetime.fromtimestamp(draft.facts[Clock].now, UTC)

    @override
    def missing(self) -> Text:
        if self.owner.session.draft.join or (self.joined and self.parts is None):
            return NO_TEXT
        return self._lacks()

    def _lacks(self) -> Text:
        parts = self.parts
        if parts is None:
            return printed_by(T("On a control plane this prints the command:"))
        if parts.control_plane:
            return FURTHER
        if parts.problem:
            return printed_by(
                T('There is no "kubeadm join" in it. On a control plane this prints the command:')
            )
        _, part, problem = next(row for row in ticks_of_parts(parts) if row[0] != Outcome.OK)
        return printed_by(
            T(
                "Not complete. {part}: {problem}. On a control plane this prints it whole:",
                part=part,
                problem=problem,
            )
        )

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        if isinstance(widget, Button) and widget is not self.next_button:
            return widget.hint
        if self.paste.full:
            return T("No join command is longer than {count} characters.", count=LONGEST)
        lacks = self.missing()
        if lacks is not NO_TEXT:
            return lacks
        if self.owner.session.draft.join is None:
            return NO_TEXT
        if self.parts is not None and self._ended(self.parts.card):
            return printed_by(
                T(
                    "Complete, but its token has ended. On a control plane this prints a new command:"
                )
            )
        return T("Complete. Nothing is sent to the cluster before the installation starts.")

    def on_paste_rested(self, event: Paste.Rested) -> None:
        """Reads the pasted text; moves the focus on once the command is complete."""
        self._read()
        complete = self.parts is not None and self.owner.session.draft.join is not None
        if complete and (event.whole or self.paste.has_focus):
            self.next_button.focus()
            # An Enter at the end of the paste was not meant for the button.
            self.owner.appeared()

    def on_paste(self, event: events.Paste) -> None:
        """Puts a paste into the text area, wherever the focus is."""
        event.stop()
        self.paste.focus()
        self.paste.put(event.text)

    def _read(self) -> None:
        zone = datetime.now().astimezone().tzinfo
        text = self.paste.text
        if text.strip():
            self.parts = take_apart(text, zone)
            self.owner.session.set_join(self.parts.command)
        elif self.parts is not None:
            self.parts = None
            self.owner.session.set_join(None)
        self._show()

    def _show(self) -> None:
        width, height = self.shown.size
        if len(self.shown.rows(width)) == height:
            self.shown.freshen()
        else:
            self.shown.redraw(layout=True)
        self.tell()

    def _take(self, command: JoinCommand | None) -> None:
        """Replaces the content of the text area with a command that was typed in parts."""
        if command is not None:
            self.paste.clear()
            self.parts = None
            self.owner.session.set_join(command)
            self.next_button.focus()
            self._show()

    def _read_file(self) -> None:
        if self.owner.terminal.open_to_all:
            self.owner.over(OfferedFiles(joins_offered, self._chosen))
        else:
            self.owner.over(JoinFile(), self._put)

    def _chosen(self, choice: Choice) -> None:
        self._put(choice.raw.decode("utf-8", "replace"))

    def _put(self, text: str | None) -> None:
        if text is not None:
            self.paste.clear()
            self.paste.focus()
            self.paste.put(text)

    def _type(self) -> None:
        self.owner.over(JoinParts(), self._take)

    def _clear(self) -> None:
        self.paste.clear()
        self.parts = None
        self.owner.session.set_join(None)
        self._show()
        self.paste.focus()

    @override
    def go_on(self) -> None:
        self._leave()
        super().go_on()

    @override
    def back(self) -> None:
        self._leave()
        super().back()

    def _leave(self) -> None:
        if self.paste.text:
            self._read()

    def on_unmount(self) -> None:
        """Deletes the text with the page; the session holds the command."""
        self.paste.text = ""

    @override
    def refuse(self) -> None:
        self.paste.focus()
        self.tell()

    @override
    def surveyed(self) -> None:
        self.note.redraw(layout=True)
        self.shown.redraw()


PAGE = Entry(
    id="join",
    title=T("Join"),
    screen=JoinPage,
    follows=("mirrors",),
    applies=joins,
    asks=("join",),
)
