"""The lab is what it claims to be; every other lab test stands on these."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import FreshNode
from .lab import Lab
from .node import Node
from .told import HERE, LabError, LabTimeoutError

MANIFEST = "1e8825b3bc56bd1b2a7565783630a97a09a4fd9f92767d013e4201cf8f88812c"
SEARCH = ("yum", "-q", "--showduplicates", "list", "kubelet")


def curl(node: Node, url: str, *, seconds: int = 2) -> tuple[int, str]:
    """curl's exit code and the HTTP status."""
    result = node.sh("curl", "-s", "-m", str(seconds), "-o", "/dev/null", "-w", "%{http_code}", url)
    return result.code, result.out


def repository(node: Node, host: str) -> str:
    base = f"https://{host}/kubernetes/yum"
    return (
        f"[kubernetes]\nname=Kubernetes\nbaseurl={base}/repos/kubernetes-el7-x86_64/\n"
        f"gpgcheck=1\nrepo_gpgcheck=0\ngpgkey={base}/doc/yum-key.gpg\n"
    )


def digest(node: Node, url: str) -> str:
    """sha256 of what a URL gives."""
    command = 'curl -sf -m 5 -o /tmp/got "$0" && sha256sum </tmp/got'
    return node.sh("sh", "-c", command, url).out.removesuffix("  -\n")


def repositories(node: Node) -> None:
    """The base packages' repository and docker's, as a person sets them up."""
    mirror = "https://mirrors.aliyun.com"
    node.write(
        "/etc/yum.repos.d/CentOS-Base.repo",
        "".join(
            f"[{id}]\nname={id}\nbaseurl={mirror}/centos-vault/7.9.2009/{path}/x86_64/\n"
            "gpgcheck=1\ngpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-CentOS-7\n"
            for id, path in (("base", "os"), ("extras", "extras"))
        ),
    )
    ready_made = f"{mirror}/docker-ce/linux/centos/docker-ce.repo"
    node.run("curl", "-fsSo", "/etc/yum.repos.d/docker-ce.repo", ready_made, check=True)


def cards(node: Node) -> str:
    return node.sh("ip", "-brief", "-4", "address", "show").out


@pytest.fixture(scope="module")
def shared(lab: Lab) -> Iterator[Node]:
    """A fresh node for those that look, and for those that set up a repository of their own."""
    node = lab.up("shared01", "10.77.0.41/24", "10.78.0.41/24")
    yield node
    node.down()


def test_fresh_node_is_a_centos_server_with_two_cards(shared: Node) -> None:
    assert shared.state == "running"
    assert "CentOS Linux release 7.9.2009" in shared.read("/etc/redhat-release")
    assert "SELINUX=enforcing" in shared.read("/etc/selinux/config")
    assert shared.sh("systemctl", "is-active", "firewalld").out.strip() == "active"
    assert "10.77.0.41/24" in shared.sh("ip", "-brief", "address", "show", "ens33").out
    assert "10.78.0.41/24" in shared.sh("ip", "-brief", "address", "show", "ens34").out
    assert "dev ens34" in shared.sh("ip", "route", "show", "default").out
    assert not shared.exists("/usr/share/bash-completion/bash_completion")


def test_no_node_can_reach_the_hosts_clock_or_settings(shared: Node) -> None:
    for run in (shared.run, shared.sh):
        assert run("date", "-s", "2001-01-01").code != 0
        bounding = run("sh", "-c", "grep CapBnd /proc/self/status").out.split()[1]
        sys_rawio, sys_time = 1 << 17, 1 << 25
        assert int(bounding, 16) & (sys_rawio | sys_time) == 0
    here = Path("/proc/sys/vm/swappiness").read_text()
    shared.run("sysctl", "-w", f"vm.swappiness={int(here) // 2 + 1}", check=True)
    assert Path("/proc/sys/vm/swappiness").read_text() == here
    refused = shared.run("sh", "-c", "cat /proc/sys/vm/laptop_mode >/proc/sys/vm/laptop_mode")
    assert refused.code != 0 and "Read-only" in refused.err


def test_device_files_are_the_nodes_own(shared: Node) -> None:
    shared.run("chmod", "600", "/dev/null", check=True)
    assert Path("/dev/null").stat().st_mode & 0o777 == 0o666
    assert shared.path("/dev/null").stat().st_mode & 0o777 == 0o600


def test_nothing_leads_out(shared: Node) -> None:
    assert shared.sh("ping", "-c1", "-W1", "1.1.1.1").code != 0
    for name in ("registry.k8s.io", "docker.io", "gone.mirror.lab"):
        assert shared.sh("getent", "hosts", name).code != 0


def test_the_base_repositories_have_died(shared: Node) -> None:
    result = shared.run("yum", "makecache")
    assert result.code != 0
    assert "mirrorlist.centos.org" in result.err


def test_the_mirrors_ready_made_file_is_a_trap(shared: Node) -> None:
    ready_made = "https://mirrors.aliyun.com/repo/Centos-7.repo"
    shared.run("curl", "-fsSo", "/etc/yum.repos.d/CentOS-Base.repo", ready_made, check=True)
    result = shared.run("yum", "makecache")
    assert result.code != 0 and "404" in result.err


def test_mirrors_answer_under_their_names(shared: Node) -> None:
    for host in ("mirrors.aliyun.com", "mirrors.tuna.tsinghua.edu.cn", "mirrors.ustc.edu.cn"):
        for path in (
            "kubernetes/yum/repos/kubernetes-el7-x86_64",
            "docker-ce/linux/centos/7/x86_64/stable",
            "centos-vault/7.9.2009/os/x86_64",
        ):
            assert curl(shared, f"https://{host}/{path}/repodata/repomd.xml") == (0, "200")
    manifest = "pause/manifests/3.8"
    for image in (
        f"registry.aliyuncs.com/v2/google_containers/{manifest}",
        f"registry.cn-hangzhou.aliyuncs.com/v2/google_containers/{manifest}",
        f"k8s.m.daocloud.io/v2/{manifest}",
        "docker.m.daocloud.io/v2/library/busybox/manifests/1.36",
    ):
        assert curl(shared, f"https://{image}") == (0, "200")


def test_calico_is_at_its_source_and_at_a_mirror(shared: Node) -> None:
    source = "https://raw.githubusercontent.com/projectcalico/calico/v3.24.5/manifests/calico.yaml"
    assert digest(shared, source) == MANIFEST
    assert digest(shared, "https://mirrors.aliyun.com/calico/v3.24.5/calico.yaml") == MANIFEST
    tampered = digest(shared, "https://old.mirror.lab/calico/v3.24.5/calico.yaml")
    assert tampered and tampered != MANIFEST
    for image in ("node", "cni", "kube-controllers"):
        manifest = f"v2/calico/{image}/manifests/v3.24.5"
        assert curl(shared, f"https://docker.m.daocloud.io/{manifest}") == (0, "200")
        assert curl(shared, f"https://registry.aliyuncs.com/{manifest}") == (0, "404")
        assert curl(shared, f"https://stale.mirror.lab/{manifest}") == (0, "404")


def test_newer_packages_wait_for_the_careless(shared: Node) -> None:
    shared.write("/etc/yum.repos.d/CentOS-Base.repo", repository(shared, "mirrors.aliyun.com"))
    offered = shared.run(*SEARCH, check=True).out
    for version in ("1.24.3", "1.25.0", "1.25.4", "1.28.2"):
        assert f"{version}-0" in offered


def test_an_old_mirror_lacks_1_25_0(shared: Node) -> None:
    shared.write("/etc/yum.repos.d/CentOS-Base.repo", repository(shared, "old.mirror.lab"))
    offered = shared.run(*SEARCH, check=True).out
    assert "1.24.3-0" in offered and "1.28.2-0" in offered
    assert "1.25" not in offered


def test_troubled_mirrors(shared: Node) -> None:
    timed_out = 28
    assert curl(shared, "https://dead.mirror.lab/", seconds=1) == (timed_out, "000")
    assert curl(shared, "http://dead.mirror.lab/", seconds=1) == (timed_out, "000")
    assert curl(shared, "https://drip.mirror.lab/", seconds=1)[0] == timed_out
    stale = "https://stale.mirror.lab/v2/google_containers"
    assert curl(shared, f"{stale}/pause/manifests/3.8") == (0, "200")
    assert curl(shared, f"{stale}/etcd/manifests/3.5.4-0") == (0, "404")


def test_the_world_tells_what_was_asked(lab: Lab, shared: Node) -> None:
    before = time.time() - 0.01  # the log has whole milliseconds
    curl(shared, "https://mirrors.aliyun.com/some/where")
    # The last requests of the test before may be logged only now.
    (request,) = [r for r in lab.requests(before) if r.uri == "/some/where"]
    assert (request.client, request.host, request.uri, request.status) == (
        "10.77.0.41",
        "mirrors.aliyun.com",
        "/some/where",
        404,
    )


def test_networkmanager_keeps_what_it_is_told(node: Node) -> None:
    devices = node.sh("nmcli", "-t", "-f", "DEVICE,STATE,CONNECTION", "device").out
    assert "ens33:connected:ens33" in devices and "ens34:connected:ens34" in devices
    node.run("nmcli", "con", "mod", "ens33", "ipv4.addresses", "10.77.0.61/24", check=True)
    assert "10.77.0.11/24" in cards(node)
    node.run("nmcli", "device", "reapply", "ens33", check=True)
    assert "10.77.0.61/24" in cards(node) and "10.77.0.11/24" not in cards(node)
    node.reboot()
    assert "10.77.0.61/24" in cards(node) and "10.77.0.11/24" not in cards(node)


def test_without_networkmanager_the_ifcfg_files_count(node: Node) -> None:
    node.run("systemctl", "disable", "--now", "NetworkManager", check=True)
    path = "/etc/sysconfig/network-scripts/ifcfg-ens33"
    node.write(path, node.read(path).replace("10.77.0.11", "10.77.0.61"))
    node.run("systemctl", "restart", "network", check=True)
    assert "10.77.0.61/24" in cards(node) and "10.77.0.11/24" not in cards(node)
    node.reboot()
    assert "10.77.0.61/24" in cards(node) and "10.78.0.11/24" in cards(node)
    assert "dev ens34" in node.sh("ip", "route", "show", "default").out


def test_two_nodes_see_each_other_and_are_two(fresh_node: FreshNode) -> None:
    master, worker = fresh_node("master01"), fresh_node("worker01")
    master.run("ping", "-c1", "-W2", "10.77.0.12", check=True)
    worker.run("ping", "-c1", "-W2", "10.78.0.11", check=True)
    assert master.read("/etc/machine-id") != worker.read("/etc/machine-id")
    assert worker.read("/etc/hostname") == "worker01\n"


def test_a_card_alone_has_the_default_route(fresh_node: FreshNode) -> None:
    node = fresh_node("worker01", cards=1)
    assert "dev ens33" in node.sh("ip", "route", "show", "default").out
    assert "ens34" not in node.sh("ip", "link").out


def test_swap_of_the_machine_is_only_for_a_node_that_asks_for_it(lab: Lab, node: Node) -> None:
    with lab.swap_alone():
        asking = lab.up("swapping", "10.77.0.31/24", swap=True)
        make = "dd if=/dev/zero of=$0 bs=1M count=16 status=none; chmod 600 $0; mkswap -q $0; swapon $0"
        asking.sh("sh", "-ec", make, "/var/lib/containerd/mine", check=True)
        assert "/mine" in Path("/proc/swaps").read_text()
        node.run("swapoff", "-a", check=True)
        assert "/mine" in asking.read("/proc/swaps")
        assert "/mine" not in node.read("/proc/swaps")
        assert node.read("/proc/swaps").startswith("Filename")
        asking.down()
        assert "/mine" not in Path("/proc/swaps").read_text(), "nor is it left on"


def test_docker_starts_beside_containerd_and_a_newer_one_would_move_it(node: Node) -> None:
    repositories(node)
    node.run("yum", "-yq", "install", "containerd.io-1.6.6", "bash-completion", check=True)
    careless = node.run("yum", "--assumeno", "install", "docker-ce").out
    for package in ("docker-ce", "docker-ce-rootless-extras", "containerd.io"):
        assert any(row.split()[:1] == [package] for row in careless.splitlines())
    assert "1.6.33" in careless.partition("Upgrading:")[2]
    # what is not named comes as the newest
    pinned = [f"{name}-20.10.24" for name in ("docker-ce", "docker-ce-cli")]
    assert "26.1.4" in node.run("yum", "--assumeno", "install", *pinned).out
    pinned.append("docker-ce-rootless-extras-20.10.24")
    assert "26.1.4" not in node.run("yum", "--assumeno", "install", *pinned).out
    node.run("yum", "-yq", "install", *pinned, check=True)
    node.run("sh", "-c", "containerd config default >/etc/containerd/config.toml", check=True)
    node.run("systemctl", "start", "docker", check=True)
    told = "{{.ServerVersion}} {{.Driver}}"
    version, driver = node.run("docker", "info", "--format", told, check=True).out.split()
    assert version.startswith("20.10.24") and driver == "overlay2"
    assert " 1.6.6 " in node.run("containerd", "--version", check=True).out
    completion = node.run("bash", "-lic", "type -t _init_completion")
    assert completion.out == "function\n"


def test_files_and_commands(node: Node, tmp_path: Path) -> None:
    assert node.run("sh", "-c", "cat; echo no >&2; exit 7", input="yes").out == "yes"
    with pytest.raises(LabError, match="exit 7"):
        node.run("sh", "-c", "exit 7", check=True)
    with pytest.raises(LabTimeoutError):
        node.run("sleep", "60", timeout=0.5)
    assert not any(process.argv[:1] == ("sleep",) for process in node.ps())
    assert node.run("printenv", "A", environment={"A": "b c"}).out == "b c\n"
    plain = "$HOME ${LANG} $$ $nothing %n"
    assert node.run("printf", "%s", plain, check=True).out == plain

    node.write("/etc/absolute/file", "text\n", mode=0o600)
    node.run("ln", "-s", "/etc/absolute", "/srv/link", check=True)
    assert node.read("/srv/link/file") == "text\n"
    assert not Path("/etc/absolute").exists()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "name").write_text("pushed")
    node.push(tmp_path / "folder", "/srv/pushed")
    assert node.read("/srv/pushed/name") == "pushed"

    before = node.tree_state("/etc/absolute", "/srv", "/not/there")
    times = node.mtimes("/etc/absolute")
    assert node.tree_state("/etc/absolute", "/srv") == before
    node.run("chmod", "644", "/etc/absolute/file", check=True)
    after = node.tree_state("/etc/absolute", "/srv")
    assert [path for path in after if after[path] != before[path]] == ["/etc/absolute/file"]
    assert node.mtimes("/etc/absolute") == times


def test_a_power_cut_ends_everything_and_keeps_the_files(node: Node) -> None:
    node.run("systemd-run", "-q", "--unit=mark", "sleep", "1000", check=True)
    node.write("/root/kept", "x")
    node.write("/run/lost", "x")
    assert any(process.argv == ("/usr/bin/sleep", "1000") for process in node.ps())
    node.power_cut()
    with pytest.raises(LabError, match="is off"):
        node.sh("true")
    node.boot()
    assert node.state == "running"
    assert node.exists("/root/kept") and not node.exists("/run/lost")
    assert not any("1000" in process.argv for process in node.ps())


def test_a_layer_is_in_every_node_that_is_booted_with_it(lab: Lab, tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_text("brought")
    layer = lab.layer(
        "probe", "sh", "-ec", "cat >/srv/brought; systemctl enable chronyd", given=given
    )
    assert lab.layer("probe", "false", given=given) == layer, "made once"
    one = lab.up("one", "10.77.0.41/24", layer=layer)
    two = lab.up("two", "10.77.0.42/24", layer=layer)
    one.write("/srv/brought", "changed")
    one.reboot()
    assert one.read("/srv/brought") == "changed"
    assert two.read("/srv/brought") == "brought"
    for node in (one, two):
        node.down()
    with pytest.raises(LabError, match="no such thing"):
        lab.layer("broken", "sh", "-c", "echo no such thing; exit 3", given=given)


def cgroups() -> set[str]:
    """The names of all in every hierarchy."""
    return {name for _, names, _ in os.walk("/sys/fs/cgroup") for name in names}


def test_nothing_stays_of_a_killed_test_process(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    # In a cache of its own, where no other test process that begins just now sweeps it first.
    monkeypatch.setenv("TUI_INSTALLER_CACHE", str(lab.state / ".cache"))
    code = (
        "import pathlib, sys, time\n"
        f"sys.path.insert(0, {str(HERE.parent.parent)!r})\n"
        "from tests.lab.lab import Lab\n"
        f"lab = Lab(pathlib.Path({str(lab.out)!r}))\n"
        "lab.world()\n"
        "node = lab.up('doomed', '10.77.0.99/24')\n"
        "print(lab.state, node.root.parent.name, flush=True)\n"
        "time.sleep(100)\n"
    )
    argv = [sys.executable, "-c", code]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as doomed:
        assert doomed.stdout is not None
        state, pid1 = doomed.stdout.readline().split()
        alive = Path("/proc", pid1, "exe")  # gone for a zombie: who reaps it is the host's affair
        assert alive.exists()
        its_id = hashlib.sha256(f"{state}\n".encode()).hexdigest()[:6]
        its_cgroup = f"lab-{its_id}-doomed"
        assert its_cgroup in cgroups()
        assert Path(state) not in Lab.sweep_leftovers()
        doomed.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 5
    while alive.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive.exists()
    assert Path(state) in Lab.sweep_leftovers()
    assert not Path(state).exists()
    assert not subprocess.run(["pgrep", "-af", state], capture_output=True, text=True).stdout
    assert its_cgroup not in cgroups()
