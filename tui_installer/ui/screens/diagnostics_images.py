"""The page "Images": every image as ctr, crictl and docker see it, the worst first."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.image import Row as ImageRow
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import NO_TEXT, T, Text, listed, verbatim
from tui_installer.node import images as node_images
from tui_installer.node.images import ImagesSeen
from tui_installer.ui.frame.details import Details
from tui_installer.ui.frame.findable import Findable
from tui_installer.ui.rows import images
from tui_installer.ui.rows.cells import Row, lines
from tui_installer.ui.rows.images import ImageChoice, ImageOrder
from tui_installer.ui.screens.diagnostics_tab import DiagnosticsTab, TabEntry
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.listing import Listing, ListingLook
from tui_installer.ui.widgets.pane import Pane


class ImageHeads(Pane):
    """What R stands for, and the titles of the columns."""

    DEFAULT_CSS = """
    ImageHeads { height: 2; }
    """
    place = ""

    @override
    def rows(self, width: int) -> list[Row]:
        said = self.say(images.place_line(self.place))
        titles = images.heads(self.say, width - 2)
        return [[(" " * (2 + images.SIGN) + said, "")], [("  ", ""), *titles]]


class ImagesTab(DiagnosticsTab[ImagesSeen]):
    """The list of images. The names come at once, what ctr looks up for each image comes after them."""

    seen: ImagesSeen | None = None
    # The seconds of the whole look; None while the content is not looked at yet.
    took: float | None = None
    choice, order = ImageChoice.ALL, ImageOrder.WORST

    @property
    @override
    def sentence(self) -> Text:
        seen = self.seen
        if seen is None:
            return T("ctr, crictl and docker are asked for their images.")
        counts = images.sentence(seen.rows, seen.missing, known=seen.seen.knows_what_is_there)
        state = images.state(self.choice, self.order, self.took)
        return T("{counts} {state}", counts=counts, state=state)

    @override
    def compose(self) -> ComposeResult:
        look = ListingLook[ImageRow](
            row=self._row, hint=self._hint, text=images.searched, topic=lambda _row: "images"
        )
        keys = [(T("Enter"), T("Details")), (T("f"), T("Filter")), (T("s"), T("Sort"))]
        self.heads = ImageHeads()
        self.listing = Findable(look, (), keys=keys)
        self.listing.topic = "images"
        yield self.heads
        yield self.listing

    def _row(self, row: ImageRow, width: int) -> Row:
        assert self.seen is not None
        return images.image_row(row, self.seen.seen, self.heads.place, self.owner.language, width)

    def _hint(self, row: ImageRow) -> Text:
        return images.hint(row)

    @override
    def buttons(self) -> Sequence[Button]:
        one = T("The commands that put this image right, to copy; nothing is run.")
        every = T("Everything that was found, with the commands that put it right, to copy.")
        self.cure_button = Button(T("Show the commands"), self._open, one)
        self.all_button = Button(T("All findings"), self._open_all, every)
        return self.cure_button, self.all_button

    @override
    def offers(self, button: Button) -> bool:
        if button is self.cure_button:
            item = self.listing.item if self.is_mounted else None
            return item is not None and any(finding.commands for finding in item.findings)
        return len(self._found()) > 1

    def _found(self) -> list[ImageRow]:
        rows = self.seen.rows if self.seen is not None else ()
        return [row for row in rows if row.outcome in (Outcome.FAIL, Outcome.WARN)]

    @override
    def first_focus(self) -> Widget:
        return self.listing

    @override
    def detail_of(self, widget: Widget | None) -> Text:
        if widget is not self.listing:
            return super().detail_of(widget)
        told = [self.listing.said, self.listing.hint, self._unread()]
        return lines([text for text in told if text is not NO_TEXT])

    def _unread(self) -> Text:
        """Returns the views that are not known, with the first reason."""
        unread = self.seen.seen.store.unread if self.seen is not None else {}
        if not unread:
            return NO_TEXT
        sources = listed([verbatim(source) for source in unread])
        return T("{sources}: {reason}.", sources=sources, reason=next(iter(unread.values())))

    @override
    def read(self) -> ImagesSeen:
        """Shows the names as soon as they are there."""
        self.owner.call_later(self._show_names, node_images.look_at_names())
        return node_images.look()

    def _show_names(self, found: ImagesSeen) -> None:
        if self.is_attached and self.reading:
            self.took = None
            self._draw(found)
            self.changed()

    @override
    def take(self, found: ImagesSeen) -> None:
        self.took = self.owner.clock() - self._began
        self._draw(found)

    def _draw(self, found: ImagesSeen) -> None:
        self.seen = found
        self.heads.place = images.shared_place(found.rows)
        self._list()
        self.heads.redraw()

    def _list(self) -> None:
        """Shows the rows of the present choice in the present order; the pointer stays on its image."""
        current = self.listing.item
        rows = images.chosen(
            self.seen.rows if self.seen is not None else (), self.choice, self.order
        )
        self.listing.show(rows)
        names = [row.image.name for row in rows]
        known = current is not None and current.image.name in names
        self.listing.go(names.index(current.image.name) if current is not None and known else 0)

    def on_key(self, event: events.Key) -> None:
        """`f` shows other images, `s` sorts them in another way."""
        if event.character == "f":
            event.stop()
            self.choice = images.following(self.choice)
        elif event.character == "s":
            event.stop()
            self.order = images.following(self.order)
        else:
            return
        self._list()
        self.changed()

    # --- an image -------------------------------------------------------------------------------

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Offers what the image of the pointer can have."""
        event.stop()
        self.changed()

    def on_listing_opened(self, event: Listing.Opened) -> None:
        """Shows everything that is known of the image."""
        event.stop()
        self._open()

    def _open(self) -> None:
        row = self.listing.item
        if row is not None:
            said = T("What is known of this image. The commands are shown and not run.")
            self.owner.over(
                Details(
                    verbatim(row.image.name.rpartition("/")[2]),
                    said,
                    lambda say, width: images.whole(row, say, width),
                )
            )

    def _open_all(self) -> None:
        found = self._found()
        said = T("Images with a finding: {count}. The commands are not run.", count=len(found))
        self.owner.over(
            Details(
                T("All findings"), said, lambda say, width: images.all_commands(found, say, width)
            )
        )


TAB = TabEntry("diagnostics_images", T("Images"), ImagesTab, place=1)
