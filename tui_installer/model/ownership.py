"""Whether what a kubeadm of ours has left is ours, and unused: only then may it be cleared without asking."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from typing import NamedTuple

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
    Unread,
)
from tui_installer.model.step import MAKING
from tui_installer.model.text import T, Text

# The check that speaks of it, by which a person accepts that it is cleared.
CHECK = "half_made_cluster"
# The steps that make a node, and the static pod that answers.
INIT, JOIN = "kubeadm_init", "kubeadm_join"
SERVER = "kube-apiserver.yaml"
# What a person does where this program does not.
BY_HAND = T(
    "if it is needed, get it to work by hand; if it may go, save what you need, unmount what is below /var/lib/kubelet (its files would be deleted too), run kubeadm reset by hand, then apply again"
)
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


def broken_off(past: Past) -> str:
    """The step whose kubeadm broke off, whatever role this node has now; empty: none did."""
    found = MAKING & past.unfinished
    last = past.attempt.step if past.attempt is not None else ""
    return last if last in found else min(found, default="")


def joined(facts: Facts) -> bool:
    """This node has its kubelet's certificate of a cluster, and no kubeadm of ours broke off.

    After a join that was cut off the kubelet shows that it was enough; that of a control plane shows nothing.
    """
    cluster, broken = facts[Kubernetes], broken_off(facts[Past])
    complete = cluster.kubelet_conf and cluster.client_certificate
    return complete and (not broken or (broken == JOIN and cluster.kubelet_healthy))


class Fate(Enum):
    """What becomes of what a kubeadm of ours has left."""

    # It is deleted, and all is begun anew.
    CLEAR = "clear"
    # It works, and is finished where it stands.
    FINISH = "finish"
    # It may still come up.
    WAIT = "wait"
    # Only a person can say whether it may be deleted.
    ASK = "ask"
    # It answers, and is in use: not by this program, whatever is accepted.
    NEVER = "never"


@dataclass(frozen=True)
class Outlook:
    """What becomes of it, every reason not to delete it, and who does not answer yet."""

    fate: Fate
    reasons: tuple[Text, ...] = ()
    unread: Unread | None = None

    @property
    def reason(self) -> Text:
        """All reasons as one; there must be one."""
        return reduce(
            lambda first, rest: T("{first}; {rest}", first=first, rest=rest), self.reasons
        )


class _Life(NamedTuple):
    """Whether what is left is alive: how it shows, whether all is well with it, or who does not answer yet."""

    sign: Text | None = None
    works: bool = False
    unread: Unread | None = None


def _life_of_server(cluster: Kubernetes) -> _Life:
    if SERVER in cluster.manifests and not cluster.admin_conf:
        missing = T("its API server cannot be asked: /etc/kubernetes/admin.conf is not there")
        return _Life(missing)
    try:
        answers = cluster.api_answers
    except NotRead as error:
        if not error.unread.lasting:
            return _Life(unread=error.unread)
        why = error.unread.why
        return _Life(
            T(
                "an API server answers, and does not accept /etc/kubernetes/admin.conf: {why}",
                why=why,
            )
        )
    return _Life(T("its API server answers"), works=True) if answers else _Life()


def _life_of_worker(cluster: Kubernetes) -> _Life:
    """A kubelet that does not listen may just be starting."""
    if not cluster.kubelet_conf:
        return _Life()
    if not cluster.kubelet_healthy:
        return _Life(unread=Unread(T("the kubelet"), T("it does not listen on port 10248")))
    if not cluster.client_certificate:
        return _Life()
    return _Life(T("its kubelet runs, with a certificate of its cluster"), works=True)


def outlook(step: str, facts: Facts) -> Outlook:
    """What the step `kubeadm_init` or `kubeadm_join` does with what a kubeadm of ours, of either, has left.

    Ours and unused is cleared; what is ours and works is finished, if it is what this node is to be. What answers and
    is or may be in use is never cleared. What does not answer is waited for; all else is a person's to decide.
    """
    left, past, cluster, remains = (
        broken_off(facts[Past]),
        facts[Past],
        facts[Kubernetes],
        facts[Remains],
    )
    joined = left == JOIN
    odd, missed = strange(attempt_of(left, facts), remains), used(remains)
    life = _life_of_worker(cluster) if joined else _life_of_server(cluster)
    if life.works and not odd and left == step:
        return Outlook(Fate.FINISH)
    if life.sign and not joined and cluster.admin_conf and not remains.etcd_data:
        missed.append(T("its data are not in /var/lib/etcd, so that nobody knows who uses it"))
    reasons = tuple([*odd, *missed])
    if life.sign and (reasons or left != step):
        reasons = (*reasons, life.sign)
    if life.sign and (missed or remains.unread or (left != step and made(cluster))):
        return Outlook(Fate.NEVER, reasons)
    may, waits = accepted(facts), life.unread is not None and step not in past.waited
    if not reasons:
        # A worker that has its certificate lacks nothing but its kubelet.
        waits = waits and joined and cluster.client_certificate
        return Outlook(Fate.WAIT if waits else Fate.CLEAR, unread=life.unread)
    if waits and (may or not odd):
        return Outlook(Fate.WAIT, reasons, life.unread)
    return Outlook(Fate.CLEAR if may else Fate.ASK, reasons)


def may_clear(step: str, facts: Facts) -> bool:
    """Whether it is cleared and begun anew; False: it works, and is finished where it stands.

    Raises Undecided where this program must not, and NotRead while it may still come up.
    """
    found = outlook(step, facts)
    if found.fate is Fate.WAIT and found.unread is not None:
        raise NotRead(found.unread, waits=True)
    if found.fate is Fate.ASK:
        raise Undecided(
            T(
                "a kubeadm that did not end well has left a cluster here, and it is not certain that it may be deleted: {reason}",
                reason=found.reason,
            ),
            T(
                "if it is still needed, get it to work by hand; if it may go, apply again with --accept half_made_cluster: etcd and /etc/kubernetes are saved first"
            ),
        )
    if found.fate is Fate.NEVER:
        raise Undecided(
            T(
                "this program does not delete the cluster that is here, whatever is accepted: {reason}",
                reason=found.reason,
            ),
            BY_HAND,
        )
    return found.fate is Fate.CLEAR
