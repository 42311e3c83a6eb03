"""The readers of the system and its services understand what the real tools print."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.captures import capture
from tests.support.recorded import Recorded
from tui_installer.host.facts import (
    chrony,
    clock,
    firewall,
    hostname,
    kernel,
    ports,
    selinux,
    services,
    swap,
    system,
)
from tui_installer.host.look import Look
from tui_installer.host.shell import Output
from tui_installer.model.answers import Answers, Options
from tui_installer.model.facts import (
    Chrony,
    Firewall,
    NotRead,
    Swap,
    Unit,
)


def test_systemctl_show() -> None:
    found = services.parse(capture("host-systemctl-show"))
    assert found["firewalld.service"] == Unit("loaded", "active", "running", "enabled", 135)
    assert found["kubelet.service"] == Unit("not-found", "inactive", "dead", "", 0)
    assert not found["kubelet.service"].there
    assert found["firewalld.service"].running
    assert found["nosuch.service"] == Unit()


def test_systemctl_show_of_a_unit_that_keeps_failing() -> None:
    unit = services.parse(capture("systemctl-show-failed"))["containerd.service"]
    assert (unit.active, unit.sub, unit.enabled) == ("activating", "auto-restart", "enabled")


def test_systemctl_is_asked_once_for_all_units() -> None:
    shown = {"systemctl show": Output(0, capture("host-systemctl-show"))}
    assert services.read(Recorded(says=shown))["firewalld.service"].running
    for silent in (Output(0), Output(1, "", "Failed to connect to bus")):
        with pytest.raises(NotRead):
            services.read(Recorded(says={"systemctl show": silent}))


@pytest.mark.parametrize(
    ("state", "status", "wanted"),
    [(0, 0x2001, True), (5, 0x2041, False), (5, 0x0040, False), (-1, 0, None)],
)
def test_the_kernel_knows_whether_its_clock_is_kept(
    monkeypatch: pytest.MonkeyPatch, state: int, status: int, wanted: bool | None
) -> None:
    """`struct timex`: modes, offset, freq, maxerror, esterror, then status."""

    def adjtimex(timex: ctypes.Array[ctypes.c_char]) -> int:
        assert timex.raw == bytes(len(timex)), "all zero: only asked, nothing set"
        ctypes.memmove(timex, struct.pack("@Illlli", 0, 0, 0, 0, 0, status), 44)
        return state

    library = SimpleNamespace(adjtimex=adjtimex)
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: library)
    assert clock.read(Recorded()).synchronized is wanted


def test_the_clock_of_this_machine() -> None:
    """Whatever it is, asking breaks nothing."""
    assert clock.read(Recorded()).synchronized in (True, False, None)
    assert clock.read(Recorded()).now > 0


def test_swaps() -> None:
    header = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
    rows = "/dev/dm-1\tpartition\t2097148\t0\t-2\n/swapfile\tfile\t1024\t0\t-3\n"
    assert swap.read(Recorded(files={"/proc/swaps": header})) == Swap()
    assert swap.read(Recorded(files={"/proc/swaps": header + rows})).devices == (
        "/dev/dm-1",
        "/swapfile",
    )


@pytest.mark.parametrize(("text", "mode"), [("1", "enforcing"), ("0", "permissive")])
def test_selinux(text: str, mode: str) -> None:
    assert selinux.read(Recorded(files={selinux.ENFORCE: text})).mode == mode
    assert selinux.read(Recorded()).mode == "disabled"


def test_firewall_rules_are_asked_only_where_they_are_to_be_kept() -> None:
    said = {
        "firewall-cmd --permanent --list-ports": Output(0, "6443/tcp 10250/tcp\n"),
        "firewall-cmd --permanent --list-rich-rules": Output(0, 'rule a="b" accept\n\n'),
        "firewall-cmd --permanent --zone=trusted --list-sources": Output(0, "10.244.0.0/16\n"),
        "firewall-cmd --permanent --zone=trusted --list-interfaces": Output(0, "cali+ lo\n"),
    }
    keep = Answers(options=Options(firewall="open-ports"))
    assert firewall.read(Recorded(answers=Answers(), says=said)) == Firewall()
    there = {firewall.PROGRAM: ""}
    assert firewall.read(Recorded(answers=keep, says=said)) == Firewall(), "not installed"
    stopped = {"firewall-cmd": Output(firewall.NOT_RUNNING, "", "FirewallD is not running\n")}
    assert firewall.read(Recorded(answers=keep, files=there, says=stopped)) == Firewall()
    assert firewall.read(Recorded(answers=keep, files=there, says=said)) == Firewall(
        frozenset({"6443/tcp", "10250/tcp"}),
        frozenset({'rule a="b" accept'}),
        frozenset({"source 10.244.0.0/16", "interface cali+", "interface lo"}),
    )


def test_capabilities() -> None:
    assert system._capabilities("CapBnd:\t000001ffffffffff\n") == frozenset(
        system.CAPABILITIES.values()
    )
    without = (1 << 41) - 1 - (1 << 24)
    assert system._capabilities(f"Name: x\nCapBnd:\t{without:016x}\n") == frozenset(
        {"CAP_SYS_ADMIN", "CAP_SYS_TIME"}
    )


def test_os_release() -> None:
    text = 'NAME="CentOS Linux"\nID="centos"\nPRETTY_NAME="CentOS Linux 7 (Core)"\n\nX=\n'
    found = system.read(Recorded(files={"/etc/os-release": text}))
    assert (found.os_id, found.os_name) == ("centos", "CentOS Linux 7 (Core)")
    assert system.read(Recorded()).release == ""


def test_modules_are_loaded_built_in_or_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "release", lambda: "3.10")
    files = {
        "/lib/modules/3.10/modules.builtin": "kernel/fs/overlayfs/overlay.ko\n",
        "/lib/modules/3.10/modules.dep": "kernel/net/netfilter/ipvs/ip_vs.ko.xz: kernel/lib/x.ko.xz\n"
        "kernel/net/bridge/br_netfilter.ko.xz:\n",
        "/proc/modules": "br_netfilter 22256 0 - Live 0x0\nxfs 1 0 - Live 0x0\n",
        "/proc/sys/net/ipv4/ip_forward": "1\n",
    }
    found = kernel.read(Recorded(files=files))
    assert found.loaded == {"overlay", "br_netfilter"}
    assert found.available == {"overlay", "br_netfilter", "ip_vs"}
    assert found.sysctl == {"net.ipv4.ip_forward": "1"}
    assert found.conntrack_writable


def test_ports_are_read_without_a_listener() -> None:
    assert all(row.port in ports.WATCHED for row in ports.read(Recorded()).listeners)


def test_whether_chrony_has_read_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, pid = tmp_path / "chrony.conf", tmp_path / "chronyd.pid"
    monkeypatch.setattr(chrony, "CONFIG", str(config))
    monkeypatch.setattr(chrony, "PIDS", (str(pid), str(tmp_path / "none")))
    assert chrony.read(Look()) == Chrony()
    for path, when in ((config, 100), (pid, 200)):
        path.touch()
        os.utime(path, (when, when))
    assert chrony.read(Look()) == Chrony(200, 100)
    assert not chrony.read(Look()).stale
    os.utime(config, (300, 300))
    assert chrony.read(Look()).stale
    pid.unlink()
    assert not chrony.read(Look()).stale, "when it began is not known"


# Hours from now at which the file was written and chronyd began: each in its order, by the clock of that moment.
STEPPED = {
    "set back after both": (9.0, 9.1, False),
    "set back, then written": (-0.1, 9.0, True),
    "set back, then begun": (9.0, -0.1, False),
    "set back between the two of them, both since": (-0.2, -0.1, False),
    "set forward after both": (-9.1, -9.0, False),
    "set forward, then written": (-0.1, -9.0, True),
    "set forward, then begun": (-9.0, -0.1, False),
}


@pytest.mark.parametrize("about", STEPPED)
def test_a_clock_that_was_set_hides_no_file_from_chrony(
    about: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """chrony sets it itself, when it begins: the step must not restart it for ever, nor leave a file unread."""
    written, begun, stale = STEPPED[about]
    config, pid = tmp_path / "chrony.conf", tmp_path / "chronyd.pid"
    monkeypatch.setattr(chrony, "CONFIG", str(config))
    monkeypatch.setattr(chrony, "PIDS", (str(pid),))
    for path, hours in ((config, written), (pid, begun)):
        path.touch()
        os.utime(path, (time.time() + 3600 * hours,) * 2)
    assert chrony.read(Look()).stale is stale


def test_a_name_that_has_changed_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    names = iter(["localhost.localdomain", "master01"])

    def uname() -> os.uname_result:
        return os.uname_result(("Linux", next(names), "3.10", "#1", "x86_64"))

    monkeypatch.setattr(os, "uname", uname)
    found = [hostname.read(Recorded()).current for _ in range(2)]
    assert found == ["localhost.localdomain", "master01"]
