from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.machine import Fake
from tests.support.screens.fits import fits, keeps_focus_and_text
from tests.support.screens.stage import stage, until
from tui_installer.assets import base_packages, release
from tui_installer.model.facts import (
    Docker,
    DockerInForce,
    File,
    Files,
    NtpReply,
    Packages,
    Selinux,
    Services,
    Swap,
    System,
    Unit,
)
from tui_installer.render.docker import daemon_json
from tui_installer.ui.rows.preparations import lines

pytestmark = pytest.mark.anyio
PAGE = ("@options",)
# Those at which Up stops on a machine as it comes; the time server stands below the time.
STOPS = [
    stop
    for line in lines()
    for stop in ((line.id, "ntp_server") if line.step == "time" else (line.id,))
    if stop != "network_manager"
]
UP_TO = {stop: (*PAGE, *["up"] * n) for n, stop in enumerate(reversed(STOPS), 1)}
DOCKER, LOCK, NTP, FIREWALL, SWAP = (
    UP_TO[stop] for stop in ("docker", "lock_versions", "ntp_server", "firewall", "swap")
)
CONF = "server 0.centos.pool.ntp.org iburst\nmakestep 1.0 3\n"
REPOS = Path(__file__).parents[2] / "data/files"
FSTAB = "/dev/sda1 / xfs defaults 0 0\n/dev/mapper/centos-swap swap swap defaults 0 0\n"
RUNNING = Unit("loaded", "active", "running", "enabled")


@pytest.fixture
def stock(machine: Fake) -> Fake:
    """A machine as it comes from the installer of CentOS."""
    files = {
        "/etc/fstab": File(FSTAB),
        "/etc/selinux/config": File("SELINUX=enforcing\n"),
        "/etc/chrony.conf": File(CONF),
    }
    machine.set(
        Swap(("/dev/mapper/centos-swap",)),
        Selinux("enforcing"),
        Services({"firewalld.service": RUNNING}),
        Files(files),
    )
    return machine


async def test_every_line_is_good_as_it_is(stock: Fake) -> None:
    async with stage() as play:
        await play.press(*["enter"] * 5)
        for line in (
            "Swap          on            (*) off, now and after every boot",
            "SELinux       enforcing     (*) permissive   ( ) leave it",
            "firewalld     active        (*) turn off   ( ) open the ports   ( ) leave it",
            "Time          none          (*) chrony   ( ) leave it",
            "NTP server    0.centos.poo~ [                   ]  ok      as chrony has it",
            "Version lock  none          [x] yum update moves none of these versions",
            "Base packages 0 of 28       [ ] 28 more, often wanted: gcc, vim...",
            "NFS volumes   no client     [ ] install nfs-utils",
            "docker-ce     not installed [ ] to build images; containerd stays 1.6.6",
            "[> Next <]",
        ):
            assert line in play.text
        await play.press("enter")
        assert "6/7" in play.rows[0]
        assert play.app.session.draft.values == {"node.role": "first-control-plane"}


async def test_what_is_chosen_stays(stock: Fake) -> None:
    async with stage() as play:
        await play.press(*DOCKER)
        # Docker is looked for where containerd comes from.
        before = len(stock.probed)
        await play.press("space")
        assert [set(asked) for asked in stock.probed[before:]] == [{"docker_ce"}]
        assert [bool(release.docker) for release in stock.releases[before:]] == [True]
        assert not any(release.docker for release in stock.releases[:before])
        await play.press("up", "space", "up", "space", "up", "space")
        assert "> Version lock  none          [ ] yum update" in play.text
        await play.press("up", "up", "right", "up", "right", "up", "right")
        assert "( ) turn off   (*) open the ports   ( ) leave it" in play.text
        assert {
            k: v for k, v in play.app.session.draft.values.items() if k.startswith("options")
        } == {
            "options.docker": True,
            "options.nfs_client": True,
            "options.base_packages": True,
            "options.lock_versions": False,
            "options.firewall": "open-ports",
            "options.time_sync": False,
            "options.selinux": "leave",
        }
        options = play.app.session.draft.answers.options
        assert (options.firewall, options.time_sync, options.selinux) == (
            "open-ports",
            False,
            "leave",
        )
        await play.press("escape", "enter")
        assert "( ) permissive   (*) leave it" in play.text
        assert "( ) chrony   (*) leave it" in play.text
        assert "docker-ce     not installed [x] to build images" in play.text
        assert "Version lock  none          [ ] yum update" in play.text


async def test_hints_follow_the_choice(stock: Fake) -> None:
    async with stage() as play:
        for line, told in (
            (DOCKER, "docker-ce 20.10.24; unpinned it would pull containerd 1.6.33"),
            (("up",), "A pod that mounts a volume"),
            (("up",), "without epel-release"),
            (("up",), "exclude= lines in kubernetes.repo"),
        ):
            await play.press(*line)
            assert told in " ".join(play.text.split())
        await play.press("up", "up", "up")
        assert "Calico's makers say: off" in play.text
        await play.press("right")
        assert "6443/tcp 2379-2380/tcp 10250/tcp" in play.text
        await play.press("right")
        assert "unless you open" in " ".join(play.text.split())
        # Another language changes nothing else.
        await keeps_focus_and_text(play)
        await play.press("up")
        assert "Permissive: it only logs" in play.text
        await play.press("up")
        assert "/dev/mapper/centos-swap" in play.text
        # The ports are those of the role.
        play.app.session.set("node.role", "worker")
        await play.press(*FIREWALL, "left")
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
        await play.press("escape", "up", "right", "enter")
        assert "Nothing: it is left as it is." in play.text


async def test_lines_that_need_nothing_are_skipped(machine: Fake) -> None:
    machine.set(Services({"chronyd.service": RUNNING}))
    async with stage() as play:
        await play.press(*PAGE)
        assert play.text.count("nothing to do") == 5
        assert "chrony runs" in play.text
        assert "not installed" in play.text
        pointed = []
        for _ in lines():
            await play.press("up")
            pointed += [row for row in play.text.splitlines() if "> " in row]
        assert any("> NTP server" in row for row in pointed)
        assert [row for row in pointed if "nothing to do" in row] == []


async def test_only_what_needs_nothing_is_skipped(stock: Fake) -> None:
    stock.set(Selinux("disabled"), Files({"/etc/fstab": File(FSTAB)}))
    async with stage() as play:
        await play.press(*FIREWALL, "up")
        assert "SELinux       disabled      nothing to do" in play.text
        assert "> Swap" in play.text


async def test_a_line_that_was_left_is_still_a_choice(stock: Fake) -> None:
    async with stage() as play:
        play.app.session.set("options.firewall", "leave")
        await play.press(*FIREWALL)
        assert "(*) leave it" in play.text
        await play.press("left", "left")
        assert "(*) turn off" in play.text


async def test_what_is_there_already_and_what_has_changed_meanwhile(stock: Fake) -> None:
    repositories = {
        f"/etc/yum.repos.d/{name}.repo": File(
            (REPOS / f"{name}.wanted.repo").read_text(encoding="utf-8")
        )
        for name in ("docker-ce", "kubernetes")
    }
    tools = dict.fromkeys(base_packages(), "1-1.el7")
    mirrors = ["https://docker.m.daocloud.io"]
    async with stage() as play:
        await play.press(*PAGE)
        stock.set(Services({"chronyd.service": RUNNING}))
        await play.press("ctrl+r")
        assert "Time          chrony runs   nothing to do" in play.text
        stock.set(System(capabilities=frozenset()))
        await play.press("ctrl+r")
        assert "Time          by the host   nothing to do" in play.text, "in a container"
        assert "NTP server" not in play.text
        # What comes back with a boot is work too.
        stock.set(Swap())
        await play.press("ctrl+r")
        assert "Swap          off           (*) off, now and after every boot" in play.text
        stock.set(Packages({**tools, "docker-ce": "20.10.24-3.el7"}), Files(repositories))
        await play.press("ctrl+r")
        assert "Version lock  in place      [x] yum update" in play.text, "it can be taken away"
        assert "Base packages 28 of 28      nothing to do" in play.text
        assert "NFS volumes   installed     nothing to do" in play.text
        assert "docker-ce     20.10.24      [ ] to build images" in play.text
        play.app.session.set("mirrors.docker_io", mirrors)
        stock.set(
            Packages(dict.fromkeys(release("1.25.0").docker, "20.10.24-3.el7")),
            Services({"docker.service": RUNNING, "docker.socket": RUNNING}),
            Docker(DockerInForce("20.10.24", "systemd", "json-file", tuple(mirrors))),
            Files({"/etc/docker/daemon.json": File(daemon_json(None, mirrors))}),
        )
        await play.press("ctrl+r")
        assert "docker-ce     20.10.24      nothing to do" in play.text, "docker as it should be"


async def test_each_line_shows_its_own_part_of_a_step(stock: Fake) -> None:
    """Some steps do the work of several lines, and of none."""
    async with stage() as play:
        await play.press(*LOCK, "enter")
        seen = play.text
        await play.press("pagedown")
        seen += play.text
        assert "/etc/yum.repos.d/kubernetes.repo" in seen
        assert "/etc/yum.repos.d/CentOS-Base.repo" not in seen
        await play.press("escape", "down", "down", "enter")
        assert "Nothing: it is left as it is." in play.text
        await play.press("escape", "space", "enter")
        assert "install nfs-utils" in play.text
        assert "kubelet" not in play.text
        await play.press("escape", "down", "space", "enter")
        assert "/etc/docker/daemon.json" in play.text
        assert '+  "log-driver": "json-file",' in play.text


async def test_a_time_server_is_asked_for_the_time(stock: Fake) -> None:
    stock.times["ntp.aliyun.com"] = NtpReply("ntp.aliyun.com", 0.014, -0.42)
    async with stage() as play:
        await play.press(*NTP)
        await play.type("ntp.aliyun.com")
        await until(play, "[ntp.aliyun.com     ]  ok      14 ms, 0.4 s off")
        assert "this clock is 0.4 s off, which chrony puts right" in " ".join(play.text.split())
        assert play.app.session.draft.values["options.ntp_server"] == "ntp.aliyun.com"
        await play.press("up", "enter")
        assert "/etc/chrony.conf" in play.text
        assert "+server ntp.aliyun.com iburst" in play.text


async def test_a_time_server_that_says_nothing_can_be_taken(stock: Fake) -> None:
    async with stage() as play:
        await play.press(*NTP)
        await play.type("10.9.9.9")
        await until(play, "warn    gives no time")
        assert "no answer in 2 s" in " ".join(play.text.split())
        stock.times["10.9.9.9"] = NtpReply("10.9.9.9", 0.003, 7.04)
        await play.press("ctrl+r")
        await until(play, "3 ms, 7.0 s off")
        await play.press("enter", *["down"] * 4, "enter")
        assert "6/7" in play.rows[0]


async def test_what_is_no_time_server_is_not_gone_on_with(stock: Fake) -> None:
    stock.times["ntp.aliyun.com"] = NtpReply("ntp.aliyun.com", 0.014)
    async with stage() as play:
        await play.press(*NTP)
        await play.type("ntp://ntp.aliyun.com/")
        assert "FAIL" in play.text
        # A look puts no other value in its place.
        await play.press(*["down"] * 5, "ctrl+r", "enter")
        assert "5/7" in play.rows[0]
        assert "> NTP server" in play.text
        assert "Offered: ntp.aliyun.com. Enter takes it." in " ".join(play.text.split())
        await play.press("enter")
        await until(play, "14 ms, 0.0 s off")


async def test_a_named_time_server_is_asked_when_the_page_comes(stock: Fake) -> None:
    stock.times["ntp.aliyun.com"] = NtpReply("ntp.aliyun.com", 0.014)
    async with stage() as play:
        play.app.session.set("options.ntp_server", "ntp.aliyun.com")
        await play.press(*PAGE)
        assert "[ntp.aliyun.com     ]  ok      14 ms, 0.0 s off" in play.text


async def test_a_clock_that_is_left_alone_needs_no_server(stock: Fake) -> None:
    async with stage() as play:
        await play.press(*NTP)
        await play.type("x y")
        await play.press("up", "right")
        assert "NTP server" not in play.text
        await play.press(*["down"] * 5, "enter")
        assert "6/7" in play.rows[0], "what is not asked for stands in nobody's way"


async def test_a_wide_screen_shows_the_work(stock: Fake) -> None:
    async with stage(size=(132, 43)) as play:
        await play.press(*FIREWALL)
        assert all("enforcing" in text for text in await fits(play))
        assert "$ systemctl disable --now firewalld.service" in play.text
        await play.press("right")
        assert "--add-port=6443/tcp" in play.text
        await play.press("up")
        assert "setenforce 0" in play.text
