"""Whether what a kubeadm of ours has left is ours, and unused: only then may it be cleared without asking."""

from __future__ import annotations

from collections.abc import Callable, Collection

from tui_installer.model.facts import (
    Accepted,
    Attempt,
    Facts,
    Kubernetes,
    NotRead,
    Past,
    Remains,
    Seen,
    Undecided,
)
from tui_installer.model.text import T, Text

# The check that speaks of it, by which a person accepts that it is cleared.
CHECK = "half_made_cluster"
# What kubeadm init leaves in the API; the last of it comes in its last phase.
OBJECTS = frozenset(
    {
        "configmap/kubeadm-config",
        "configmap/kubelet-config",
        "deployment.apps/coredns",
        "daemonset.apps/kube-proxy",
    }
)
# Seconds that a kubeadm may have worked which nobody saw end: the limit of its step, and a little.
LONGEST = 960.0
# Seconds by which the clock of a file system may lag behind the one of the journal.
LAG = 2.0
# Names that one sentence holds.
SHOWN = 3


def some(names: Collection[str]) -> str:
    """The first of them, and that there are more."""
    shown = ", ".join(sorted(names)[:SHOWN])
    return f"{shown}, ... ({len(names)})" if len(names) > SHOWN else shown


def strange(attempt: Attempt | None, remains: Remains) -> list[Text]:
    """Why this may not be what our own kubeadm has left; empty: it is."""
    if attempt is None or attempt.before is None:
        return [
            T(
                "the journal does not say what was here before kubeadm began (an older version wrote it, or it is damaged)"
            )
        ]
    if was := _was_here(attempt.before):
        what = some(was)
        return [T("before kubeadm began, this was here already: {files}", files=what)]
    if attempt.code == 0:
        return [T("kubeadm ended well: this is no half-made cluster")]
    reasons = [*_other_ca(attempt, remains), *_touched(attempt, remains)]
    return [*reasons, *remains.unread] if remains.looked else [T("it has not been looked at")]


def _was_here(before: Seen) -> set[str]:
    """Whatever the journal names it by: the engine writes all of it into `traces`, a damaged line may lack some."""
    return {*before.traces, *before.files, *(["/etc/kubernetes/pki/ca.crt"] if before.ca else [])}


def _other_ca(attempt: Attempt, remains: Remains) -> list[Text]:
    if not remains.ca:
        rest = remains.files or remains.etcd_data or remains.kubelet_conf
        # It ended without having made one, or a reset of ours has taken it away and broke off.
        never = attempt.code is not None and attempt.after is not None and not attempt.after.ca
        return [T("the cluster's CA is gone")] if rest and not (attempt.clearing or never) else []
    if attempt.after is not None and attempt.after.ca != remains.ca:
        return [T("the cluster's CA is not the one that the journal recorded")]
    return []


def _touched(attempt: Attempt, remains: Remains) -> list[Text]:
    """Since then kubeadm, or a person, has written one of kubeadm's files."""
    if attempt.after is None and attempt.code is not None:
        return [T("the journal does not say what kubeadm left when it ended")]
    known = attempt.after.files if attempt.after is not None else remains.files
    other = {path for path, at in remains.files.items() if known.get(path) != at}
    if attempt.code is None:
        # Nobody has seen it end: what came later than it can have worked, it has not written.
        seen = attempt.after if attempt.after is not None else remains
        first, last = attempt.began, attempt.began + LONGEST
        # Under a clock that was set back since, nobody can have written what has a later time than now.
        if not 0 < seen.looked_at < first:
            last = min(last, seen.latest)
        first, last = (first - LAG) * 1e9, (last + LAG) * 1e9
        other |= {path for path, at in known.items() if not first <= at <= last}
    if not other:
        return []
    return [T("written by something else than that kubeadm: {files}", files=some(other))]


def used(remains: Remains) -> list[Text]:
    """Why somebody may miss it if it is gone; empty: nobody has used it."""
    reasons = []
    if remains.objects:
        reasons.append(T("etcd holds what others made: {keys}", keys=some(remains.objects)))
    if remains.stored:
        text = T("others have stored this: {paths}", paths=some(remains.stored))
        reasons.append(text)
    if remains.mounts:
        reasons.append(T("mounted there: {paths}", paths=some(remains.mounts)))
    return reasons


def doubts(attempt: Attempt | None, remains: Remains) -> list[Text]:
    """Everything that forbids to clear it without asking; empty: it is ours, and unused."""
    return [*strange(attempt, remains), *used(remains)]


def accepted(facts: Facts) -> bool:
    """Whether a person has said that this very cluster may be cleared: one made later has another CA."""
    said, remains = facts[Accepted].half_made, facts[Remains]
    return remains.looked and said is not None and said == remains.ca


def made(cluster: Kubernetes) -> bool:
    """Whether a control plane is complete and works, whoever completed it; what is not known counts as no."""
    try:
        return cluster.whole and cluster.api_answers and cluster.objects >= OBJECTS
    except NotRead:
        return False


def attempt_of(step: str, facts: Facts) -> Attempt | None:
    """The last try of that step; None if the journal tells of none."""
    attempt = facts[Past].attempt
    return attempt if attempt is not None and attempt.step == step else None


def undecided(reasons: Collection[Text]) -> Undecided:
    """The end of a step that must not clear what is left."""
    title = T(
        "a kubeadm that did not end well has left a cluster here, and it is not certain that it may be deleted: {reason}",
        reason=next(iter(reasons)),
    )
    cure = T(
        "if it is still needed, get it to work by hand; if it may go, apply again with --accept half_made_cluster: etcd and /etc/kubernetes are saved first"
    )
    return Undecided(title, cure)


def may_clear(step: str, facts: Facts, works: Callable[[], bool]) -> bool:
    """Whether it is cleared and begun anew; False: it works, and is finished where it stands.

    What is ours and works is finished whatever was accepted: it may have come up since then. Raises Undecided where
    only a person can say so, and NotRead while it may still come up: it is used, but does not answer.
    """
    may, remains = accepted(facts), facts[Remains]
    if reasons := strange(attempt_of(step, facts), remains):
        if may:
            return True
        raise undecided(reasons)
    reasons = [] if may else used(remains)
    try:
        if works():
            return False
    except NotRead as error:
        if reasons:
            raise NotRead(error.unread, then=undecided(reasons)) from error
        return True
    if reasons:
        raise undecided(reasons)
    return True
