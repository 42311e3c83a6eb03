"""What containerd's log tells (1.6 and 1.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui_installer.model.cause import Clue, Evidence, KnownCause, Telltale, by_words
from tui_installer.model.facts import Cri, NotRead
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

CONTAINERD = "containerd"
DOWN = ("containerd_down", "containerd_socket", "pull_runtime", "kubelet_down", "node_not_ready")
# containerd's log, the kubelet's, and the states of pods tell of a sandbox in the same words.
SANDBOX = (CONTAINERD, "kubelet", "pod")
NO_NETWORK = r"cni plugin not initialized"


def _no_network(evidence: Evidence) -> Iterator[Clue]:
    """The kubelet says it once at each start; containerd knows whether it still holds."""
    try:
        network = evidence.facts[Cri].condition("NetworkReady")
    except (NotRead, KeyError):
        network = None
    if network is None or not network.holds:
        yield from Telltale("kubelet", re.compile(NO_NETWORK))(evidence)


def _anywhere(pattern: str, *sources: str) -> tuple[Telltale, ...]:
    return tuple(Telltale(source, re.compile(pattern)) for source in sources)


CAUSES = (
    KnownCause(
        "containerd_config_toml",
        T("containerd's configuration cannot be parsed: {reason}"),
        T(
            "put right that line of /etc/containerd/config.toml, then: systemctl restart containerd; or apply the same answers again"
        ),
        _anywhere(
            r"containerd: (?:failed to load TOML(?: from)?:? ?(?P<reason>[^\n]+))",
            CONTAINERD,
            "systemctl",
        ),
        explains=DOWN,
        lasting=True,
    ),
    KnownCause(
        "containerd_config_type",
        T("a value in containerd's configuration has the wrong type: {reason}"),
        T(
            "put right that value in /etc/containerd/config.toml, then: systemctl restart containerd"
        ),
        _anywhere(
            r"containerd: (?P<reason>\(\d+, \d+\): Can't convert [^\n]+)", CONTAINERD, "systemctl"
        ),
        explains=DOWN,
        lasting=True,
    ),
    by_words(
        "cri_plugin_settings",
        CONTAINERD,
        re.compile(
            r"failed to load plugin io\.containerd\.grpc\.v1\.cri\"? error=\"invalid plugin config: (?P<reason>[^\n]+?)\"?$",
            re.MULTILINE,
        ),
        T("containerd runs without its part for the kubelet: {reason}"),
        T(
            "remove that setting from /etc/containerd/config.toml (mirrors belong in /etc/containerd/certs.d), then: systemctl restart containerd"
        ),
        explains=("cri_disabled", "kubelet_down", "node_not_ready"),
        lasting=True,
    ),
    KnownCause(
        "cri_disabled",
        T(
            "containerd runs without its part for the kubelet: the CRI plugin is switched off or has failed"
        ),
        T(
            'remove "cri" from disabled_plugins in /etc/containerd/config.toml, then: systemctl restart containerd; why it failed: ctr plugins ls | grep cri'
        ),
        _anywhere(r"unknown service runtime\.v1(?:alpha2)?\.RuntimeService", "kubelet", "crictl"),
        explains=("pull_runtime", "kubelet_down", "node_not_ready"),
        lasting=True,
    ),
    by_words(
        "hosts_toml_broken",
        CONTAINERD,
        re.compile(
            r"failed to decode hosts\.toml\" (?:error=|err=)\"(?P<reason>[^\n]+?)\"?(?: |$)", re.M
        ),
        T("a file of mirrors is broken, and containerd asks the registry itself instead: {reason}"),
        T(
            "put right the hosts.toml below /etc/containerd/certs.d; to see which: ctr -n k8s.io images pull --hosts-dir /etc/containerd/certs.d IMAGE"
        ),
        explains=(
            "image_unreachable",
            "image_backoff",
            "pull_unreachable",
            "pull_name_unknown",
            "sandbox_image",
        ),
    ),
    by_words(
        "containerd_config_version",
        CONTAINERD,
        re.compile(r"containerd config version `?1`? has been deprecated"),
        T(
            "containerd's configuration lacks version = 2, so that its tables for the kubelet are left out"
        ),
        T(
            "write version = 2 as the first line of /etc/containerd/config.toml, then: systemctl restart containerd"
        ),
        severity=Outcome.WARN,
        explains=("sandbox_image", "cgroup_driver"),
    ),
    KnownCause(
        "sandbox_image",
        T("the image that every pod needs first cannot be fetched: {image}"),
        T(
            "set sandbox_image in /etc/containerd/config.toml to an image that this node can fetch, like registry.aliyuncs.com/google_containers/pause:3.8, then: systemctl restart containerd"
        ),
        _anywhere(r"failed to get sandbox image \\*\"(?P<image>[^\"\\]+)", *SANDBOX),
        explains=(
            "image_missing",
            "image_unreachable",
            "image_backoff",
            "kubeadm_wait",
            "pods_not_ready",
            "api_silent",
            "api_refused",
            "node_not_ready",
        ),
        lasting=True,
    ),
    KnownCause(
        "ghost_image_name",
        T("ctr has given an image a name that stops every new pod: {image}"),
        T(
            "give the name back to the image that it stood for and remove it by its digest: ctr -n k8s.io images tag IMAGE {image}; crictl rmi {image}; then: systemctl restart containerd"
        ),
        _anywhere(
            r"failed to get image from containerd \\*\"sha256:[0-9a-f]+\\*\": image \\*\"(?P<image>[^\"\\]+)\\*\": not found",
            *SANDBOX,
        ),
        explains=("pods_not_ready", "sandbox_image", "kubeadm_wait"),
        lasting=True,
    ),
    KnownCause(
        "cgroup_driver",
        T("kubelet and containerd use different cgroup drivers"),
        T(
            "set SystemdCgroup = true for runc in /etc/containerd/config.toml and cgroupDriver: systemd in /var/lib/kubelet/config.yaml, then: systemctl restart containerd kubelet"
        ),
        _anywhere(
            r"expected cgroupsPath to be of format \\*\"slice:prefix:name\\*\" for systemd cgroups",
            *SANDBOX,
        ),
        explains=("kubeadm_wait", "pods_not_ready", "api_silent", "api_refused", "pod_crashes"),
        lasting=True,
    ),
    KnownCause(
        "libseccomp_old",
        T("runc needs a newer libseccomp than this system has"),
        T(
            "take containerd.io from docker's packages for this system: its runc fits; or update libseccomp"
        ),
        _anywhere(r"runc: undefined symbol: seccomp_\w+", *SANDBOX),
        explains=("pods_not_ready", "kubeadm_wait"),
        lasting=True,
    ),
    KnownCause(
        "content_missing",
        T("a part of an image is missing on the disk: {digest}"),
        T("remove the image and fetch it again: crictl rmi IMAGE; crictl pull IMAGE"),
        _anywhere(r"content digest (?P<digest>sha256:[0-9a-f]{12})[0-9a-f]*: not found", *SANDBOX),
        explains=("pods_not_ready",),
    ),
    KnownCause(
        "docker_hub_limit",
        T("Docker Hub has refused: too many pulls from this address within six hours"),
        T("take a mirror for docker.io (mirrors.docker_io in the answers), or wait six hours"),
        _anywhere(r"toomanyrequests:|You have reached your pull rate limit", *SANDBOX, "crictl"),
        explains=("image_backoff", "pull_denied", "pods_not_ready"),
    ),
    KnownCause(
        "proxy_silent",
        T("the proxy that is set for this service does not answer: {reason}"),
        T(
            "put right HTTP_PROXY and NO_PROXY in /etc/systemd/system/containerd.service.d, then: systemctl daemon-reload; systemctl restart containerd"
        ),
        _anywhere(r"proxyconnect tcp: (?P<reason>[^\n\"]+)", CONTAINERD, "kubelet", "crictl"),
        explains=("image_unreachable", "image_backoff", "pull_unreachable", "sandbox_image"),
    ),
    KnownCause(
        "cni_not_there",
        T("no pod network is installed yet: /etc/cni/net.d holds no configuration"),
        T(
            "install the pod network: apply the same answers again, or: kubectl apply -f calico.yaml"
        ),
        (Telltale("pod", re.compile(NO_NETWORK)), _no_network),
        general=True,
    ),
    KnownCause(
        "cni_program_missing",
        T("a program of the pod network is not there: {plugin}"),
        T(
            "install it below /opt/cni/bin (yum install kubernetes-cni), or remove the file in /etc/cni/net.d that names it"
        ),
        _anywhere(
            r"failed to find plugin \\*\"(?P<plugin>calico|calico-ipam|portmap|bandwidth|loopback)\\*\" in path",
            *SANDBOX,
        ),
        explains=("node_not_ready", "pods_not_ready"),
        lasting=True,
    ),
    KnownCause(
        "cni_config_broken",
        T("a file of the pod network cannot be parsed: {file}"),
        T(
            "put it right, or remove it; Calico writes its own again: kubectl -n kube-system rollout restart ds calico-node"
        ),
        _anywhere(
            r"error parsing configuration list|failed to load CNI config (?:list )?file (?P<file>[^\s:]+)",
            *SANDBOX,
        ),
        explains=("cni_not_there", "node_not_ready", "pods_not_ready"),
    ),
    KnownCause(
        "start_limit",
        T("systemd has given up to start {unit}: it ended too often within a short time"),
        T("put right why it ends, then: systemctl reset-failed {unit}; systemctl start {unit}"),
        (
            Telltale(
                CONTAINERD,
                re.compile(r"start request repeated too quickly for (?P<unit>containerd)\.service"),
            ),
            Telltale(
                "kubelet",
                re.compile(r"start request repeated too quickly for (?P<unit>kubelet)\.service"),
            ),
        ),
        explains=("containerd_down", "kubelet_down"),
        general=True,
    ),
    KnownCause(
        "not_executable",
        T("a program of the node may not be executed: {file}"),
        T(
            "mount its file system without noexec, and give its folders mode 755: namei -l {file}; mount -o remount,exec /PLACE"
        ),
        _anywhere(r"fork/exec (?P<file>/[\w./-]+): permission denied", *SANDBOX),
        explains=("pods_not_ready", "node_not_ready"),
        lasting=True,
    ),
    KnownCause(
        "disk_full",
        T("the disk is full"),
        T("make room: df -h /var/lib; then: systemctl restart containerd kubelet"),
        _anywhere(r"no space left on device", CONTAINERD, "etcd"),
        explains=(
            "pull_disk_full",
            "kubeadm_disk_full",
            "evicting",
            "node_pressure",
            "kubelet_down",
            "containerd_down",
            "pods_not_ready",
            "etcd_full",
        ),
        lasting=True,
    ),
    KnownCause(
        "open_files_used_up",
        T("a limit of open files is reached"),
        T(
            "look who has them: lsof | cut -d' ' -f1 | sort | uniq -c | sort -n | tail; raise fs.file-max and LimitNOFILE"
        ),
        _anywhere(
            r"accept4?[^\n]*: too many open files|open /[^\n]*: too many open files", *SANDBOX
        ),
        explains=("pods_not_ready", "node_not_ready"),
    ),
    KnownCause(
        "systemd_stuck",
        T("systemd or D-Bus does not answer, so that no container can be started"),
        T("systemctl daemon-reexec; if that hangs too, reboot this machine"),
        _anywhere(
            r"Failed to activate service 'org\.freedesktop\.systemd1': timed out|unable to start unit[^\n]*: Connection timed out",
            *SANDBOX,
            "systemctl",
        ),
        explains=("pods_not_ready", "node_not_ready", "kubelet_down"),
    ),
)
