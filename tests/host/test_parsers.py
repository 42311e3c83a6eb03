"""The readers of facts understand what the real tools print."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import socket
import struct
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from tests.captures import capture
from tui_installer.catalogue import release
from tui_installer.host.facts import (
    chrony,
    clock,
    containerd,
    docker,
    firewall,
    hostname,
    images,
    kernel,
    kubeadm_preflight,
    kubernetes,
    network,
    networkmanager,
    packages,
    ports,
    proxy,
    selinux,
    services,
    swap,
    system,
    yum,
)
from tui_installer.host.look import Look
from tui_installer.host.shell import NOT_FOUND, Output
from tui_installer.model.answers import Answers, Node, Options
from tui_installer.model.facts import (
    Chrony,
    Docker,
    DockerInForce,
    Firewall,
    InForce,
    Managed,
    NetworkManager,
    Nic,
    Profile,
    Swap,
    Unit,
    Yum,
)
from tui_installer.steps.packages import further, needed, tools


@dataclass(frozen=True)
class Recorded(Look):
    """A machine of which only these files and answers to commands are known."""

    files: dict[str, str] = field(default_factory=dict)
    says: dict[str, Output] = field(default_factory=dict)

    def text(self, path: str) -> str:
        return self.files.get(path, "").strip()

    def exists(self, path: str) -> bool:
        return path in self.files

    def output(self, *argv: str, timeout: float = 20) -> Output:
        line = " ".join(argv)
        for start, answer in self.says.items():
            if line.startswith(start):
                return answer
        return Output(NOT_FOUND, "", f"{argv[0]}: not found")


def test_systemctl_show() -> None:
    found = services.parse(capture("host-systemctl-show"))
    assert found["firewalld.service"] == Unit("loaded", "active", "running", "enabled", 135)
    assert found["kubelet.service"] == Unit("not-found", "inactive", "dead", "", 0)
    assert not found["kubelet.service"].there
    assert found["firewalld.service"].running
    assert found["nosuch.service"] == Unit()


def test_systemctl_show_of_a_unit_that_keeps_failing() -> None:
    unit = services.parse(capture("systemctl-show-failed"))["containerd.service"]
    assert (unit.active, unit.sub, unit.enabled) == ("activating", "auto-restart", "enabled")


def test_systemctl_is_asked_once_for_all_units() -> None:
    shown = {"systemctl show": Output(0, capture("host-systemctl-show"))}
    assert services.read(Recorded(says=shown))["firewalld.service"].running
    assert services.read(Recorded()).units == {}


ENS33, ENS34 = "24797748-1b25-4e68-acf1-7a09e2e773db", "d493591a-e477-4110-807b-9cd9af0fa71a"


def test_what_networkmanager_has_in_force() -> None:
    found = networkmanager.devices(capture("nmcli-dev-show"))
    assert found["ens33"] == Managed("connected", ENS33, "", ("10.77.0.2",))
    assert found["ens34"] == Managed("connected (externally)", ENS34, "10.78.0.1")
    assert set(found) == {"ens33", "ens34", "lo"}
    assert all(device.managed for device in found.values())


def test_an_address_by_dhcp() -> None:
    found = networkmanager.devices(capture("nmcli-dev-show-dhcp"))["ens33"]
    assert found.leased
    assert (found.gateway, found.dns) == ("10.77.0.1", ("10.77.0.2",))


def test_values_that_are_missing_and_a_device_that_is_left_alone() -> None:
    text = (
        "GENERAL.DEVICE:ens33\nGENERAL.STATE:100 (connected)\nGENERAL.CON-UUID:--\n"
        "IP4.ADDRESS[1]:10.77.0.51/24\nIP4.GATEWAY:--\nIP4.DNS[1]:10.77.0.2\nIP4.DNS[2]:10.77.0.3\n"
        "DHCP4.OPTION[1]:dhcp_lease_time = 1800\n\n"
        "GENERAL.DEVICE:cali1a2b3c\nGENERAL.STATE:10 (unmanaged)\nGENERAL.CON-UUID:\n"
    )
    found = networkmanager.devices(text)
    assert found["ens33"] == Managed("connected", "", "", ("10.77.0.2", "10.77.0.3"), leased=True)
    assert not found["cali1a2b3c"].managed


def test_the_connections_that_networkmanager_keeps() -> None:
    kept = networkmanager.profiles(capture("nmcli-con-show"))
    own = ("10.77.0.51/24",)
    assert kept[0] == Profile(ENS33, "ens33", "manual", own, "", ("10.77.0.2",))
    assert kept[1] == Profile(
        ENS34, "ens34", "manual", ("10.78.0.51/24",), "10.78.0.1", autoconnect=False
    )
    (many,) = networkmanager.profiles(
        "connection.uuid:u\nipv4.addresses:10.0.0.1/8, 10.0.0.2/8\nipv4.dns:1.1.1.1,2.2.2.2\n"
        "ipv4.never-default:yes\nconnection.autoconnect:yes\n"
    )
    assert many.addresses == ("10.0.0.1/8", "10.0.0.2/8")
    assert many.dns == ("1.1.1.1", "2.2.2.2")
    assert many.never_default


NMCLI = {
    "nmcli -t -f GENERAL": Output(0, capture("nmcli-dev-show")),
    "nmcli -t -f UUID": Output(0, f"{ENS33}\n{ENS34}\n"),
    "nmcli -t -f connection.uuid": Output(0, capture("nmcli-con-show")),
}


def test_networkmanager_is_asked_only_for_what_is_needed() -> None:
    there = {networkmanager.PROGRAM: ""}
    fixed = Answers(Node(interface="ens33", address="10.77.0.51/24"))
    found = networkmanager.read(Recorded(fixed, files=there, says=NMCLI))
    profile = found.profile("ens33")
    assert profile is not None
    assert profile.uuid == ENS33
    assert found.profile("eth9") is None
    assert networkmanager.read(Recorded(Answers(), files=there, says=NMCLI)).profiles == ()
    assert not networkmanager.read(Recorded(fixed, says=NMCLI)).devices
    stopped = {"nmcli": Output(8, "", "Error: NetworkManager is not running.")}
    assert not networkmanager.read(Recorded(fixed, files=there, says=stopped)).devices


def test_a_connection_that_is_not_up_belongs_to_its_card() -> None:
    off = {"ens33": Managed("disconnected")}
    kept = (Profile("a", "ens33", autoconnect=False), Profile("b", "ens34"), Profile("c", "ens33"))
    found = NetworkManager(off, kept).profile("ens33")
    assert found is not None
    assert found.uuid == "c"


def test_crictl_info() -> None:
    assert containerd.parse(capture("crictl-info")) == InForce(
        "registry.aliyuncs.com/google_containers/pause:3.8", True, "/etc/containerd/certs.d"
    )


@pytest.mark.parametrize("text", ["", "FATA[0000] no runtime", "{"])
def test_crictl_info_that_is_no_answer(text: str) -> None:
    with pytest.raises(ValueError):
        containerd.parse(text)


def test_containerd_that_is_not_installed_and_one_that_is_stopped() -> None:
    assert not containerd.read(Recorded()).installed
    stopped = containerd.read(
        Recorded(
            files={"/usr/bin/containerd": ""},
            says={"containerd config default": Output(0, "version = 2\n")},
        )
    )
    assert stopped.installed
    assert stopped.default_config == "version = 2\n"
    assert stopped.in_force is None
    assert containerd.SOCKET in stopped.error
    whole = {"/usr/bin/containerd": "", containerd.CONFIG: "version = 2\n"}
    assert containerd.read(Recorded(files=whole)).default_config == "", "it is not needed"


def test_containerd_without_its_cri_plugin_gives_the_tools_own_words() -> None:
    said = "time=x\nrpc error: code = Unimplemented desc = unknown service\n"
    look = Recorded(
        files={"/usr/bin/containerd": "", containerd.SOCKET: ""},
        says={"crictl": Output(1, "", said)},
    )
    found = containerd.read(look)
    assert found.in_force is None
    assert found.error.endswith("unknown service")


def test_crictl_images() -> None:
    present = images.parse(capture("crictl-images-json")).present
    assert "registry.aliyuncs.com/google_containers/pause:3.8" in present
    assert len(present) == 7


def test_an_image_without_a_tag_is_none_that_the_kubelet_asks_for() -> None:
    rows = json.loads(capture("crictl-images-digest-only-json"))["images"]
    present = images.parse(capture("crictl-images-digest-only-json")).present
    assert len(present) == len(rows) - 1
    assert not any("busybox" in name for name in present)


@pytest.mark.parametrize("text", ["", "{}", "no such file", '{"images": []}'])
def test_no_images(text: str) -> None:
    assert images.parse(text).present == frozenset()


def test_rpm() -> None:
    """`rpm -q` prints a sentence for what is not installed; only the others count."""
    printed = "".join(
        f"{line}\n" if line.startswith("package ") else f"{row[0]} {row[1]}-{row[2]}\n"
        for line in capture("rpm-q").splitlines()
        for row in [line.removesuffix(".x86_64").removesuffix(".noarch").rsplit("-", 2)]
    )
    found = packages.parse(printed)
    assert found.installed["containerd.io"] == "1.6.6-3.1.el7"
    assert found.version("kubelet") == "1.25.0"
    assert found.version("docker-ce") == ""
    assert "package" not in found.installed


def test_a_package_is_damaged_when_a_file_is_gone_but_not_when_a_setting_was_changed() -> None:
    look = Recorded(
        verify_packages=True,
        says={
            "rpm -q": Output(0, "kubelet 1.25.0-0\nkubeadm 1.25.0-0\nkubectl 1.25.0-0\n"),
            "rpm -V --nodeps kubelet": Output(1, "missing     /usr/bin/kubelet\n"),
            "rpm -V --nodeps kubeadm": Output(1, "S.5....T.  c /etc/kubeadm.conf\n"),
            "rpm -V --nodeps kubectl": Output(1, "S.5....T.    /usr/bin/kubectl\n"),
        },
    )
    assert packages.read(look).damaged == {"kubelet", "kubectl"}


def test_what_rpm_had_begun_to_unpack_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("config.toml", "config.toml;6b04b78f", "a;b", "x;6b04b78", ";6b04b78f")
    for name in names:
        (tmp_path / "containerd").mkdir(exist_ok=True)
        (tmp_path / "containerd" / name).touch()
    monkeypatch.setattr(packages, "UNPACKED", (tmp_path,))
    torn = str(tmp_path / "containerd/config.toml;6b04b78f")
    assert packages.read(Recorded(verify_packages=True)).torn == (torn,)
    assert packages.read(Recorded()).torn == ()


PREFLIGHTS = [
    ("preflight-ok-no-warnings", [], []),
    (
        "preflight-br-netfilter-not-loaded",
        ["FileContent--proc-sys-net-bridge-bridge-nf-call-iptables"],
        [],
    ),
    ("preflight-etc-kubernetes-leftovers", ["DirAvailable--var-lib-etcd"], []),
    (
        "preflight-init-fresh-packaged-config",
        [
            "CRI",
            "FileContent--proc-sys-net-bridge-bridge-nf-call-iptables",
            "FileContent--proc-sys-net-ipv4-ip_forward",
        ],
        ["Firewalld", "Service-Kubelet"],
    ),
    ("preflight-kubelet-missing", ["KubeletVersion"], []),
    ("preflight-kubelet-older", ["KubeletVersion"], []),
    ("preflight-mem", ["Mem"], []),
    ("preflight-systemverification-cgroups", ["SystemVerification"], []),
    (
        "preflight-init-again-all-leftovers",
        [
            "Port-6443",
            "Port-10259",
            "Port-10257",
            "FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml",
            "FileAvailable--etc-kubernetes-manifests-kube-controller-manager.yaml",
            "FileAvailable--etc-kubernetes-manifests-kube-scheduler.yaml",
            "FileAvailable--etc-kubernetes-manifests-etcd.yaml",
            "Port-10250",
            "Port-2379",
            "Port-2380",
            "DirAvailable--var-lib-etcd",
        ],
        ["Hostname", "Hostname"],
    ),
    (
        "preflight-many-faults",
        [
            "NumCPU",
            "FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml",
            "FileContent--proc-sys-net-ipv4-ip_forward",
            "FileExisting-crictl",
            "FileExisting-conntrack",
            "DirAvailable--var-lib-etcd",
        ],
        [
            "Firewalld",
            "HTTPProxy",
            "HTTPProxyCIDR",
            "HTTPProxyCIDR",
            "Swap",
            "FileExisting-ebtables",
            "FileExisting-socat",
            "FileExisting-tc",
            "Service-Kubelet",
        ],
    ),
]


@pytest.mark.parametrize(
    ("name", "errors", "warnings"), PREFLIGHTS, ids=[row[0] for row in PREFLIGHTS]
)
def test_kubeadm_preflight(name: str, errors: list[str], warnings: list[str]) -> None:
    found = kubeadm_preflight.parse(capture(name))
    assert [name for name, _ in found.errors] == errors
    assert [name for name, _ in found.warnings][: len(warnings)] == warnings


def test_an_error_of_kubeadm_without_a_name_is_still_an_error() -> None:
    found = kubeadm_preflight.parse(capture("preflight-many-faults-ignored-all"), failed=True)
    assert len(found.errors) == 1
    assert "crictl is required by the container runtime" in found.errors[0][1]
    assert kubeadm_preflight.parse("", failed=True).errors


def test_kubeadm_is_asked_only_on_a_control_plane_that_is_none_yet() -> None:
    there = {"/usr/bin/kubeadm": "", "/etc/kubernetes/kubelet.conf": "x"}
    assert not kubeadm_preflight.read(Recorded()).asked
    assert not kubeadm_preflight.read(Recorded(answers=Answers())).asked
    assert not kubeadm_preflight.read(Recorded(answers=Answers(), files=there)).asked


def test_kubeadm_is_asked_with_a_file_and_pulls_nothing() -> None:
    said = Output(0, "", capture("preflight-init-fresh-packaged-config"))
    look = Recorded(
        answers=Answers(),
        files={"/usr/bin/kubeadm": ""},
        says={"kubeadm init phase preflight --config": said},
    )
    found = kubeadm_preflight.read(look)
    assert found.asked
    assert found.errors[0][0] == "CRI"


@pytest.mark.parametrize(
    ("state", "status", "wanted"),
    [(0, 0x2001, True), (5, 0x2041, False), (5, 0x0040, False), (-1, 0, None)],
)
def test_the_kernel_knows_whether_its_clock_is_kept(
    monkeypatch: pytest.MonkeyPatch, state: int, status: int, wanted: bool | None
) -> None:
    """`struct timex`: modes, offset, freq, maxerror, esterror, then status."""

    def adjtimex(timex: ctypes.Array[ctypes.c_char]) -> int:
        assert timex.raw == bytes(len(timex)), "all zero: only asked, nothing set"
        ctypes.memmove(timex, struct.pack("@Illlli", 0, 0, 0, 0, 0, status), 44)
        return state

    library = SimpleNamespace(adjtimex=adjtimex)
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: library)
    assert clock.read(Recorded()).synchronized is wanted


def test_the_clock_of_this_machine() -> None:
    """Whatever it is, asking breaks nothing."""
    assert clock.read(Recorded()).synchronized in (True, False, None)
    assert clock.read(Recorded()).now > 0


def test_swaps() -> None:
    header = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
    rows = "/dev/dm-1\tpartition\t2097148\t0\t-2\n/swapfile\tfile\t1024\t0\t-3\n"
    assert swap.read(Recorded(files={"/proc/swaps": header})) == Swap()
    assert swap.read(Recorded(files={"/proc/swaps": header + rows})).devices == (
        "/dev/dm-1",
        "/swapfile",
    )


@pytest.mark.parametrize(("text", "mode"), [("1", "enforcing"), ("0", "permissive")])
def test_selinux(text: str, mode: str) -> None:
    assert selinux.read(Recorded(files={selinux.ENFORCE: text})).mode == mode
    assert selinux.read(Recorded()).mode == "disabled"


def test_firewall_rules_are_asked_only_where_they_are_to_be_kept() -> None:
    said = {
        "firewall-cmd --permanent --list-ports": Output(0, "6443/tcp 10250/tcp\n"),
        "firewall-cmd --permanent --list-rich-rules": Output(0, 'rule a="b" accept\n\n'),
        "firewall-cmd --permanent --zone=trusted --list-sources": Output(0, "10.244.0.0/16\n"),
        "firewall-cmd --permanent --zone=trusted --list-interfaces": Output(0, "cali+ lo\n"),
    }
    keep = Answers(options=Options(firewall="open-ports"))
    assert firewall.read(Recorded(answers=Answers(), says=said)) == Firewall()
    assert firewall.read(Recorded(answers=keep, says=said)) == Firewall(
        frozenset({"6443/tcp", "10250/tcp"}),
        frozenset({'rule a="b" accept'}),
        frozenset({"source 10.244.0.0/16", "interface cali+", "interface lo"}),
    )


ROUTES = (
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
    "ens34\t00000000\t0122A8C0\t0003\t0\t0\t200\t00000000\t0\t0\t0\n"
    "ens33\t00000000\t0128A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
    "ens33\t0028A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
    "ens33\t0000000A\t0128A8C0\t0002\t0\t0\t0\t000000FF\t0\t0\t0\n"
)


def test_routes_of_the_kernel() -> None:
    files = {"/proc/net/route": ROUTES, "/etc/resolv.conf": "# x\nnameserver 192.168.40.1\n"}
    found = network.read(Recorded(files=files))
    assert found.default_nic == "ens33"
    assert found.gateway == "192.168.40.1"
    assert found.nameservers == ("192.168.40.1",)
    # A route that is down, the last row, is none.
    assert [r.destination for r in found.routes] == ["0.0.0.0/0", "0.0.0.0/0", "192.168.40.0/24"]
    assert network.read(Recorded()).default_nic == ""


def test_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    def row(family: int, address: str, netmask: str | None = None) -> SimpleNamespace:
        return SimpleNamespace(family=family, address=address, netmask=netmask)

    mac = row(psutil.AF_LINK, "00:0c:29:3e:5a:11")
    four, second = (row(socket.AF_INET, f"10.0.0.{n}", "255.255.255.0") for n in (5, 6))
    six = row(socket.AF_INET6, "fe80::1%ens33", "ffff:ffff:ffff:ffff::")
    up = SimpleNamespace(isup=True, speed=1000, mtu=1500)
    down = SimpleNamespace(isup=False, speed=0, mtu=1500)
    addresses = {"lo": [four], "ens33": [four, second, six, mac], "ens34": [mac], "veth1": [mac]}
    stats = {"lo": up, "ens33": up, "ens34": down}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: addresses)
    monkeypatch.setattr(psutil, "net_if_stats", lambda: stats)
    files = {
        "/sys/class/net/ens33/carrier": "1",
        "/sys/class/net/ens33/device/uevent": "DRIVER=e1000\nPCI_CLASS=20000\nPCI_ID=8086:100F\n",
        f"{network.SCRIPTS}ens33": 'DEVICE=ens33\nBOOTPROTO="dhcp"\n',
    }
    found = network.read(Recorded(files=files)).nics
    assert found == (
        Nic(
            "ens33",
            ("10.0.0.5/24", "10.0.0.6/24"),
            dhcp=True,
            speed=1000,
            driver="e1000",
            mac=mac.address,
        ),
        Nic("ens34", up=False, link=False, mac=mac.address),
        Nic("veth1", up=False, link=False, mtu=0, mac=mac.address, software=True),
    )


@pytest.mark.parametrize(
    "name", ["ens33", "eth0", "enp3s0f1", "bond0", "team0", "br0", "ens33.100"]
)
def test_cards_that_lead_to_other_machines(name: str) -> None:
    assert not network.made_by_software(name)


@pytest.mark.parametrize(
    "name",
    [
        *("docker0", "br-1f4a9c0d2e77", "virbr0", "virbr0-nic", "vnet3", "podman0", "dummy0"),
        *("veth0a1b2c3", "cni0", "cali1234567890a", "flannel.1", "tunl0", "vxlan.calico"),
        *("kube-ipvs0", "nodelocaldns", "cilium_host", "sit0", "ip6tnl0"),
    ],
)
def test_cards_made_by_software(name: str) -> None:
    assert network.made_by_software(name)


def test_capabilities() -> None:
    assert system._capabilities("CapBnd:\t000001ffffffffff\n") == frozenset(
        system.CAPABILITIES.values()
    )
    without = (1 << 41) - 1 - (1 << 24)
    assert system._capabilities(f"Name: x\nCapBnd:\t{without:016x}\n") == frozenset(
        {"CAP_SYS_ADMIN", "CAP_SYS_TIME"}
    )


def test_os_release() -> None:
    text = 'NAME="CentOS Linux"\nID="centos"\nPRETTY_NAME="CentOS Linux 7 (Core)"\n\nX=\n'
    found = system.read(Recorded(files={"/etc/os-release": text}))
    assert (found.os_id, found.os_name) == ("centos", "CentOS Linux 7 (Core)")
    assert system.read(Recorded()).release == ""


def test_modules_are_loaded_built_in_or_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "release", lambda: "3.10")
    files = {
        "/lib/modules/3.10/modules.builtin": "kernel/fs/overlayfs/overlay.ko\n",
        "/lib/modules/3.10/modules.dep": "kernel/net/netfilter/ipvs/ip_vs.ko.xz: kernel/lib/x.ko.xz\n"
        "kernel/net/bridge/br_netfilter.ko.xz:\n",
        "/proc/modules": "br_netfilter 22256 0 - Live 0x0\nxfs 1 0 - Live 0x0\n",
        "/proc/sys/net/ipv4/ip_forward": "1\n",
    }
    found = kernel.read(Recorded(files=files))
    assert found.loaded == {"overlay", "br_netfilter"}
    assert found.available == {"overlay", "br_netfilter", "ip_vs"}
    assert found.sysctl == {"net.ipv4.ip_forward": "1"}
    assert found.conntrack_writable


KUBELET = (
    "  sl  local_address rem_address   st\n   0: 0100007F:2808 00000000:0000 0A 00000000:00000000"
)


def test_what_is_there_of_a_cluster() -> None:
    conf = "clusters:\n- cluster:\n    server: https://10.0.0.5:6443\n"
    files = {
        "/etc/kubernetes/kubelet.conf": conf,
        "/etc/kubernetes/admin.conf": conf,
        "/proc/net/tcp": KUBELET,
    }
    names = "configmap/kubeadm-config\ndeployment.apps/coredns\n"
    found = kubernetes.read(Recorded(files=files, says={"kubectl": Output(0, names)}))
    assert found.server == "10.0.0.5:6443"
    assert found.kubelet_healthy
    assert found.api_answers
    assert found.objects == {"configmap/kubeadm-config", "deployment.apps/coredns"}
    down = kubernetes.read(Recorded(files=files, says={"kubectl": Output(1, names)}))
    assert not down.api_answers
    assert down.objects == frozenset()
    assert not kubernetes.read(Recorded()).kubelet_healthy


def test_yums_lock_counts_only_while_its_holder_lives() -> None:
    held = {
        "/var/run/yum.pid": "1152",
        "/proc/1152": "",
        "/proc/1152/cmdline": "/usr/bin/python\0/usr/libexec/packagekitd\0",
    }
    assert yum.read(Recorded(files=held)) == Yum(1152, "/usr/bin/python /usr/libexec/packagekitd")
    stale = {"/var/run/yum.pid": "1152"}
    assert yum.read(Recorded(files=stale)) == Yum()


def test_an_rpm_database_that_cannot_be_read() -> None:
    broken = {"rpm -q": Output(1, "", "warning: x\nerror: rpmdb: BDB0113 Thread died\n")}
    assert packages.read(Recorded(says=broken)).broken == "error: rpmdb: BDB0113 Thread died"
    good = {"rpm -q": Output(1, "package docker is not installed\n")}
    assert packages.read(Recorded(says=good)).broken == ""


def test_ports_are_read_without_a_listener() -> None:
    assert all(row.port in ports.WATCHED for row in ports.read(Recorded()).listeners)


DOCKER = DockerInForce(
    "20.10.24",
    "systemd",
    "json-file",
    ("https://docker.m.daocloud.io", "https://docker.1ms.run"),
)
RUNS = {"systemctl is-active docker.service": Output(0, "active\n")}


def test_docker_info() -> None:
    shown = {**RUNS, "docker info": Output(0, capture("docker-info-json"))}
    assert docker.read(Recorded(says=shown)) == Docker(DOCKER)


def test_docker_info_without_a_daemon() -> None:
    shown = {**RUNS, "docker info": Output(0, capture("docker-info-json-no-daemon"))}
    found = docker.read(Recorded(says=shown))
    assert found.in_force is None
    assert found.error.startswith("Cannot connect to the Docker daemon at unix:///var/run/docker")


@pytest.mark.parametrize("text", ["", "no json"])
def test_docker_info_that_is_none(text: str) -> None:
    shown = {**RUNS, "docker info": Output(1, text, "docker: no answer in 10 s\n")}
    assert docker.read(Recorded(says=shown)) == Docker(error="docker: no answer in 10 s")


def test_docker_that_does_not_run_is_not_asked() -> None:
    """A question to its socket would start it."""
    shown = {
        "systemctl is-active": Output(3, "inactive\n"),
        "docker info": Output(0, capture("docker-info-json")),
    }
    assert docker.read(Recorded(says=shown)) == Docker()
    assert docker.read(Recorded()) == Docker()


def test_whether_chrony_has_read_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, pid = tmp_path / "chrony.conf", tmp_path / "chronyd.pid"
    monkeypatch.setattr(chrony, "CONFIG", str(config))
    monkeypatch.setattr(chrony, "PIDS", (str(pid), str(tmp_path / "none")))
    assert chrony.read(Look()) == Chrony()
    for path, when in ((config, 100), (pid, 200)):
        path.touch()
        os.utime(path, (when, when))
    assert chrony.read(Look()) == Chrony(200, 100)
    assert not chrony.read(Look()).stale
    os.utime(config, (300, 300))
    assert chrony.read(Look()).stale
    pid.unlink()
    assert not chrony.read(Look()).stale, "when it began is not known"


def test_every_package_that_a_step_may_ask_for_is_looked_up() -> None:
    everything = Answers(options=Options(docker=True, base_packages=True, nfs_client=True))
    wanted = {**needed(everything), **tools(everything), **further(everything)}
    wanted |= release("1.25.0").docker
    assert set(wanted) <= set(packages.NAMES)


@pytest.mark.parametrize(
    ("config", "mode"),
    [
        ("mode: ipvs\nkind: KubeProxyConfiguration\n", "ipvs"),
        ('kind: KubeProxyConfiguration\nmode: ""\n', "iptables"),
        ("conntrack:\n  min: 0\nmode: iptables\n", "iptables"),
        ("", ""),
    ],
)
def test_the_mode_that_the_cluster_gives_kube_proxy(config: str, mode: str) -> None:
    assert proxy.wanted({"data": {"config.conf": config}}) == mode
    assert proxy.wanted(None) == ""


def test_a_name_that_has_changed_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    names = iter(["localhost.localdomain", "master01"])

    def uname() -> os.uname_result:
        return os.uname_result(("Linux", next(names), "3.10", "#1", "x86_64"))

    monkeypatch.setattr(os, "uname", uname)
    found = [hostname.read(Recorded()).current for _ in range(2)]
    assert found == ["localhost.localdomain", "master01"]
