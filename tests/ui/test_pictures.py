"""Every page and screen as a picture in both languages, and as text where the terminal is another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from tests.support.machine import Fake
from tests.support.screens.fits import counts_cover_nothing
from tests.support.screens.scenes import PIN, SCENES, TOKEN
from tests.support.screens.stage import LINUX, XTERM, screens, terminal
from tests.support.screens.watching import Watch
from tui_installer.host import tokens
from tui_installer.host.tokens import BootstrapToken
from tui_installer.model.secret import Secret
from tui_installer.session import Session
from tui_installer.text import measure
from tui_installer.text.language import Language
from tui_installer.ui.program.app import Screens

pytestmark = pytest.mark.usefixtures("shanghai")
LARGE = (132, 43)
LOW = (80, 24)
SIZES = [(80, 25), LOW, LARGE]
# Of these a start in a language shows the same as the change to it, so that the pictures hold for those who never change
# the language, on any terminal.
STARTED = ("start", "join-pasted", "run", "status-drift")


def ready(
    name: str, machine: Fake, language: str, environment: dict[str, str] | None = None
) -> Screens:
    session = Session({})
    SCENES[name].prepare(machine, session)
    return screens(language, session, environment)


async def drive(name: str, app: Screens, pilot: Pilot[None]) -> Watch:
    play = Watch(app, pilot, app.session)
    await play.settle()
    await SCENES[name].drive(play)
    await play.settle()
    return play


@pytest.fixture(autouse=True)
def cluster(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster with one live token."""
    token = BootstrapToken(Secret(TOKEN), datetime(2026, 11, 24, 2, 17, tzinfo=UTC))
    monkeypatch.setattr(tokens, "live", lambda: token)
    monkeypatch.setattr(tokens, "pins", lambda: (PIN,))


@pytest.mark.anyio
@pytest.mark.parametrize("name", SCENES)
async def test_picture(name: str, machine: Fake, snapshot: SnapshotAssertion) -> None:
    """One start: a picture in each language, every row at every size in both, and last what a poor console gets."""
    pictures = snapshot.use_extension(SVGImageExtension)
    app = ready(name, machine, "en")
    async with app.run_test(size=SIZES[0]) as pilot:
        play = await drive(name, app, pilot)
        assert drawn(app) == pictures(name="en")
        for size in SIZES:
            await at_size(play, size)
            assert SCENES[name].shows in play.text, size
        await speaks(play, "zh")
        for size in reversed(SIZES):
            await at_size(play, size)
        assert drawn(app) == pictures(name="zh")
        chinese = play.rows
        app.terminal = terminal(LINUX)
        await speaks(play, "en")
        poor = play.rows
        assert SCENES[name].shows in play.text
        assert play.text.isascii(), [row for row in poor if not row.isascii()]
    if name in STARTED:
        assert await started(name, machine, "zh", XTERM) == chinese
        assert await started(name, machine, "en", LINUX) == poor


def drawn(app: Screens) -> str:
    return app.export_screenshot(title=app.title, simplify=True)


async def at_size(play: Watch, size: tuple[int, int]) -> None:
    """Every row fills the width, and there are as many as the terminal has."""
    if play.app.size != size:
        await play.resize(*size)
    assert [measure.width(row) for row in play.rows] == [size[0]] * size[1]
    counts_cover_nothing(play)


async def started(
    name: str, machine: Fake, language: str, environment: dict[str, str]
) -> list[str]:
    """The rows of a start in that language and on that terminal."""
    app = ready(name, machine, language, environment)
    async with app.run_test(size=SIZES[0]) as pilot:
        return (await drive(name, app, pilot)).rows


async def speaks(play: Watch, language: str) -> None:
    play.app.speak(Language(language))
    await play.settle()
