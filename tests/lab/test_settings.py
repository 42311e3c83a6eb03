"""Settings of containerd that are broken for real are named with file and line; on a healthy node none is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from . import settings
from .lab import Lab
from .node import Node
from .product import good, until, up
from .settings import ALONE, KUBELET, OTHERS, RESTART, TOGETHER, Wrong
from .told import BYHAND

PYTHON = "/opt/tui-installer/python/bin/python3.13"
LOOK = """
import json
from tui_installer.effective.settings import in_force, settings
from tui_installer.host import machine
from tui_installer.host.gather import gather
from tui_installer.host.scope import Scope
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model.facts import ContainerdConfig, Cri, KubeletSettings

machine.use(ThisMachine())
facts = gather((ContainerdConfig, Cri, KubeletSettings), Scope())
rows = [(r.id, r.outcome, r.fault, r.place.file, r.place.line, str(r.sentence)) for r in settings(facts)]
print(json.dumps([rows, in_force(facts)]))
"""
# What the faults change.
PLACES = "/etc/containerd /etc/crictl.yaml /var/lib/kubelet/config.yaml"
KEEP = f"tar -cf /root/good.tar {PLACES}"
BACK = (
    f"rm -rf {PLACES} /etc/systemd/system/containerd.service.d; tar -C / -xf /root/good.tar;"
    " systemctl daemon-reload; systemctl reset-failed containerd; systemctl restart containerd"
)


class Row(NamedTuple):
    """A setting, as the node tells it."""

    id: str
    outcome: str
    fault: str
    file: str
    line: int
    sentence: str


def look(node: Node) -> tuple[list[Row], dict[str, Any]]:
    """Returns the settings, and what is in force."""
    rows, force = json.loads(good(node.run(PYTHON, "-I", "-B", "-c", LOOK)).out)
    return [Row(*row) for row in rows], force


def wrong(node: Node) -> list[Row]:
    """The settings that are not right."""
    return [row for row in look(node)[0] if row.outcome != "ok"]


def shell(node: Node, line: str) -> None:
    good(node.run("sh", "-c", line))


@pytest.fixture(scope="module")
def node(lab: Lab) -> Iterator[Node]:
    """A server with containerd, made by hand up to the join, and the settings of a kubelet."""
    node = up(lab, "worker01", "10.77.0.12/24", "10.78.0.12/24")
    node.run("bash", "-s", "worker", "worker01", "10.77.0.12", input=BYHAND.read_text())
    node.write(KUBELET, "apiVersion: kubelet.config.k8s.io/v1beta1\ncgroupDriver: systemd\n")
    # The guide's last resort is no registry.
    shell(node, f"sed -i s#https://docker.io#https://registry-1.docker.io# {settings.HUB}")
    shell(node, KEEP)
    yield node
    node.down()


def test_a_healthy_node_has_no_fault_and_no_trace_of_the_look(node: Node) -> None:
    until(lambda: not wrong(node), 30)
    before = node.tree_state("/etc", "/var/lib/kubelet", "/var/lib/tui-installer", "/root")
    rows, force = look(node)
    assert [row for row in rows if row.outcome != "ok"] == []
    assert node.tree_state("/etc", "/var/lib/kubelet", "/var/lib/tui-installer", "/root") == before
    pause = "registry.aliyuncs.com/google_containers/pause:3.8"
    assert force == {"SystemdCgroup": True, "sandbox_image": pause, "config_path": settings.CERTS}


def named(node: Node, fault: Wrong) -> Row | None:
    """Returns the setting with that fault."""
    return next((row for row in wrong(node) if row.fault == fault.fault), None)


def line_of(node: Node, fault: Wrong) -> int:
    """The last line with the text: what is appended is what is wrong."""
    lines = enumerate(node.read(fault.file).splitlines(), 1)
    return max(number for number, line in lines if fault.text in line)


def test_several_at_once_are_named_with_file_and_line(node: Node) -> None:
    try:
        for fault in TOGETHER:
            shell(node, fault.breaks)
        rows = {row.fault: row for row in wrong(node)}
        assert set(rows) == {fault.fault for fault in TOGETHER}
        for fault in TOGETHER:
            row = rows[fault.fault]
            assert (row.id, row.file) == (fault.setting, fault.file)
            assert row.line == (line_of(node, fault) if fault.text else row.line)
    finally:
        shell(node, BACK)
    until(lambda: not wrong(node), 30)


@pytest.mark.matrix
@pytest.mark.parametrize("fault", ALONE, ids=str)
def test_a_broken_setting_is_named_with_file_and_line(node: Node, fault: Wrong) -> None:
    try:
        shell(node, f"{fault.breaks}; {RESTART if fault.restart else ':'}")
        until(lambda: named(node, fault) is not None, 30)
        row = named(node, fault)
        assert row is not None
        assert (row.id, row.file) == (fault.setting, fault.file)
        if fault.text:
            assert row.line == line_of(node, fault)
    finally:
        shell(node, BACK)
    until(lambda: not wrong(node), 30)


@pytest.mark.matrix
@pytest.mark.parametrize("name", OTHERS)
def test_what_others_have_written_is_not_wrong(node: Node, name: str) -> None:
    try:
        shell(node, f"{OTHERS[name]}; {RESTART}")
        until(lambda: not wrong(node), 30)
        rows, force = look(node)
        assert force["SystemdCgroup"] is True
        assert {row.id for row in rows} >= {"cri_plugin", "SystemdCgroup", "default_runtime_name"}
    finally:
        shell(node, BACK)
    until(lambda: not wrong(node), 30)
