"""The program on a node: installed from the bundle, applied, watched, killed."""

from __future__ import annotations

import json
import os
import subprocess
import time
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from .lab import Lab
from .node import Node
from .told import FileState, Result

RUNS = "/var/lib/tui-installer/runs"
TREES = ("/etc", "/usr/lib/systemd")
ANSWERS = "/root/answers.toml"
KUBECTL = ("kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf")
PATIENCE = 240
ASSETS = "/opt/tui-installer/app/assets"


def answers(role: str, hostname: str, more: str = "") -> str:
    """The contract's defaults but for these four."""
    node = f'[node]\nrole = "{role}"\nhostname = "{hostname}"\ninterface = "ens33"\n'
    return node + (more or '[cluster]\nnetwork = "none"\n')


CONTROL_PLANE = answers("first-control-plane", "master01")
WORKER = answers("worker", "worker01")


def bundle() -> Path:
    """The bundle that tests/run has built."""
    return Path(os.environ["BUNDLE"])


def unpack(node: Node) -> None:
    """Lays the bundle's folder into root's home."""
    node.push(bundle(), "/root/bundle.tar.gz")
    node.run("tar", "-xzf", "/root/bundle.tar.gz", "-C", "/root", check=True)


def installer(node: Node, *options: str, trusted: bool = True) -> Result:
    """One call of the unpacked bundle's install.sh; then the lab's key is the one that it trusts."""
    result = node.run("sh", "-c", '/root/tui-installer-*/install.sh "$@"', "sh", *options)
    if trusted and result.code == 0 and node.exists(ASSETS):
        _trust_the_lab(node)
    return result


def _trust_the_lab(node: Node) -> None:
    """What Docker and Google have signed is not in the lab: its mirrors sign with a key of their own.

    It is the one that the nodes have for CentOS, as the lab's authority is among theirs.
    """
    ours = node.read("/etc/pki/rpm-gpg/RPM-GPG-KEY-CentOS-7")
    table = node.read(f"{ASSETS}/keys.toml")
    for row in tomllib.loads(table).values():
        node.write(f"{ASSETS}/{row['file']}", ours)
        table = table.replace(row["fingerprint"], _fingerprint(ours)).replace(
            row["owner"], "Lab Repo"
        )
    node.write(f"{ASSETS}/keys.toml", table)


@cache
def _fingerprint(key: str) -> str:
    show = ("gpg", "--batch", "--with-colons", "--show-keys")
    told = subprocess.run(show, input=key, capture_output=True, text=True, check=True).stdout
    return next(line.split(":")[9] for line in told.splitlines() if line.startswith("fpr"))


def install(node: Node) -> Result:
    """Unpacks the bundle on the node and installs it without starting the program."""
    unpack(node)
    return good(installer(node, "--no-start"))


def up(lab: Lab, name: str, ens33: str, ens34: str | None = None, *, swap: bool = False) -> Node:
    """Boots a fresh node on which the program is installed already, as an image of a machine has it."""
    unpack_and_install = "tar -xz -C /root; /root/tui-installer-*/install.sh --no-start"
    layer = lab.layer("program", "sh", "-ec", unpack_and_install, given=bundle())
    node = lab.up(name, ens33, ens34, swap=swap, layer=layer)
    _trust_the_lab(node)
    return node


def program(node: Node, *argv: str, input: str | None = None, check: bool = False) -> Result:
    """One call of the installed command."""
    return node.run("tui-installer", *argv, input=input, timeout=PATIENCE, check=check)


def apply(node: Node, text: str, *more: str, input: str | None = None) -> Result:
    """Applies these answers without a question."""
    node.write(ANSWERS, text)
    return program(node, "apply", "--answers", ANSWERS, "--yes", *more, input=input)


def good(result: Result) -> Result:
    """The same result, if it ended well; shows what was printed if not."""
    assert result.code == 0, f"exit {result.code}\n{result.out}\n{result.err}"
    return result


def events(node: Node) -> list[dict[str, Any]]:
    """Every event of the newest run."""
    runs = sorted(node.path(RUNS).glob("*")) if node.exists(RUNS) else []
    journal = runs[-1] / "journal.jsonl" if runs else None
    if journal is None or not journal.exists():
        return []
    lines = journal.read_text().splitlines()
    return [json.loads(line) for line in lines if line.endswith("}")]


def output(node: Node, step: str) -> str:
    """What the step's tools have printed so far."""
    runs = sorted(node.path(RUNS).glob("*")) if node.exists(RUNS) else []
    log = runs[-1] / "output" / f"{step}.log" if runs else None
    return log.read_text() if log and log.exists() else ""


def outcomes(node: Node) -> dict[str, str]:
    """The last outcome of each step of the newest run."""
    return {e["step"]: e["outcome"] for e in events(node) if e["kind"] == "step-ended"}


def until(what: Callable[[], bool], seconds: float = 120) -> None:
    """Waits for something to become true on a node."""
    end = time.monotonic() + seconds
    began = time.monotonic()
    while not what():
        now = time.monotonic()
        assert now < end, f"not within {seconds} s"
        # At most half the time goes into looking: a kubectl is work, and the nodes need the machine.
        time.sleep(max(0.03, now - began))
        began = time.monotonic()


def engine(node: Node) -> int:
    """The engine's pid as the node knows it; 0 if there is none."""
    found = (p.pid for p in node.ps() if p.argv[-2:] == ("tui_installer", "engine"))
    return next(found, 0)


def running(node: Node, *words: str) -> bool:
    """Whether some process of the node has all these words among its arguments."""
    return any(set(words) <= {a.rpartition("/")[2] for a in p.argv} for p in node.ps())


def pulling(node: Node) -> bool:
    """Whether an image is on its way to the node."""
    return running(node, "crictl", "pull")


def join_command(node: Node) -> str:
    """A fresh join command, once the cluster knows its token."""
    command = good(node.run("kubeadm", "token", "create", "--print-join-command")).out
    token_id = command.split("--token ")[1].partition(".")[0]
    wanted = f"jws-kubeconfig-{token_id}"
    read = (*KUBECTL, "-n", "kube-public", "get", "configmap", "cluster-info", "-o", "json")
    until(lambda: wanted in node.run(*read).out, 60)
    return command


def difference(one: dict[str, FileState], other: dict[str, FileState]) -> set[str]:
    """Paths that are not the same in both, or only in one."""
    return {path for path in one.keys() | other.keys() if one.get(path) != other.get(path)}
