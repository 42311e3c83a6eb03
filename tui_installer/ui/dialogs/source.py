"""The dialog that adds one source of packages or images, and the details of its replies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from textual.app import ComposeResult
from typing_extensions import override

from tui_installer import assets
from tui_installer.model.answers import QUESTIONS
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.preflight.draft import Draft
from tui_installer.session import Session
from tui_installer.ui.frame.details import Details
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.rows import sources
from tui_installer.ui.rows.cells import Row, rows_of
from tui_installer.ui.rows.sources import LABELS, Candidate
from tui_installer.ui.validation import refuse
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.choice import Choice, Option
from tui_installer.ui.widgets.field import Field, Judgement
from tui_installer.ui.widgets.pane import Pane


def clean(need: str, text: str) -> str:
    """Returns a source as the answers hold it: without a last "/", an image repository without https://."""
    text = text.strip().rstrip("/")
    return text.removeprefix("https://") if need == "images" else text


def _refuse(text: Text, offer: str = "") -> Judgement:
    return refuse(text, offer, NO_TEXT)


def judge_source(draft: Draft, need: str, typed: str) -> Judgement:
    """Judges an address while it is typed."""
    if not typed:
        return _refuse(T("An address like https://mirror.example.com/path, as in a browser."))
    if any(c.isspace() for c in typed):
        return _refuse(T("An address holds no blanks."), "".join(typed.split()))
    scheme, mark, rest = typed.rpartition("://")
    if "@" in rest.partition("/")[0]:
        return _refuse(
            T(
                "A name and a password would be readable in files; a source that needs none is right."
            ),
            f"{scheme}{mark}{rest.partition('@')[2]}",
        )
    if scheme not in ("http", "https", ""):
        return _refuse(T("Only https:// and http:// are understood."), f"https://{rest}")
    if need == "images" and scheme == "http":
        return _refuse(T("Images are fetched over https:// only."), rest)
    if need != "images" and not scheme:
        return _refuse(T("The address begins with https:// or http://."), f"https://{rest}")
    return _checked(draft, need, clean(need, typed))


def _checked(draft: Draft, need: str, value: str) -> Judgement:
    wrong = QUESTIONS[f"mirrors.{need}"].kind.wrong([value] if need == "docker_io" else value)
    if wrong is not None or not _port_fits(value):
        return _refuse(
            wrong or T("An address like https://host:port/path; the port is a number up to 65535.")
        )
    locations = {assets.location(need, name) for name in draft.candidates[need]}
    if assets.location(need, value) in locations:
        return _refuse(T("This source is in the list already."))
    if value.startswith("http://"):
        hint = T("Without https:// anyone on the way can read and change what is fetched.")
        return Judgement(Outcome.WARN, NO_TEXT, hint)
    return Judgement(Outcome.OK, NO_TEXT, T("Enter tests it at once."))


def _port_fits(value: str) -> bool:
    parts = urlsplit(value if "//" in value else f"//{value}")
    try:
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


class Thought(Pane):
    """Shows the judgement of the address, below it."""

    lines = 4

    def __init__(self, said: Callable[[], Text]) -> None:
        super().__init__()
        self.said = said

    @override
    def rows(self, width: int) -> list[Row]:
        rows = rows_of(self.say(self.said()), width, indent=0)
        return (rows + [[]] * self.lines)[: self.lines]


class AddSource(Dialog[Candidate]):
    """Asks for an address and for what it serves."""

    def __init__(self, session: Session, need: str) -> None:
        super().__init__()
        self.session, self.need = session, need

    @override
    def texts(self) -> Sequence[Text]:
        return (T("Which source, and what does it hold?"), NO_TEXT)

    @override
    def parts(self) -> ComposeResult:
        options = [Option(need, label) for need, label in LABELS.items()]
        self.choice = Choice(options, self.need, indent=0)
        self.field = Field(
            T("Address"),
            "",
            lambda text: judge_source(self.session.draft, self.choice.value, text),
            topic=f"mirrors.{self.need}",
            label_width=8,
            cells=39,
        )
        self.thought = Thought(lambda: self.field.judgement.hint)
        yield self.choice
        yield self.field
        yield self.thought

    @override
    def buttons(self) -> Sequence[Button]:
        return (
            Button(T("Test it"), self._take),
            Button(T("Back, add nothing"), lambda: self.dismiss(None)),
        )

    @override
    def tell(self) -> None:
        self.thought.redraw()

    def on_choice_chosen(self, event: Choice.Chosen) -> None:
        """Judges the address again: one that is right for packages may be wrong for images."""
        self.field.judge_again()
        self.tell()

    def on_choice_accepted(self, event: Choice.Accepted) -> None:
        """Moves on to the address after Enter."""
        self.walk(1)

    def on_field_changed(self, event: Field.Changed) -> None:
        """Judges the address again after every key."""
        self.tell()

    def on_field_refused(self, event: Field.Refused) -> None:
        """Judges the address again after every key."""
        self.tell()

    def _take(self) -> None:
        if self.field.good:
            need = self.choice.value
            self.dismiss(Candidate(need, clean(need, self.field.value)))
        else:
            self.field.box.focus()
            self.tell()


def details(draft: Draft, items: Sequence[Candidate]) -> Details:
    """Shows the requests to the sources of one need, and the reply of each."""

    def draw(say: Callable[[Text], str], width: int) -> list[Row]:
        rows: list[Row] = []
        for item in items:
            rows += [[], *rows_of(item.url, width, "bold")]
            for text in _said(draft, item):
                rows += rows_of(say(text), width)
        return rows

    name = T("{need}: every source and what it said.", need=LABELS[items[0].need])
    return Details(T("Source"), name, draw)


def _said(draft: Draft, item: Candidate) -> list[Text]:
    reply = sources.reply_of(draft, item)
    if reply is None:
        return [T("It has not answered yet.")]
    if reply.missing:
        rows = sources.places(draft, item, reply.missing)
        listed = [T("  {thing}   {url}", thing=thing, url=url) for thing, url in rows]
        return [T("It answers, but does not hold:"), *listed]
    if not reply.good:
        return [sources.why(reply)]
    return [
        T("It holds everything that this run needs: {what}.", what=sources.WHAT[item.need]),
        T(
            "All of it was asked for and answered in {count} ms.",
            count=round((reply.latency or 0) * 1000),
        ),
    ]
