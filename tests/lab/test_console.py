"""The installer on the screen of a fresh server itself: what a boot shows there, and that it is a login afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from .conftest import FreshNode
from .lab import Lab
from .node import Node
from .product import (
    KUBECTL,
    PATIENCE,
    engine,
    events,
    good,
    installer,
    program,
    pulling,
    running,
    unpack,
    until,
)
from .screen import Console, Screen
from .test_screens import CHINESE, CONTROL_PLANE, ENGLISH, through

UNIT = "tui-installer-console.service"
UNIT_FILE = f"/usr/lib/systemd/system/{UNIT}"
WANTED = f"/etc/systemd/system/multi-user.target.wants/{UNIT}"
GETTY = "getty@tty1.service"
# Where the screens save on a console of the machine itself.
FILES = "/var/lib/tui-installer/files"


def says(node: Node, verb: str, unit: str) -> str:
    """One word of systemctl's about a unit."""
    return node.run("systemctl", verb, unit).out.strip()


def prompt(console: Console) -> None:
    """The last line asks for a name."""
    console.until_like(r"^\S+ login: *\s*\Z")


def is_a_login(node: Node, console: Console) -> None:
    """tty1 is what it is on every server."""
    prompt(console)
    assert says(node, "is-active", GETTY) == "active"
    assert says(node, "is-active", UNIT) in ("inactive", "failed")
    assert running(node, "agetty")


def boots(node: Node, console: Console) -> None:
    """The power is cut, and comes back; what is on the screen then is of the new boot."""
    node.power_cut()
    console.blank()
    node.boot()


def shows(node: Node, console: Console, heading: str) -> None:
    """The screens are on tty1, and no login."""
    console.until_page(heading)
    assert says(node, "is-active", UNIT) == "active"
    assert says(node, "is-active", GETTY) == "inactive"


def leave(console: Console) -> None:
    """By Ctrl+C, the first button, and Enter after the last words."""
    console.press("C-c")
    console.until("[> Leave <]")
    console.press("Enter")
    console.until("Enter leads to the login")


Server = tuple[Node, Console]


@pytest.fixture(scope="module")
def bare(lab: Lab) -> Iterator[Server]:
    """A fresh server with a screen, on which it shows a login; the bundle is unpacked on it."""
    node = lab.up("master01", "10.77.0.11/24", "10.78.0.11/24")
    with Console(node) as console:
        boots(node, console)
        is_a_login(node, console)
        unpack(node)
        yield node, console
    node.down()


@pytest.fixture
def server(bare: Server) -> Server:
    """The console installer is on it, since which it has not booted."""
    node, console = bare
    good(installer(node, "--console"))
    assert says(node, "is-enabled", UNIT) == "enabled"
    is_a_login(node, console)
    return bare


def test_who_leaves_it_has_a_login_for_good(server: Server) -> None:
    node, console = server
    boots(node, console)
    shows(node, console, "Start")
    console.until("[> ")
    leave(console)
    console.press("Enter")
    is_a_login(node, console)
    assert node.state == "running"
    assert says(node, "is-failed", UNIT) == "inactive"
    assert says(node, "is-enabled", UNIT) == "disabled"
    # An upgrade does not bring it back.
    good(installer(node, "--no-start"))
    boots(node, console)
    is_a_login(node, console)
    assert says(node, "is-enabled", UNIT) == "disabled"


def test_without_the_program_the_boot_ends_in_a_login(server: Server) -> None:
    node, console = server
    node.run("rm", "-r", "/opt/tui-installer", check=True)
    boots(node, console)
    is_a_login(node, console)


def test_screens_that_die_leave_a_login_and_come_again(server: Server) -> None:
    node, console = server
    boots(node, console)
    shows(node, console, "Start")
    console.blank()
    node.sh("systemctl", "kill", "--signal=KILL", "--kill-who=main", UNIT, check=True)
    is_a_login(node, console)
    # Nor does an upgrade take it away.
    node.write(UNIT_FILE, node.read(UNIT_FILE) + "# of an earlier version\n")
    good(installer(node, "--no-start"))
    assert "earlier" not in node.read(UNIT_FILE)
    assert says(node, "is-enabled", UNIT) == "enabled"
    boots(node, console)
    shows(node, console, "Start")
    good(installer(node, "--uninstall"))
    is_a_login(node, console)
    assert not node.exists(UNIT_FILE)
    assert not node.path(WANTED, follow=False).is_symlink()


def save_answers(console: Console) -> str:
    """From Review, into the folder that is the only one on this screen, and back to Review; where they lie then."""
    console.press("Tab", "Right")
    console.until("[> Save answers... <]")
    console.press("Enter")
    console.until("[> Save <]")
    console.press("Enter")
    found = re.search(rf"Written: ({FILES}/\S+)", console.until(f"Written: {FILES}/"))
    assert found is not None
    console.press("Enter")
    console.until_page("Review")
    return found[1]


def start_from_review(console: Console) -> None:
    """By the button, from wherever the focus is on that page."""
    while "[> Start installation <]" not in console.text:
        console.press("Left")
    console.press("Enter")
    console.until_page("Run")


def viewers(node: Node) -> set[int]:
    """The pids of all screens that are open."""
    return {process.pid for process in node.ps() if process.argv[-1:] == ("tui_installer",)}


def others_come_and_go(node: Node, seconds: float) -> None:
    """Screens that are killed, left, lost with their line or resized leave the run alone; two see its end."""
    before, on_the_console = engine(node), viewers(node)
    assert before
    with Screen(node) as killed:
        killed.until_page("Run")
        for pid in viewers(node) - on_the_console:
            node.sh("kill", "-9", str(pid), check=True)
        until(lambda: killed.over)
    assert engine(node) == before
    with Screen(node, language=CHINESE) as left:
        left.until_page("安装")
        left.press("C-c")
        left.until("要离开这个屏幕吗？")
        left.calm()
        left.press("Enter")
        until(lambda: left.over)
        assert "tui-installer" in left.text
    assert engine(node) == before
    with Screen(node) as lost:
        lost.until_page("Run")
    # The line is gone with its terminal; the run is not.
    assert engine(node) == before
    with Screen(node) as second, Screen(node, language=CHINESE, size=(132, 43)) as third:
        second.until_page("Run")
        third.until_page("安装")
        second.resize(60, 20)
        second.until("80x24")
        second.resize(100, 30)
        second.until_page("Run")
        second.until_page("Done", seconds=seconds)
        third.until_page("完成")
    assert engine(node) in (0, before)


@pytest.mark.usefixtures("slow_world")
def test_a_fresh_server_is_made_a_node_from_its_screen(server: Server) -> None:
    """The last test on this server: there is a run afterwards."""
    node, console = server
    boots(node, console)
    shows(node, console, "Start")
    through(console, CONTROL_PLANE[ENGLISH])
    assert events(node) == []
    answers = save_answers(console)
    assert (node.path(answers).stat().st_mode & 0o777) == 0o600
    start_from_review(console)
    until(lambda: running(node, "yum"))
    boots(node, console)
    shows(node, console, "Run")
    until(lambda: pulling(node), PATIENCE)
    others_come_and_go(node, seconds=240)
    console.until_page("Done")
    assert console.text.isascii()
    console.calm()
    leave(console)
    assert says(node, "is-enabled", UNIT) == "disabled"
    assert "The node goes on working." in console.text
    console.press("Enter")
    is_a_login(node, console)
    row = good(node.run(*KUBECTL, "get", "nodes", "--no-headers")).out.split()
    assert row[1] == "Ready"
    plan = json.loads(good(program(node, "plan", "--answers", answers, "--json")).out)
    assert [step["id"] for step in plan["steps"] if step["changes"]] == []
    again = good(program(node, "apply", "--answers", answers, "--yes")).out
    assert again.count("nothing to do") >= 12
    # Asked for again on a node that is made, it has nothing to show.
    good(installer(node, "--console"))
    assert says(node, "is-enabled", UNIT) == "enabled"
    boots(node, console)
    is_a_login(node, console)
    assert says(node, "is-enabled", UNIT) == "disabled"


def test_a_machine_without_a_screen_is_refused_but_not_an_image(fresh_node: FreshNode) -> None:
    node = fresh_node("master02")
    unpack(node)
    refused = installer(node, "--console")
    assert refused.code == 3
    assert "/dev/tty1" in refused.err
    assert not node.exists("/opt/tui-installer") and not node.exists(UNIT_FILE)
    # As in the folder of an image that is being made: systemd is there, but does not run.
    hidden = 'mount -t tmpfs none /run/systemd && exec /root/tui-installer-*/install.sh "$@"'
    made = good(node.run("unshare", "--mount", "sh", "-c", hidden, "sh", "--console"))
    assert "an image that is being made" in made.out
    assert node.path(WANTED, follow=False).is_symlink()
