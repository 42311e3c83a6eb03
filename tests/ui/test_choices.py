"""Where the pointer is, the choice is: in every list of the program from which a person picks one of several."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from textual.widget import Widget

from tests.support.journals import Tape
from tests.support.machine import MODULES, Fake
from tests.support.screens.fits import lists
from tests.support.screens.sources import bad
from tests.support.screens.stage import Stage, key_event, stage
from tests.support.screens.watching import lay
from tests.ui.test_dialogs import CHOOSING, DIALOGS, below, ours
from tui_installer import assets
from tui_installer.model.answers import FIRST_CONTROL_PLANE, WORKER
from tui_installer.model.facts import Kernel, Network, Nic, Swap
from tui_installer.model.text import NO_TEXT
from tui_installer.preflight import sources
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.pages.mirrors_list import SourceList
from tui_installer.ui.program.routes import entries
from tui_installer.ui.rows.sources import DOCKER_IO
from tui_installer.ui.screens.unfinished import Unfinished
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.choice import Choice
from tui_installer.ui.widgets.pane import Pane

pytestmark = pytest.mark.anyio
# How options call the answers that are true or false.
WORDS = {"True": ("yes", "here"), "False": ("no", "workers"), "": ("",)}
CARDS = tuple(Nic(f"ens{n}", (f"10.0.{n}.5/24",)) for n in (33, 34, 35))


def pressed(widget: Pane, key: str) -> bool:
    """The key, as Textual hands it on: to each class that hears of it, until one keeps it; whether it stays there."""
    event = key_event(key)
    for kind in type(widget).__mro__:
        if "on_key" in vars(kind) and not event._no_default_action:
            vars(kind)["on_key"](widget, event)
    return event._stop_propagation


def at_the_choice(widget: Pane) -> str:
    """The pointer stands at what is chosen; what that is."""
    if isinstance(widget, Choice):
        option = widget.options[widget.current]
        assert option.value == widget.value, widget.rows(80)
        if widget.passed is not None:
            assert widget.hint == widget.options[widget.passed].refused != NO_TEXT
        return option.value
    assert isinstance(widget, SourceList), f"{widget} lets choose by a rule of its own"
    assert widget.item is not None
    taken = sources.chosen(widget.owner.session.draft, widget.item.need)
    assert widget.item.need == DOCKER_IO or [widget.item.name] == taken
    return widget.item.name


def choose(widget: Pane) -> set[str]:
    """Through all that it offers and back; what was chosen on the way."""
    found = {at_the_choice(widget)}
    alone = isinstance(widget, Choice) and widget.alone and not widget.across
    for key in (*["right"] * 5, *["left"] * 5, *(("down", "up") if alone else ())):
        pressed(widget, key)
        found.add(at_the_choice(widget))
    return found


async def walk(play: Stage, met: set[type]) -> None:
    """Every list of this screen."""
    for widget in lists(play):
        met.add(type(widget))
        if isinstance(widget, SourceList):
            draft = widget.owner.session.draft
            for need in assets.NEEDS[:-1]:
                widget.go(widget.stop_of(need))
                can = {name for name in draft.replies[need] if sources.choosable(draft, need, name)}
                assert choose(widget) == can
            continue
        assert isinstance(widget, Choice)
        can = {o.value for o in widget.options if o.refused is NO_TEXT}
        assert choose(widget) == can
        pressed(widget, "right")
        await play.settle()
        at_the_choice(widget)
        if widget.topic and widget.topic != "node.address":
            value = play.app.session.draft.value(widget.topic)
            words = WORDS.get(str(value), (str(value),)) if value is not None else ()
            assert value is None or widget.value in words, widget.topic


async def past(play: Stage) -> None:
    """From the first thing that is asked down to the buttons: that changes no answer."""
    before, screen = dict(play.app.session.draft.values), play.app.screen
    asked: list[Widget] = [w for w in screen.focus_chain if not isinstance(w, Button)]
    if len(asked) > 1:
        asked[0].focus()
        for _ in range(20):
            at = screen.focused
            if isinstance(at, Pane) and not isinstance(at, Button) and pressed(at, "down"):
                continue
            cast(Frame, screen).walk(1)
        assert isinstance(screen.focused, Button), play.text
        await play.settle()
        assert play.app.session.draft.values == before


async def test_the_pointer_is_the_choice_in_every_list(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lists are found by what they draw, and their classes must all have been met."""
    machine.set(Network(CARDS, (), "ens34"), Kernel(available=MODULES - {"ipip", "ip_vs"}))
    machine.set(Swap(("/dev/dm-1",)))
    machine.says["centos", "tuna"] = bad("centos", "tuna")
    known = assets.release("1.25.0")
    monkeypatch.setattr(assets, "release", lambda name: replace(known, kubernetes=name))
    monkeypatch.setattr(assets, "versions", lambda: ("1.25.0", "1.25.16"))
    met: set[type] = set()
    async with stage() as play:
        for entry in entries():
            role = FIRST_CONTROL_PLANE if entry.applies(FIRST_CONTROL_PLANE) else WORKER
            play.app.session.set("node.role", role)
            await play.press(f"@{entry.id}")
            await walk(play, met)
            await past(play)
        for kind in CHOOSING:
            play.app.over(DIALOGS[kind](play.app.session))
            await play.settle()
            await walk(play, met)
            play.app.pop_screen()
        lay(Tape.stopped())
        play.app.session.viewing.poll()
        play.app.show(Unfinished())
        await play.settle()
        await walk(play, met)
    drawn = {kind for kind in ours() if kind in {Choice, SourceList, *below(Choice)}}
    assert met == drawn


async def test_a_list_of_which_nothing_is_chosen_says_so_and_takes_the_first_by_one_key(
    machine: Fake,
) -> None:
    """An answers file names a card that is not here: Next says why, and the first key chooses what it stands on."""
    machine.set(Network(CARDS, (), "ens33"))
    async with stage() as play:
        play.app.session.set("node.interface", "eth7")
        await play.press("@node", "down", "down", "enter")
        assert "This machine has no card eth7." in play.text
        assert "(*) ens" not in play.text
        await play.press("right")
        assert "> (*) ens33" in play.text
        assert play.app.session.draft.interface == "ens33"


async def test_without_colours_the_choice_is_seen(machine: Fake) -> None:
    async with stage(environment={"TERM": "dumb", "LANG": "C"}) as play:
        await play.press("enter", "down")
        assert "> (*) Worker" in play.text
        await play.press("down", "enter")
        assert " Node " in play.rows[0]
