"""Check that no remains of an earlier cluster exist, unless this program made it."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, warn
from tui_installer.model.facts import Facts, Kubernetes, Past
from tui_installer.model.step import MAKING
from tui_installer.model.text import T


def _found(cluster: Kubernetes) -> str:
    signs = {
        "/etc/kubernetes/kubelet.conf": cluster.kubelet_conf,
        "/etc/kubernetes/admin.conf": cluster.admin_conf,
        "/etc/kubernetes/pki": cluster.ca,
        "/etc/kubernetes/manifests": bool(cluster.manifests),
        "/var/lib/etcd": cluster.etcd_data or cluster.etcd_folder,
    }
    return ", ".join(path for path, there in signs.items() if there)


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Fails on old certificates: kubeadm would accept them, and wait four minutes in vain."""
    cluster, past = facts[Kubernetes], facts[Past]
    left = _found(cluster)
    if not left:
        if cluster.cni_files:
            remains = T(
                "network configuration in /etc/cni/net.d: {files}",
                files=", ".join(cluster.cni_files),
            )
            why = T("the first of these files by name decides which pod network is used")
            return warn(
                remains, why=why, cure=T("remove the files of networks that you do not use")
            )
        return ok(T("nothing left of an earlier cluster"))
    if MAKING & past.unfinished:
        return ok(T("left by an interrupted run of this program: {files}", files=left))
    if MAKING & past.made:
        return ok(T("this program has already made this node part of a cluster"))
    return fail(
        T("found {files}", files=left),
        wanted=T("nothing"),
        why=T("kubeadm would reuse the old certificates, and then wait in vain"),
        cure=T(
            "if that cluster is no longer needed: unmount what is below /var/lib/kubelet (its files would be deleted too), kubeadm reset -f, then remove /etc/cni/net.d/* and ~/.kube/config"
        ),
    )


CHECK = Check(
    id="leftovers",
    title=T("Earlier cluster"),
    about=T(
        "An earlier cluster leaves certificates, manifests and data behind. kubeadm would go on with them, and the new control plane would never come up."
    ),
    judge=judge,
    reads=(Kubernetes, Past),
    kubeadm=("FileAvailable--etc-kubernetes-kubelet.conf", "DirAvailable--var-lib-etcd"),
)
