"""The readers of rpm and yum understand what the real tools print."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.support.captures import capture
from tests.support.recorded import Recorded
from tui_installer.assets import release
from tui_installer.host.facts import (
    packages,
    yum,
)
from tui_installer.host.shell import Output
from tui_installer.model.answers import Answers, Options
from tui_installer.model.facts import Packages, Yum
from tui_installer.render.packages import installed
from tui_installer.steps.packages import further, needed, tools


def test_rpm() -> None:
    """`rpm -q` prints a sentence for what is not installed; only the others count."""
    printed = "".join(
        f"{line}\n" if line.startswith("package ") else f"{row[0]} {row[1]}-{row[2]}\n"
        for line in capture("rpm-q").splitlines()
        for row in [line.removesuffix(".x86_64").removesuffix(".noarch").rsplit("-", 2)]
    )
    found = Packages(installed(printed))
    assert found.installed["containerd.io"] == "1.6.6-3.1.el7"
    assert found.version("kubelet") == "1.25.0"
    assert found.version("docker-ce") == ""
    assert "package" not in found.installed


def test_a_package_is_damaged_when_a_file_is_gone_but_not_when_a_setting_was_changed() -> None:
    look = Recorded(
        verify_packages=True,
        says={
            "rpm -q": Output(0, "kubelet 1.25.0-0\nkubeadm 1.25.0-0\nkubectl 1.25.0-0\n"),
            "rpm -V --nodeps kubelet": Output(1, "missing     /usr/bin/kubelet\n"),
            "rpm -V --nodeps kubeadm": Output(1, "S.5....T.  c /etc/kubeadm.conf\n"),
            "rpm -V --nodeps kubectl": Output(1, "S.5....T.    /usr/bin/kubectl\n"),
        },
    )
    assert packages.read(look).damaged == {"kubelet", "kubectl"}


SAYS = {"rpm -q": Output(1, "package kubelet is not installed\n")}


def test_what_rpm_had_begun_to_unpack_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = f"{int(time.time()) - 100:08x}"
    names = (
        "config.toml",
        f"config.toml;{now}",
        "a;b",
        f"x;{now[1:]}",
        f";{now}",
        "backup;20240101",
        "notes;deadbeef",
    )
    for name in names:
        (tmp_path / "containerd").mkdir(exist_ok=True)
        (tmp_path / "containerd" / name).touch()
    monkeypatch.setattr(packages, "UNPACKED", (tmp_path,))
    torn = str(tmp_path / "containerd" / f"config.toml;{now}")
    assert packages.read(Recorded(verify_packages=True, says=SAYS)).torn == (torn,)
    assert packages.read(Recorded(says=SAYS)).torn == ()


def test_yums_lock_counts_only_while_its_holder_lives() -> None:
    held = {
        "/var/run/yum.pid": "1152",
        "/proc/1152": "",
        "/proc/1152/cmdline": "/usr/bin/python\0/usr/libexec/packagekitd\0",
    }
    assert yum.read(Recorded(files=held)) == Yum(1152, "/usr/bin/python /usr/libexec/packagekitd")
    stale = {"/var/run/yum.pid": "1152"}
    assert yum.read(Recorded(files=stale)) == Yum()


def test_an_rpm_database_that_cannot_be_read() -> None:
    broken = {"rpm -q": Output(1, "", "warning: x\nerror: rpmdb: BDB0113 Thread died\n")}
    assert packages.read(Recorded(says=broken)).broken == "error: rpmdb: BDB0113 Thread died"
    good = {"rpm -q": Output(1, "package docker is not installed\n")}
    assert packages.read(Recorded(says=good)).broken == ""


def test_every_package_that_a_step_may_ask_for_is_looked_up() -> None:
    everything = Answers(options=Options(docker=True, base_packages=True, nfs_client=True))
    wanted = {**needed(everything), **tools(everything), **further(everything)}
    wanted |= release("1.25.0").docker
    assert set(wanted) <= set(packages.NAMES)
