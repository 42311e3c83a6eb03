"""The bundle on a server: installed without any network, over itself, not under a run, and removed.

The tests stand on each other, in this order: one server goes through all of it.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from .lab import Lab
from .node import Node
from .product import (
    ANSWERS,
    CONTROL_PLANE,
    apply,
    engine,
    events,
    good,
    installer,
    program,
    running,
    unpack,
    until,
)
from .told import Result

HOME = "/opt/tui-installer"
UNIT = "/usr/lib/systemd/system/tui-installer.service"
COMPLETION = "/etc/bash_completion.d/tui-installer"
# A name in front of the control planes, and a firewall that stays.
OPEN = f'{CONTROL_PLANE}endpoint = "cluster-endpoint:6443"\n[options]\nfirewall = "open-ports"\n'
# A repository of somebody else's, which is dead.
THEIRS = "[theirs]\nname=x\nbaseurl=https://gone.mirror.lab/x/\nenabled=1\n"


@dataclass(frozen=True)
class Server:
    """A fresh server to which the program came while it had neither network nor Python; since then it has booted."""

    node: Node
    installed: Result
    version: Result


@pytest.fixture(scope="module")
def server(lab: Lab) -> Iterator[Server]:
    node = lab.up("master01", "10.77.0.11/24", "10.78.0.11/24")
    for card in ("ens33", "ens34"):
        node.sh("ip", "link", "set", card, "down", check=True)
    node.run("mv", "/usr/bin/python3", "/usr/bin/python3.away", check=True)
    unpack(node)
    installed = installer(node, "--no-start")
    version = program(node, "--version")
    node.run("mv", "/usr/bin/python3.away", "/usr/bin/python3", check=True)
    node.reboot()
    yield Server(node, installed, version)
    node.down()


def test_it_installs_without_network_or_the_nodes_python(server: Server) -> None:
    node = server.node
    good(server.installed)
    assert good(server.version).out.startswith("tui-installer ")
    assert node.path("/usr/bin/tui-installer", follow=False).readlink().as_posix().startswith(HOME)
    assert node.run("systemctl", "is-enabled", "tui-installer.service").out.strip() == "enabled"


def test_a_boot_without_a_run_starts_no_engine(server: Server) -> None:
    node, unit = server.node, "tui-installer.service"
    assert engine(node) == 0
    assert node.run("systemctl", "is-active", unit).out.strip() == "inactive"
    said = node.run("systemctl", "show", "-p", "ConditionResult", "--value", unit)
    assert said.out.strip() == "no"


def test_wrong_usage_of_the_installer(server: Server) -> None:
    assert installer(server.node, "--no-such-option").code == 2
    words = ("runuser", "-u", "nobody", "--", "sh", "-c", f"{HOME}/install.sh --no-start")
    assert server.node.run(*words).code == 3


def test_again_is_an_upgrade(server: Server) -> None:
    node = server.node
    places = ("/opt", "/usr/bin", "/etc/bash_completion.d", UNIT)
    before = node.tree_state(*places)
    assert "_tui_installer" in node.read(COMPLETION)
    node.write(COMPLETION, "that of an earlier version\n")
    good(installer(node, "--no-start"))
    assert node.tree_state(*places) == before


def _window(node: Node) -> int:
    """The pid of the program that follows the run; 0 if there is none."""
    return next((p.pid for p in node.ps() if p.argv[-2:] == ("tui_installer", "attach")), 0)


def test_a_run_goes_on_whatever_becomes_of_those_who_watch_it(server: Server) -> None:
    node = server.node
    node.write("/etc/yum.repos.d/theirs.repo", THEIRS)
    node.write(ANSWERS, OPEN)
    command = ("tui-installer", "apply", "--answers", ANSWERS, "--yes")
    with node.popen(*command, tty=True) as lost:
        until(lambda: running(node, "yum"))
        lost.kill()
    assert engine(node), "the line was lost, the run was not"
    other = apply(node, OPEN.replace("master01", "other01"))
    assert other.code == 4
    assert "node.hostname" in other.err
    with node.popen("tui-installer", "attach", tty=True) as window:
        assert window.stdout is not None
        assert window.stdout.readline(), "it shows the run, so it listens to signals by now"
        node.sh("kill", f"-{signal.SIGINT.value}", str(_window(node)), check=True)
        window.communicate(timeout=30)
    assert window.returncode == 5
    assert engine(node), "the run goes on"
    assert installer(node, "--no-start").code == 4, "no upgrade under a run"
    good(apply(node, OPEN))
    assert sum(e["kind"] == "run-started" for e in events(node)) == 1, "followed, not begun anew"
    assert "master01" in good(node.run("kubectl", "get", "nodes")).out


def test_open_ports_keeps_firewalld_and_a_name_leads_here(server: Server) -> None:
    node = server.node
    assert node.run("systemctl", "is-active", "firewalld").out.strip() == "active"
    opened = good(node.run("firewall-cmd", "--list-ports")).out.split()
    assert {"6443/tcp", "10250/tcp", "2379-2380/tcp"} <= set(opened)
    assert "https://cluster-endpoint:6443" in node.read("/etc/kubernetes/admin.conf")
    assert "10.77.0.11 cluster-endpoint" in node.read("/etc/hosts")
    assert "nothing to do" in good(apply(node, OPEN)).out


def test_uninstall_leaves_the_node_and_a_program_that_comes_back_knows_it(server: Server) -> None:
    node = server.node
    good(installer(node, "--uninstall"))
    for path in (HOME, "/usr/bin/tui-installer", UNIT, COMPLETION):
        assert not node.exists(path)
    for path in ("/var/lib/tui-installer/runs", "/etc/tui-installer/answers.toml"):
        assert node.exists(path)
    assert "master01" in good(node.run("kubectl", "get", "nodes")).out
    good(installer(node, "--no-start"))
    assert "nothing to do" in good(apply(node, OPEN)).out
