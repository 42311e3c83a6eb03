"""The readers of what a diagnosis compares: rules, names, addresses in manifests, the runtime's file, programs."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.recorded import Recorded
from tui_installer.host import machine
from tui_installer.host.content_store import SOCKET
from tui_installer.host.facts import cri, forwarding, hostname, kubernetes, processes
from tui_installer.host.facts.containerd import CONFIG, PROGRAM
from tui_installer.host.look import Look
from tui_installer.host.runtime_keys import misspelt
from tui_installer.host.shell import Output
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model.facts import Forwarding


def test_rules_are_listed_only_where_their_table_is_in_use() -> None:
    says = {"iptables -w": Output(0, "-P FORWARD DROP\n-A FORWARD -j DOCKER-USER\n")}
    for tables in ({}, {forwarding.TABLES: "nat"}):
        assert forwarding.read(Recorded(files=tables, says=says)) == Forwarding()
    used = forwarding.read(Recorded(files={forwarding.TABLES: "nat\nfilter"}, says=says))
    assert used.rules == ("-P FORWARD DROP", "-A FORWARD -j DOCKER-USER")


def test_names_in_the_file_of_hosts(tmp_path: Path) -> None:
    machine.use(ThisMachine(tmp_path))
    own = os.uname().nodename
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/hosts").write_text(
        f"127.0.0.1 localhost {own}\n::1 localhost {own}\n\n# 10.0.0.1 {own}\n10.0.0.9 x {own} # ours\n"
    )
    told = hostname.read(Look())
    assert told.addresses == ("127.0.0.1", "10.0.0.9")
    assert told.localhost == ("127.0.0.1",)


def test_the_addresses_in_the_manifests(tmp_path: Path) -> None:
    machine.use(ThisMachine(tmp_path))
    manifests = tmp_path / "etc/kubernetes/manifests"
    manifests.mkdir(parents=True)
    (manifests / "kube-apiserver.yaml").write_text("    - --advertise-address=10.77.0.31\n")
    (manifests / "etcd.yaml").write_text(
        "    - --listen-client-urls=https://127.0.0.1:2379,https://10.77.0.31:2379\n"
    )
    told = kubernetes.read(Look())
    assert told.advertised == "10.77.0.31"
    assert told.etcd_addresses == ("127.0.0.1", "10.77.0.31")


RUNC = '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]\nruntime_type = "io.containerd.runc.v2"\n'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            f"{RUNC}[plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes.runc.options]\nSystemdCgoup = true",
            (("SystemdCgoup", "SystemdCgroup"),),
        ),
        (
            "[plugins.'io.containerd.grpc.v1.cri'.registry]\nconfig_paht = '/x'",
            (("config_paht", "config_path"),),
        ),
        (
            "[plugins.'io.containerd.grpc.v1.cri']\nsandbox-image = 'x'",
            (("sandbox-image", "sandbox_image"),),
        ),
        # containerd does not distinguish capitals, and another version may know more.
        ("[plugins.'io.containerd.grpc.v1.cri']\nSandbox_Image = 'x'\nsome_new_thing = 1", ()),
        ("[plugins.'io.containerd.grpc.v1.cri']\nregistry = 1\n", ()),
        ("[plugins", ()),
        ("plugins = 1", ()),
    ],
)
def test_misspelt_keys_of_containerds_file(text: str, found: tuple[tuple[str, str], ...]) -> None:
    assert misspelt(text) == found


def test_containerds_own_defaults_have_no_misspelt_keys() -> None:
    folder = Path(__file__).parents[2] / "assets/containerd"
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.toml")]
    assert [misspelt(text) for text in texts] == [()] * len(texts)
    assert texts


def test_a_file_that_was_written_after_containerd_had_started(tmp_path: Path) -> None:
    machine.use(ThisMachine(tmp_path))
    says = Recorded(
        files=dict.fromkeys((SOCKET, PROGRAM, CONFIG), ""),
        says={"crictl -t": Output(0, "{}")},
    )
    for path in (SOCKET, CONFIG):
        place = tmp_path / path.lstrip("/")
        place.parent.mkdir(parents=True)
        place.touch()
    times = ((900.0, False), (1100.0, True))
    os.utime(tmp_path / SOCKET.lstrip("/"), (1000.0, 1000.0))
    for at, newer in times:
        os.utime(tmp_path / CONFIG.lstrip("/"), (at, at))
        assert cri.read(says).newer_file is newer


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("runtime-endpoint: unix:///a.sock\ntimeout: 10", "unix:///a.sock"),
        ("timeout: 10\nruntime-endpoint: 'unix:///a.sock'", "unix:///a.sock"),
        ("runtime-endpoint:\nimage-endpoint: unix:///a.sock", ""),
        ("# runtime-endpoint: unix:///a.sock", ""),
        ("", ""),
    ],
)
def test_where_crictl_asks(text: str, endpoint: str) -> None:
    files = {SOCKET: "", PROGRAM: "", cri.CRICTL_CONFIG: text}
    machine_ = Recorded(files=files, says={"crictl -t": Output(0, "{}")})
    assert cri.read(machine_).crictl_endpoint == endpoint


def test_security_programs_by_the_names_of_their_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    running = [
        SimpleNamespace(info={"name": name}) for name in ("sshd", "xagt", "ds_agent", "xagt")
    ]
    monkeypatch.setattr("psutil.process_iter", lambda _: running)
    assert processes.read(Look()).security == ("ds_agent", "xagt")
