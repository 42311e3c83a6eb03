"""The dialog that writes a support bundle: where it is, how large, and what is in the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.journals import Tape
from tests.support.machine import Fake
from tests.support.screens.fits import everywhere
from tests.support.screens.watching import Watch, lay, watch
from tui_installer.host.shell import Output
from tui_installer.model.facts import Swap
from tui_installer.report import bundle
from tui_installer.text.measure import size
from tui_installer.ui.dialogs import support_bundle
from tui_installer.ui.dialogs.support_bundle import SupportBundle
from tui_installer.ui.screens.failure import Failure

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("shanghai")]


@pytest.fixture(autouse=True)
def folder(machine: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    machine.prints = lambda *argv: (
        Output(127, "", "crictl: not found") if argv[0] == "crictl" else Output(0, "fine\n")
    )
    place = tmp_path / "folder"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def contents(path: Path) -> bytes:
    return path.read_bytes()


def written(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@asynccontextmanager
async def asked() -> AsyncIterator[Watch]:
    """The button on Failure has been pressed."""
    async with watch(Tape("first-control-plane").begin(), going=True) as play:
        lay(Tape.failed())
        await play.tick()
        play.screen(Failure)
        await play.press("right", "right")
        assert "[> Support bundle... <]" in play.text
        await play.press("enter")
        assert isinstance(play.app.screen, SupportBundle)
        yield play


async def test_it_says_the_path_and_the_size(folder: Path) -> None:
    async with asked() as play:
        async for _ in everywhere(play):
            assert isinstance(play.app.screen, SupportBundle)
        await play.press("enter")
        (path,) = written(folder)
        assert path.name.startswith("tui-installer-report-master01-")
        dialog = play.app.screen
        assert isinstance(dialog, SupportBundle)
        assert f"{path}: {size(len(contents(path)))}. Keys" in " ".join(
            map(str, dialog.inside.texts)
        )
        assert "could not be read" in play.text
        assert "Write the file" not in play.text
        assert Swap in bundle.facts_of(path)
        await play.press("enter")
        play.screen(Failure)


async def test_esc_writes_nothing(folder: Path) -> None:
    async with asked() as play:
        await play.press("escape")
        play.screen(Failure)
    assert written(folder) == []


async def test_the_first_folder_that_takes_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(support_bundle, "folders", lambda: [tmp_path / "gone", folder])
    async with asked() as play:
        await play.press("enter")
    assert len(written(folder)) == 1


async def test_no_folder_takes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support_bundle, "folders", lambda: [tmp_path / "gone"])
    async with asked() as play:
        await play.press("enter")
        assert "The file cannot be written: No such file" in play.text
        assert "tui-installer report -o" in play.text


def test_the_root_of_the_machine_is_no_place_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program on a console without a login begins there."""
    monkeypatch.chdir("/")
    monkeypatch.setenv("HOME", "/root")
    assert support_bundle.folders()[0] == Path("/root")
