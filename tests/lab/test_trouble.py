"""What goes wrong is named, nothing is lost, and the run can be taken up again."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator

import pytest

from .conftest import FreshNode
from .lab import Lab
from .node import Node
from .product import (
    ANSWERS,
    CONTROL_PLANE,
    WORKER,
    answers,
    apply,
    engine,
    events,
    good,
    install,
    join_command,
    program,
    until,
)
from .told import Result

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
    """A fresh node with the program, which no test of this module changes for good."""
    node = lab.up("idle01", "10.77.0.31/24", "10.78.0.31/24")
    install(node)
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


def test_the_plans_script_makes_the_same_node(fresh_node: FreshNode) -> None:
    node = fresh_node()
    install(node)
    node.write(ANSWERS, CONTROL_PLANE)
    script = good(program(node, "plan", "--answers", ANSWERS, "--shell")).out
    node.write("/root/plan.sh", script)
    good(node.run("bash", "/root/plan.sh"))
    assert "v1.25.0" in good(node.run("kubectl", "get", "nodes")).out


def _failed(said: Result, *words: str) -> None:
    assert said.code == 1, f"{said.out}\n{said.err}"
    for word in words:
        assert word in said.out
    assert "Traceback" not in said.out + said.err


def _mirrors(key: str, value: str) -> str:
    return f'{CONTROL_PLANE}[mirrors]\n{key} = "{value}"\n'


MIRRORS = {
    "version-missing": (
        "kubernetes",
        "https://old.mirror.lab/kubernetes/yum",
        "package_mirrors",
        "does not hold",
    ),
    "tag-missing": (
        "images",
        "stale.mirror.lab/google_containers",
        "image_mirrors",
        "does not hold the image",
    ),
    "mirror-gone": (
        "docker_ce",
        "https://gone.mirror.lab/docker-ce/linux/centos",
        "package_mirrors",
        "does not resolve",
    ),
    "images-gone": (
        "images",
        "gone.mirror.lab/google_containers",
        "image_mirrors",
        "does not resolve",
    ),
    "mirror-silent": (
        "docker_ce",
        "https://dead.mirror.lab/docker-ce/linux/centos",
        "package_mirrors",
        "silent",
    ),
    "images-silent": (
        "images",
        "dead.mirror.lab/google_containers",
        "image_mirrors",
        "no new byte",
    ),
}


@pytest.mark.parametrize("case", MIRRORS)
def test_a_bad_mirror_is_named_and_another_one_goes_on(fresh_node: FreshNode, case: str) -> None:
    key, url, check, word = MIRRORS[case]
    node = fresh_node()
    install(node)
    stock = node.read("/etc/yum.repos.d/CentOS-Base.repo")
    text = _mirrors(key, url)
    refused = apply(node, text)
    assert refused.code == 3, "the preflight sees it first"
    assert check in refused.err
    assert not node.exists("/var/lib/tui-installer/runs") or not events(node)
    _failed(apply(node, text, "--accept", check), word)
    good(apply(node, CONTROL_PLANE))
    runs = list(node.path("/var/lib/tui-installer/runs").iterdir())
    assert len(runs) == 1, "the failed run was taken up again"
    assert (runs[0] / "originals/etc/yum.repos.d/CentOS-Base.repo").read_text() == stock


def test_a_held_yum_lock_is_named(fresh_node: FreshNode) -> None:
    node = fresh_node()
    install(node)
    node.run("systemd-run", "--unit=holder", "sleep", "600", check=True)
    pid = good(node.run("systemctl", "show", "-p", "MainPID", "--value", "holder")).out.strip()
    node.write("/run/yum.pid", pid)
    refused = apply(node, CONTROL_PLANE)
    assert refused.code == 3 and "sleep 600" in refused.out
    _failed(apply(node, CONTROL_PLANE, "--accept", "yum"), "yum's lock", pid)
    node.run("systemctl", "stop", "holder", check=True)
    good(apply(node, CONTROL_PLANE))


def test_a_taken_port_is_named(fresh_node: FreshNode) -> None:
    node = fresh_node()
    install(node)
    listen = ("systemd-run", "--unit=squatter", "python3", "-m", "http.server", "6443")
    node.run(*listen, check=True)
    until(lambda: "6443" in node.run("ss", "-ltn").out)
    refused = apply(node, CONTROL_PLANE)
    assert refused.code == 3 and "6443" in refused.out
    node.run("systemctl", "stop", "squatter", check=True)
    good(apply(node, CONTROL_PLANE, "--detach"))
    node.run(*listen, check=True)
    _failed(program(node, "attach"), "port 6443 is taken")
    node.run("systemctl", "stop", "squatter", check=True)
    good(apply(node, CONTROL_PLANE))


def test_a_full_disk_is_named(fresh_node: FreshNode) -> None:
    node = fresh_node()
    install(node)
    node.run("mkdir", "-p", "/var/cache/dnf", check=True)
    node.sh("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", "/var/cache/dnf", check=True)
    _failed(apply(node, CONTROL_PLANE), "disk is full")
    node.sh("umount", "/var/cache/dnf", check=True)
    good(apply(node, CONTROL_PLANE))


@pytest.fixture(scope="module")
def master(lab: Lab) -> Iterator[Node]:
    node = lab.up("master02", "10.77.0.21/24", "10.78.0.21/24")
    install(node)
    good(apply(node, CONTROL_PLANE.replace("master01", "master02")))
    yield node
    node.down()


def test_wrong_tokens_are_named_and_a_right_one_goes_on(
    master: Node, fresh_node: FreshNode
) -> None:
    node = fresh_node("worker01")
    install(node)
    right = join_command(master)
    token = right.split("--token ")[1].split()[0]
    wrong = right.replace(token, token[:-4] + "zzzz")
    _failed(apply(node, WORKER, "--join", "-", input=wrong), "second part of the token")
    gone = right.replace(token, "aaaaaa" + token[6:])
    _failed(apply(node, WORKER, "--join", "-", input=gone), "does not know the token aaaaaa")
    pin = right.split("sha256:")[1].split()[0]
    other = right.replace(pin, "0" * 64)
    _failed(apply(node, WORKER, "--join", "-", input=other), "CA pin does not match")
    text = " ".join(
        path.read_text()
        for path in node.path("/var/lib/tui-installer/runs").rglob("*")
        if path.is_file()
    )
    assert token.partition(".")[2] not in text
    good(apply(node, WORKER, "--join", "-", input=right))
    assert "worker01" in good(master.run("kubectl", "get", "nodes")).out


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


def _window(node: Node) -> int:
    """The pid of the program that follows the run; 0 if there is none."""
    return next((p.pid for p in node.ps() if p.argv[-2:] == ("tui_installer", "attach")), 0)


def test_while_a_run_goes_on(fresh_node: FreshNode) -> None:
    node = fresh_node()
    install(node)
    good(apply(node, CONTROL_PLANE, "--detach"))
    other = apply(node, CONTROL_PLANE.replace("master01", "other01"))
    assert other.code == 4
    assert "node.hostname" in other.err
    with node.popen("tui-installer", "attach", tty=True) as window:
        assert window.stdout is not None
        assert window.stdout.readline(), "it shows the run, so it listens to signals by now"
        node.sh("kill", f"-{signal.SIGINT.value}", str(_window(node)), check=True)
        window.communicate(timeout=30)
    assert window.returncode == 5
    assert engine(node), "the run goes on"
    upgrade = node.run("sh", "-c", "/root/tui-installer-*/install.sh --no-start")
    assert upgrade.code == 4
    good(apply(node, CONTROL_PLANE))
    assert sum(e["kind"] == "run-started" for e in events(node)) == 1, (
        "it was followed, not begun anew"
    )


def test_open_ports_keeps_firewalld_and_a_name_leads_here(fresh_node: FreshNode) -> None:
    node = fresh_node()
    install(node)
    # A repository of somebody else's that is dead, and a name in front of the control planes.
    node.write(
        "/etc/yum.repos.d/theirs.repo",
        "[theirs]\nname=x\nbaseurl=https://gone.mirror.lab/x/\nenabled=1\n",
    )
    endpoint = 'endpoint = "cluster-endpoint:6443"\n'
    text = CONTROL_PLANE + endpoint + '[options]\nfirewall = "open-ports"\n'
    good(apply(node, text))
    assert node.run("systemctl", "is-active", "firewalld").out.strip() == "active"
    opened = good(node.run("firewall-cmd", "--list-ports")).out.split()
    assert {"6443/tcp", "10250/tcp", "2379-2380/tcp"} <= set(opened)
    assert "https://cluster-endpoint:6443" in node.read("/etc/kubernetes/admin.conf")
    assert "10.77.0.11 cluster-endpoint" in node.read("/etc/hosts")
    assert "nothing to do" in good(apply(node, text)).out


def test_leftovers_of_another_cluster_are_never_reset_unasked(fresh_node: FreshNode) -> None:
    node = fresh_node()
    install(node)
    node.write("/etc/kubernetes/kubelet.conf", "apiVersion: v1\n")
    said = apply(node, CONTROL_PLANE)
    assert said.code == 3
    assert "kubeadm reset" in said.out
    assert node.read("/etc/kubernetes/kubelet.conf") == "apiVersion: v1\n"
