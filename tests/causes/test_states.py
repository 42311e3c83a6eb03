"""Each cause that a state tells is told by that state, and not by a similar one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tui_installer.effective.hosts import TOGETHER
from tui_installer.model.cause import Evidence, all_causes
from tui_installer.model.facts import (
    CORDONED,
    Broken,
    Calico,
    Certificate,
    Certificates,
    Clock,
    Containerd,
    ContainerdConfig,
    ContainerdProcess,
    ContainerdSettings,
    Cri,
    CrictlFile,
    Disk,
    Facts,
    FilePlace,
    Forwarding,
    HostName,
    HostsFile,
    Kernel,
    KubeletSettings,
    Kubernetes,
    Limits,
    MirrorHost,
    Mounted,
    Network,
    Nic,
    NodeState,
    Partly,
    Pod,
    Pool,
    Processes,
    Services,
    Share,
    Space,
    Swap,
    System,
    Taint,
    Unit,
    Unread,
    Workloads,
)
from tui_installer.model.text import verbatim
from tui_installer.registry import causes
from tui_installer.render.containerd import CERTS

RUNS = Unit("loaded", "active", "running", "enabled")
DEAD = Unit("loaded", "failed", "failed", "enabled")
UNITS = {"containerd.service": RUNS, "kubelet.service": RUNS}
NODE = NodeState("a", ready=True, address="10.77.0.31")
CONTROLLERS = frozenset({"cpu", "cpuacct", "cpuset", "memory", "pids"})
ROOMY = Mounted("/", (), Share(1000, 100_000), 50 << 30)
# A healthy node, topic by topic.
HEALTHY: tuple[Any, ...] = (
    Services(UNITS),
    Kubernetes(kubelet_conf=True, admin_conf=True, manifests=("a",) * 4, api_answers=True),
    Containerd(installed=True),
    Cri(systemd_cgroup=True, config_path="/etc/containerd/certs.d"),
    KubeletSettings(there=True, cgroup_driver="systemd"),
    Limits(controllers=CONTROLLERS, mounted=(ROOMY,)),
    Kernel(
        loaded=frozenset({"br_netfilter"}),
        sysctl={"net.ipv4.ip_forward": "1", "net.bridge.bridge-nf-call-iptables": "1"},
    ),
    Swap(),
    Disk((Space("/var/lib/containerd", 1 << 40, 1 << 40),)),
    Certificates((Certificate("apiserver", 2000.0),)),
    Clock(now=1000.0),
    HostName("a", "a"),
    Network(nics=(Nic("ens33", ("10.77.0.31/24",)),)),
    Workloads(answers=True, nodes=(NODE,), pods=(Pod("kube-system", "dns", ready=1),)),
    Calico(answers=True, pools=(Pool("default", "10.244.0.0/16"),)),
    System(),
    Forwarding(("-P FORWARD ACCEPT",)),
    Processes(),
)


def facts_by_topic() -> dict[type, Any]:
    return {type(value): value for value in HEALTHY}


def facts(*values: Any) -> Facts:
    return Facts(facts_by_topic()).having(*values)


def units(**changed: Unit) -> Services:
    return Services({**UNITS, **{f"{name}.service": unit for name, unit in changed.items()}})


def limits(**changed: Any) -> Limits:
    return Limits(**{"controllers": CONTROLLERS, "mounted": (ROOMY,), **changed})


def node(**changed: Any) -> Workloads:
    here = NodeState(**{"name": "a", "ready": True, "address": "10.77.0.31", **changed})
    return Workloads(answers=True, nodes=(here,))


# A machine of another name with the same id.
COPY = NodeState("b", ready=True, address="10.77.0.32", machine_id="1f")
TWO_CARDS = Network(nics=(Nic("ens33", ("10.77.0.31/24",)), Nic("ens34", ("10.78.0.31/24",))))
NETWORKED = Kubernetes(kubelet_conf=True, cni_files=("10-calico.conflist",))


def control_plane(advertised: str, server: str) -> Kubernetes:
    return Kubernetes(kubelet_conf=True, advertised=advertised, server=server)


def certificate(*names: str) -> Certificates:
    return Certificates((Certificate("apiserver", 2000.0, names),))


def cards(card: int, tunnel: int) -> Network:
    own = Nic("ens33", ("10.77.0.31/24",), mtu=card)
    of_pods = Nic("vxlan.calico", ("10.244.0.1/32",), mtu=tunnel, software=True)
    return Network(nics=(own, of_pods), default_nic="ens33")


# The state that tells the cause, and a similar one that does not.
STATES: dict[str, tuple[Any, Any]] = {
    "unit_masked": (units(kubelet=Unit("masked")), units(kubelet=RUNS)),
    "runtime_missing": (
        (Containerd(), Cri(error="no socket"), units(containerd=Unit())),
        (Containerd(), Cri(error="no socket"), units(containerd=DEAD)),
    ),
    "file_system_mounted_read_only": (
        limits(mounted=(Mounted("/var", ("ro",), free=50 << 30),)),
        limits(mounted=(Mounted("/var", (), free=50 << 30),)),
    ),
    "mounted_noexec": (
        limits(mounted=(Mounted("/opt", ("noexec",), free=50 << 30),)),
        limits(mounted=(Mounted("/tmp", ("noexec",), free=50 << 30),)),
    ),
    "disk_nearly_full": (
        limits(mounted=(Mounted("/", free=100 << 20),)),
        limits(mounted=(Mounted("/", free=300 << 20),)),
    ),
    "inodes_used_up": (
        limits(mounted=(Mounted("/", (), Share(99, 100), 50 << 30),)),
        limits(mounted=(Mounted("/", (), Share(99, 0), 50 << 30),)),
    ),
    "swap_came_back": (
        (Swap(("/dev/sda2",)), units(kubelet=DEAD)),
        (Swap(("/dev/sda2",)), units(kubelet=RUNS)),
    ),
    "cri_off_in_force": (
        Cri(error="code = Unimplemented desc = unknown service"),
        Cri(error="/run/containerd/containerd.sock: no such file or directory"),
    ),
    "cgroup_drivers_differ": (Cri(systemd_cgroup=False), Cri(systemd_cgroup=None)),
    "cgroup_controllers_off": (
        limits(controllers=CONTROLLERS - {"memory"}),
        limits(controllers=frozenset()),
    ),
    "br_netfilter_missing": (
        Kernel(sysctl={"net.ipv4.ip_forward": "1"}),
        Kernel(loaded=frozenset({"br_netfilter"})),
    ),
    "ip_forward_off": (
        Kernel(loaded=frozenset({"br_netfilter"}), sysctl={"net.ipv4.ip_forward": "0"}),
        Kernel(loaded=frozenset({"br_netfilter"}), sysctl={}),
    ),
    "bridge_filter_off": (
        Kernel(
            loaded=frozenset({"br_netfilter"}), sysctl={"net.bridge.bridge-nf-call-iptables": "0"}
        ),
        Kernel(
            loaded=frozenset({"br_netfilter"}), sysctl={"net.bridge.bridge-nf-call-ip6tables": "0"}
        ),
    ),
    "node_name_shared": (node(address="10.77.0.99"), node(address="")),
    "calico_foreign_peers": (
        Workloads(
            answers=True,
            nodes=(NODE,),
            pods=(Pod("kube-system", "c", evidence=("BGP not established with 10.9.9.9",)),),
        ),
        Workloads(
            answers=True,
            nodes=(NODE,),
            pods=(Pod("kube-system", "c", evidence=("BGP not established with 10.77.0.31",)),),
        ),
    ),
    "subnet_overlap": (
        Calico(answers=True, pools=(Pool("default", "10.77.0.0/16"),)),
        Calico(answers=True, pools=(Pool("default", "10.78.0.0/16"),)),
    ),
    "machine_copied": (
        Workloads(answers=True, nodes=(replace(NODE, machine_id="1f"), COPY)),
        Workloads(answers=True, nodes=(replace(NODE, machine_id="2f"), COPY)),
    ),
    "etcd_elsewhere": (
        Kubernetes(etcd_addresses=("127.0.0.1", "10.77.0.9")),
        Kubernetes(etcd_addresses=("127.0.0.1", "10.77.0.31")),
    ),
    "two_addresses": (
        (Kubernetes(advertised="10.78.0.31"), TWO_CARDS),
        (Kubernetes(advertised="10.77.0.31"), TWO_CARDS),
    ),
    "api_certificate_lacks": (
        (control_plane("10.77.0.31", "10.77.0.40:6443"), certificate("10.77.0.31", "10.96.0.1")),
        (control_plane("10.77.0.31", "10.77.0.40:6443"), certificate("10.77.0.31", "10.77.0.40")),
    ),
    "hosts_old_address": (
        HostName("a", "a", addresses=("10.77.0.9",)),
        HostName("a", "a", addresses=("127.0.0.1", "10.77.0.31")),
    ),
    "localhost_elsewhere": (
        HostName("a", "a", localhost=("10.77.0.9", "127.0.0.1")),
        HostName("a", "a", localhost=("127.0.0.1",)),
    ),
    "forward_drop": (
        (NETWORKED, Forwarding(("-P FORWARD DROP", "-A FORWARD -j DOCKER-USER"))),
        (
            NETWORKED,
            Forwarding(
                (
                    "-P FORWARD DROP",
                    '-A FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso" -j cali-FORWARD',
                )
            ),
        ),
    ),
    "packets_too_large": (cards(1500, 1480), cards(1500, 1450)),
    "containerd_file_newer": (
        Cri(systemd_cgroup=True, newer_file=True),
        Cri(systemd_cgroup=True),
    ),
    "containerd_key_misspelt": (
        Cri(systemd_cgroup=True, misspelt=(("SystemdCgoup", "SystemdCgroup"),)),
        Cri(systemd_cgroup=True),
    ),
    "crictl_unset": (
        Cri(systemd_cgroup=True, crictl_endpoint=""),
        Cri(systemd_cgroup=True, crictl_endpoint="unix:///run/containerd/containerd.sock"),
    ),
    "machine_small": (System(cores=1), System(cores=2)),
    "security_program": (
        (Processes(("falcon-sensor",)), node(ready=False)),
        (Processes(("falcon-sensor",)), node(ready=True)),
    ),
    "certificate_ended": (
        Certificates((Certificate("apiserver", 999.0),)),
        Certificates((Certificate("apiserver", 1001.0),)),
    ),
    "connections_used_up": (
        limits(connections=Share(95, 100)),
        limits(connections=Share(50, 100)),
    ),
    "requests_used_up": (limits(requests=Share(95, 100)), limits(requests=Share(9, 100))),
    "open_files_nearly": (limits(files=Share(95, 100)), limits(files=Share(95, 0))),
    "overlay_not_possible": (
        Disk((Space("/var/lib/containerd", 1, 2, d_type=False),)),
        Disk((Space("/var/lib/kubelet", 1, 2, d_type=False),)),
    ),
    "mirrors_in_old_place": (
        Cri(systemd_cgroup=True, mirrors=("docker.io",)),
        Cri(systemd_cgroup=True, mirrors=("docker.io",), config_path="/etc/containerd/certs.d"),
    ),
    "node_address_loopback": (node(address="127.0.0.1"), node(address="10.77.0.31")),
    "node_cordoned": (
        node(taints=(Taint(CORDONED, "NoSchedule"),)),
        node(taints=(Taint("a.company/own", "NoSchedule"),)),
    ),
    "unit_disabled": (
        units(kubelet=Unit("loaded", "active", "running", "disabled")),
        units(kubelet=Unit("loaded", "active", "running", "static")),
    ),
    "unit_restarts": (("Started kubelet",) * 5, ("Started kubelet",) * 2),
    "containerd_down": (
        units(containerd=DEAD),
        units(containerd=Unit("not-found", "inactive", "dead")),
    ),
    "kubelet_down": (units(kubelet=DEAD), (units(kubelet=DEAD), Kubernetes())),
    "node_not_ready": (node(ready=False), node(ready=True)),
    "pods_not_ready": (
        Workloads(answers=True, pods=(Pod("kube-system", "dns"),)),
        Workloads(answers=True, pods=(Pod("default", "app"),)),
    ),
}


def config(**changed: Any) -> ContainerdConfig:
    """containerd's configuration; it reads its mirrors' files."""
    written = ContainerdSettings(version=2, config_path=CERTS)
    crictl = CrictlFile(there=True, runtime="unix:///run/containerd/containerd.sock")
    told = {"installed": True, "written": written, "dumped": written, "plugin": "ok"}
    return ContainerdConfig(**{**told, "crictl": crictl, **changed})


def mirror(
    *capabilities: str,
    registry: str = "docker.io",
    server: str = "https://registry-1.docker.io",
    words: str = "",
    without_host: bool = False,
) -> ContainerdConfig:
    """A configuration with the hosts.toml of one registry; `words` are those of a reader that cannot read it."""
    place = FilePlace(f"{CERTS}/{registry}/hosts.toml", 3)
    host = MirrorHost("https://mirror", capabilities or None, place)
    broken = Broken(place, words) if words else None
    hosts = () if without_host or words else (host,)
    return config(hosts=(HostsFile(registry, place, server, hosts, broken),))


# Settings of containerd: what tells, and what is similar and right.
EMPTY = ContainerdSettings(version=2, config_path="")
SETTINGS: dict[str, tuple[Any, Any]] = {
    "hosts_toml_together": (mirror(words=TOGETHER), mirror("pull", "resolve")),
    "hosts_toml_unreadable": (mirror(words="Invalid value"), mirror("pull", "resolve")),
    "hosts_toml_capability": (mirror("pull", "resolv"), mirror("pull", "resolve", "push")),
    "hosts_toml_without_host": (mirror(without_host=True), mirror(server="")),
    "mirror_without_resolve": (mirror("pull"), mirror()),
    "mirror_folder_name": (mirror(registry="registry-1.docker.io"), mirror(registry="quay.io")),
    "mirror_server_wrong": (mirror(server="https://docker.io"), mirror(server="")),
    "hosts_toml_not_read": (
        (Cri(), config(written=EMPTY, dumped=EMPTY, hosts=mirror().hosts)),
        (Cri(), config(written=EMPTY, dumped=EMPTY)),
    ),
    "import_replaces_tables": (
        config(
            written=ContainerdSettings(
                version=2,
                imports=("/a.toml",),
                lost={"sandbox_image": FilePlace("/etc/containerd/config.toml", 4)},
            ),
        ),
        config(written=ContainerdSettings(version=2, imports=("/a.toml",))),
    ),
    "proxy_not_in_effect": (
        config(process=ContainerdProcess(unit_proxy={"HTTPS_PROXY": "http://p"})),
        config(
            process=ContainerdProcess(
                unit_proxy={"HTTPS_PROXY": "http://p"}, proxy={"HTTPS_PROXY": "http://p"}
            )
        ),
    ),
    "crictl_yaml_broken": (
        config(crictl=CrictlFile(there=True, broken=Broken(FilePlace("/etc/crictl.yaml", 3), "x"))),
        config(),
    ),
}
STATES.update(SETTINGS)


def evidence(value: Any) -> Evidence:
    values = value if isinstance(value, tuple) else (value,)
    if values and isinstance(values[0], str):
        return Evidence({"kubelet": values}, facts())
    found = facts(*values)
    pods = tuple(line for pod in found[Workloads].pods for line in pod.evidence)
    return Evidence({"pod": pods}, found)


@pytest.mark.parametrize("name", STATES)
def test_the_state_tells_it_and_a_similar_one_does_not(name: str) -> None:
    telling, similar = STATES[name]
    assert name in [cause.id for cause in all_causes(causes(), evidence(telling))]
    assert name not in [cause.id for cause in all_causes(causes(), evidence(similar))]


def test_an_api_server_that_does_not_answer_is_one() -> None:
    silent = Unread(verbatim("kubectl"), "connection refused")
    here = Kubernetes(kubelet_conf=True, admin_conf=True, manifests=("a",) * 4, server="a:6443")
    asked = Facts(
        {**facts_by_topic(), Kubernetes: Partly(here, ("api_answers",), silent), System: System()}
    )
    assert [cause.id for cause in all_causes(causes(), Evidence({}, asked))] == ["api_silent"]


def test_a_healthy_node_has_none() -> None:
    assert all_causes(causes(), evidence(())) == ()


def test_what_was_not_read_tells_nothing() -> None:
    assert all_causes(causes(), Evidence()) == ()
