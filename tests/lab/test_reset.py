"""The routes on which a cluster in use was once reset: on a real control plane, with somebody's namespace in it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from .lab import Lab
from .node import Node
from .product import (
    CONTROL_PLANE,
    KUBECTL,
    RUNS,
    WORKER,
    apply,
    events,
    good,
    join_command,
    program,
    until,
    up,
)

pytestmark = pytest.mark.matrix

THEIRS = "shop"
ADMIN = "/etc/kubernetes/admin.conf"
# The last file of the step comes here; until the next boot nothing can be written there.
FULL = "/etc/bash_completion.d"
# How long is waited for what may just be starting.
ASKING, PATIENCE = "/opt/tui-installer/app/tui_installer/engine/asking", "REFUSING = 240.0"
BEHIND, MOUNT = "/srv/precious/file", "/var/lib/kubelet/precious"
INIT = ["kubeadm", "init", "--config", "/etc/tui-installer/kubeadm-config.yaml"]
JOIN = ["kubeadm", "join", "--config", "/run/tui-installer/temporary/kubeadm-join.yaml"]
NOTHING = {"ca": "", "files": {}, "traces": []}


@pytest.fixture(scope="module")
def master(lab: Lab) -> Iterator[Node]:
    """Route A as it happens: kubeadm ends well, and a later change of its step fails."""
    node = up(lab, "master01", "10.77.0.11/24", "10.78.0.11/24")
    node.run("mkdir", "-p", FULL, check=True)
    node.run("mount", "-t", "tmpfs", "-o", "ro", "none", FULL, check=True)
    assert apply(node, CONTROL_PLANE).code == 1
    good(node.run(*KUBECTL, "create", "namespace", THEIRS))
    yield node
    node.down()


def _answers(node: Node) -> bool:
    return node.run(*KUBECTL, "get", "namespace", THEIRS).code == 0


def _down(node: Node) -> None:
    """The kubelet is stopped, as for maintenance, and its API server has gone."""
    node.run("systemctl", "stop", "kubelet", check=True)
    node.sh("pkill", "-9", "-x", "kube-apiserver", check=True)
    until(lambda: not _answers(node))


def _survives(node: Node) -> None:
    node.run("systemctl", "start", "kubelet", check=True)
    until(lambda: _answers(node))
    rows = (e["change"] for e in events(node) if e["kind"] == "change-started")
    assert not any("reset" in row.get("argv", ()) for row in rows)


def _run(node: Node) -> Path:
    return max(node.path(RUNS).iterdir())


def _append(node: Node, *rows: dict[str, Any]) -> None:
    """What the engine would have written, had it come to that."""
    t = events(node)[-1]["t"]
    with (_run(node) / "journal.jsonl").open("a") as journal:
        # A run that ended well would not be gone on with.
        for row in (*rows, {"kind": "run-ended", "outcome": "failed"}):
            journal.write(json.dumps({"version": 1, "t": t, **row}) + "\n")


def _began(argv: list[str], number: int, **more: Any) -> dict[str, Any]:
    change = {"kind": "run-command", "argv": argv, "summary": {"text": "x"}, "undo": []}
    return {
        "kind": "change-started",
        "step": "_".join(argv[:2]),
        "n": number,
        "change": change,
        **more,
    }


def _ours(node: Node, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """That the init which made this cluster began, and what it left; all but how it ended."""
    rows = events(node)
    (left,) = (e for e in rows if e["kind"] == "kubeadm-left" and e["n"] < 90)
    (began,) = (
        e
        for e in rows
        if e["kind"] == "change-started" and e["n"] == left["n"] and e["step"] == "kubeadm_init"
    )
    return {**began, "n": number}, {**left, "n": number}


def _ended(number: int, code: int) -> dict[str, Any]:
    return {"kind": "change-ended", "step": "kubeadm_init", "n": number, "code": code, "seconds": 1}


def _passes(node: Node) -> int:
    return sum(e["kind"] == "run-started" for e in events(node))


def _waits_and_is_stopped(node: Node) -> str:
    """It asks the API server again and again, and is not kept waiting for all of its patience here.

    What was printed.
    """
    before = _passes(node)
    said = good(apply(node, CONTROL_PLANE, "--detach"))

    def waits() -> bool:
        rows = events(node)
        started = [i for i, e in enumerate(rows) if e["kind"] == "run-started"]
        return len(started) > before and any(e["kind"] == "waiting" for e in rows[started[-1] :])

    until(waits)
    good(program(node, "stop"))
    assert program(node, "attach").code == 5
    return said.out


def _asks(node: Node, *words: str) -> None:
    said = apply(node, CONTROL_PLANE)
    assert said.code == 5, said.out
    for word in ("--accept half_made_cluster", *words):
        assert word in said.out + said.err


def _never_clears(node: Node) -> None:
    """Not even where a person accepts it."""
    for accepted in ((), ("--accept", "half_made_cluster")):
        said = apply(node, CONTROL_PLANE, *accepted)
        assert said.code == 5, said.out
        assert "run kubeadm reset by hand" in said.out + said.err


def _lose_kube_proxy(node: Node) -> None:
    """As one does who replaces it by something else: then it is not complete."""
    good(node.run(*KUBECTL, "-n", "kube-system", "delete", "daemonset", "kube-proxy"))


def _impatient(node: Node) -> None:
    """From now on little is waited for, so that the test need not wait."""
    source = node.read(f"{ASKING}.py")
    assert PATIENCE in source
    node.write(f"{ASKING}.py", source.replace(PATIENCE, "REFUSING = 3.0"))
    folder, name = ASKING.rsplit("/", 1)
    node.run("sh", "-c", f"rm -f {folder}/__pycache__/{name}.*", check=True)


def test_a_later_change_of_the_step_has_failed(master: Node) -> None:
    _down(master)
    _waits_and_is_stopped(master)
    _survives(master)


def test_a_phase_was_cut_off_and_the_unit_takes_it_up_at_boot(master: Node) -> None:
    _append(master, _began(["kubeadm", "init", "phase", "addon", "all"], 90))
    _boots(master)
    _survives(master)


def _boots(node: Node) -> None:
    """The power is cut in the middle of that run; the unit has taken it up and ended it."""
    node.write("/var/lib/tui-installer/unfinished", _run(node).name)
    before = _passes(node)
    node.reboot()
    until(lambda: _passes(node) > before and events(node)[-1]["kind"] == "run-ended", 300)


def test_a_journal_of_0_1_0_shows_nothing(master: Node) -> None:
    """Complete and answering it is left as it is; silent, that is not known."""
    _append(master, _began(INIT, 91))
    assert "half_made_cluster" not in apply(master, CONTROL_PLANE).err
    _append(master, _began(INIT, 94))
    _down(master)
    _asks(master)
    _survives(master)


def test_another_cluster_stands_in_the_place_of_ours(master: Node) -> None:
    began, left = _ours(master, 92)
    _append(master, began, {**left, "ca": "of the first"}, _ended(92, 1))
    _down(master)
    _asks(master, "CA")
    _survives(master)


def test_it_failed_and_was_used(master: Node) -> None:
    """All shows that it is ours; what is in etcd, read without it, shows that it is somebody's too."""
    _append(master, *_ours(master, 93), _ended(93, 1))
    _down(master)
    assert f"/registry/namespaces/{THEIRS}" in _waits_and_is_stopped(master)
    _survives(master)


def test_it_was_cut_off_and_used_and_the_unit_takes_it_up_at_boot(master: Node) -> None:
    """Seconds after the boot the API server is not up yet; it is waited for, and then finished."""
    _lose_kube_proxy(master)
    _append(master, *_ours(master, 96))
    _boots(master)
    _survives(master)
    argvs = [e["change"].get("argv", []) for e in events(master) if e["kind"] == "change-started"]
    assert ["kubeadm", "init", "phase", "upload-config"] in [argv[:4] for argv in argvs]


def test_its_administrator_has_expired(master: Node) -> None:
    """The normal state of a cluster after a year: the API server answers everybody else."""
    kept = master.read(ADMIN)
    master.write(ADMIN, _expired(master, kept), 0o600)
    began, left = _ours(master, 95)
    files = {**left["files"], ADMIN: master.path(ADMIN).stat().st_ctime_ns}
    _append(master, began, {**left, "files": files}, _ended(95, 1))
    try:
        said = master.run(*KUBECTL, "get", "namespace", THEIRS)
        assert "Unauthorized" in said.err, said
        _never_clears(master)
    finally:
        master.write(ADMIN, kept, 0o600)
    _survives(master)


def _expired(node: Node, conf: str) -> str:
    now, ca_key = datetime.now(UTC), node.path("/etc/kubernetes/pki/ca.key")
    signer = serialization.load_pem_private_key(ca_key.read_bytes(), None)
    assert isinstance(signer, rsa.RSAPrivateKey)
    key = rsa.generate_private_key(65537, 2048)
    name = [
        (NameOID.ORGANIZATION_NAME, "system:masters"),
        (NameOID.COMMON_NAME, "kubernetes-admin"),
    ]
    made = x509.CertificateBuilder(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kubernetes")]),
        x509.Name([x509.NameAttribute(kind, value) for kind, value in name]),
        key.public_key(),
        x509.random_serial_number(),
        now - timedelta(days=365),
        now - timedelta(days=1),
    ).sign(signer, hashes.SHA256())
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL
    secret = key.private_bytes(pem, form, serialization.NoEncryption())
    for field, value in (("certificate", made.public_bytes(pem)), ("key", secret)):
        text = base64.b64encode(value).decode()
        conf = re.sub(rf"(client-{field}-data: ).*", rf"\g<1>{text}", conf)
    return conf


def test_a_worker_was_joined_by_hand_after_our_join_had_failed(lab: Lab, master: Node) -> None:
    node = up(lab, "worker01", "10.77.0.12/24", "10.78.0.12/24")
    join = join_command(master)
    good(apply(node, WORKER, "--join", "-", input=join))
    left = {"kind": "kubeadm-left", "step": "kubeadm_join", "n": 90, "ca": "", "files": {}}
    ended = {**_ended(90, 1), "step": "kubeadm_join"}
    _append(node, _began(JOIN, 90, before=NOTHING), left, ended)
    node.run("systemctl", "stop", "kubelet", check=True)
    said = apply(node, WORKER, "--join", "-", input=join)
    assert said.code == 5, said.out
    assert "--accept half_made_cluster" in said.out + said.err
    assert node.exists("/etc/kubernetes/kubelet.conf")
    _mount(node)
    _impatient(node)
    good(master.run(*KUBECTL, "delete", "node", "worker01"))
    good(apply(node, WORKER, "--accept", "half_made_cluster", "--join", "-", input=join))
    assert node.read(BEHIND) == "precious\n"
    node.down()


def _mount(node: Node) -> None:
    """Something of a person's, where kubeadm reset deletes."""
    node.write(BEHIND, "precious\n")
    node.run("mkdir", "-p", MOUNT, check=True)
    node.run("mount", "--bind", "/srv/precious", MOUNT, check=True)


def test_who_accepts_it_keeps_what_is_behind_a_mount_and_gets_a_copy(master: Node) -> None:
    """The last one: afterwards the cluster is another."""
    _append(master, _began(INIT, 97))
    _mount(master)
    _lose_kube_proxy(master)
    _never_clears(master)
    _impatient(master)
    _down(master)
    _asks(master)
    holder = master.popen("sh", "-c", f"cd {MOUNT} && exec sleep 1000", unit="holder.service")
    until(lambda: master.run("systemctl", "is-active", "holder.service").code == 0)
    accept = ("--accept", "half_made_cluster")
    said = apply(master, CONTROL_PLANE, *accept)
    assert said.code == 1
    assert MOUNT in said.out
    assert "sleep (pid" in said.out
    _survives(master)
    master.run("systemctl", "stop", "holder.service", check=True)
    holder.communicate()
    _down(master)
    # Gone already, where the stories before it have booted the node.
    master.run("umount", FULL)
    good(apply(master, CONTROL_PLANE, *accept))
    assert master.read(BEHIND) == "precious\n"
    saved = sorted(_run(master).glob("before-reset-*"))[-1]
    assert (saved / "etc/kubernetes/pki/ca.key").exists()
    assert (saved / "var/lib/etcd/member/snap/db").stat().st_size > 100_000
    assert not _answers(master)
