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
        "kubeadm_preflight",
        "kubeadm",
        re.compile(r"\[ERROR (?P<name>[^\]\s]+)\]: (?P<text>[^\n]+)"),
        T("kubeadm's own check {name} fails: {text}"),
        T("fix that, then apply again"),
    ),
    by_words(
        "kubeadm_kubelet",
        "kubeadm",
        re.compile(r"kubelet isn't running or healthy"),
        T("the kubelet does not start"),
        T("find out why with: journalctl -u kubelet -n 50"),
    ),
    by_words(
        "kubeadm_wait",
        "kubeadm",
        re.compile(r"timed out waiting for the condition|couldn't initialize a Kubernetes cluster"),
        T("the kubelet runs, but the control plane's containers do not come up"),
        T("find out why with: crictl ps -a; crictl logs ID; journalctl -u kubelet -n 50"),
    ),
)
