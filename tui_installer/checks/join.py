"""Check that a worker has a join command, or has joined."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, ok, warn
from tui_installer.model.facts import Facts, Joining, Kubernetes, Past
from tui_installer.model.ownership import INIT, broken_off
from tui_installer.model.text import T


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Judges only whether there is a command: kubeadm verifies it when it runs."""
    command, cluster = facts[Joining].command, facts[Kubernetes]
    if command:
        return ok(
            T("cluster at {address}, token {id}", address=command.endpoint, id=command.token_id)
        )
    # The kubelet of a failed control plane has joined nothing.
    if cluster.kubelet_conf and broken_off(facts[Past]) != INIT:
        return ok(T("joined: {server}", server=cluster.server or "-"))
    return warn(
        T("no join command given"),
        why=T("a worker needs the address, the token and the CA pin of its cluster"),
        cure=T(
            "on the control plane run: kubeadm token create --print-join-command, and give it by --join FILE"
        ),
        answer="join",
    )


CHECK = Check(
    id="join",
    title=T("Join command"),
    about=T(
        "The join command holds the three things that a worker needs: the address of the cluster, a token that lets it in, and the CA pin, which proves that it is the right cluster. A token is valid for 24 hours."
    ),
    judge=judge,
    reads=(Joining, Kubernetes, Past),
    applies=lambda a: a.joins,
    asks=("join",),
)
