"""The readers of a diagnosis: logs of the present, the runtime, the kubelet's settings, what can be used up."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.captures import capture
from tests.support.recorded import Recorded
from tui_installer.host import machine
from tui_installer.host.content_store import SOCKET
from tui_installer.host.facts import (
    cri,
    kubelet_settings,
    limits,
    logs,
)
from tui_installer.host.facts.logs import BACK_OFF, OTHERS, RECENT, STEADY, Window
from tui_installer.host.kubectl import KUBELET
from tui_installer.host.look import Look
from tui_installer.host.shell import TIMED_OUT, Output
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model.facts import Cri, FilePlace, KubeletSettings, Logs, NotRead, Share

# --- logs -----------------------------------------------------------------------------------------


def row(message: str | list[int], seconds: float = 0.0) -> str:
    """One line of `journalctl -o json`, so many seconds old."""
    at = int((time.time() - seconds) * 1e6)
    return json.dumps({"__REALTIME_TIMESTAMP": str(at), "MESSAGE": message})


def show(unit: str, state: str, since: float = 0.0) -> str:
    """A block of `systemctl show`; the unit became active that many seconds ago."""
    at = int((time.monotonic() - since) * 1e6)
    return f"Id={unit}.service\nActiveState={state}\nActiveEnterTimestampMonotonic={at}\n"


def node(tmp_path: Path, *blocks: str, **journals: Output | str) -> Recorded:
    """A machine with these journals; every other one is empty."""
    machine.use(ThisMachine(tmp_path))
    says = {"systemctl show": Output(0, "\n".join(blocks))}
    for name, said in journals.items():
        which = "-k" if name == "kernel" else f"-u {name}.service"
        says[f"journalctl {which}"] = said if isinstance(said, Output) else Output(0, said)
    return Recorded(says={**says, "journalctl": Output(0)})


def test_messages_of_the_journal() -> None:
    rows = list(logs.parse(capture("kubelet-journal-fail-json")))
    at, message = rows[0]
    assert at == pytest.approx(1795425492.74652)
    assert message == "kubelet.service: Failed with result 'exit-code'."
    assert any('"command failed"' in message for _, message in rows)


def test_odd_lines_of_the_journal() -> None:
    text = "\n".join(
        ["-- No entries --", "{", "{}", row([195, 164, 10, 27, 91, 109]), row("a\nb ")]
    )
    assert [message for _, message in logs.parse(text)] == ["ä", "a", "b"]


def test_only_what_tells_of_the_present(tmp_path: Path) -> None:
    """The kubelet says everything again within a minute; what it said before its last start is over."""
    began = STEADY + 10
    told = logs.read(
        node(
            tmp_path,
            show("kubelet", "active", 3600),
            show("containerd", "active", began),
            kubelet="\n".join([row("old", RECENT["kubelet"] + 5), row("new", 5)]),
            containerd="\n".join([row("former life", began + 5), row("this life", began - 5)]),
            docker=row("docker", OTHERS - 5),
            kernel=row("Out of memory", 3600),
        )
    )
    assert told == Logs(
        {
            "kubelet": ("new",),
            "containerd": ("this life",),
            "docker": ("docker",),
            "kernel": ("Out of memory",),
        }
    )


@pytest.mark.parametrize(
    ("state", "since", "lines"),
    [
        # It ends and starts again all the time: the lines of earlier starts tell why.
        ("active", 1.0, ("why",)),
        ("activating", 0.0, ("why",)),
        ("active", STEADY + 1, ()),
    ],
)
def test_a_unit_that_ends_again_and_again(
    tmp_path: Path, state: str, since: float, lines: tuple[str, ...]
) -> None:
    told = logs.read(node(tmp_path, show("kubelet", state, since), kubelet=row("why", STEADY + 9)))
    assert told.lines.get("kubelet", ()) == lines


def test_the_last_words_of_a_failed_unit_count_however_old(tmp_path: Path) -> None:
    day = 86400.0
    journal = "\n".join([row("day before", 2 * day), row("why", day), row("failed", day)])
    for state, lines in (("failed", ("why", "failed")), ("inactive", ())):
        told = logs.read(node(tmp_path, show("containerd", state), containerd=journal))
        assert told.lines.get("containerd", ()) == lines


def test_a_log_that_does_not_answer_is_named(tmp_path: Path) -> None:
    told = logs.read(node(tmp_path, kubelet=Output(TIMED_OUT), kernel=row("x")))
    assert told.lines == {"kernel": ("x",)}
    assert set(told.unread) == {"kubelet"}
    assert "did not answer" in str(told.unread["kubelet"])


@pytest.mark.parametrize(
    "said",
    [
        Output(0, "", "No journal files were found.\n"),
        Output(0, "", "Hint: You are currently not seeing messages from other users.\n"),
        Output(1, "", "No journal files were opened due to insufficient permissions.\n"),
        Output(127, "", "journalctl: not found"),
    ],
)
def test_who_may_see_no_log_does_not_see_an_empty_one(tmp_path: Path, said: Output) -> None:
    machine.use(ThisMachine(tmp_path))
    with pytest.raises(NotRead):
        logs.read(Recorded(says={"journalctl": said}))


Container = Callable[[str, float, str], Path]


@pytest.fixture
def container(tmp_path: Path) -> Container:
    """Writes a container's log with one line, so many seconds old."""

    def write(name: str, seconds: float, line: str) -> Path:
        path = tmp_path / "var/log/pods/kube-system_etcd-a_1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        at = datetime.fromtimestamp(time.time() - seconds, UTC).isoformat()
        path.write_text(f"{at.replace('+00:00', '')}123+00:00 stderr F {line}\nno line of a log\n")
        return path

    return write


def test_the_newest_log_of_each_container(tmp_path: Path, container: Container) -> None:
    container("etcd/1.log", BACK_OFF - 20, "why it ended")
    container("kube-proxy/0.log", OTHERS + 20, "long ago")
    container("calico-node/0.log", 1, "now")
    assert logs.read(node(tmp_path)).lines == {"etcd": ("why it ended",), "calico-node": ("now",)}


# --- the runtime ----------------------------------------------------------------------------------

INFO = capture("crictl-info")


def test_the_runtime_in_its_own_words() -> None:
    told = cri.parse(INFO)
    network = told.condition("NetworkReady")
    assert network is not None
    assert not network.holds
    assert network.message.startswith("NetworkPluginNotReady: Network plugin returns error")
    assert told.condition("RuntimeReady") is not None
    assert told.sandbox_image == "registry.aliyuncs.com/google_containers/pause:3.8"
    assert (told.snapshotter, told.systemd_cgroup) == ("overlayfs", True)
    assert (told.config_path, told.mirrors) == ("/etc/containerd/certs.d", ())
    assert (told.cni_folder, told.cni_programs) == ("/etc/cni/net.d", "/opt/cni/bin")
    assert told.cni_networks == ()
    assert "no network config found" in told.cni_status


@pytest.mark.parametrize(
    ("runtime", "systemd"),
    [
        ({"runtimeType": "io.containerd.runc.v2", "options": None}, False),
        ({"runtimeType": "io.containerd.runc.v2", "options": {"SystemdCgroup": False}}, False),
        ({"runtimeType": "io.containerd.kata.v2", "options": {}}, None),
        (None, None),
    ],
)
def test_who_makes_the_cgroups(runtime: object, systemd: bool | None) -> None:
    containerd = {"defaultRuntimeName": "x", "runtimes": {"x": runtime}}
    assert cri.parse(json.dumps({"config": {"containerd": containerd}})).systemd_cgroup is systemd


def runtime(crictl: Output, **more: str) -> Recorded:
    return Recorded(files={SOCKET: "", "/usr/bin/crictl": "", **more}, says={"crictl": crictl})


@pytest.mark.parametrize(
    "said", ["", "{", "[]", '{"status": [1]}', '{"config": {"containerd": 1}}']
)
def test_an_answer_of_another_shape_is_unknown(said: str) -> None:
    with pytest.raises(NotRead):
        cri.read(runtime(Output(0, said)))


def test_a_runtime_that_is_not_there_does_not_answer_or_has_no_cri() -> None:
    assert cri.read(Recorded()) == Cri(error=f"{SOCKET}: no such file or directory")
    off = "rpc error: code = Unimplemented desc = unknown service runtime.v1alpha2.RuntimeService"
    assert cri.read(runtime(Output(1, "", off))) == Cri(error=off)
    for dead in (Output(TIMED_OUT), Output(1, "", "connect: connection refused")):
        with pytest.raises(NotRead):
            cri.read(runtime(dead))


def test_crictl_is_missed_only_on_a_node_of_a_cluster() -> None:
    assert "crictl" in cri.read(Recorded(files={SOCKET: ""})).error
    with pytest.raises(NotRead):
        cri.read(Recorded(files={SOCKET: "", KUBELET: "x"}))


# --- the kubelet's settings -----------------------------------------------------------------------


def test_the_kubelets_files() -> None:
    config = "cgroupDriver: systemd\nclusterDNS: [10.96.0.10]\nresolvConf: /etc/resolv.conf\nstaticPodPath: /m\n"
    flags = 'KUBELET_KUBEADM_ARGS="--container-runtime=remote --node-ip=10.0.0.1"\n'
    files = {
        "/var/lib/kubelet/config.yaml": config,
        "/var/lib/kubelet/kubeadm-flags.env": flags,
        "/etc/sysconfig/kubelet": "# mine\nKUBELET_EXTRA_ARGS=--v=2\n",
    }
    assert kubelet_settings.read(Recorded(files=files)) == KubeletSettings(
        there=True,
        cgroup_driver="systemd",
        cgroup_driver_place=FilePlace("/var/lib/kubelet/config.yaml", 1),
        resolv_conf="/etc/resolv.conf",
        cluster_dns=("10.96.0.10",),
        static_pods="/m",
        flags=("--container-runtime=remote", "--node-ip=10.0.0.1", "--v=2"),
    )
    assert kubelet_settings.read(Recorded()) == KubeletSettings()


@pytest.mark.parametrize("text", ["a: [", "- a\n", "\tx"])
def test_a_configuration_that_cannot_be_parsed(text: str) -> None:
    told = kubelet_settings.read(Recorded(files={"/var/lib/kubelet/config.yaml": text}))
    assert told.there
    assert told.error.startswith("/var/lib/kubelet/config.yaml: ")


# --- what can be used up --------------------------------------------------------------------------


def test_what_the_kernel_limits() -> None:
    files = {
        "/proc/sys/net/netfilter/nf_conntrack_count": "950\n",
        "/proc/sys/net/netfilter/nf_conntrack_max": "1000\n",
        "/proc/sys/fs/file-nr": "1088\t0\t1000000\n",
        "/proc/sys/fs/aio-nr": "x",
        "/proc/cgroups": "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t3\t9\t1\nmemory\t0\t1\t0\n",
        "/proc/cmdline": "root=/dev/sda1 cgroup_disable=memory\n",
    }
    told = limits.read(Recorded(files=files))
    assert told.connections == Share(950, 1000)
    assert told.connections.nearly
    assert told.files == Share(1088, 1000000)
    assert told.requests is None
    assert told.inotify_watches is None
    assert told.controllers == {"cpu"}
    assert told.command_line == ("root=/dev/sda1", "cgroup_disable=memory")
    assert told.mounted, "this machine has file systems"


def test_this_machine_can_be_read() -> None:
    told = limits.read(Look())
    assert told.memory_free
    assert all(one.free >= 0 and one.inodes.used >= 0 for one in told.mounted)


def test_a_window_of_nothing() -> None:
    assert Window(ended=True).of([], 1000.0) == ()


def test_what_a_pod_of_the_same_name_said_before_is_over(tmp_path: Path) -> None:
    machine.use(ThisMachine(tmp_path))
    now = datetime.now(UTC).isoformat()
    for uid, words in (("11", "of an earlier cluster"), ("22", "of this one")):
        log = tmp_path / f"var/log/pods/kube-system_etcd-a_{uid}/etcd/0.log"
        log.parent.mkdir(parents=True)
        log.write_text(f"{now} stderr F {words}\n")
        moment = time.time() - 10 + int(uid) / 10
        os.utime(log, (moment, moment))
    assert dict(logs._containers(time.time(), None)) == {"etcd": ("of this one",)}
