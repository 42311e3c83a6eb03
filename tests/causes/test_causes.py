"""Each known failure is recognised in what the real tool printed when it happened."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from string import Formatter

import pytest

from tests.causes.test_catalogue import CASES as LINES
from tests.causes.test_states import STATES
from tests.support.captures import capture, lines
from tui_installer.host.systemd import last_start
from tui_installer.model.cause import Cause, Telltale, known_cause, name_cause
from tui_installer.model.printable import clean
from tui_installer.registry import causes

# How many last lines the engine keeps of a child's output.
KEPT = 60


def cause(program: str, printed: Iterable[str]) -> Cause:
    return name_cause(causes(), program, [line for line in map(clean, printed) if line][-KEPT:])


CAPTURED = [
    ("yum-disk-full", "yum", "yum_disk_full", {}),
    ("yum-lock-held", "yum", "yum_lock", {}),
    ("yum-exclude", "yum", "yum_excluded", {"package": "kubelet-1.25.0"}),
    ("yum-kube-wrong-version", "yum", "yum_package_missing", {"package": "kubelet-1.25.99"}),
    ("yum-missing-package", "yum", "yum_package_missing", {"package": "nosuchpackage"}),
    ("yum-gpg-key-unreachable", "yum", "yum_signature", {}),
    ("yum-gpg-no-key", "yum", "yum_signature", {}),
    ("yum-gpg-wrong-key", "yum", "yum_signature", {}),
    ("yum-no-dns", "yum", "yum_name_unknown", {"host": "mirrors.aliyun.com"}),
    ("host-yum-stock-dead", "yum", "yum_name_unknown", {"host": "mirrorlist.centos.org"}),
    ("yum-repo-404", "yum", "yum_not_there", {}),
    (
        "docker-broken-daemon-json",
        "systemctl",
        "docker_config",
        {
            "file": "/etc/docker/daemon.json",
            "reason": "invalid character ']' looking for beginning of value",
        },
    ),
    ("img-disk-full", "crictl", "pull_disk_full", {}),
    (
        "img-ca-unknown",
        "crictl",
        "pull_certificate",
        {"reason": "certificate signed by unknown authority"},
    ),
    ("img-proxy-dead", "crictl", "proxy_silent", {}),
    (
        "img-h-seed-invalid-hosts-toml",
        "crictl",
        "pull_name_unknown",
        {"host": "registry-1.docker.io"},
    ),
    ("join-unknown-token", "kubeadm", "join_token_unknown", {"id": "zzzzzz"}),
    ("join-expired-token", "kubeadm", "join_token_unknown", {"id": "io0wz7"}),
    ("join-wrong-secret", "kubeadm", "join_token_wrong", {}),
    ("join-wrong-hash", "kubeadm", "join_pin_wrong", {}),
    ("join-refused", "kubeadm", "join_address", {"reason": "connect: connection refused"}),
    ("join-no-host", "kubeadm", "join_address", {"reason": "connect: no route to host"}),
    (
        "join-firewall-reject-timeout15",
        "kubeadm",
        "join_address",
        {"reason": "connect: no route to host"},
    ),
    (
        "join-blackhole-timeout15",
        "kubeadm",
        "join_address",
        {"reason": "context deadline exceeded"},
    ),
    ("join-nodns-timeout15", "kubeadm", "join_address", {}),
    ("join-endpoint-name-not-in-san", "kubeadm", "join_certificate", {}),
    ("join-node-name-exists-ready", "kubeadm", "join_name_taken", {"name": "fa1"}),
    ("join-containerd-stopped", "kubeadm", "kubeadm_preflight", {"name": "CRI"}),
    ("join-wrong-crisocket", "kubeadm", "kubeadm_preflight", {"name": "CRI"}),
    ("join-again", "kubeadm", "kubeadm_port", {"port": "10250"}),
    (
        "join-preflight-leftovers",
        "kubeadm",
        "kubeadm_leftovers",
        {"name": "etc-kubernetes-kubelet.conf"},
    ),
    ("join-fail-swap-on", "kubeadm", "kubeadm_kubelet", {}),
    ("init-fail-swap-on", "kubeadm", "kubeadm_kubelet", {}),
    ("init-fail-containerd-stopped", "kubeadm", "kubeadm_kubelet", {}),
    ("init-fail-cri-off", "kubeadm", "kubeadm_kubelet", {}),
    ("init-fail-port-6443-preflight", "kubeadm", "kubeadm_port", {"port": "6443"}),
    ("init-fail-wrong-advertise-address", "kubeadm", "kubeadm_wait", {}),
    ("init-fail-sandbox-image", "kubeadm", "kubeadm_wait", {}),
    ("init-fail-kubelet-cgroupfs", "kubeadm", "kubeadm_wait", {}),
    ("init-stale-kubeconfig", "kubeadm", "kubeadm_stale_kubeconfig", {}),
    ("preflight-mem", "kubeadm", "kubeadm_memory", {"wanted": "1700"}),
    ("preflight-numcpu", "kubeadm", "kubeadm_port", {"port": "6443"}),
    ("preflight-kubelet-newer", "kubeadm", "kubeadm_preflight", {"name": "KubeletVersion"}),
    ("preflight-kubernetesversion-newer", "kubeadm", "kubeadm_preflight", {"name": "ImagePull"}),
    ("preflight-not-root", "kubeadm", "kubeadm_preflight", {"name": "IsPrivilegedUser"}),
    ("join-no-args", "kubeadm", "unknown", {}),
]


@pytest.mark.parametrize(
    ("name", "program", "wanted", "values"), CAPTURED, ids=[row[0] for row in CAPTURED]
)
def test_a_captured_failure_is_named(
    name: str, program: str, wanted: str, values: dict[str, str]
) -> None:
    found = cause(program, lines(name))
    assert found.id == wanted
    for key, value in values.items():
        assert {**found.title.params, **found.cure.params}[key] == value


def test_an_earlier_start_of_a_unit_is_not_what_failed_now() -> None:
    """The journal of a unit that failed twice, each time for another reason."""
    found = cause("systemctl", last_start(capture("docker-mirror-with-path")).splitlines())
    assert found.id == "docker_daemon"
    assert found.title.params["reason"] == (
        "invalid mirror: path, query, or fragment at end of the URI "
        '"https://docker.m.daocloud.io/hub"'
    )


def pulls(name: str) -> list[str]:
    """The parts of a capture of several pulls: each ends with a line that gives the code."""
    text = capture(name)
    return [part for part in text.replace("\nrc 0\n", "\nrc 1\n").split("\nrc 1\n") if part]


SEVERAL = ["pull_name_unknown"] * 2 + [
    "pull_not_found",
    "unknown",
    "pull_name_unknown",
    "pull_unreachable",
    "pull_unreachable",
]


def test_pulls_of_images_that_are_not_there() -> None:
    found = [cause("crictl", part.splitlines()) for part in pulls("img-o-tag-not-found")]
    assert [row.id for row in found] == SEVERAL
    assert found[2].title.params == {"image": "registry.aliyuncs.com/google_containers/pause:9"}
    assert found[4].title.params == {"host": "nosuch.mirror.lab"}


# Telltale of yum 3.4.3 of CentOS 7 itself, and of registries, where no capture has them.
SAID = [
    (
        "systemctl",
        'Job for docker.service failed because the control process exited with error code. See "systemctl status docker.service" and "journalctl -xe" for details.\n'
        "failed to start daemon: Error initializing network controller: error obtaining controller "
        "instance: failed to create NAT chain DOCKER: iptables failed",
        "docker_network",
    ),
    (
        "systemctl",
        'Job for docker.service failed because the control process exited with error code. See "systemctl status docker.service" and "journalctl -xe" for details.\n'
        "failed to start daemon: error initializing graphdriver: overlay2: the backing xfs filesystem is "
        "formatted without d_type support",
        "docker_storage",
    ),
    (
        "systemctl",
        'Job for docker.service failed because the control process exited with error code. See "systemctl status docker.service" and "journalctl -xe" for details.\n'
        'failed to start daemon: failed to dial "/run/containerd/containerd.sock": context deadline exceeded',
        "docker_containerd",
    ),
    (
        "systemctl",
        'Job for docker.service failed because the control process exited with error code. See "systemctl status docker.service" and "journalctl -xe" for details.',
        "docker_start",
    ),
    (
        "systemctl",
        "Job for containerd.service failed because the control process exited with error code.",
        "unknown",
    ),
    (
        "pod",
        "Unable to auto-detect an IPv4 address using interface regexes [eth0]: no valid host interfaces found",
        "calico_card",
    ),
    ("pod", "Couldn't autodetect an IPv4 address. If auto-detecting, choose a", "calico_address"),
    (
        "pod",
        'MountVolume.SetUp failed for volume "bpffs" : hostPath type check failed: /sys/fs/bpf is not a directory',
        "bpf_missing",
    ),
    (
        "pod",
        'Failed to pull image "docker.io/calico/node:v3.24.5": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/calico/node:v3.24.5": failed to resolve reference "docker.io/calico/node:v3.24.5": docker.io/calico/node:v3.24.5: not found',
        "image_missing",
    ),
    (
        "pod",
        'failed to pull and unpack image "docker.io/calico/cni:v3.24.5": failed to resolve reference "docker.io/calico/cni:v3.24.5": failed to do request: Head "https://registry-1.docker.io/v2/calico/cni/manifests/v3.24.5": dial tcp: lookup registry-1.docker.io: no such host',
        "image_unreachable",
    ),
    ("pod", 'BackOff: Back-off pulling image "docker.io/calico/node:v3.24.5"', "image_backoff"),
    ("pod", "plugin/forward: no nameservers found", "dns_nameserver"),
    (
        "pod",
        '[FATAL] plugin/loop: Loop (127.0.0.1:55953 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting.',
        "dns_loop",
    ),
    (
        "pod",
        'Post "https://10.96.0.1:443/apis/authorization.k8s.io/v1/selfsubjectaccessreviews": dial tcp 10.96.0.1:443: connect: no route to host',
        "api_blocked",
    ),
    (
        "pod",
        "Unhealthy: Readiness probe failed: calico/node is not ready: BIRD is not ready: BGP not established with 192.168.40.181,192.168.40.182",
        "bgp_peers",
    ),
    (
        "pod",
        'plugin type="calico" failed (delete): error getting ClusterInformation: connection is unauthorized: Unauthorized',
        "cni_stale",
    ),
    (
        "pod",
        'failed to find plugin "flannel" in path [/opt/cni/bin]',
        "cni_other",
    ),
    (
        "pod",
        'plugin type="flannel" failed (add): loadFlannelSubnetEnv failed: open /run/flannel/subnet.env: no such file or directory',
        "cni_other",
    ),
    (
        "pod",
        "Unschedulable: 0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.",
        "node_pressure",
    ),
    (
        "pod",
        "CrashLoopBackOff: back-off 2m40s restarting failed container=calico-node pod=calico-node-twcs8_kube-system(0bf4)",
        "pod_crashes",
    ),
    (
        "pod",
        'plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running',
        "calico_not_there",
    ),
    ("yum", "No package kubelet-1.25.0 available.", "yum_package_missing"),
    ("yum", "Existing lock /var/run/yum.pid: another copy is running as pid 1152.", "yum_lock"),
    ("yum", "Another app is currently holding the yum lock; exiting as configured", "yum_lock"),
    (
        "yum",
        "Could not retrieve mirrorlist http://mirrorlist.centos.org/?release=7&arch=x86_64&repo=os "
        'error was\n14: curl#6 - "Could not resolve host: mirrorlist.centos.org; Unknown error"',
        "yum_name_unknown",
    ),
    (
        "yum",
        "https://m/repodata/repomd.xml: [Errno 14] HTTPS Error 404 - Not Found",
        "yum_not_there",
    ),
    (
        "yum",
        "https://m/repodata/repomd.xml: [Errno 14] HTTP Error 404 - Not Found",
        "yum_not_there",
    ),
    (
        "yum",
        'https://m/x.rpm: [Errno 12] Timeout on https://m/x.rpm: (28, "Operation too slow")',
        "yum_silent",
    ),
    ("yum", 'https://m/x: [Errno 14] curl#7 - "Failed connect; Connection refused"', "yum_refused"),
    ("yum", "  At least 31MB more space needed on the / filesystem.", "yum_disk_full"),
    ("yum", "Package kubelet-1.25.0-0.x86_64.rpm is not signed", "yum_signature"),
    (
        "yum",
        "Error: Package: containerd.io-1.6.6 (docker-ce)\n Requires: container-selinux >= 2:2.74",
        "yum_dependency",
    ),
    ("yum", "Cannot find a valid baseurl for repo: base/7/x86_64", "yum_repository"),
    (
        "crictl",
        'failed to resolve reference \\"a/b:1\\": pull access denied, repository does not exist or '
        "may require authorization: server message: insufficient_scope: authorization failed",
        "pull_denied",
    ),
    (
        "crictl",
        'msg="dial unix /run/containerd/containerd.sock: connect: no such file or directory"',
        "pull_runtime",
    ),
    ("crictl", "unknown service runtime.v1alpha2.ImageService", "pull_runtime"),
    ("kubeadm", "write /etc/kubernetes/pki/ca.crt: no space left on device", "kubeadm_disk_full"),
    (
        "kubeadm",
        "error execution phase preflight: couldn't validate the identity of the API Server: Get "
        '"https://a:6443/": x509: certificate has expired or is not yet valid: current time 2019',
        "join_certificate",
    ),
]


@pytest.mark.parametrize(("program", "said", "wanted"), SAID, ids=[row[1][:40] for row in SAID])
def test_other_words_of_the_same_failures(program: str, said: str, wanted: str) -> None:
    assert cause(program, said.splitlines()).id == wanted


GOOD = [
    ("yum", "yum-kube-install"),
    ("yum", "yum-containerd-install-pty"),
    ("yum", "yum-slow-mirror-progress-pty"),
    ("yum", "yum-base-install-pty"),
    ("kubeadm", "init-ok"),
    ("kubeadm", "join-ok"),
    ("kubeadm", "preflight-ok-no-warnings"),
]


@pytest.mark.parametrize(("program", "name"), GOOD)
def test_a_success_shows_no_failure(program: str, name: str) -> None:
    assert cause(program, lines(name)).id == "unknown"


def test_every_cause_is_proven_by_some_output() -> None:
    proven = (
        {"docker_daemon"} | {row[2] for row in CAPTURED} | {row[2] for row in SAID} | set(SEVERAL)
    )
    proven |= set(LINES) | set(STATES) | {"api_silent"}
    assert {cause.id for cause in causes()} == proven - {"unknown"}


def test_ids_are_unique() -> None:
    ids = [cause.id for cause in causes()]
    assert len(ids) == len(set(ids))


def test_the_texts_name_only_what_the_pattern_finds() -> None:
    for cause in causes():
        for text in (cause.title, cause.cure):
            names = {name for _, name, _, _ in Formatter().parse(text.template) if name}
            for tell in cause.tells:
                if isinstance(tell, Telltale):
                    assert names <= set(tell.pattern.groupindex) | set(text.params), cause.id


def test_a_cause_of_another_program_is_not_taken() -> None:
    assert cause("kubeadm", lines("yum-repo-404")).id == "unknown"


def test_a_cause_can_go_into_the_journal() -> None:
    found = cause("kubeadm", lines("join-again"))
    assert json.loads(json.dumps(found.title.to_json()))["params"]["port"] == "10250"


def test_no_capture_is_left_unread() -> None:
    """A capture that no test reads proves nothing."""
    here = Path(__file__).parent.parent
    texts = "".join(path.read_text(encoding="utf-8") for path in here.rglob("test_*.py"))
    names = {path.stem for path in (here / "data" / "captures").iterdir()}
    assert {name for name in names if name not in texts} == set()


# What every start of a healthy network prints for some seconds (seen in the lab).
NOISE = (
    "Readiness probe failed: calico/node is not ready: BIRD is not ready: Error querying BIRD: unable to connect to BIRDv4 socket: dial unix /var/run/bird/bird.ctl: connect: no such file or directory",
    "Readiness probe failed: calico/node is not ready: BIRD is not ready: Error querying BIRD: unable to connect to BIRDv4 socket: dial unix /var/run/calico/bird.ctl: connect: connection refused",
    "Unschedulable: 0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.",
)


@pytest.mark.parametrize("line", NOISE)
def test_what_a_healthy_start_prints_is_no_cause(line: str) -> None:
    assert known_cause(causes(), "pod", [line]) is None


def test_the_cause_comes_before_what_follows_from_it() -> None:
    """Other pods only wait for calico-node, which has a reason of its own not to run."""
    found = cause(
        "pod",
        [
            'plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory',
            "Unable to auto-detect an IPv4 address using interface regexes [eth0]: no valid host interfaces found",
        ],
    )
    assert found.id == "calico_card"
    assert found.title.params == {"card": "eth0"}
