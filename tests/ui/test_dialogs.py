"""Dialogs stay whole, whatever was opened before them: Textual finds the rules of a widget by its class's name."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.widget import Widget

from tests.support.machine import Fake
from tests.support.screens.fits import lists
from tests.support.screens.stage import Stage, stage
from tui_installer import registry, ui
from tui_installer.model.check import fail
from tui_installer.model.text import T
from tui_installer.session import Session
from tui_installer.text.language import Language
from tui_installer.ui.dialogs.accept import Accept
from tui_installer.ui.dialogs.answers_file import AnswersFile
from tui_installer.ui.dialogs.can_you_read import CanYouRead
from tui_installer.ui.dialogs.join_file import JoinFile
from tui_installer.ui.dialogs.join_parts import JoinParts
from tui_installer.ui.dialogs.leave import Leave
from tui_installer.ui.dialogs.notice import Notice
from tui_installer.ui.dialogs.save_answers import Save, answers_of
from tui_installer.ui.dialogs.save_card import SaveCard
from tui_installer.ui.dialogs.set_address import Chosen, SetAddress
from tui_installer.ui.dialogs.source import AddSource
from tui_installer.ui.dialogs.stop import Stop
from tui_installer.ui.dialogs.support_bundle import SupportBundle
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.frame.find import Find
from tui_installer.ui.pages.role import AcceptAnyway
from tui_installer.ui.rows.verdicts import VerdictLine

ADDRESS = Chosen("192.168.40.180/24", "192.168.40.1", ("223.5.5.5",))
FAILS = fail(T("2 cores"), wanted=T("4 cores"), why=T("it is slow"), cure=T("add cores"))
DIALOGS: dict[type[Dialog[Any]], Callable[[Session], Dialog[Any]]] = {
    Accept: lambda _: Accept(VerdictLine("cpu", T("CPU"), FAILS)),
    AcceptAnyway: lambda _: AcceptAnyway({registry.checks()[0].id: FAILS}),
    AddSource: lambda session: AddSource(session, "docker_ce"),
    AnswersFile: lambda _: AnswersFile(),
    CanYouRead: lambda _: CanYouRead(),
    Find: lambda _: Find(),
    JoinFile: lambda _: JoinFile(),
    JoinParts: lambda _: JoinParts(),
    Leave: lambda _: Leave(),
    Notice: lambda _: Notice([T("It has changed.")], back_first=True),
    Save: lambda session: Save(answers_of(session)),
    SaveCard: lambda _: SaveCard("a card", "master01"),
    SetAddress: lambda session: SetAddress(session, ADDRESS.address, ADDRESS),
    Stop: lambda _: Stop(),
    SupportBundle: lambda _: SupportBundle(),
}


SIZES = ((80, 25), (132, 43))
# Those with a list to choose from.
CHOOSING = (AddSource,)


def below(kind: type) -> Iterator[type]:
    one: type
    for one in kind.__subclasses__():
        yield one
        yield from below(one)


def ours() -> set[type]:
    """Every widget of the program's, once all of its modules are loaded."""
    for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."):
        importlib.import_module(module.name)
    return {kind for kind in below(Widget) if kind.__module__.startswith(ui.__name__)}


def test_every_widget_has_a_name_of_its_own() -> None:
    many = Counter(kind.__name__ for kind in ours())
    assert [name for name, count in many.items() if count > 1] == []


async def looks(play: Stage) -> dict[type, list[str]]:
    """The screen under each dialog."""
    found = {}
    for kind, make in DIALOGS.items():
        play.app.over(make(play.app.session))
        await play.settle()
        found[kind] = play.rows
        assert bool(lists(play)) == (kind in CHOOSING), "see tests/ui/test_choices.py"
        play.app.pop_screen()
    return found


@pytest.mark.anyio
async def test_a_dialog_is_whole_after_every_other_screen(
    machine: Fake, snapshot: SnapshotAssertion
) -> None:
    """Help and whatever else brings rules of its own."""
    assert {kind for kind in ours() if issubclass(kind, Dialog)} - {Dialog} == set(DIALOGS)
    async with stage(draws=True) as play:
        await play.press("@role")
        before = await looks(play)
        await play.press("ctrl+g", "escape", "@mirrors", "@options", "@preflight")
        await play.press("ctrl+o", "escape", "@role")
        assert await looks(play) == before
        await pictures(play, snapshot.use_extension(SVGImageExtension))


async def pictures(play: Stage, taken: SnapshotAssertion) -> None:
    """Each dialog over the first page, in both languages and at both sizes."""
    for language in ("en", "zh"):
        play.app.speak(Language(language))
        for width, height in SIZES:
            await play.pilot.resize_terminal(width, height)
            await play.settle()
            for kind, make in DIALOGS.items():
                play.app.over(make(play.app.session))
                await play.settle()
                drawn = play.app.export_screenshot(title=kind.__name__, simplify=True)
                play.app.pop_screen()
                assert drawn == taken(name=f"{kind.__name__}-{width}x{height}-{language}")
