"""What cannot be right is refused with what is, before anything is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from .lab import Lab
from .node import Node
from .product import (
    ANSWERS,
    CONTROL_PLANE,
    answers,
    apply,
    good,
    program,
    up,
)
from .screen import Screen

BAD = {
    "unknown-key": ('[node]\nrole = "worker"\nhostnam = "x"\n', 3, "hostname"),
    "unknown-section": ('[nod]\nrole = "worker"\n', 1, "node"),
    "wrong-type": ('[node]\nrole = "worker"\n[options]\ntime_sync = "yes"\n', 4, "true or false"),
    "impossible-value": (
        '[node]\nrole = "worker"\n[cluster]\npod_subnet = "10.244.0.0/40"\n',
        4,
        "10.244.0.0/16",
    ),
    "overlap": ('[node]\nrole = "worker"\n[cluster]\npod_subnet = "10.96.0.0/16"\n', 4, "overlap"),
    "underscore": ('[node]\nrole = "worker"\nhostname = "centos_master"\n', 3, "centos-master"),
    "no-such-card": ('[node]\nrole = "worker"\ninterface = "eth7"\n', 3, "ens33"),
    "no-such-version": ('[node]\nrole = "worker"\n[cluster]\nkubernetes = "1.26.0"\n', 4, "1.25.0"),
    "no-such-mirror": ('[node]\nrole = "worker"\n[mirrors]\ncentos = "alyun"\n', 4, "aliyun"),
    "not-toml": ("role: worker\n", 1, "TOML"),
}


@pytest.fixture(scope="module")
def idle(lab: Lab) -> Iterator[Node]:
    """A fresh node with the program, which only the last test of this module changes for good."""
    node = up(lab, "idle01", "10.77.0.31/24", "10.78.0.31/24")
    yield node
    node.down()


@pytest.mark.parametrize("case", BAD)
def test_bad_answers_are_shown_at_their_line(idle: Node, case: str) -> None:
    text, line, right = BAD[case]
    before = idle.tree_state("/etc", "/var/lib/tui-installer")
    said = apply(idle, text)
    assert said.code == 2
    assert f"{ANSWERS}:{line}:" in said.err
    assert right in said.err
    assert "Traceback" not in said.err
    assert idle.tree_state("/etc", "/var/lib/tui-installer") == before


def test_the_only_way_out_keeps_its_gateway(idle: Node) -> None:
    """By `check`, by `apply` and on the page; and the machine goes on reaching the others."""
    fixed = 'address = "10.78.0.31/24"\ngateway = ""\n[cluster]\nnetwork = "none"\n'
    text = answers("first-control-plane", "master01", fixed).replace("ens33", "ens34")
    idle.write(ANSWERS, text)
    before, routes = idle.tree_state("/etc", "/var/lib/tui-installer"), idle.sh("ip", "route").out
    assert "default via 10.78.0.1 dev ens34" in routes
    checked = program(idle, "check", "--answers", ANSWERS, "--json")
    rows = {row["id"]: row for row in json.loads(checked.out)["checks"]}
    assert checked.code == 1
    assert rows["default_route"]["outcome"] == "FAIL"
    assert "10.78.0.1" in rows["default_route"]["cure"]
    said = apply(idle, text)
    assert (said.code, "default_route" in said.err) == (3, True)
    assert idle.tree_state("/etc", "/var/lib/tui-installer") == before
    with Screen(idle) as screen:
        screen.until_page("Start")
        screen.until("[> ")
        for page in ("Role", "Node"):
            screen.press("Enter")
            screen.until_page(page)
        screen.until("(*) ens34", "[> Next <]")
        screen.press("Right", "Right", "Enter")
        screen.until("Which address shall ens34 keep?")
        screen.press("Down", "End", "C-u")
        screen.until("ens34 is the only way out of this", "Offered: 10.78.0.1.")
        screen.press("Down", "Down", "Enter")
        screen.until("Which address shall ens34 keep?", "Offered: 10.78.0.1.")
    assert idle.tree_state("/etc") == {
        path: was for path, was in before.items() if path[:4] == "/etc"
    }
    assert idle.sh("ip", "route").out == routes


def test_noise_is_no_answers_file(idle: Node) -> None:
    idle.path("/root/noise").write_bytes(bytes(range(256)) * 16)
    said = program(idle, "apply", "--answers", "/root/noise", "--yes")
    assert said.code == 2
    assert "UTF-8" in said.err and "Traceback" not in said.err


def test_what_this_kernel_cannot_do_is_refused(idle: Node) -> None:
    text = CONTROL_PLANE.replace("[cluster]\n", '[cluster]\nproxy_mode = "ipvs"\n')
    said = apply(idle, text)
    assert said.code == 3
    assert "iptables" in said.err


def test_who_is_not_root_is_told_how(idle: Node) -> None:
    idle.write(ANSWERS, CONTROL_PLANE)
    idle.run("cp", ANSWERS, "/tmp/answers.toml", check=True)
    said = idle.run(
        "runuser",
        "-u",
        "nobody",
        "--",
        "tui-installer",
        "apply",
        "--answers",
        "/tmp/answers.toml",
        "--yes",
    )
    assert said.code == 3
    assert "sudo tui-installer" in said.err
    idle.run(
        "install",
        "-d",
        "-m",
        "700",
        "/var/lib/tui-installer/runs",
        "/var/lib/tui-installer",
        check=True,
    )
    for verb in ("attach", "stop"):
        said = idle.run("runuser", "-u", "nobody", "--", "tui-installer", verb)
        assert said.code == 3
        assert "sudo tui-installer" in said.err


@pytest.mark.parametrize(
    ("os_id", "release"),
    [
        ("debian", ""),
        ("centos", "CentOS Linux release 8.5.2111"),
        ("centos", "CentOS Stream release 8"),
    ],
)
def test_another_system_is_refused(idle: Node, os_id: str, release: str) -> None:
    kept = {path: idle.read(path) for path in ("/usr/lib/os-release", "/etc/centos-release")}
    try:
        idle.write("/usr/lib/os-release", f"ID={os_id}\nPRETTY_NAME={os_id}\n")
        idle.write("/etc/centos-release", f"{release}\n")
        said = apply(idle, CONTROL_PLANE)
        assert said.code == 3
        assert "CentOS Linux 7.9" in said.err
    finally:
        for path, text in kept.items():
            idle.write(path, text)


def test_without_yes_and_without_a_person_it_is_wrong_usage(idle: Node) -> None:
    idle.write(ANSWERS, CONTROL_PLANE)
    said = program(idle, "apply", "--answers", ANSWERS, input="")
    assert said.code == 2
    assert "--yes" in said.err


def test_check_changes_nothing(idle: Node) -> None:
    idle.write(ANSWERS, CONTROL_PLANE)
    kept = ("/etc", "/usr", "/root", "/opt", "/var/lib/tui-installer", "/run/tui-installer")
    before = idle.mtimes(*kept)
    said = json.loads(good(program(idle, "check", "--json")).out)
    assert {"id", "outcome", "detail", "cure"} <= set(said["checks"][0])
    program(idle, "plan", "--answers", ANSWERS, "--diff", check=True)
    assert idle.mtimes(*kept) == before


@pytest.mark.parametrize(
    ("pasted", "word"),
    [
        ("kubeadm join 10.77.0.21:6443 --token abc", "token"),
        ("hello", "kubeadm join"),
        ("kubeadm join --token abcdef.0123456789abcdef", "address"),
    ],
)
def test_what_is_no_join_command_is_wrong_usage(idle: Node, pasted: str, word: str) -> None:
    said = apply(idle, answers("worker", "idle01"), "--join", "-", input=pasted)
    assert said.code == 2
    assert word in said.err


def test_the_plans_script_makes_the_node(idle: Node) -> None:
    """The last test on this node: after it there is nothing fresh about it."""
    idle.write(ANSWERS, CONTROL_PLANE)
    script = good(program(idle, "plan", "--answers", ANSWERS, "--shell")).out
    idle.write("/root/plan.sh", script)
    good(idle.run("bash", "/root/plan.sh"))
    assert "v1.25.0" in good(idle.run("kubectl", "get", "nodes")).out
