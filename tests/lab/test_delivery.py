"""The bundle on a node without any network: installed, over itself, and removed."""

from __future__ import annotations

from .conftest import FreshNode
from .node import Node
from .product import CONTROL_PLANE, apply, engine, good, install, program, running, until

HOME = "/opt/tui-installer"
UNIT = "/usr/lib/systemd/system/tui-installer.service"
COMPLETION = "/etc/bash_completion.d/tui-installer"


def _setup(node: Node, *options: str) -> int:
    return node.run("sh", "-c", f"/root/tui-installer-*/install.sh {' '.join(options)}").code


def _without_network(node: Node) -> None:
    for card in ("ens33", "ens34"):
        node.sh("ip", "link", "set", card, "down", check=True)


def test_it_installs_without_network_or_the_nodes_python(fresh_node: FreshNode) -> None:
    node = fresh_node()
    _without_network(node)
    node.run("mv", "/usr/bin/python3", "/usr/bin/python3.away", check=True)
    install(node)
    assert good(program(node, "--version")).out.startswith("tui-installer ")
    assert node.path("/usr/bin/tui-installer", follow=False).readlink().as_posix().startswith(HOME)
    assert node.run("systemctl", "is-enabled", "tui-installer.service").out.strip() == "enabled"
    assert node.run("systemctl", "is-active", "tui-installer.service").out.strip() == "inactive"


def test_again_is_an_upgrade_and_uninstall_leaves_the_node(fresh_node: FreshNode) -> None:
    node = fresh_node()
    install(node)
    places = ("/opt", "/usr/bin", "/etc/bash_completion.d", UNIT)
    before = node.tree_state(*places)
    assert "_tui_installer" in node.read(COMPLETION)
    node.write(COMPLETION, "that of an earlier version\n")
    assert _setup(node, "--no-start") == 0
    assert node.tree_state(*places) == before
    good(apply(node, CONTROL_PLANE))
    assert _setup(node, "--uninstall") == 0
    for path in (HOME, "/usr/bin/tui-installer", UNIT, COMPLETION):
        assert not node.exists(path)
    assert node.exists("/var/lib/tui-installer/runs") and node.exists(
        "/etc/tui-installer/answers.toml"
    )
    assert "master01" in good(node.run("kubectl", "get", "nodes")).out
    assert _setup(node, "--no-start") == 0
    assert "nothing to do" in good(apply(node, CONTROL_PLANE)).out


def test_wrong_usage_of_the_installer(fresh_node: FreshNode) -> None:
    node = fresh_node()
    install(node)
    assert _setup(node, "--no-such-option") == 2
    assert (
        node.run("runuser", "-u", "nobody", "--", "sh", "-c", f"{HOME}/install.sh --no-start").code
        == 3
    )


def test_a_boot_without_a_run_starts_no_engine(fresh_node: FreshNode) -> None:
    node = fresh_node()
    install(node)
    node.reboot()
    assert engine(node) == 0
    said = node.run(
        "systemctl", "show", "-p", "ConditionResult", "--value", "tui-installer.service"
    )
    assert said.out.strip() == "no"


def test_a_lost_line_leaves_the_run_alone(fresh_node: FreshNode) -> None:
    node = fresh_node()
    install(node)
    node.write("/root/answers.toml", CONTROL_PLANE)
    command = ("tui-installer", "apply", "--answers", "/root/answers.toml", "--yes")
    with node.popen(*command, tty=True) as window:
        until(lambda: running(node, "yum"))
        window.kill()
    assert engine(node)
    good(program(node, "attach"))
    assert "master01" in good(node.run("kubectl", "get", "nodes")).out
