"""The logs of kubelet, containerd and the kernel beside those of the run: read in the background, on request."""

from __future__ import annotations

import pytest

from tests.support.journals import Tape
from tests.support.machine import Fake
from tests.support.screens.fits import everywhere
from tests.support.screens.watching import watch
from tui_installer.host.shell import Output
from tui_installer.model.facts import Services, Unit
from tui_installer.ui.screens.log import Log

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("machine", "shanghai")]
UNITS = Services({f"{name}.service": Unit(load="loaded") for name in ("kubelet", "containerd")})


def line(second: int, text: str) -> str:
    return f"2026-11-23T18:13:{second:02}+0800 centos-master kubelet[4127]: {text}\n"


def journal(*argv: str) -> Output:
    if "kubelet" in argv:
        return Output(0, line(50, "I1123 well") + line(51, "E1123 error: no image") * 3, "")
    if "containerd" in argv:
        return Output(0, "", "")
    return Output(1, "", "Failed to open the journal")


async def test_the_services_of_this_machine_are_sources(machine: Fake) -> None:
    machine.set(UNITS)
    machine.prints = journal
    async with watch(Tape.failed()) as play:
        await play.press("ctrl+o")
        assert play.screen(Log).sources[-3:] == [
            "service:kubelet",
            "service:containerd",
            "service:kernel",
        ]
        await play.press("right")
        assert "[ kubelet ]" in play.rows[2]
        assert "4 lines" in play.rows[2]
        assert "11-23 18:13:51 E1123 error: no image" in play.text
        assert "journalctl -u kubelet" in play.text
        assert "Line 4 of 4. Ctrl+R reads it again." in play.text
        async for _ in everywhere(play):
            assert "[ kubelet ]" in play.text
            assert "kernel" in play.text
        await play.press("slash", *"image", "enter")
        assert '"image": 3 of 3' in play.text
        await play.press("e")
        assert "I1123 well" not in play.text


async def test_a_service_that_is_silent_or_cannot_be_read_says_so(machine: Fake) -> None:
    machine.set(UNITS)
    machine.prints = journal
    async with watch(Tape.failed()) as play:
        await play.press("ctrl+o", "right", "right")
        assert "containerd has said nothing so far." in play.text
        await play.press("right")
        assert " kernel: " in play.text
        assert "Failed to open the journal" in play.text
        machine.prints = lambda *_argv: Output(0, line(59, "eth0: link up"), "")
        await play.press("ctrl+r")
        assert "11-23 18:13:59 eth0: link up" in play.text
        await play.press("left", "left", "left", "ctrl+r")
        assert "[ 12 Control plane ]" in play.rows[2]


async def test_what_is_not_installed_is_no_source_and_no_run_is_needed(machine: Fake) -> None:
    machine.prints = lambda *_argv: Output(0, line(59, "eth0: link up"), "")
    async with watch() as play:
        await play.press("ctrl+o")
        assert play.screen(Log).sources == ["", "service:kernel"]
        await play.press("right")
        assert "eth0: link up" in play.text
