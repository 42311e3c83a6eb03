"""`explain` in lines and in JSON, and its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.calls import Call
from tests.support.machine import Fake
from tui_installer.exits import ExitCode
from tui_installer.host.shell import Output
from tui_installer.model.facts import (
    Certificates,
    Cri,
    HostName,
    Kernel,
    Kubernetes,
    Limits,
    Logs,
    Services,
    System,
    Unit,
    Unread,
    Workloads,
)
from tui_installer.model.text import verbatim

RUNS = Unit("loaded", "active", "running", "enabled")
DEAD = Unit("loaded", "failed", "failed", "enabled")
SWAP = 'E1123 09:00:00.000001 1 run.go:74] "command failed" err="running with swap on is not supported"'
STRANGE = 'E1123 09:00:00.000001 1 odd.go:1] "something \x1b[31mstrange"'
SILENT = Unread(verbatim("containerd"), "no answer in 5 s", silent=True)


@pytest.fixture
def node(machine: Fake) -> Fake:
    """A node on which swap keeps the kubelet from running."""
    machine.set(
        Services({"kubelet.service": DEAD, "containerd.service": RUNS}),
        Kubernetes(kubelet_conf=True),
        Logs({"kubelet": (STRANGE, SWAP)}),
    )
    return machine


def test_nothing_is_wrong(machine: Fake, call: Call) -> None:
    ended = call("explain", "--lang", "en")
    assert (ended.code, ended.err) == (ExitCode.DONE, "")
    assert ended.out == "Nothing fails that this program knows.\n"
    assert json.loads(call("explain", "--json").out) == {
        "version": 1,
        "causes": [],
        "known": True,
        "unexplained": [],
        "unread": {},
    }


def test_what_explains_the_rest_comes_first(node: Fake, call: Call) -> None:
    ended = call("explain", "--json", "--lang", "en")
    assert ended.code == ExitCode.FAILED
    told = json.loads(ended.out)
    first, second = told["causes"][:2]
    assert (first["id"], first["severity"], first["explained_by"]) == ("swap_on", "FAIL", "")
    assert first["evidence"] == [SWAP]
    assert first["cure"].startswith("swapoff -a")
    assert (second["id"], second["explained_by"]) == ("kubelet_down", "swap_on")
    assert told["unexplained"] == ['odd.go:1] "something \x1b[31mstrange"']


def test_the_lines_show_what_follows_from_what(node: Fake, call: Call) -> None:
    ended = call("explain", "--lang", "en")
    assert (ended.code, ended.err) == (ExitCode.FAILED, "")
    lines = ended.out.splitlines()
    assert lines[0].startswith("FAIL ")
    assert lines[0].endswith("[swap_on]")
    assert lines[1] == f"    | {SWAP}"
    assert lines[2].startswith("    > swapoff -a")
    assert lines[3].startswith("    from it follows: the kubelet does not run")
    assert '  | odd.go:1] "something strange"' in lines, "no escape reaches a terminal"


def test_it_speaks_chinese(node: Fake, call: Call) -> None:
    told = json.loads(call("explain", "--json", "--lang", "zh").out)
    assert all(max(cause["title"]) >= "\u4e00" for cause in told["causes"])
    assert told["causes"][0]["evidence"] == [SWAP]


def test_a_warning_is_no_failure(node: Fake, call: Call) -> None:
    node.set(
        Services({"kubelet.service": Unit("loaded", "active", "running", "disabled")}),
        Logs(),
        Kernel(loaded=frozenset({"br_netfilter"})),
    )
    ended = call("explain", "--json")
    assert ended.code == ExitCode.DONE
    assert [(c["id"], c["severity"]) for c in json.loads(ended.out)["causes"]] == [
        ("unit_disabled", "warn")
    ]


def test_silence_of_what_cannot_be_read_says_nothing(machine: Fake, call: Call) -> None:
    machine.topics |= {Cri: SILENT, Workloads: SILENT}
    machine.set(System(root=False), Logs(unread={"kubelet": SILENT.text}))
    ended = call("explain", "--lang", "en")
    assert ended.code == ExitCode.REFUSED
    assert "run it as root" in ended.err
    named = "not known: containerd did not answer (no answer in 5 s)"
    assert ended.out.count(named) == 1, "one reason, whatever it is the reason of"
    assert all(name in ended.out for name in ("Cri", "Workloads", "kubelet"))
    told = json.loads(call("explain", "--json", "--lang", "en").out)
    assert told["unread"] == dict.fromkeys(("Cri", "Workloads", "kubelet"), named)


def test_a_failure_counts_whatever_else_is_unknown(node: Fake, call: Call) -> None:
    node.topics |= {Cri: SILENT, Certificates: SILENT}
    assert call("explain").code == ExitCode.FAILED


def test_each_question_has_a_limit_of_seconds(machine: Fake, call: Call) -> None:
    call("explain")
    (scope,) = machine.looks
    assert scope.patience.of("crictl") <= 10


def rehearsed(name: str) -> tuple[int, dict[str, Any]]:
    """Returns exit code and object of `explain` on a recorded machine."""
    from tui_installer.host import machine
    from tui_installer.rehearsal import machines

    with machines.on(name, 1.0):
        environment = machine.here().environment  # type: ignore[attr-defined]
        done = subprocess.run(
            [sys.executable, "-m", "tui_installer", "explain", "--json", "--lang", "en"],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
    return done.returncode, json.loads(done.stdout)


def test_a_recorded_machine_with_three_faults() -> None:
    """Each of them is named, and the one first from which the rest follows."""
    code, told = rehearsed("three-faults")
    causes = {cause["id"]: cause["explained_by"] for cause in told["causes"]}
    assert (code, told["unread"]) == (ExitCode.FAILED, {})
    assert next(iter(causes)) == "sandbox_image"
    assert causes["pods_not_ready"] == "sandbox_image"
    assert {name for name, by in causes.items() if not by} == {
        "sandbox_image",
        "ip_forward_off",
        "unit_disabled",
    }


def test_it_runs_on_a_recorded_machine() -> None:
    """What the recording does not hold is unknown, and nothing of this computer is read instead."""
    code, told = rehearsed("worker")
    assert code == ExitCode.REFUSED
    assert told["causes"] == []
    assert HostName.__name__ not in told["unread"]
    assert {"Logs", "Cri", "Limits"} <= set(told["unread"])
    assert "the recording" in told["unread"][Limits.__name__]


def test_the_machine_of_a_bundle(node: Fake, call: Call, tmp_path: Path) -> None:
    """The same causes as there, on a machine on which nothing is wrong; no root is needed."""
    node.prints = lambda *_argv: Output(0, "fine\n")
    path = str(tmp_path / "b.tar.gz")
    assert call("report", "-o", path).code == ExitCode.DONE
    there = json.loads(call("explain", "--json").out)
    node.set(System(root=False), Services(), Kubernetes(), Logs())
    ended = call("explain", "--bundle", path, "--json")
    assert ended.code == ExitCode.FAILED
    assert json.loads(ended.out)["causes"] == there["causes"] != []


def test_what_is_no_bundle(machine: Fake, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "b.tar.gz"
    path.write_text("no archive")
    for name, words in ((path, "no bundle of tui-installer"), (tmp_path / "gone", "is no file")):
        ended = call("explain", "--bundle", str(name), "--lang", "en")
        assert ended.code == ExitCode.USAGE
        assert words in ended.err
        assert str(name) in ended.err
