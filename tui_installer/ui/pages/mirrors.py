"""Mirrors: the sources of packages and images; the page tests every candidate for what this run needs."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widget import Widget
from typing_extensions import override

from tui_installer import assets
from tui_installer.model.facts import Facts, Network
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.preflight import address, sources
from tui_installer.text import measure
from tui_installer.text.words import VERDICT
from tui_installer.ui.dialogs.source import AddSource, details
from tui_installer.ui.frame.page import Entry, Page
from tui_installer.ui.pages.mirrors_list import SourceList
from tui_installer.ui.rows import sources as source_rows
from tui_installer.ui.rows.cells import WIDE, Row, rows_of
from tui_installer.ui.rows.sources import DOCKER_IO, HOST, MARK, NEED, URL, Candidate
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.listing import ListingLook
from tui_installer.ui.widgets.pane import Pane


class MirrorsHead(Pane):
    """The column titles."""

    @override
    def rows(self, width: int) -> list[Row]:
        need = measure.pad(self.say(T("Needed")), NEED + MARK + VERDICT)
        source = measure.pad(self.say(T("Source")), URL if width - 2 >= WIDE else HOST)
        return [[("  " + need + source + self.say(T("Reply")), "")]]


class NoNames(Pane):
    """Replaces the list where names cannot be resolved: the sources are not at fault."""

    @override
    def rows(self, width: int) -> list[Row]:
        sentence_rows = [[], *rows_of(self.say(no_names(self.owner.session.draft.facts)), width)]
        more = T(
            "Packages and images cannot be fetched without it. Look at the cable and at /etc/resolv.conf, then test again with Ctrl+R. A source on your own network can be added by its IP address."
        )
        return [*sentence_rows, [], *rows_of(self.say(more), width)]


def no_names(facts: Facts) -> Text:
    """Returns the one sentence that replaces a fault for every source."""
    servers = facts[Network].nameservers
    if not servers:
        return T("No name can be looked up: this machine has no name server.")
    return T("No name can be looked up: DNS {servers} does not answer.", servers=", ".join(servers))


class MirrorsPage(Page):
    """Page 3."""

    entry_id = "mirrors"
    heading = T("Mirrors")
    look_again = T("Test again")
    # A redraw with new replies is scheduled.
    due = False

    @property
    @override
    def sentence(self) -> Text:
        """Returns how many needs have a good source, and how long the test took."""
        good, count = len(assets.NEEDS) - len(self._without()), len(assets.NEEDS)
        probing = self.owner.probing
        if probing.running:
            return T(
                "{good} of {count} needs have a good source so far. Testing, {seconds} s of 8 s at most.",
                good=good,
                count=count,
                seconds=probing.seconds,
            )
        return T(
            "{good} of {count} needs have a good source. Tested from this machine in {seconds} s.",
            good=good,
            count=count,
            seconds=probing.took,
        )

    @override
    def body(self) -> ComposeResult:
        look = ListingLook[Candidate](
            row=self._row,
            hint=lambda item: source_rows.hint(self.owner.session.draft, item),
            text=lambda item: item.url,
            topic=lambda item: f"mirrors.{item.need}",
        )
        self.order = self._best()
        self.head, self.nameless = MirrorsHead(), NoNames()
        self.list = SourceList(look, source_rows.table(self.order), self.choose)
        yield self.head
        yield self.list
        yield self.nameless

    def _row(self, item: Candidate, width: int) -> Row:
        probing = self.owner.probing
        testing = probing.seconds if (item.need, item.name) in probing.asking else None
        return source_rows.row(self.owner.language, self.owner.session.draft, item, width, testing)

    @override
    def buttons(self) -> Sequence[Button]:
        add = Button(
            T("Add a source..."),
            self._add,
            T("A mirror of your own: its address is asked for, and it is tested at once."),
        )
        next_button, back = super().buttons()
        return (next_button, add, back)

    @override
    def on_mount(self) -> None:
        self.owner.probing.begin()
        self.set_interval(1.0, self._tick)
        self._show()

    # --- the rows -------------------------------------------------------------------------------

    def _best(self) -> dict[str, list[str]]:
        return {need: source_rows.order(self.owner.session.draft, need) for need in assets.NEEDS}

    def _without(self) -> list[str]:
        """Returns the needs without a good source."""
        replies = self.owner.session.draft.sources.replies
        return [n for n in assets.NEEDS if not any(r.good for r in replies.get(n, ()))]

    def _nameless(self) -> bool:
        session = self.owner.session
        if self.owner.probing.running or not session.draft.sources.unresolved:
            return False
        # Where the run changes the network first, a source can be chosen all the same.
        return not address.changes_way(session.draft)

    def _show(self) -> None:
        """Draws the new replies; the rows keep their order while the focus is among them."""
        best = self._best()
        if self.list.has_focus:
            for need, names in best.items():
                self.order[need] += [name for name in names if name not in self.order[need]]
        else:
            self.order = best
        item, rows = self.list.item, source_rows.table(self.order)
        here = (item.need, item.name) if item else None
        self.list.items = rows
        self.list.current = next(
            (i for i, r in enumerate(rows) if (r.need, r.name) == here), self.list.current
        )
        self.list.follow()
        self.list.freshen()
        self.nameless.display = self._nameless()
        self.head.display = self.list.display = not self._nameless()
        self.tell()

    def _tick(self) -> None:
        if self.owner.probing.running:
            self.list.freshen()
            self.tell()

    @override
    def heard(self) -> None:
        if not self.owner.probing.running:
            self._show()
            self._ended()
        elif not self.due:
            self.due = True
            self.set_timer(0.5 if self.owner.terminal.serial else 0.1, self._heard)

    def _heard(self) -> None:
        self.due = False
        self._show()
        self.ready()

    def _ended(self) -> None:
        # None: the first focus is moving to Next.
        waiting = self.owner.focused in (None, self.next_button) and not self.going
        if waiting and self.owner.screen is self and self.missing() is not NO_TEXT:
            self.refuse()
        self.ready()

    # --- mistakes -------------------------------------------------------------------------------

    @override
    def waits(self) -> bool:
        """Tells whether the test runs and a need has no good source yet."""
        return self.owner.probing.running and bool(source_rows.not_good(self.owner.session.draft))

    @property
    @override
    def waited(self) -> int:
        return self.owner.probing.seconds

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        led, item = self.still_pointed, self.list.item
        if led and widget is self.list and item and f"mirrors.{item.need}" != led.key:
            return self.list.hint
        if widget is self.next_button and not self.waits() and self._asked_in_vain():
            return T(
                "Some needs have no source on the current network. The run changes the network first; whether one answers after that is not known."
            )
        return super().hint_of(widget)

    def _asked_in_vain(self) -> bool:
        return address.changes_way(self.owner.session.draft) and bool(self._without())

    @override
    def missing(self) -> Text:
        bad_needs = source_rows.not_good(self.owner.session.draft)
        if bad_needs and self._nameless():
            return no_names(self.owner.session.draft.facts)
        return next(iter(bad_needs.values()), NO_TEXT)

    @override
    def first_focus(self) -> Widget:
        """Returns Next, also during the test: Next then waits for its end."""
        if self.waits() or self.missing() is NO_TEXT or self._nameless():
            return self.next_button
        self._to_missing()
        return self.list

    @override
    def row_of(self, key: str) -> Widget | None:
        """Returns the list, with its pointer on the first source of that need."""
        return self.list if self.list.display else self.next_button

    @override
    def _focus_first(self) -> None:
        if self.still_pointed is not None:
            self._to(self.still_pointed.key.partition(".")[2])
        super()._focus_first()

    def _to_missing(self) -> None:
        self._to(next(iter(source_rows.not_good(self.owner.session.draft)), ""))

    def _to(self, need: str) -> None:
        self.list.go(self.list.stop_of(need))

    @override
    def refuse(self) -> None:
        if self.list.display:
            self._to_missing()
            self.list.focus()
        self.tell()

    # --- events ---------------------------------------------------------------------------------

    def choose(self, item: Candidate) -> None:
        """Chooses a source that is not known to be bad; one of docker.io's can also be removed.

        Where no mirror of docker.io is good now, nor may be after the change of the network, the run uses none of them.
        """
        session = self.owner.session
        can = sources.choosable(session.draft, item.need, item.name)
        if (
            item.need == DOCKER_IO
            and not can
            and not source_rows.any_choosable(session.draft, DOCKER_IO)
        ):
            session.set("mirrors.docker_io", [])
            self._show()
            return
        leave = item.need == DOCKER_IO and item.name in sources.chosen(session.draft, item.need)
        if leave or can:
            session.draft = sources.with_choice(session.draft, item.need, item.name, take=not leave)
        self._show()

    def on_listing_opened(self, event: SourceList.Opened) -> None:
        """Shows the requests to the sources of this need on Enter."""
        if self.list.item is not None:
            need = self.list.item.need
            rows = [row for row in self.list.items if row.need == need]
            self.owner.over(details(self.owner.session.draft, rows))

    def _add(self) -> None:
        need = self.list.item.need if self.list.item else assets.NEEDS[0]
        self.owner.over(AddSource(self.owner.session, need), self._added)

    def _added(self, item: Candidate | None) -> None:
        if item is None:
            return
        self.owner.session.draft = sources.with_source(
            self.owner.session.draft, item.need, item.name
        )
        self.owner.probing.ask({item.need: [item.name]})
        self.list.focus()
        self._show()
        rows = [(row.need, row.name) for row in self.list.items]
        self.list.go(rows.index((item.need, item.name)))
        self.list.follow()

    @override
    def surveyed(self) -> None:
        self._show()

    @override
    def again(self) -> None:
        self.owner.probing.again()
        self._show()


PAGE = Entry(
    id="mirrors",
    title=T("Mirrors"),
    screen=MirrorsPage,
    follows=("node",),
    asks=tuple(f"mirrors.{need}" for need in assets.NEEDS),
)
