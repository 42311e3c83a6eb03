"""Every page and screen as a picture in both languages, and as text where the terminal is another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from textual.pilot import Pilot

from tests.machine import Fake
from tests.ui.scenes import PIN, SCENES, TOKEN
from tests.ui.stage import LINUX, screens
from tests.ui.watching import Watch
from tui_installer import handover, units
from tui_installer.host import tokens
from tui_installer.host.tokens import BootstrapToken
from tui_installer.language import Language
from tui_installer.model.secret import Secret
from tui_installer.session import Session
from tui_installer.ui.app import Screens
from tui_installer.ui.screens import log

pytestmark = pytest.mark.usefixtures("shanghai")
# Before a test moves the places: the log names the folder of a node.
assert str(log.FOLDER) == "/var/lib/tui-installer"
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
    monkeypatch.setattr(handover, "gather", machine.gather)
    monkeypatch.setattr(tokens, "live", lambda: token)
    monkeypatch.setattr(tokens, "pins", lambda: (PIN,))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SCENES)
def test_picture(
    name: str, language: str, machine: Fake, snap_compare: Callable[..., bool]
) -> None:
    app = ready(name, machine, language)

    async def before(pilot: Pilot[None]) -> None:
        await drive(name, app, pilot)

    assert snap_compare(app, terminal_size=(80, 25), run_before=before)


@pytest.mark.anyio
@pytest.mark.parametrize("name", SCENES)
async def test_at_every_size_each_row_fits_in_both_languages(name: str, machine: Fake) -> None:
    app = ready(name, machine, "en")
    async with app.run_test(size=SIZES[0]) as pilot:
        play = await drive(name, app, pilot)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await play.settle()
            assert SCENES[name].shows in play.text, size
            assert len(play.rows) == size[1]
            assert {units.width(row) for row in play.rows} == {size[0]}
        app.speak(Language("zh"))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await play.settle()
            assert {units.width(row) for row in play.rows} == {size[0]}


@pytest.mark.anyio
@pytest.mark.parametrize("name", SCENES)
async def test_a_poor_console_gets_ascii(name: str, machine: Fake) -> None:
    app = ready(name, machine, "en", LINUX)
    async with app.run_test(size=(80, 25)) as pilot:
        play = await drive(name, app, pilot)
        assert play.text.isascii(), [row for row in play.rows if not row.isascii()]
