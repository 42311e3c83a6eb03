"""Failures of kubeadm (1.25)."""

from __future__ import annotations

import re

from tui_installer.model.cause import by_words
from tui_installer.model.text import T

NEW_TOKEN = T(
    "on the control plane run: kubeadm token create --print-join-command, then apply with what it prints"
)

CAUSES = (
    by_words(
        "kubeadm_disk_full",
        "kubeadm",
        re.compile(r"no space left on device", re.I),
        T("the disk is full"),
        T("make room (df -h), then apply again"),
    ),
    by_words(
        "kubeadm_port",
        "kubeadm",
        re.compile(r"\[ERROR Port-(?P<port>\d+)\]"),
        T("port {port} is taken by another program"),
        T("find it with: ss -ltnp sport = :{port}; stop it, then apply again"),
    ),
    by_words(
        "join_token_unknown",
        "kubeadm",
        re.compile(
            r'could not find a JWS signature in the cluster-info ConfigMap for token ID "(?P<id>\w+)"'
        ),
        T("the cluster does not know the token {id}: it has expired, was deleted, or is mistyped"),
        NEW_TOKEN,
    ),
    by_words(
        "join_token_wrong",
        "kubeadm",
        re.compile(r"failed to verify JWS signature"),
        T("the second part of the token is wrong"),
        NEW_TOKEN,
    ),
    by_words(
        "join_pin_wrong",
        "kubeadm",
        re.compile(
            r"cluster CA found in cluster-info ConfigMap is invalid|none of the public keys"
        ),
        T("the CA pin does not match this cluster: it is another cluster, or it was made anew"),
        NEW_TOKEN,
    ),
    by_words(
        "join_name_taken",
        "kubeadm",
        re.compile(r'a Node with name "(?P<name>[^"]+)" and status "Ready" already exists'),
        T("the cluster already has a Ready node named {name}"),
        T("give this machine another name, or delete that node first: kubectl delete node {name}"),
    ),
    by_words(
        "join_address",
        "kubeadm",
        re.compile(
            # Only kubeadm's last message counts: earlier ones also mention the kubelet's port, and kubeadm's own check for a newer version.
            r"^error [^\n]*?: (?P<reason>connect: [\w ]+|lookup [^\n]+|i/o timeout|context deadline exceeded)",
            re.MULTILINE,
        ),
        T("the API server's address does not answer: {reason}"),
        T(
            "check address, firewall and routing from this machine: curl -k https://ADDRESS:6443/healthz"
        ),
    ),
    by_words(
        "join_certificate",
        "kubeadm",
        re.compile(r"^error [^\n]*x509: (?P<reason>[^\n]+)", re.MULTILINE),
        T("the API server's certificate is refused: {reason}"),
        T("check the clocks of both machines, and take an address that the certificate names"),
    ),
    by_words(
        "kubeadm_leftovers",
        "kubeadm",
        re.compile(r"\[ERROR (?:FileAvailable|DirAvailable)--(?P<name>[\w.-]+)\]"),
        T("files of an earlier cluster are left on this machine ({name})"),
        T("if nobody needs that cluster: kubeadm reset; then apply again"),
    ),
    by_words(
        "kubeadm_two_runtimes",
        "kubeadm",
        re.compile(r"[Ff]ound multiple CRI endpoints on the host[^\n]*"),
        T("two container runtimes are on this machine, and kubeadm asks which one to use"),
        T("name it in kubeadm's configuration: criSocket: unix:///run/containerd/containerd.sock"),
    ),
    by_words(
        "kubeadm_no_endpoint",
        "kubeadm",
        re.compile(r"doesn't have a stable controlPlaneEndpoint address"),
        T("the cluster was made without an address for several control planes"),
        T(
            "only a new cluster can have one: make it with cluster.endpoint in the answers; workers can join as it is"
        ),
    ),
    by_words(
        "kubeadm_certificate_key",
        "kubeadm",
        re.compile(r"error downloading the secret|\"kubeadm-certs\" not found"),
        T("the key for the control plane's certificates has expired: it lives for two hours"),
        T(
            "on a control plane run: kubeadm init phase upload-certs --upload-certs, then join with the new key"
        ),
    ),
    by_words(
        "kubeadm_stale_kubeconfig",
        "kubeadm",
        re.compile(
            r"kubeconfig file \"(?P<file>[^\"]+)\" exists already but has an unexpected API Server URL"
        ),
        T("{file} is that of another cluster or address"),
        T("move it away, then apply again: kubeadm writes it anew"),
    ),
    by_words(
        "kubeadm_ca_broken",
        "kubeadm",
        re.compile(
            r"(?P<file>/\S+\.crt)?[^\n]{0,80}does not contain any valid RSA or ECDSA certificates"
            r"|certificate (?P<name>[\w/-]+) is missing or empty"
        ),
        T("a certificate file of the cluster is empty or broken {file}{name}"),
        T(
            "restore it from a backup; on a machine without a cluster: kubeadm reset, then apply again"
        ),
    ),
    by_words(
        "kubeadm_crisocket",
        "kubeadm",
        re.compile(r"error uploading crisocket: (?P<reason>[^\n]+)"),
        T("the kubelet has not registered its node: {reason}"),
        T("take the remains of the earlier join away with: kubeadm reset, then apply again"),
    ),
    by_words(
        "kubeadm_cores",
        "kubeadm",
        re.compile(
            r"\[ERROR NumCPU\]: the number of available CPUs (?P<have>\d+) is less than the required (?P<wanted>\d+)"
        ),
        T("this machine has too few CPUs for a control plane: {have} instead of {wanted}"),
        T("give the machine more CPUs, then apply again"),
    ),
    by_words(
        "kubeadm_memory",
        "kubeadm",
        re.compile(
            r"\[ERROR Mem\]: the system RAM \((?P<have>\d+) MB\) is less than the minimum (?P<wanted>\d+) MB"
        ),
        T("this machine has too little memory for a control plane: {have} MB instead of {wanted}"),
        T("give the machine more memory, then apply again"),
    ),
    by_words(
        "kubeadm_preflight",
        "kubeadm",
        re.compile(r"\[ERROR (?P<name>[^\]\s]+)\]: (?P<text>[^\n]+)"),
        T("kubeadm's own check {name} fails: {text}"),
        T("fix that, then apply again"),
    ),
    by_words(
        "kubeadm_proxy",
        "kubeadm",
        re.compile(
            r"\[WARNING HTTPProxy(?:CIDR)?\]: [Cc]onnection to \"(?P<target>[^\"]+)\" uses proxy"
        ),
        T("what is meant for the cluster itself goes to a proxy: {target}"),
        T(
            "except the cluster's addresses: NO_PROXY=10.0.0.0/8,192.168.0.0/16,.svc,.cluster.local,127.0.0.1 beside HTTP_PROXY, then apply again"
        ),
        explains=("kubeadm_kubelet", "kubeadm_wait"),
    ),
    by_words(
        "kubeadm_kubelet",
        "kubeadm",
        re.compile(r"kubelet isn't running or healthy"),
        T("the kubelet does not start"),
        T("find out why with: journalctl -u kubelet -n 50"),
        explains=("kubeadm_wait",),
        general=True,
    ),
    by_words(
        "kubeadm_wait",
        "kubeadm",
        re.compile(r"timed out waiting for the condition|couldn't initialize a Kubernetes cluster"),
        T("the kubelet runs, but the control plane's containers do not come up"),
        T("find out why with: crictl ps -a; crictl logs ID; journalctl -u kubelet -n 50"),
        general=True,
    ),
)
