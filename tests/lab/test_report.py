"""The support bundle of a broken node: no secret in it, its causes those of the node, and no trace of it left."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

from tests.support.planted import FILES, KEY_BODY, TOKEN, leaks

from .conftest import FreshNode
from .node import Node
from .product import difference, good, program
from .told import Result

WHERE = "/root/report.tar.gz"
# Whoever asks rpm, even by -q, makes rpm write into its own lock.
RPM = "/var/lib/rpm/"
TREES = ("/etc", "/root", "/home", "/var/lib")
# Each is written as it would be by a person or a tool, and some of it is broken for real.
BROKEN = 'version = 2\n[plugins."io.containerd.grpc.v1.cri"]\n  sandbox_image = \n'

CONTAINERD = r"""
cat >/etc/yum.repos.d/CentOS-Base.repo <<'E'
[base]
name=base
baseurl=https://mirrors.aliyun.com/centos-vault/7.9.2009/os/$basearch/
gpgcheck=0
[extras]
name=extras
baseurl=https://mirrors.aliyun.com/centos-vault/7.9.2009/extras/$basearch/
gpgcheck=0
E
curl -sSo /etc/yum.repos.d/docker-ce.repo https://mirrors.aliyun.com/docker-ce/linux/centos/docker-ce.repo
yum -yq install containerd.io-1.6.6
"""


def planted(node: Node) -> None:
    """Marks secrets where real ones lie, and where they have got by mistake."""
    for path, text in FILES.items():
        node.run("mkdir", "-p", str(Path(path).parent), check=True)
        node.write(path, text, 0o600)
    node.write("/etc/containerd/config.toml", FILES["/etc/containerd/config.toml"] + BROKEN)
    node.run("systemd-cat", "-t", "kubelet", "echo", f"joined with --token {TOKEN}", check=True)
    script = f'#!/bin/sh\necho "dialing with {KEY_BODY}"\nexit 1\n'
    node.write("/usr/local/bin/kubelet-with-words", script, 0o755)
    unit = "[Service]\nExecStart=/usr/local/bin/kubelet-with-words\nEnvironment=TOKEN=%s\n"
    node.write("/etc/systemd/system/kubelet.service", unit % TOKEN)
    node.run("systemctl", "daemon-reload", check=True)
    node.run("systemctl", "start", "kubelet")
    node.run("systemctl", "restart", "containerd")


def texts(node: Node, path: str) -> dict[str, str]:
    """The members of a bundle on the node, by their names below its folder."""
    with tarfile.open(node.path(path)) as archive:
        members = ((m.name.partition("/")[2], archive.extractfile(m)) for m in archive)
        return {name: file.read().decode() for name, file in members if file is not None}


def causes(result: Result) -> list[str]:
    return [cause["id"] for cause in json.loads(result.out)["causes"]]


def test_a_bundle_of_a_broken_node(fresh_server: FreshNode) -> None:
    node = fresh_server("db-07", address="10.77.0.41/24")
    good(node.run("bash", "-ec", CONTAINERD))
    planted(node)
    before = node.tree_state(*TREES)
    told = json.loads(good(program(node, "report", "-o", WHERE, "--json")).out)
    after = node.tree_state(*TREES)
    assert {path for path in difference(before, after) if not path.startswith(RPM)} == {WHERE}
    assert node.run("stat", "-c", "%a", WHERE).out.strip() == "600"
    found = texts(node, WHERE)
    assert leaks("\n".join(found.values())) == []
    assert next(iter(found)) == "INDEX.txt"
    assert "db-07" in found["INDEX.txt"]
    assert "files/etc/sysctl.d/90-odd.conf" in {row["name"] for row in told["left_out"]}
    assert "sandbox_image" in found["files/etc/containerd/config.toml"]
    assert "kubelet-with-words" in found["commands/systemctl-cat.txt"]

    here = causes(program(node, "explain", "--json"))
    there = program(node, "explain", "--bundle", WHERE, "--json")
    assert causes(there) == here != []
    assert there.code == 1
    assert here[0] in found["INDEX.txt"]

    good(program(node, "report", "-o", "/root/anonymous.tar.gz", "--anonymous"))
    anonymous = "\n".join(texts(node, "/root/anonymous.tar.gz").values())
    assert leaks(anonymous) == []
    assert "db-07" not in anonymous
    assert "10.77.0.41" not in anonymous
    assert causes(program(node, "explain", "--bundle", "/root/anonymous.tar.gz", "--json")) == here

    # As somebody else: what cannot be read is said, and the file is there all the same.
    node.run("useradd", "zhangsan", check=True)
    as_user = ("setpriv", "--reuid", "zhangsan", "--regid", "zhangsan", "--clear-groups")
    unread = json.loads(
        good(node.run(*as_user, "tui-installer", "report", "-o", "/tmp/mine.tar.gz", "--json")).out
    )["unread"]
    assert any(row["name"].startswith("files/") for row in unread)
    # Where there is no room, with the way out.
    node.run("mkdir", "/mnt/full", check=True)
    good(node.run("mount", "-t", "tmpfs", "-o", "size=4k", "none", "/mnt/full"))
    full = program(node, "report", "-o", "/mnt/full/b.tar.gz", "--lang", "en")
    assert full.code == 1
    assert "No space left on device" in full.err
    assert node.run("ls", "/mnt/full").out == ""
