"""Whom a node believes: a mirror that signs with a key of its own is not one of them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from .conftest import FreshNode
from .product import answers, apply, events, good, installer, outcomes, unpack

PACKAGES = "www/mirrors.aliyun.com/docker-ce/linux/centos/7/x86_64/stable"
PORT = 8000


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """A mirror of docker-ce whose one package is signed anew, with a key that it hands out itself."""
    home, tree = tmp_path / "gnupg", tmp_path / "mirror"
    folder = tree / "7/x86_64/stable"
    home.mkdir(mode=0o700)
    folder.mkdir(parents=True)
    (package,) = Path(os.environ["LAB_OUT"], PACKAGES).glob("containerd.io-1.6.6-*.rpm")
    (folder / package.name).write_bytes(package.read_bytes())
    gpg = ("gpg", "--homedir", home, "--batch", "--quiet", "--passphrase", "")
    names = ("--define", "_gpg_name evil", "--define", f"_gpg_path {home}")
    for command in (
        (*gpg, "--quick-gen-key", "evil", "rsa2048", "sign", "never"),
        (*gpg, "--armor", "--output", tree / "gpg", "--export", "evil"),
        ("rpmsign", *names, "--define", "__gpg /usr/bin/gpg", "--addsign", folder / package.name),
        ("createrepo_c", "-q", folder),
        ("gpgconf", "--homedir", home, "--kill", "all"),
    ):
        subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return tree


def test_a_mirror_that_signs_with_its_own_key(fresh_node: FreshNode, mirror: Path) -> None:
    node = fresh_node()
    unpack(node)
    good(installer(node, "--no-start"))
    node.push(mirror, "/root/mirror")
    serve = ("python3", "-m", "http.server", "--directory", "/root/mirror", str(PORT))
    good(node.run("systemd-run", "--unit", "mirror", *serve))
    text = answers("first-control-plane", "master01")
    said = apply(node, text + f'[mirrors]\ndocker_ce = "http://127.0.0.1:{PORT}"\n')
    assert said.code == 1, said.out + said.err
    assert outcomes(node)["packages"] == "failed"
    assert "not signed with the key that its source must have" in said.out
    assert not node.exists("/usr/bin/containerd")
    assert any(e["kind"] == "run-ended" and e["outcome"] == "failed" for e in events(node))
