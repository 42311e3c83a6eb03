"""Reasons why pods do not become ready: in their states, in the events about them, in their logs."""

from __future__ import annotations

import re

from tui_installer.model.cause import by_words
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

# These words appear in evidence of facts, not in the output of a command.
POD = "pod"
IMAGE = r"(?P<image>[a-z0-9.-]+(?::\d+)?/[\w./-]+:[\w.-]+)"

CAUSES = (
    by_words(
        "calico_card",
        POD,
        re.compile(
            r"Unable to auto-detect an IPv4 address using interface regexe?s? \[(?P<card>[^\]]*)\]"
        ),
        T("Calico looks for a network card that this node does not have: {card}"),
        T(
            "apply the same answers again: they let Calico follow the address of each node, whatever its card is called"
        ),
    ),
    by_words(
        "calico_address",
        POD,
        re.compile(
            r"(?:Unable|Couldn't) (?:to )?auto-?detect an? IPv4 address|no valid IPv4 addresses found"
        ),
        T("Calico finds no address on this node"),
        T("give the node's card an address, then apply the same answers again"),
    ),
    by_words(
        "bpf_missing",
        POD,
        re.compile(r"hostPath type check failed: /sys/fs/bpf is not a directory"),
        T("this kernel has no /sys/fs/bpf, which Calico mounts"),
        T("boot the newest kernel of CentOS 7.9 (yum update kernel), then apply again"),
    ),
    by_words(
        "image_missing",
        POD,
        re.compile(
            rf'(?:pull and unpack|resolve reference|pull) (?:image )?"{IMAGE}".*(?:: not found|404|MANIFEST_UNKNOWN|manifest unknown)',
            re.I,
        ),
        T("no source holds the image {image}"),
        T(
            "choose another source for it in the answers (for docker.io/: mirrors.docker_io), then apply again"
        ),
    ),
    by_words(
        "image_unreachable",
        POD,
        re.compile(
            rf'(?:pull and unpack|resolve reference|pull) (?:image )?"{IMAGE}".*'
            r"(?:dial tcp|no such host|i/o timeout|connection refused|deadline exceeded|TLS|x509|lookup|proxyconnect)",
        ),
        T("the image {image} cannot be fetched: its source does not answer"),
        T(
            "choose a source that answers in the answers (for docker.io/: mirrors.docker_io), then apply again"
        ),
    ),
    by_words(
        "image_backoff",
        POD,
        re.compile(
            rf'(?:Back-off pulling image|Failed to pull image|ImagePullBackOff: .*image) "{IMAGE}"'
        ),
        T("the image {image} cannot be fetched"),
        T(
            "choose another source for it in the answers (for docker.io/: mirrors.docker_io), then apply again"
        ),
    ),
    by_words(
        "dns_nameserver",
        POD,
        re.compile(r"plugin/forward: no nameservers found"),
        T("CoreDNS finds no name server: /etc/resolv.conf of its node names none"),
        T(
            "add a line to /etc/resolv.conf, like: nameserver 223.5.5.5, then: kubectl -n kube-system rollout restart deployment coredns"
        ),
    ),
    by_words(
        "dns_loop",
        POD,
        re.compile(r"plugin/loop: Loop \((?P<way>[^)]*)\) detected"),
        T("CoreDNS asks itself in a circle: /etc/resolv.conf of its node names the node itself"),
        T(
            "name a server of the network in /etc/resolv.conf instead of 127.0.0.1, then: kubectl -n kube-system rollout restart deployment coredns"
        ),
    ),
    by_words(
        "api_blocked",
        POD,
        re.compile(
            r"(?:Get|Post) \"?https://(?P<address>[\d.]+):443/.*: dial tcp [\d.:]+: connect: no route to host"
        ),
        T("a firewall keeps pods from the API server ({address}:443, no route to host)"),
        T(
            'turn firewalld off on the control plane, or open its ports: apply there with options.firewall = "off" or "open-ports"'
        ),
    ),
    by_words(
        "bgp_peers",
        POD,
        re.compile(r"BGP not established with (?P<peers>[\d., ]*\d)"),
        T("Calico's BGP has no session with {peers}"),
        T(
            "look there: is the node up, is firewalld off or TCP port 179 open, has it another host name than this node?"
        ),
    ),
    by_words(
        "cni_stale",
        POD,
        re.compile(r"error getting ClusterInformation: connection is unauthorized"),
        T("the network's configuration on this node is that of an earlier cluster"),
        T("remove /etc/cni/net.d/calico-kubeconfig and restart calico-node; then apply again"),
    ),
    by_words(
        "cni_other",
        POD,
        re.compile(
            r"failed to find plugin \"(?P<plugin>flannel|cilium-cni|weave-net|weave-ipam|kube-router|bridge|host-local|antrea)\"|plugin type=\"(?P<plugin2>flannel|cilium-cni|weave-net)\""
        ),
        T(
            "another pod network's configuration is used on this node ({plugin}{plugin2}): a file in /etc/cni/net.d that sorts before Calico's"
        ),
        T("remove that network's files from /etc/cni/net.d, then apply again"),
    ),
    by_words(
        "pod_image_name",
        POD,
        re.compile(
            r"InvalidImageName: [^\n]*(?:parse image (?:name|reference) )\\*\"(?P<image>[^\"\\]+)"
        ),
        T("an image's name cannot be used: {image}"),
        T("put it right in the pod's template: kubectl edit, or in its manifest"),
    ),
    by_words(
        "pod_image_never",
        POD,
        re.compile(r"ErrImageNeverPull: [^\n]*image \\*\"(?P<image>[^\"\\]+)\\*\" is not present"),
        T("the image {image} is not on this node, and its pod forbids to fetch it"),
        T(
            "import it here (ctr -n k8s.io images import FILE), or set imagePullPolicy: IfNotPresent"
        ),
    ),
    by_words(
        "pod_settings",
        POD,
        re.compile(r"CreateContainerConfigError: (?P<reason>[^\n]+)"),
        T("a container's settings cannot be used: {reason}"),
        T("make the ConfigMap or Secret that it names, in the pod's namespace"),
    ),
    by_words(
        "pod_program",
        POD,
        re.compile(
            r"(?:RunContainerError|StartError|ContainerCannotRun|CreateContainerError): (?P<reason>[^\n]+)"
        ),
        T("a container cannot be started: {reason}"),
        T("put right what that line names: the command, a mount, or a permission"),
    ),
    by_words(
        "pod_mount",
        POD,
        re.compile(r"FailedMount: (?P<reason>[^\n]+)"),
        T("a volume cannot be mounted: {reason}"),
        T("make what it names, or put its name right in the pod; for nfs: yum install nfs-utils"),
    ),
    by_words(
        "pod_evicted",
        POD,
        re.compile(r"Evicted: The node was low on resource: (?P<what>[\w-]+)"),
        T("pods were ended since the node was short of {what}"),
        T("make room on the node: df -h /var/lib; crictl rmi --prune; free -m"),
        explains=("pods_not_ready",),
    ),
    by_words(
        "pod_tainted",
        POD,
        re.compile(r"untolerated taint \{(?P<taint>node-role\.kubernetes\.io/[\w-]+)"),
        T("the only nodes are control planes, which take no ordinary pods ({taint})"),
        T(
            "add a worker, or let pods run here: kubectl taint nodes --all {taint}-; in the answers: cluster.pods_on_control_plane = true"
        ),
        severity=Outcome.WARN,
    ),
    by_words(
        "pod_memory",
        POD,
        re.compile(r"OOMKilled"),
        T("a container has used more memory than its limit allows"),
        T("raise resources.limits.memory of its pod, or find out why it needs so much"),
    ),
    by_words(
        "node_pressure",
        POD,
        re.compile(r"node\.kubernetes\.io/(?P<kind>disk|memory|pid)-pressure"),
        T("the node is short of {kind}, so that no pod is placed there"),
        T("make room on the node; the pods are placed as soon as there is some"),
    ),
    by_words(
        "pod_crashes",
        POD,
        re.compile(
            r"CrashLoopBackOff: back-off \S+ restarting failed container=(?P<container>\S+) pod=(?P<pod>[^_\s]+)"
        ),
        T("the container {container} of {pod} ends again and again"),
        T("read its last words: kubectl -n kube-system logs {pod} -c {container} --previous"),
        explains=("pods_not_ready",),
        general=True,
    ),
    # Last: it follows from calico-node not running, which has a cause of its own.
    by_words(
        "calico_not_there",
        POD,
        re.compile(r"stat /var/lib/calico/nodename: no such file or directory"),
        T("pods wait for calico-node, which does not run on their node yet"),
        T(
            "look at the pod calico-node of that node: kubectl -n kube-system describe pod -l k8s-app=calico-node"
        ),
    ),
)
