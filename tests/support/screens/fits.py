"""Properties of every page, at the sizes and on the terminals where it must work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from tests.support.screens.stage import LINUX, SIZE, XTERM, Stage, terminal
from tui_installer.host import runs
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.answers import Answers, Cluster, Mirrors, Node
from tui_installer.model.answers_file import dump
from tui_installer.model.facts import Past
from tui_installer.text.language import Language
from tui_installer.text.measure import width
from tui_installer.ui.rows.cells import CHOSEN, FREE, REFUSED
from tui_installer.ui.widgets.listing import Listing
from tui_installer.ui.widgets.pane import Pane

# Size, environment and language: a console, a Chinese terminal, a wide one.
SCREENS = (
    ((80, 24), LINUX, "en"),
    (SIZE, XTERM, "zh"),
    ((132, 43), XTERM, "en"),
)


async def everywhere(
    play: Stage, sizes: Sequence[tuple[int, int]] = ((80, 25), (80, 24), (132, 43))
) -> AsyncIterator[None]:
    """Goes through the sizes in both languages; every row fills the width, each time."""
    for language in ("en", "zh"):
        play.app.speak(Language(language))
        for size in sizes:
            await play.pilot.resize_terminal(*size)
            await play.settle()
            assert [width(row) for row in play.rows] == [size[0]] * size[1]
            yield
    play.app.speak(Language("en"))
    await play.pilot.resize_terminal(*sizes[0])
    await play.settle()


async def shows_again(
    play: Stage, environment: dict[str, str], language: str, size: tuple[int, int]
) -> None:
    """Shows the same on another terminal, in another language and at another size."""
    play.app.terminal = terminal(environment)
    play.app.speak(Language(language))
    await play.pilot.resize_terminal(*size)
    await play.settle()


async def fits(play: Stage) -> list[str]:
    """Returns the text on every screen: each row fills the width, and a console gets ASCII alone.

    Ends on the screen of before.
    """
    texts, before = [], play.app.size
    for size, environment, language in SCREENS:
        await shows_again(play, environment, language, size)
        assert [width(row) for row in play.rows] == [size[0]] * size[1]
        assert environment is not LINUX or play.text.replace("中文", "").isascii()
        texts.append(play.text)
    await shows_again(play, XTERM, "en", before)
    return texts


def made_by_kubeadm(monkeypatch: pytest.MonkeyPatch, **cluster: Any) -> None:
    """Makes this machine a control plane of an earlier run."""
    answers = Answers(
        Node(hostname="master01", interface="ens33"),
        Mirrors("aliyun", "aliyun", "aliyun", "aliyun", ("https://docker.m.daocloud.io",)),
        Cluster(**cluster),
    )
    at(places.ANSWERS).write_text(dump(answers))
    monkeypatch.setattr(runs, "past", lambda: Past(made=frozenset({"kubeadm_init"})))


async def keeps_focus_and_text(play: Stage) -> None:
    """Changes the language by Ctrl+Y and back: focus and answers stay the same."""
    focused, values, text = play.app.focused, dict(play.app.session.draft.values), play.text
    await play.press("ctrl+y")
    assert play.app.focused is focused
    assert play.app.session.draft.values == values
    assert play.text != text
    await play.press("ctrl+y")
    assert play.text == text


def counts_cover_nothing(play: Stage) -> None:
    """Verifies that the count of rows out of sight stands beside a list, not over one of its rows."""
    for listing in play.app.screen.query(Listing):
        said = listing.say(listing.more)
        if said and listing.display and listing.size.height:
            inside = listing.region
            beside = [row for y, row in enumerate(play.rows) if not inside.y <= y < inside.bottom]
            assert said in "\n".join(beside), play.text


def lists(play: Stage) -> list[Pane]:
    """Returns every widget on this screen that draws the mark of a choice: by its looks, so that none is left out."""
    panes = [w for w in play.app.screen.query(Pane) if w.focusable and w.size.height]
    return [
        w
        for w in panes
        if any(m in t for row in w.rows(80) for t, _ in row for m in (CHOSEN, FREE, REFUSED))
    ]
