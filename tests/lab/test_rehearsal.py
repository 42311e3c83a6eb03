"""A machine is recorded, then made a node by keys; the rehearsal on its recording comes to the same.

Its card makes a worker, which needs no node more than that.
"""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tui_installer.model.secret import TOKEN

from .conftest import FreshNode
from .lab import Lab
from .node import Node
from .product import bundle, events, good, program, up
from .screen import Screen
from .test_screens import (
    ENGLISH,
    card_of_new_control_plane,
    is_a_cluster,
    is_a_control_plane,
    join_by,
)

# The program keeps what it was asked for.
KEPT = "/etc/tui-installer/answers.toml"
# Written by kubeadm and the kubelet; other in every cluster, the same by name and mode.
KUBEADM = ("/etc/kubernetes", "/var/lib/kubelet/pki")
REHEARSAL = """
import json, stat, sys
from pathlib import Path
from tui_installer.host import machine
from tui_installer.model.answers_file import parse
from tui_installer.preflight import inspection
from tui_installer.rehearsal import machines
from tui_installer.runs import follow, launch
recording, answers, state = sys.argv[1:]
with machines.on(recording, 50.0, {"XDG_STATE_HOME": state}):
    asked = inspection.Asked(parse(Path(answers).read_bytes()))
    found = inspection.look(asked)
    assert not launch.refusals(found), launch.refusals(found)
    run, first = follow.wait_for_run(launch.launch(found, asked))
    told = list(follow.events(run, first))
    here = {}
    for path in machine.here().root.rglob("*"):
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "surrogateescape")
            here[f"/{path.relative_to(machine.here().root)}"] = [stat.S_IMODE(path.stat().st_mode), text]
    facts = machine.here().state.facts
    print(json.dumps({"events": told, "files": here, "facts": facts}))
"""


@dataclass
class Both:
    """The node that was made, the card it showed, and what the rehearsal on its recording has come to."""

    node: Node
    card: str
    before: str
    after: str
    real: list[dict[str, Any]]
    rehearsed: dict[str, Any]


@pytest.fixture(scope="module")
def both(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("rehearsal")
    node = up(lab, "master01", "10.77.0.11/24", "10.78.0.11/24")
    before = recorded(node, "/root/before.json")
    card = card_of_new_control_plane(node, ENGLISH)
    after = recorded(node, "/root/after.json")
    played = rehearsed(folder, before, node.read(KEPT))
    yield Both(node, card, before, after, events(node), played)
    node.down()


def recorded(node: Node, path: str) -> str:
    good(program(node, "record", "-o", path))
    assert node.path(path).stat().st_mode & 0o777 == 0o600
    return node.read(path)


def rehearsed(folder: Path, recording: str, answers: str) -> dict[str, Any]:
    """By the program of the bundle, which is that of the node, on this computer."""
    with tarfile.open(bundle()) as packed:
        packed.extractall(folder, filter="data")
    (folder / "machine.json").write_text(recording)
    (folder / "answers.toml").write_text(answers)
    (folder / "play.py").write_text(REHEARSAL)
    python = next(folder.glob("tui-installer-*/python/bin/python3.13"))
    words = [folder / name for name in ("play.py", "machine.json", "answers.toml", "state")]
    done = subprocess.run(
        [python, "-I", "-B", *words], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def written(told: list[dict[str, Any]]) -> set[str]:
    """The files that the program itself wrote, and that are still there."""
    changes = (e["change"] for e in told if e["kind"] == "change-started")
    return {c["path"] for c in changes if c["kind"] == "write-file"}


def outcomes(told: list[dict[str, Any]]) -> dict[str, str]:
    return {e["step"]: e["outcome"] for e in told if e["kind"] == "step-ended"}


def test_enter_and_down_have_made_a_control_plane_and_its_card_makes_a_worker(
    both: Both, fresh_server: FreshNode
) -> None:
    is_a_control_plane(both.node)
    with Screen(both.node) as screen:
        screen.until_page("Status")
        screen.until("your own pods wait for a worker")
    join_by(both.card, fresh_server("worker01"), ENGLISH)
    is_a_cluster(both.node)


def test_the_rehearsal_ends_as_the_run_did(both: Both) -> None:
    assert outcomes(both.rehearsed["events"]) == outcomes(both.real)
    assert both.rehearsed["events"][-1]["outcome"] == "done"


def test_every_file_that_the_program_writes_is_the_same_byte_by_byte(both: Both) -> None:
    paths = written(both.real)
    assert len(paths) > 10
    assert written(both.rehearsed["events"]) == paths
    for path in sorted(paths):
        mode, text = both.rehearsed["files"][path]
        raw = both.node.path(path).read_bytes().decode("utf-8", "surrogateescape")
        assert TOKEN.sub("", text) == TOKEN.sub("", raw), path
        assert mode == both.node.path(path).stat().st_mode & 0o7777, path


def test_the_packages_are_the_same(both: Both) -> None:
    after = json.loads(both.after)["facts"]["Packages"]["installed"]
    assert both.rehearsed["facts"]["Packages"]["installed"] == after
    assert after["kubelet"].startswith("1.25.0")


def test_kubeadms_files_are_the_same_by_path_and_mode(both: Both) -> None:
    def listed(path: str) -> bool:
        # The kubelet names its own by the moment.
        return path.startswith(KUBEADM) and not re.search(r"kubelet-client-", path)

    real = {
        f"/{path.relative_to(both.node.root)}": path.stat().st_mode & 0o7777
        for top in KUBEADM
        for path in both.node.path(top).rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    found = {path: mode for path, (mode, _) in both.rehearsed["files"].items()}
    wanted = {path: mode for path, mode in real.items() if listed(path)}
    assert len(wanted) > 20
    assert {path: mode for path, mode in found.items() if listed(path)} == wanted


def test_a_recording_holds_no_secret_of_the_node(both: Both) -> None:
    node = both.node
    tokens = TOKEN.findall(good(node.run("kubeadm", "token", "list")).out)
    assert tokens
    keys = [path.read_text() for path in node.path("/etc/kubernetes/pki").rglob("*.key")]
    assert len(keys) > 5
    admin = re.search(r"client-key-data: (\S+)", node.read("/etc/kubernetes/admin.conf"))
    assert admin is not None
    secrets = [secret for _, secret in tokens] + [key.splitlines()[1] for key in keys] + [admin[1]]
    for secret in secrets:
        assert secret not in both.after
    assert "PRIVATE KEY" not in both.after


def test_the_recording_of_a_finished_node_opens_as_one(both: Both) -> None:
    """What was recorded is what the program sees again: nothing is left to do."""
    told = json.loads(both.after)
    assert told["facts"]["Kubernetes"]["api_answers"]
    assert "/var/lib/tui-installer/proof.json" in told["files"]
    assert told["files"]["/etc/kubernetes/pki/ca.key"].get("text") is None
    assert told["recorded"] > json.loads(both.before)["recorded"]
    assert 'role = "first-control-plane"' in "\n".join(told["files"][KEPT]["text"])
