"""The parts of the Done screen: the proof of the node, the card for the next server, what works now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from typing_extensions import override

from tui_installer.model.answers import Answers, runs_control_plane
from tui_installer.model.facts import Proved
from tui_installer.model.outcome import PENDING, Outcome, Sign
from tui_installer.model.progress import seconds_between
from tui_installer.model.text import NO_TEXT, T, Text, verbatim
from tui_installer.node.join_card import Handover
from tui_installer.runs.view import Viewing
from tui_installer.text import measure
from tui_installer.text.words import VERDICT, word
from tui_installer.ui.rows.cells import Row, rows_of, wrap
from tui_installer.ui.widgets.pane import Pane

LABEL = 12
# The rows of a proof that are shown here, in this order; Status shows the rest.
EVIDENCE = ("node", "pods", "kube_proxy", "dns", "service", "across", "reboot")


def zone() -> tzinfo:
    """Returns this machine's time zone."""
    local_zone = datetime.now().astimezone().tzinfo
    assert local_zone is not None
    return local_zone


def is_worker(viewing: Viewing) -> bool:
    """Tells whether the node has joined a cluster, and so has no tokens of its own."""
    return not runs_control_plane(viewing.node)


def answers_of(viewing: Viewing) -> Answers:
    """Returns the answers that made this node."""
    return viewing.request.answers if viewing.request else Answers()


class Proof(Pane):
    """Shows the results of the last look; nothing before there is one."""

    def __init__(self) -> None:
        super().__init__()
        # The recorded proof; None: there is none, or it has not been read.
        self.proved: Proved | None = None
        # Another row is needed below: none is left empty.
        self.tight = False

    @override
    def rows(self, width: int) -> list[Row]:
        """Returns a verdict, a label and the result; one row for each part of a proof."""
        if self.proved is not None:
            rows = [self._row(*row, width) for row in self._proved(self.proved)]
            return rows if self.tight else [*rows, []]
        rows = [[]]
        for outcome, label, text in self._seen():
            room = width - VERDICT - LABEL - 5
            first, *more = wrap(self.say(text), room)
            rows.append(self._row(outcome, label, verbatim(first), width))
            rows += [[(" " * (3 + VERDICT + LABEL) + line, "")] for line in more]
        return [*rows, []]

    def _row(self, outcome: Sign, label: Text, text: Text, width: int) -> Row:
        room = width - VERDICT - LABEL - 4
        labels = measure.pad(self.say(word(outcome)), VERDICT), measure.pad(self.say(label), LABEL)
        finding = measure.cut(self.say(text), room)
        return [("   ", ""), (labels[0], outcome), (f"{labels[1]}{finding}", "")]

    @staticmethod
    def _proved(proved: Proved) -> Iterator[tuple[Sign, Text, Text]]:
        for row in (proved.row(name) for name in EVIDENCE):
            if row is not None:
                outcome = PENDING if row.outcome == Outcome.UNKNOWN else row.outcome
                yield outcome, row.title, row.found

    def _seen(self) -> list[tuple[Sign, Text, Text]]:
        viewing = self.owner.session.viewing
        done, count = viewing.standing.done, len(viewing.standing.steps)
        steps = T("{done} of {count} are done, looked at again", done=done, count=count)
        rows: list[tuple[Sign, Text, Text]] = [(Outcome.OK, T("Steps"), steps)]
        if answers_of(viewing).cluster.network == "none":
            ready = T(
                'It becomes Ready when a pod network is installed; until then "NotReady" is normal.'
            )
            rows.append((PENDING, T("Node"), ready))
        return rows


class CardPane(Pane):
    """The card in column 1 and without a frame, so that a mouse can copy it."""

    def __init__(self) -> None:
        super().__init__()
        self.card: Handover | None = None
        self.revealed = False
        # Why there is none; when the cluster was asked for it.
        self.why_not: Text = NO_TEXT
        self.asked_at: float | None = None

    def text(self, *, revealed: bool) -> str:
        """Returns the card, with its secret or with stars; there must be one."""
        assert self.card is not None
        return self.card.card(zone()) if revealed else self.card.masked(zone())

    @override
    def rows(self, width: int) -> list[Row]:
        """Returns what it is, how long it lasts, and the card; or why there is none."""
        rows = [row for text in self._about() for row in rows_of(self.say(text), width)]
        if self.card is None:
            return [*rows, []]
        lines = self.text(revealed=self.revealed).splitlines()
        return [*rows, [], *([(line, "")] for line in lines), []]

    def _about(self) -> list[Text]:
        if is_worker(self.owner.session.viewing):
            joined = T("This node has joined its cluster. To see it there, on the control plane:")
            return [joined, verbatim("  kubectl get nodes")]
        asked = NO_TEXT
        if self.asked_at is not None:
            seconds = int(self.owner.clock() - self.asked_at)
            asked = T("The cluster is asked for a join token, {seconds} s.", seconds=seconds)
        if self.card is None:
            return [self._without(asked)]
        first = T("Card for the next server. Paste it there into this program, or into a shell.")
        if asked is NO_TEXT and self.why_not is not NO_TEXT:
            asked = T("No other card could be had: {reason}. This one stays.", reason=self.why_not)
        return [asked if asked is not NO_TEXT else first, self._valid(self.card.ends)]

    def _without(self, asked: Text) -> Text:
        if asked is not NO_TEXT:
            return asked
        if self.why_not is not NO_TEXT:
            return T("There is no card for the next server: {reason}", reason=self.why_not)
        return T("Every join token has ended. New token makes a card for the next server.")

    def _valid(self, ends: datetime | None) -> Text:
        if ends is None:
            return T("Its token never ends.")
        left = seconds_between(self.owner.session.viewing.now(), ends)
        if not left:
            return T("Its token has ended. New token makes another one.")
        hours, rest = divmod(int(left), 3600)
        return T(
            "Valid until {end}, {hours} h {minutes} min left.",
            end=f"{ends.astimezone(zone()):%Y-%m-%d %H:%M %Z}",
            hours=hours,
            minutes=rest // 60,
        )


class Next(Pane):
    """Says who can use kubectl here from now on."""

    @override
    def rows(self, width: int) -> list[Row]:
        """Returns a sentence in one row, as the screen has no other to spare; none on a worker."""
        viewing = self.owner.session.viewing
        if is_worker(viewing):
            return []
        people = viewing.request.people if viewing.request else ()
        names = ", ".join(person.name for person in people) or "root"
        tab = T(
            "kubectl works for {names} now, with Tab in a new shell: kubectl get nodes", names=names
        )
        short = T("kubectl works for {names} now: kubectl get nodes", names=names)
        rows = rows_of(self.say(tab), width)
        return rows if len(rows) == 1 else rows_of(self.say(short), width)
