"""What the state of the node tells: its units, its runtime, its place in the cluster."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tui_installer.causes.system import DOWN
from tui_installer.model.cause import Clue, Evidence, KnownCause
from tui_installer.model.facts import (
    CORDONED,
    Certificates,
    Clock,
    Containerd,
    Cri,
    Facts,
    HostName,
    KubeletSettings,
    Kubernetes,
    NotRead,
    Processes,
    Services,
    System,
    Unit,
    Workloads,
)
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

# Starts within the few minutes of the log.
STARTS = 5
# What kubeadm wants of a control plane, in CPUs and bytes.
CORES, MEMORY = 2, 1700 << 20


def _member(facts: Facts) -> bool:
    return facts[Kubernetes].member


def _unit(name: str, evidence: Evidence) -> Unit:
    return evidence.facts[Services][f"{name}.service"]


def _down(name: str) -> Callable[[Evidence], Iterator[Clue]]:
    """Returns the tell of a unit that should run and does not; without a cluster only what starts at boot should."""

    def tell(evidence: Evidence) -> Iterator[Clue]:
        unit = _unit(name, evidence)
        at_boot = name != "kubelet" and unit.enabled == "enabled"
        wanted = _member(evidence.facts) or at_boot
        if unit.there and wanted and not (unit.active == "active" and unit.sub == "running"):
            yield Clue(f"{name}.service: {unit.active} ({unit.sub})")

    return tell


def _masked(evidence: Evidence) -> Iterator[Clue]:
    for name in ("containerd", "kubelet"):
        if _unit(name, evidence).load == "masked":
            yield Clue(f"{name}.service: masked", {"unit": name})


def _disabled(evidence: Evidence) -> Iterator[Clue]:
    for name in ("containerd", "kubelet"):
        unit = _unit(name, evidence)
        if unit.there and unit.enabled == "disabled" and _member(evidence.facts):
            yield Clue(f"{name}.service: disabled", {"unit": name})


def _again_and_again(evidence: Evidence) -> Iterator[Clue]:
    for name in ("containerd", "kubelet"):
        starts = [line for line in evidence.lines.get(name, ()) if line.startswith("Started ")]
        if len(starts) >= STARTS and (name != "kubelet" or _member(evidence.facts)):
            yield Clue(f"{starts[-1]} ({len(starts)} x)", {"unit": name})


def _cri_off(evidence: Evidence) -> Iterator[Clue]:
    error = evidence.facts[Cri].error
    # A machine that only runs docker needs no CRI; its packages switch it off.
    if "Unimplemented" in error and _member(evidence.facts):
        yield Clue(error)


def _drivers(evidence: Evidence) -> Iterator[Clue]:
    cri, kubelet = evidence.facts[Cri], evidence.facts[KubeletSettings]
    if cri.systemd_cgroup is None or not kubelet.there:
        return
    # The kubelet's own default; kubeadm writes systemd into the file.
    driver = kubelet.cgroup_driver or "cgroupfs"
    if (driver == "systemd") != cri.systemd_cgroup:
        yield Clue(
            f"kubelet: cgroupDriver {driver}; containerd: SystemdCgroup {cri.systemd_cgroup}".lower()
        )


def _mirrors_in_file(evidence: Evidence) -> Iterator[Clue]:
    cri = evidence.facts[Cri]
    if cri.mirrors and not cri.config_path:
        yield Clue("crictl info: registry.mirrors " + ", ".join(cri.mirrors))


def _certificates(evidence: Evidence) -> Iterator[Clue]:
    now = evidence.facts[Clock].now
    for row in evidence.facts[Certificates].rows:
        if 0 < row.ends < now:
            yield Clue(row.name, {"end": row.name})


def _foreign_peers(evidence: Evidence) -> Iterator[Clue]:
    """Calico waits for peers that no node of the cluster is: they are of an earlier one."""
    known = {node.address for node in evidence.facts[Workloads].nodes}
    for line in evidence.lines.get("pod", ()):
        match = re.search(r"BGP not established with (?P<peers>[\d., ]*\d)", line)
        peers = re.findall(r"[\d.]+\d", match["peers"]) if match else []
        if strange := [peer for peer in peers if known and peer not in known]:
            yield Clue(line, {"peers": ", ".join(strange)})


def _cordoned(evidence: Evidence) -> Iterator[Clue]:
    node = evidence.facts[Workloads].node(evidence.facts[HostName].current)
    if node is not None and any(taint.key == CORDONED for taint in node.taints or ()):
        yield Clue(f"{node.name}: SchedulingDisabled", {"name": node.name})


def _not_ready(evidence: Evidence) -> Iterator[Clue]:
    node = evidence.facts[Workloads].node(evidence.facts[HostName].current)
    if node is not None and not node.ready:
        yield Clue(f"{node.name}: {node.reason}: {node.message}".rstrip(": "))


def _pods(evidence: Evidence) -> Iterator[Clue]:
    workloads = evidence.facts[Workloads]
    for pod in workloads.pods:
        if pod.namespace == "kube-system" and not pod.good:
            yield Clue(f"{pod.name}: {pod.state}")


def _api_silent(evidence: Evidence) -> Iterator[Clue]:
    """Only root may ask; one that refuses for good has answered."""
    here = evidence.facts[Kubernetes]
    try:
        _ = here.api_answers
    except NotRead as error:
        if evidence.facts[System].root and not error.unread.lasting:
            yield Clue(f"https://{here.server}: {error.unread.why}")


def _runtime_missing(evidence: Evidence) -> Iterator[Clue]:
    """Others than we put containerd elsewhere, and still have a unit of that name."""
    there = (
        evidence.facts[Containerd].installed or _unit("containerd", evidence).load != "not-found"
    )
    if not there and evidence.facts[Cri].error and _member(evidence.facts):
        yield Clue(evidence.facts[Cri].error)


def _newer_file(evidence: Evidence) -> Iterator[Clue]:
    if evidence.facts[Cri].newer_file:
        yield Clue("/etc/containerd/config.toml")


def _misspelt(evidence: Evidence) -> Iterator[Clue]:
    for key, meant in evidence.facts[Cri].misspelt:
        yield Clue(f"/etc/containerd/config.toml: {key}", {"key": key, "meant": meant})


def _crictl(evidence: Evidence) -> Iterator[Clue]:
    if evidence.facts[Cri].crictl_endpoint == "" and _member(evidence.facts):
        yield Clue("/etc/crictl.yaml: runtime-endpoint")


def _security(evidence: Evidence) -> Iterator[Clue]:
    """On a node whose pods all run it is in nobody's way."""
    facts = evidence.facts
    node = facts[Workloads].node(facts[HostName].current)
    bad = [pod for pod in facts[Workloads].pods if pod.namespace == "kube-system" and not pod.good]
    found = ", ".join(facts[Processes].security)
    if found and (bad or (node is not None and not node.ready)):
        yield Clue(found, {"programs": found})


def _small(evidence: Evidence) -> Iterator[Clue]:
    """kubeadm asks for that much of a control plane."""
    system = evidence.facts[System]
    if evidence.facts[Kubernetes].manifests and (system.cores < CORES or system.memory < MEMORY):
        megabytes = str(system.memory >> 20)
        values = {"cores": str(system.cores), "memory": megabytes}
        yield Clue(f"CPU: {system.cores}; memory: {megabytes} MiB", values)


CAUSES = (
    KnownCause(
        "unit_masked",
        T("{unit} is masked: systemd refuses to start it"),
        T("systemctl unmask {unit}; systemctl enable --now {unit}"),
        (_masked,),
        explains=DOWN,
    ),
    KnownCause(
        "runtime_missing",
        T("this node belongs to a cluster, and containerd is not installed"),
        T("install it again: apply the same answers, or yum install containerd.io"),
        (_runtime_missing,),
        explains=DOWN,
    ),
    KnownCause(
        "cri_off_in_force",
        T("containerd answers, but not to the kubelet: its CRI plugin is off"),
        T(
            'remove "cri" from disabled_plugins in /etc/containerd/config.toml, then: systemctl restart containerd'
        ),
        (_cri_off,),
        explains=("cri_disabled", "pull_runtime", *DOWN),
        lasting=True,
    ),
    KnownCause(
        "containerd_file_newer",
        T("containerd runs with older settings than those in its file"),
        T("systemctl restart containerd: running containers go on"),
        (_newer_file,),
        severity=Outcome.WARN,
        explains=("cgroup_drivers_differ", "cri_off_in_force", "mirrors_in_old_place"),
    ),
    KnownCause(
        "containerd_key_misspelt",
        T("containerd passes over {key} in its file; {meant} is meant"),
        T("put it right in /etc/containerd/config.toml, then: systemctl restart containerd"),
        (_misspelt,),
        severity=Outcome.WARN,
        explains=(
            "cgroup_drivers_differ",
            "cgroup_driver",
            "sandbox_image",
            "mirrors_in_old_place",
        ),
    ),
    KnownCause(
        "cgroup_drivers_differ",
        T(
            "the settings in force differ: the cgroup driver of the kubelet is not that of containerd"
        ),
        T(
            "set SystemdCgroup = true for runc in /etc/containerd/config.toml and cgroupDriver: systemd in /var/lib/kubelet/config.yaml, then: systemctl restart containerd kubelet"
        ),
        (_drivers,),
        explains=("cgroup_driver", "pod_crashes", "kubeadm_wait", *DOWN),
    ),
    KnownCause(
        "calico_foreign_peers",
        T("Calico waits for nodes that this cluster does not have: {peers}"),
        T(
            "they are of an earlier cluster: kubectl delete node NAME for nodes that are gone; on this node: ip route show proto bird, then restart calico-node"
        ),
        (_foreign_peers,),
        explains=("bgp_peers", "pods_not_ready"),
    ),
    KnownCause(
        "certificate_ended",
        T("a certificate of this node has expired: {end}"),
        T(
            "on a control plane: kubeadm certs renew all, then restart its static pods; on a worker: join again"
        ),
        (_certificates,),
        explains=("certificate_expired", "kubelet_certificate_expired", *DOWN),
    ),
    KnownCause(
        "mirrors_in_old_place",
        T("containerd reads its mirrors from old tables, which a newer version no longer knows"),
        T(
            "write them into /etc/containerd/certs.d and set config_path: apply the same answers again"
        ),
        (_mirrors_in_file,),
        severity=Outcome.WARN,
    ),
    KnownCause(
        "crictl_unset",
        T(
            "crictl is not told where containerd listens: it warns, and asks docker's old socket first"
        ),
        T(
            "write into /etc/crictl.yaml: runtime-endpoint: unix:///run/containerd/containerd.sock; the same for image-endpoint"
        ),
        (_crictl,),
        severity=Outcome.WARN,
    ),
    KnownCause(
        "machine_small",
        T("this machine is too small for a control plane: {cores} CPUs and {memory} MiB of memory"),
        T("give it two CPUs and 2 GiB of memory at least, or run the control plane elsewhere"),
        (_small,),
        severity=Outcome.WARN,
        explains=("etcd_slow", "out_of_memory", "pleg"),
    ),
    KnownCause(
        "security_program",
        T("pods do not run, and a security program may keep them from it: {programs}"),
        T(
            "have /var/lib/containerd, /var/lib/kubelet, /var/lib/etcd, /opt/cni/bin and /run excepted from it"
        ),
        (_security,),
        severity=Outcome.WARN,
    ),
    KnownCause(
        "node_cordoned",
        T("no new pods are placed on this node: somebody has cordoned it"),
        T("when its work is done: kubectl uncordon {name}"),
        (_cordoned,),
        severity=Outcome.WARN,
    ),
    KnownCause(
        "unit_disabled",
        T("{unit} does not start at the next boot"),
        T("systemctl enable {unit}"),
        (_disabled,),
        severity=Outcome.WARN,
    ),
    KnownCause(
        "unit_restarts",
        T("{unit} ends and starts again and again"),
        T("read its last words: journalctl -u {unit} -n 50"),
        (_again_and_again,),
        general=True,
    ),
    KnownCause(
        "containerd_down",
        T("containerd does not run"),
        T("systemctl start containerd; why not: journalctl -u containerd -n 50"),
        (_down("containerd"),),
        explains=(
            "containerd_socket",
            "kubelet_down",
            "api_silent",
            "api_refused",
            "node_not_ready",
            "pods_not_ready",
        ),
        general=True,
    ),
    KnownCause(
        "kubelet_down",
        T("the kubelet does not run"),
        T("systemctl start kubelet; why not: journalctl -u kubelet -n 50"),
        (_down("kubelet"),),
        explains=("api_silent", "api_refused", "node_not_ready", "pods_not_ready"),
        general=True,
    ),
    KnownCause(
        "api_silent",
        T("the API server of this control plane does not answer"),
        T("look at it: crictl ps -a | grep kube-apiserver; crictl logs ID"),
        (_api_silent,),
        explains=("api_refused", "node_not_ready"),
        general=True,
    ),
    KnownCause(
        "node_not_ready",
        T("the cluster does not count this node as ready"),
        T("look at it: kubectl describe node; journalctl -u kubelet -n 50"),
        (_not_ready,),
        explains=("pods_not_ready",),
        general=True,
    ),
    KnownCause(
        "pods_not_ready",
        T("pods of the cluster itself are not ready"),
        T(
            "look at them: kubectl -n kube-system get pods -o wide; kubectl -n kube-system describe pod NAME"
        ),
        (_pods,),
        general=True,
    ),
)
