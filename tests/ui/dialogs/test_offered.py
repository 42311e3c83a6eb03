"""On tty1, where nobody has logged in, no dialog takes a path: files are chosen from a list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.machine import Fake
from tests.support.screens import stage as staging
from tests.support.screens.stage import LINUX, Stage, stage, terminal
from tui_installer.host import offered_files
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.ui.dialogs.answers_file import AnswersFile
from tui_installer.ui.dialogs.save_answers import Save, answers_of
from tui_installer.ui.dialogs.save_card import SaveCard
from tui_installer.ui.widgets.field import Field


@pytest.fixture(autouse=True)
def console(machine: Fake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The screens of the unit; in the one folder lie three files."""
    here = replace(terminal(LINUX, "/dev/tty1"), open_to_all=True)
    monkeypatch.setattr(staging, "terminal", lambda _environment: here)
    monkeypatch.setattr(offered_files, "BLOCKS", tmp_path / "block")
    folder = at(places.SAVED)
    folder.mkdir()
    (folder / "node.toml").write_text('[node]\nrole = "worker"\nhostname = "node7"\n')
    (folder / "mistaken.toml").write_text('[node]\nrole = "boss"\n')
    (folder / "shadow").write_text("root:$6$abcdefgh$XyZ0:19000:0:99999:7:::\n")
    return folder


def takes_a_path(play: Stage) -> bool:
    return any(field.display for field in play.app.screen.query(Field))


async def chosen(play: Stage, *keys: str) -> None:
    """By the button of Start, and these keys in the list."""
    play.app.screen._answers_file()  # type: ignore[attr-defined]
    await play.settle()
    await play.press(*keys)


@pytest.mark.anyio
async def test_an_answers_file_is_chosen_from_a_list() -> None:
    async with stage() as play:
        await chosen(play)
        assert "node.toml" in play.text
        assert "mistaken.toml" in play.text
        assert "shadow" not in play.text
        assert not takes_a_path(play)
        await play.press("down", "enter")
        assert isinstance(play.app.screen, AnswersFile)
        assert not takes_a_path(play)
        await play.press("enter")
        assert play.app.session.draft.value("node.hostname") == "node7"


@pytest.mark.anyio
async def test_mistakes_of_an_answers_file_are_told() -> None:
    async with stage() as play:
        await chosen(play, "enter", "enter")
        assert 'found "boss"' in play.text


@pytest.mark.anyio
async def test_what_is_saved_goes_into_one_folder() -> None:
    async with stage() as play:
        saving, card = Save(answers_of(play.app.session)), SaveCard("card", "node7")
        play.app.over(saving)
        await play.settle()
        assert not takes_a_path(play)
        await play.press("escape")
        play.app.over(card)
        await play.settle()
        assert not takes_a_path(play)
        for field in (saving.path, card.path):
            assert Path(field.value).parent == Path("/var/lib/tui-installer/files")
