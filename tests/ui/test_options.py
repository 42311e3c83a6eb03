from __future__ import annotations

import pytest

from tests.machine import Fake
from tests.ui.fits import ON_EVERY_SCREEN, Screen, fits, keeps_focus_and_text
from tests.ui.stage import stage
from tui_installer.model.facts import File, Files, Selinux, Services, Swap, System, Unit

pytestmark = pytest.mark.anyio
PAGE = ("enter",) * 5
TIME, FIREWALL, SELINUX, SWAP = ((*PAGE, *["up"] * n) for n in (1, 2, 3, 4))
FSTAB = "/dev/sda1 / xfs defaults 0 0\n/dev/mapper/centos-swap swap swap defaults 0 0\n"
RUNNING = Unit("loaded", "active", "running", "enabled")


@pytest.fixture
def stock(machine: Fake) -> Fake:
    """A machine as it comes from the installer of CentOS."""
    files = {"/etc/fstab": File(FSTAB), "/etc/selinux/config": File("SELINUX=enforcing\n")}
    machine.set(
        Swap(("/dev/mapper/centos-swap",)),
        Selinux("enforcing"),
        Services({"firewalld.service": RUNNING}),
        Files(files),
    )
    return machine


async def test_every_line_is_good_as_it_is(stock: Fake) -> None:
    async with stage() as play:
        await play.press(*PAGE)
        assert "Swap       on               (*) off, now and after every boot" in play.text
        assert "SELinux    enforcing        (*) permissive   ( ) leave it" in play.text
        assert (
            "firewalld  active           (*) turn off   ( ) open the ports   ( ) leave" in play.text
        )
        assert "Time       no time service  (*) chrony   ( ) leave it" in play.text
        assert "[> Next <]" in play.text
        await play.press("enter")
        assert "6/7" in play.rows[0]
        assert play.app.session.values == {"node.role": "first-control-plane"}


async def test_what_is_chosen_stays(stock: Fake) -> None:
    async with stage() as play:
        await play.press(*FIREWALL, "right", "down", "right", "up", "up", "right")
        assert "( ) turn off   (*) open the ports   ( ) leave it" in play.text
        assert {k: v for k, v in play.app.session.values.items() if k.startswith("options")} == {
            "options.firewall": "open-ports",
            "options.time_sync": False,
            "options.selinux": "leave",
        }
        options = play.app.session.answers().options
        assert (options.firewall, options.time_sync, options.selinux) == (
            "open-ports",
            False,
            "leave",
        )
        await play.press("escape", "enter")
        assert "( ) permissive   (*) leave it" in play.text
        assert "( ) chrony   (*) leave it" in play.text


async def test_hints_follow_the_choice(stock: Fake) -> None:
    async with stage() as play:
        await play.press(*FIREWALL)
        assert "Calico's makers say: off" in play.text
        await play.press("right")
        assert "6443/tcp 2379-2380/tcp 10250/tcp" in play.text
        await play.press("right")
        assert "unless you open" in " ".join(play.text.split())
        await play.press("up")
        assert "Permissive: it only logs" in play.text
        await play.press("up")
        assert "/dev/mapper/centos-swap" in play.text


async def test_the_ports_are_those_of_the_role(stock: Fake) -> None:
    async with stage() as play:
        play.app.session.set("node.role", "worker")
        play.app.go("options")
        await play.settle()
        await play.press("up", "up", "right")
        assert "30000-32767/tcp" in play.text
        assert "6443/tcp" not in play.text


async def test_enter_shows_files_and_commands(stock: Fake) -> None:
    async with stage() as play:
        await play.press(*SWAP, "enter")
        assert "/etc/fstab" in play.text
        assert "-/dev/mapper/centos-swap swap swap defaults 0 0" in play.text
        assert "$ swapoff -a" in play.text
        await play.press("enter")
        assert "> Swap" in play.text
        await play.press("down", "down", "enter")
        assert "$ systemctl disable --now firewalld.service" in play.text
        await play.press("escape", "right", "enter")
        assert "--add-port=6443/tcp" in play.text


async def test_a_line_that_is_left_does_nothing(stock: Fake) -> None:
    async with stage() as play:
        await play.press(*SELINUX, "right", "enter")
        assert "Nothing: it is left as it is." in play.text


async def test_lines_that_need_nothing_are_skipped(machine: Fake) -> None:
    machine.set(Services({"chronyd.service": RUNNING}))
    async with stage() as play:
        await play.press(*PAGE)
        assert play.text.count("nothing to do") == 4
        assert "chrony runs" in play.text
        assert "not installed" in play.text
        await play.press("up")
        assert "[> Next <]" in play.text


async def test_only_what_needs_nothing_is_skipped(stock: Fake) -> None:
    stock.set(Selinux("disabled"), Files({"/etc/fstab": File(FSTAB)}))
    async with stage() as play:
        await play.press(*FIREWALL, "up")
        assert "SELinux    disabled         nothing to do" in play.text
        assert "> Swap" in play.text


async def test_swap_that_comes_back_with_a_boot_is_work_too(machine: Fake) -> None:
    machine.set(Files({"/etc/fstab": File(FSTAB)}))
    async with stage() as play:
        await play.press(*PAGE)
        assert "Swap       off              (*) off, now and after every boot" in play.text


async def test_a_line_that_was_left_is_still_a_choice(stock: Fake) -> None:
    async with stage() as play:
        play.app.session.set("options.firewall", "leave")
        await play.press(*FIREWALL)
        assert "(*) leave it" in play.text
        await play.press("left", "left")
        assert "(*) turn off" in play.text


async def test_a_container_leaves_the_clock_to_its_host(stock: Fake) -> None:
    stock.set(System(capabilities=frozenset()))
    async with stage() as play:
        await play.press(*PAGE)
        assert "Time       kept by the host nothing to do" in play.text


async def test_what_has_changed_meanwhile_is_read_again(stock: Fake) -> None:
    async with stage() as play:
        await play.press(*PAGE)
        stock.set(Services({"chronyd.service": RUNNING}))
        await play.press("ctrl+r")
        assert "Time       chrony runs      nothing to do" in play.text


async def test_a_wide_screen_shows_the_work(stock: Fake) -> None:
    async with stage(size=(132, 43)) as play:
        await play.press(*FIREWALL)
        assert "$ systemctl disable --now firewalld.service" in play.text
        await play.press("right")
        assert "--add-port=6443/tcp" in play.text
        await play.press("up")
        assert "setenforce 0" in play.text


async def test_the_language_changes_nothing_else(stock: Fake) -> None:
    async with stage() as play:
        await play.press(*FIREWALL, "right")
        await keeps_focus_and_text(play)


@ON_EVERY_SCREEN
async def test_it_fits(stock: Fake, screen: Screen) -> None:
    assert "enforcing" in await fits(screen, *FIREWALL)
