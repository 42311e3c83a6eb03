"""Proof that kube-proxy works in the mode of the answers."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, warn
from tui_installer.model.facts import Facts, Proxy
from tui_installer.model.text import T, verbatim


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges the mode: without its modules kube-proxy uses iptables, and says so only in its log."""
    mode = facts[Proxy].mode
    wanted = facts[Proxy].wanted or answers.cluster.proxy_mode
    if not mode:
        return fail(
            T("kube-proxy does not answer"),
            wanted=verbatim(wanted),
            why=T("without it no Service works on this node"),
            cure=T("look at it: kubectl -n kube-system logs -l k8s-app=kube-proxy"),
        )
    if mode != wanted:
        return warn(
            T("{mode}, although the cluster wants {wanted}", mode=mode, wanted=wanted),
            wanted=verbatim(wanted),
            why=T("the kernel had no ip_vs modules when kube-proxy started"),
            cure=T(
                "apply again, which loads them; then: kubectl -n kube-system rollout restart daemonset kube-proxy"
            ),
        )
    if answers.makes_cluster and mode != answers.cluster.proxy_mode:
        return warn(
            T(
                "{mode}, although {wanted} was asked for",
                mode=mode,
                wanted=answers.cluster.proxy_mode,
            ),
            wanted=verbatim(answers.cluster.proxy_mode),
            why=T("the mode was changed in the cluster"),
            cure=T("set mode in the ConfigMap kube-proxy of kube-system, then restart its pods"),
        )
    return ok(verbatim(mode))


PROOF = Check(
    id="kube_proxy",
    title=T("kube-proxy"),
    about=T(
        "kube-proxy passes what is sent to a Service on to one of its pods, by ipvs or by iptables. Where the kernel has no ipvs it falls back to iptables without a word."
    ),
    judge=judge,
    reads=(Proxy,),
    follows="peers",
)
