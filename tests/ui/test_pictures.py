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
        for language in ("en", "zh"):
            await speaks(play, language)
            assert app.export_screenshot(title=app.title, simplify=True) == pictures(name=language)
            for size in SIZES:
                await play.resize(*size)
                assert SCENES[name].shows in play.text or language == "zh", size
                assert len(play.rows) == size[1]
                assert {measure.width(row) for row in play.rows} == {size[0]}
                counts_cover_nothing(play)
            await play.resize(*SIZES[0])
        app.terminal = terminal(LINUX)
        await speaks(play, "en")
        assert SCENES[name].shows in play.text
        assert play.text.isascii(), [row for row in play.rows if not row.isascii()]


@pytest.mark.anyio
@pytest.mark.parametrize(("language", "environment"), [("zh", XTERM), ("en", LINUX)])
@pytest.mark.parametrize("name", ["start", "join-pasted", "run", "status-drift"])
async def test_a_start_in_it_shows_the_same_as_the_change_to_it(
    name: str, language: str, environment: dict[str, str], machine: Fake
) -> None:
    """So that the pictures hold for those who never change the language, on any terminal."""
    started = ready(name, machine, language, environment)
    async with started.run_test(size=SIZES[0]) as pilot:
        wanted = (await drive(name, started, pilot)).rows
    app = ready(name, machine, "en" if language == "zh" else "zh")
    async with app.run_test(size=SIZES[0]) as pilot:
        play = await drive(name, app, pilot)
        app.terminal = terminal(environment)
        await speaks(play, language)
        assert play.rows == wanted


async def speaks(play: Watch, language: str) -> None:
    play.app.speak(Language(language))
    await play.settle()
