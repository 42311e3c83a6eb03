"""What the kubelet's log tells (1.25)."""

from __future__ import annotations

import re

from tui_installer.model.cause import KnownCause, Telltale, by_words
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

KUBELET = "kubelet"
RUNTIME = (
    r"(?:unable to determine runtime API version|validate service connection)[^\n]*"
    r"dial unix (?P<socket>[^\s:]+): connect: (?:no such file or directory|connection refused)"
)

CAUSES = (
    by_words(
        "swap_on",
        KUBELET,
        re.compile(r"running with swap on is not supported"),
        T("swap is on, and the kubelet refuses to run with it"),
        T("swapoff -a, and remove swap from /etc/fstab; or apply the same answers again"),
        explains=("kubeadm_kubelet", "kubelet_down"),
        lasting=True,
    ),
    by_words(
        "kubelet_flag_unknown",
        KUBELET,
        re.compile(r"failed to parse kubelet flag: unknown flag: (?P<flag>--[\w-]+)"),
        T("the kubelet does not know its flag {flag}: an older how-to has set it"),
        T(
            "remove {flag} from /etc/sysconfig/kubelet and /var/lib/kubelet/kubeadm-flags.env, then: systemctl restart kubelet"
        ),
        explains=("kubeadm_kubelet", "kubelet_down"),
        lasting=True,
    ),
    by_words(
        "kubelet_config_broken",
        KUBELET,
        re.compile(
            r"failed to load Kubelet config file (?P<file>\S+), error (?!failed to read)[^\n]*",
            re.I,
        ),
        T("the kubelet's configuration cannot be parsed: {file}"),
        T("put right the line that the kubelet's log names, then: systemctl restart kubelet"),
        explains=("kubeadm_kubelet", "kubelet_down"),
        lasting=True,
    ),
    by_words(
        "manifest_broken",
        KUBELET,
        re.compile(r"Could not process manifest file[^\n]* path=\"(?P<file>[^\"]+)\""),
        T("the kubelet cannot read the manifest of a static pod, and does not start it: {file}"),
        T("put right the line that the kubelet's log names; the kubelet reads it again by itself"),
        explains=("api_silent", "api_refused", "pods_not_ready", "node_not_ready"),
    ),
    by_words(
        "join_half_done",
        KUBELET,
        re.compile(
            r"unable to load bootstrap kubeconfig: stat /etc/kubernetes/bootstrap-kubelet\.conf"
        ),
        T(
            "an earlier join or init has ended half-way: the kubelet has a configuration and no credentials"
        ),
        T("take the remains away with: kubeadm reset, then apply again"),
        explains=("kubeadm_kubelet", "kubelet_down"),
    ),
    by_words(
        "kubelet_certificate_expired",
        KUBELET,
        re.compile(
            r"[Pp]art of the existing bootstrap client certificate in (?P<file>\S+) is expired"
        ),
        T("the kubelet's own certificate has expired: this node was off for too long ({file})"),
        T(
            "on the control plane: kubeadm token create --print-join-command; here: kubeadm reset, then join again with it"
        ),
        explains=("kubelet_down", "node_not_ready"),
        lasting=True,
    ),
    KnownCause(
        "host_name_invalid",
        T(
            "the host name is none that Kubernetes takes: only lower-case letters, digits, - and . are allowed"
        ),
        T("give it a valid one: hostnamectl set-hostname NAME, then apply again"),
        tuple(
            Telltale(source, re.compile(r"a lowercase RFC 1123 subdomain must consist of"))
            for source in (KUBELET, "kubeadm")
        ),
        explains=("kubelet_down", "node_not_ready"),
        lasting=True,
    ),
    by_words(
        "host_name_changed",
        KUBELET,
        re.compile(
            r"can only access node lease with the same name as the requesting node"
            r"|node \"(?P<name>[^\"]+)\" is not allowed to modify node"
        ),
        T("the host name has changed since this node joined; its certificate holds the old one"),
        T(
            "set the old host name again (hostnamectl set-hostname), then: systemctl restart kubelet"
        ),
        explains=("node_not_ready",),
    ),
    by_words(
        "node_address_missing",
        KUBELET,
        re.compile(
            r"node IP: \\?\"(?P<address>[\d.]+)\\?\" not found in the host's network interfaces"
        ),
        T("no network card has the node's address {address}"),
        T("give a card that address again, or reset the node and make it with the new address"),
        explains=("node_not_ready", "api_silent", "api_refused", "etcd_address"),
        lasting=True,
    ),
    KnownCause(
        "containerd_socket",
        T("containerd does not answer at {socket}"),
        T("find out why with: systemctl status containerd; journalctl -u containerd -n 50"),
        (Telltale(KUBELET, re.compile(RUNTIME)), Telltale("crictl", re.compile(RUNTIME))),
        explains=("kubelet_down", "node_not_ready", "api_silent", "api_refused"),
    ),
    by_words(
        "cgroup_controller_off",
        KUBELET,
        re.compile(r"Following Cgroup subsystem not mounted: \[(?P<names>[^\]]*)\]"),
        T("the kernel lacks cgroup controllers that the kubelet needs: {names}"),
        T("remove cgroup_disable= from the kernel's command line (grubby --info=ALL), then reboot"),
        explains=("kubelet_down",),
        lasting=True,
    ),
    by_words(
        "cpu_manager_state",
        KUBELET,
        re.compile(r"could not restore state from checkpoint[^\n]*cpu_manager_state"),
        T("the kubelet's CPU plan on the disk is that of other settings"),
        T("rm /var/lib/kubelet/cpu_manager_state, then: systemctl restart kubelet"),
        explains=("kubelet_down",),
    ),
    by_words(
        "inotify_used_up",
        KUBELET,
        re.compile(
            r"inotify_(?:init|add_watch)[^\n]*(?:too many open files|no space left on device)"
            r"|failed to create fsnotify watcher: too many open files"
        ),
        T("the kernel's inotify watches or instances are used up"),
        T(
            "raise them: sysctl -w fs.inotify.max_user_instances=8192 fs.inotify.max_user_watches=524288, and write the same into /etc/sysctl.d"
        ),
        explains=("kubelet_down", "pod_crashes"),
    ),
    by_words(
        "pleg",
        KUBELET,
        re.compile(r"PLEG is not healthy: pleg was last seen active"),
        T("the kubelet gets no list of containers in time: the runtime is stuck or overloaded"),
        T(
            "look at the load and the disk (top, iostat), then: systemctl restart containerd kubelet"
        ),
        explains=("node_not_ready",),
    ),
    by_words(
        "orphaned_volumes",
        KUBELET,
        re.compile(r"orphaned pod \\?\"(?P<pod>[0-9a-f-]+)\\?\" found, but"),
        T("volumes of a deleted pod are left: {pod}"),
        T(
            "see that nothing is mounted there (findmnt | grep {pod}), then remove /var/lib/kubelet/pods/{pod}"
        ),
        severity=Outcome.WARN,
    ),
    by_words(
        "name_servers_too_many",
        KUBELET,
        re.compile(r"Nameserver limits (?:were )?exceeded"),
        T("/etc/resolv.conf names more than three name servers; the rest is left out for pods"),
        T("keep at most three nameserver lines in /etc/resolv.conf"),
        severity=Outcome.WARN,
    ),
    KnownCause(
        "resolv_conf_missing",
        T("the file of name servers that the kubelet is told to use is not there: {file}"),
        T(
            "set resolvConf: /etc/resolv.conf in /var/lib/kubelet/config.yaml, then: systemctl restart kubelet"
        ),
        tuple(
            Telltale(
                source,
                re.compile(r"open (?P<file>/run/systemd/resolve/resolv\.conf): no such file"),
            )
            for source in (KUBELET, "pod")
        ),
        explains=("node_not_ready", "pods_not_ready"),
    ),
    KnownCause(
        "api_certificate_name",
        T("the API server's certificate does not hold the address by which it is asked ({wanted})"),
        T(
            "ask it by an address that the certificate holds: {names}; or add that address to certSANs and make the certificate anew"
        ),
        tuple(
            Telltale(
                source,
                re.compile(
                    r"x509: certificate is valid for (?P<names>[^\n\"]+?), not (?P<wanted>[\w.:-]+)"
                ),
            )
            for source in (KUBELET, "pod")
        ),
        explains=("node_not_ready", "api_silent", "api_refused"),
        lasting=True,
    ),
    KnownCause(
        "clock_wrong",
        T(
            "the clock is behind: a certificate that was just made counts as not yet valid ({now}, valid from {since})"
        ),
        T("set the clock: systemctl restart chronyd; chronyc makestep"),
        tuple(
            Telltale(
                source,
                re.compile(
                    r"x509: certificate has expired or is not yet valid: current time (?P<now>\S+) is before (?P<since>[\w:.-]+)"
                ),
            )
            for source in (KUBELET, "kubeadm", "containerd", "pod")
        ),
        explains=("join_certificate", "pull_certificate", "node_not_ready", "certificate_expired"),
    ),
    KnownCause(
        "certificate_expired",
        T("a certificate of the cluster has expired ({end})"),
        T(
            "on the control plane: kubeadm certs renew all, then restart its static pods and copy /etc/kubernetes/admin.conf anew"
        ),
        tuple(
            Telltale(
                source,
                re.compile(
                    r"x509: certificate has expired or is not yet valid: current time \S+ is after (?P<end>[\w:.-]+)"
                ),
            )
            for source in (KUBELET, "kube-apiserver", "etcd", "pod")
        ),
        explains=("node_not_ready", "api_silent", "api_refused"),
    ),
    by_words(
        "api_no_route",
        KUBELET,
        re.compile(r"dial tcp (?P<address>[\d.]+:\d+): connect: no route to host"),
        T("a firewall or a missing route keeps this node from the API server at {address}"),
        T(
            "on the control plane: systemctl stop firewalld, or open port 6443; look at: ip route get ADDRESS"
        ),
        explains=("node_not_ready",),
    ),
    by_words(
        "api_refused",
        KUBELET,
        re.compile(r"dial tcp (?P<address>[\d.]+:6443): connect: connection refused"),
        T("nothing listens at the API server's address {address}"),
        T("look there: crictl ps -a | grep kube-apiserver; crictl logs ID"),
        explains=("node_not_ready",),
    ),
    by_words(
        "api_timeout",
        KUBELET,
        re.compile(r"dial tcp (?P<address>[\d.]+:6443): i/o timeout"),
        T("the API server at {address} is silent: packets are dropped on the way"),
        T("look at firewalls and routes between the two machines: nc -zv ADDRESS 6443"),
        explains=("node_not_ready",),
    ),
    by_words(
        "evicting",
        KUBELET,
        re.compile(
            r"eviction manager: must evict pod\(s\) to reclaim\"? (?:resourceName=)?\"?(?P<what>[\w-]+)"
        ),
        T("the kubelet ends pods, since the node is short of {what}"),
        T("make room on the node: df -h /var/lib; crictl rmi --prune; free -m"),
        explains=("node_pressure", "pods_not_ready"),
    ),
)
