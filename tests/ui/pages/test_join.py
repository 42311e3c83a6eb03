"""The page that takes the join command: pasted, typed, read from a file, or given in parts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events

from tests.support.machine import Fake
from tests.support.screens.fits import shows_again
from tests.support.screens.stage import LINUX, XTERM, Stage, stage, until
from tui_installer.model.facts import Kubernetes
from tui_installer.session import Session
from tui_installer.text import measure
from tui_installer.ui.pages.join import JoinPage

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("machine")]

ADDRESS = "192.168.40.180:6443"
SECRET = "0123456789abcdef"
TOKEN = f"6hhzv0.{SECRET}"
DIGITS = "c493a5cac13388995e491807f0f82a2927bbdb53ce7ee1a15f2ef23c14571f0d"
LINE = f"kubeadm join {ADDRESS} --token {TOKEN} --discovery-token-ca-cert-hash sha256:{DIGITS}"
# As kubeadm init prints it: two lines, the second behind a tab.
TWO_LINES = LINE.replace(" --discovery", " \\\n\t--discovery") + "\n"
CARD = f"# /etc/hosts needs 192.168.40.180 cluster-endpoint; ends 2046-11-24 10:17 UTC\n{LINE}\n"
PRINTS = "kubeadm token create --print-join-command"


@asynccontextmanager
async def at_join(
    session: Session | None = None,
    language: str = "en",
    size: tuple[int, int] = (80, 25),
    environment: dict[str, str] | None = None,
) -> AsyncIterator[Stage]:
    session = session or Session({})
    session.set("node.role", "worker")
    async with stage(language, session=session, size=size, environment=environment) as play:
        play.app.go("join")
        await play.settle()
        yield play


async def paste(play: Stage, text: str) -> None:
    play.app.post_message(events.Paste(text))
    await play.settle()
    await play.settle()


async def fast(play: Stage, text: str) -> None:
    """Keys as a serial line delivers a paste: one by one, and all at once."""
    names = {"\n": "enter", "\t": "tab"}
    play.send(*(names.get(char, char) for char in text))
    await play.settle()


def page(play: Stage) -> JoinPage:
    assert isinstance(play.app.screen, JoinPage)
    return play.app.screen


def tick(play: Stage, name: str) -> str:
    """The row of one part."""
    return next(row.strip() for row in play.rows if f" {name} " in row and row.startswith("   "))


async def test_the_empty_area_has_the_focus_and_says_what_to_run() -> None:
    async with at_join() as play:
        assert play.app.focused is page(play).paste
        assert PRINTS in play.rows[20]
        assert tick(play, "Address").split() == ["--", "Address"]


async def test_a_pasted_card_is_taken_apart_at_once() -> None:
    async with at_join() as play:
        await paste(play, CARD)
        assert tick(play, "Address").split() == ["ok", "Address", ADDRESS]
        assert tick(play, "Token").split() == ["ok", "Token", "6hhzv0.****************"]
        assert tick(play, "CA pin").split() == ["ok", "CA", "pin", "sha256:c493a5ca~1f0d"]
        assert tick(play, "Role").split() == ["ok", "Role", "worker"]
        assert "2046-11-24 10:17 UTC" in tick(play, "Valid")
        assert "192.168.40.180 cluster-endpoint" in tick(play, "Hosts")
        assert SECRET not in play.text
        assert "[> Next <]" in play.text
        command = play.app.session.draft.join
        assert command is not None
        assert (command.endpoint, command.token.reveal()) == (ADDRESS, TOKEN)
        await play.press("enter")
        assert " Options " in play.rows[0]


async def test_no_part_of_the_secret_is_seen_while_it_is_typed() -> None:
    async with at_join() as play:
        await fast(play, LINE[: LINE.index(SECRET)])
        for at in range(len(SECRET)):
            await play.press(SECRET[at])
            assert f"6hhzv0.{'*' * (at + 1)}" in play.text
            typed = SECRET[: at + 1]
            (row,) = (row for row in play.rows if "6hhzv0." in row)
            assert typed not in row.partition("6hhzv0.")[2]
            # Addresses and verdicts below it have digits of their own, of which some are the first of the secret.
            assert len(typed) < 4 or typed not in play.text
        # Read again some tenths of a second after the last key; what was read of half of it looks alike otherwise.
        await until(play, "ok      Token")
        assert "missing; sha256: and 64 hex digits" in play.text
        await fast(play, LINE.partition(SECRET)[2])
        await until(play, "[> Next <]")
        assert play.app.session.draft.join is not None


async def test_what_is_cut_off_is_said_at_its_part_and_next_is_refused() -> None:
    async with at_join() as play:
        await paste(play, LINE[:-1])
        assert tick(play, "CA pin").startswith("FAIL")
        assert "63 of 64" in tick(play, "CA pin")
        assert play.app.session.draft.join is None
        await play.press("tab", "enter")
        assert " Join " in play.rows[0]
        assert play.app.focused is page(play).paste
        assert "Not complete. CA pin: 63 of 64 characters" in play.text


async def test_what_is_wrong_with_a_paste_is_said() -> None:
    async with at_join() as play:
        await paste(play, f"kubeadm join --token {TOKEN} ")
        assert tick(play, "Address").startswith("--")
        assert "missing; it looks like" in tick(play, "Address")
        await play.press("ctrl+u")
        await paste(play, "kubectl get nodes\n")
        assert 'There is no "kubeadm join" in it.' in play.text
        assert play.app.session.draft.join is None
        await play.press("ctrl+u")
        await paste(play, f"{LINE} --control-plane --certificate-key {'a1' * 32}")
        assert tick(play, "Role").split() == ["FAIL", "Role", "control", "plane"]
        assert "further control plane; that is not supported yet" in play.text
        assert "a1a1a1" not in play.text
        assert play.app.session.draft.join is None
        await play.press("ctrl+u")
        await paste(play, CARD.replace("2046", "2024"))
        assert tick(play, "Valid").startswith("warn")
        assert "its token has ended" in play.text
        assert PRINTS in play.text


async def test_control_characters_of_a_paste_do_not_reach_the_screen_and_it_can_be_cleared() -> (
    None
):
    async with at_join() as play:
        # It goes into the area wherever the focus is.
        await play.press("tab", "right")
        await paste(play, f"\x1b[31m{LINE}\x1b[0m\x07\u200b")
        assert not any(c in play.text for c in "\x1b\x07\u200b")
        assert SECRET not in play.text
        assert play.app.session.draft.join is not None
        await play.press("left", "right", "right", "right", "enter")
        assert play.app.session.draft.join is None
        assert page(play).paste.text == ""
        assert play.app.focused is page(play).paste


async def test_a_paste_that_comes_as_fast_keys() -> None:
    """A serial line marks no pastes: their tabs and line ends arrive as keys."""
    async with at_join() as play:
        play.app.clock = lambda: 1000.0
        await fast(play, TWO_LINES)
        # The focus goes on once the paste has rested, and only a busy machine has seen that by now.
        assert page(play).paste.text == TWO_LINES
        await until(play, "[> Next <]")
        # The last key of a paste that stalled is no answer either.
        await play.press("enter")
        assert " Join " in play.rows[0]


async def test_enter_is_a_new_line_and_tab_leaves() -> None:
    async with at_join() as play:
        await play.press("a", "enter", "b", "ctrl+j", "c")
        assert page(play).paste.text == "a\nb\nc"
        await play.press("tab")
        assert "[> Next <]" in play.text


async def test_deleting() -> None:
    async with at_join() as play:
        await paste(play, LINE)
        await play.press("up")
        await play.press("backspace")
        await until(play, "63 of 64")
        assert play.app.session.draft.join is None
        await play.press("ctrl+u")
        await until(play, f"prints the command:\n {PRINTS}")
        assert page(play).paste.text == ""
        assert tick(play, "Token").split() == ["--", "Token"]


async def test_a_long_text_scrolls_before_it_is_left() -> None:
    async with at_join() as play:
        await paste(play, "".join(f"line{i}\n" for i in range(20)) + "kubeadm join")
        area = page(play).paste
        assert "line19" in play.text
        await play.press(*["pageup"] * 9)
        assert "line0\n" in play.text
        await play.press(*["down"] * 30)
        assert "line19" in play.text or not area.has_focus
        assert not area.has_focus


async def test_no_more_than_there_is_room_for() -> None:
    async with at_join() as play:
        await paste(play, "x" * 50_000)
        assert len(page(play).paste.text) == 20_000
        assert "No join command is longer than 20000 characters." in play.text


async def test_from_a_file(tmp_path: Path) -> None:
    good, folder = tmp_path / "join", tmp_path
    good.write_text(CARD)
    async with at_join() as play:
        await play.press("tab", "right", "enter")
        for path, words in ((tmp_path / "none", "No such file"), (folder, "is no file")):
            await play.press("up", "up", "ctrl+u")
            await paste(play, str(path))
            await play.press("enter", "enter")
            assert words in " ".join(play.text.replace("\u2502", " ").split())
        await play.press("up", "ctrl+u")
        await paste(play, str(good))
        await play.press("enter", "enter")
        assert "ok      Address  192.168.40.180:6443" in play.text
        assert SECRET not in play.text
        assert "[> Next <]" in play.text


async def test_in_parts() -> None:
    async with at_join() as play:
        await play.press("tab", "right", "right", "enter")
        await play.type("300.1.1.1")
        assert "300.1.1.1 is not an IPv4 address" in play.text
        await play.press("ctrl+u")
        await paste(play, "192.168.40.180")
        await play.press("enter")
        await paste(play, TOKEN[:7])
        for at in range(len(SECRET)):
            await play.press(SECRET[at])
            assert f"[6hhzv0.{'*' * (at + 1)} " in play.text
        await play.press("enter")
        await paste(play, DIGITS[:-1])
        assert "63 of 64 characters" in play.text
        await play.press("down", "enter")
        assert play.app.session.draft.join is None, "it is not whole"
        await play.type(DIGITS[-1])
        await play.press("down", "enter")
        command = play.app.session.draft.join
        assert command is not None
        assert (command.endpoint, command.token.reveal()) == (ADDRESS, TOKEN)
        assert command.ca_hashes == (f"sha256:{DIGITS}",)
        assert tick(play, "Token").split() == ["ok", "Token", "6hhzv0.****************"]
        assert "[> Next <]" in play.text


async def test_coming_back_shows_the_parts_and_holds_no_text() -> None:
    async with at_join() as play:
        await paste(play, LINE)
        left = page(play).paste
        await play.press("enter", "escape")
        assert " Join " in play.rows[0]
        assert left.text == ""
        assert page(play).paste.text == ""
        assert tick(play, "Address").split() == ["ok", "Address", ADDRESS]
        assert tick(play, "Token").split() == ["ok", "Token", "6hhzv0.****************"]
        assert "[> Next <]" in play.text
        await paste(play, LINE.replace("40.180", "40.190"))
        assert tick(play, "Address").split() == ["ok", "Address", "192.168.40.190:6443"]


async def test_what_was_typed_last_is_read_before_the_page_is_left() -> None:
    async with at_join() as play:
        page(play).paste.text = LINE
        await play.press("escape")
        assert play.app.session.draft.join is not None


async def test_a_node_that_has_joined_needs_no_command(machine: Fake) -> None:
    machine.set(Kubernetes(kubelet_conf=True, server="https://10.1.1.1:6443"))
    async with at_join() as play:
        assert "This node has joined already: https://10.1.1.1:6443." in play.text
        assert "[> Next <]" in play.text
        await play.press("enter")
        assert " Options " in play.rows[0]


FITS: tuple[tuple[str, tuple[int, int], dict[str, str]], ...] = (
    ("en", (80, 24), XTERM),
    ("zh", (80, 25), XTERM),
    ("en", (132, 43), XTERM),
    ("en", (80, 24), LINUX),
)


async def test_every_row_fits() -> None:
    async with at_join() as play:
        for language, size, environment in FITS:
            await shows_again(play, environment, language, size)
            for text in ("", CARD, LINE[:-5], "中文\n" * 30):
                page(play).paste.focus()
                await play.press("ctrl+u")
                await paste(play, text)
                assert {measure.width(row) for row in play.rows} == {size[0]}
                if environment is LINUX:
                    assert play.text.replace("Chinese", "").isascii() or "中" in text


async def test_the_other_language_says_it_anew() -> None:
    async with at_join() as play:
        await paste(play, LINE[:-1])
        before = play.text
        await play.press("ctrl+y")
        assert play.text != before
        assert "正常" in play.text
