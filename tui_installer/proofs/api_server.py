"""Proof that the API server answers, and that its clock agrees with ours."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, warn
from tui_installer.model.facts import ApiServer, Facts
from tui_installer.model.text import T

# Seconds: the header with its time has whole seconds only.
TOLERANCE = 3.0


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Judges the answer to a request like the kubelet's."""
    api_server = facts[ApiServer]
    if not api_server.answers:
        return fail(
            T("{address}: {why}", address=api_server.address or "-", why=api_server.detail or "-"),
            wanted=T("an answer"),
            why=T("nothing can be changed in the cluster, and this node is soon taken for lost"),
            cure=T("on the control plane: crictl ps -a, then crictl logs of kube-apiserver"),
        )
    values = {"address": api_server.address, "ms": round(api_server.latency * 1000)}
    if api_server.skew is not None and abs(api_server.skew) > TOLERANCE:
        return warn(
            T(
                "{address} in {ms} ms; its clock differs by {skew} s",
                skew=round(api_server.skew),
                **values,
            ),
            wanted=T("the same time"),
            why=T("certificates and tokens look expired or not yet valid where clocks differ"),
            cure=T("let chrony keep the clock on both: options.time_sync = true"),
        )
    return ok(T("{address} in {ms} ms, its clock is ours", **values))


PROOF = Check(
    id="api_server",
    title=T("API server"),
    about=T(
        "Everything in a cluster is asked of the API server. It must answer, and its clock and this node's must show the same time."
    ),
    judge=judge,
    reads=(ApiServer,),
    follows="across",
)
