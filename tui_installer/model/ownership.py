"""Ownership of the remains of a kubeadm: only if they are ours and unused may they be cleared without asking."""

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

# The check on these remains; a person accepts their clearing by its name.
CHECK = "half_made_cluster"
# The steps that make a node, and the static pod of the API server.
INIT, JOIN = "kubeadm_init", "kubeadm_join"
SERVER = "kube-apiserver.yaml"
# The cure by hand, where this program does not act.
BY_HAND = T(
    "if it is needed, get it to work by hand; if it may go, save what you need, unmount what is below /var/lib/kubelet (its files would be deleted too), run kubeadm reset by hand, then apply again"
)
# kubeadm init creates these objects in the API; its last phase creates the last of them.
OBJECTS = frozenset(
    {
        "configmap/kubeadm-config",
        "configmap/kubelet-config",
        "deployment.apps/coredns",
        "daemonset.apps/kube-proxy",
    }
)
# Seconds that a kubeadm without a known end may have worked: the limit of its step, and a little more.
LONGEST = 960.0
# Seconds by which the clock of a file system may lag behind that of the journal.
LAG = 2.0
# The number of names in one sentence.
SHOWN = 3


def some(names: Collection[str]) -> str:
    """Lists the first names, and hints at the others."""
    shown = ", ".join(sorted(names)[:SHOWN])
    return f"{shown}, ... ({len(names)})" if len(names) > SHOWN else shown


def strange(attempt: Attempt | None, remains: Remains) -> list[Text]:
    """Lists the reasons why these may not be our own kubeadm's remains; empty: they are ours."""
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
    """Returns all traces from before; the engine writes each into `traces`, but a damaged line may lack some."""
    return {*before.traces, *before.files, *(["/etc/kubernetes/pki/ca.crt"] if before.ca else [])}


def _other_ca(attempt: Attempt, remains: Remains) -> list[Text]:
    if not remains.ca:
        rest = remains.files or remains.etcd_data or remains.kubelet_conf
        # kubeadm may have ended before it made a CA, or an interrupted reset of ours may have removed it.
        never = attempt.code is not None and attempt.after is not None and not attempt.after.ca
        return [T("the cluster's CA is gone")] if rest and not (attempt.clearing or never) else []
    if attempt.after is not None and attempt.after.ca != remains.ca:
        return [T("the cluster's CA is not the one that the journal recorded")]
    return []


def _touched(attempt: Attempt, remains: Remains) -> list[Text]:
    """Lists the reasons to believe that kubeadm or a person has written kubeadm's files since."""
    if attempt.after is None and attempt.code is not None:
        return [T("the journal does not say what kubeadm left when it ended")]
    expected = attempt.after.files if attempt.after is not None else remains.files
    other = {path for path, at in remains.files.items() if expected.get(path) != at}
    if attempt.code is None:
        # Nobody has seen kubeadm's end, so files from after its longest possible run are not its own.
        seen = attempt.after if attempt.after is not None else remains
        first, last = attempt.began, attempt.began + LONGEST
        # If the clock was not set back since, `seen.latest` is a closer limit.
        if not 0 < seen.looked_at < first:
            last = min(last, seen.latest)
        first, last = (first - LAG) * 1e9, (last + LAG) * 1e9
        other |= {path for path, at in expected.items() if not first <= at <= last}
    if not other:
        return []
    return [T("written by something else than that kubeadm: {files}", files=some(other))]


def used(remains: Remains) -> list[Text]:
    """Lists the reasons why somebody may miss the data; empty: nobody has used the cluster."""
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
    """Lists all reasons not to clear without asking; empty: the remains are ours and unused."""
    return [*strange(attempt, remains), *used(remains)]


def accepted(facts: Facts) -> bool:
    """Tells whether a person has accepted the clearing of this very cluster; a later one has another CA."""
    said, remains = facts[Accepted].half_made, facts[Remains]
    return remains.looked and said is not None and said == remains.ca


def made(cluster: Kubernetes) -> bool:
    """Tells whether a control plane is complete and works; an unknown state counts as no."""
    try:
        return cluster.whole and cluster.api_answers and cluster.objects >= OBJECTS
    except NotRead:
        return False


def attempt_of(step: str, facts: Facts) -> Attempt | None:
    """Returns the step's last attempt; None if the journal has none."""
    attempt = facts[Past].attempt
    return attempt if attempt is not None and attempt.step == step else None


def broken_off(past: Past) -> str:
    """Returns the step whose kubeadm broke off, for any role of this node; empty: none did."""
    found = MAKING & past.unfinished
    last = past.attempt.step if past.attempt is not None else ""
    return last if last in found else min(found, default="")


def joined(facts: Facts) -> bool:
    """Tells whether this node has its kubelet's certificate, and no kubeadm of ours broke off.

    After an interrupted join, a running kubelet shows that the join was far enough; after an interrupted
    init it shows nothing.
    """
    cluster, broken = facts[Kubernetes], broken_off(facts[Past])
    complete = cluster.kubelet_conf and cluster.client_certificate
    return complete and (not broken or (broken == JOIN and cluster.kubelet_healthy))


class Fate(Enum):
    """The fate of a kubeadm's remains."""

    # They are deleted, and the work starts again.
    CLEAR = "clear"
    # The cluster works, and the step finishes it.
    FINISH = "finish"
    # The cluster may still come up.
    WAIT = "wait"
    # Only a person can say whether they may be deleted.
    ASK = "ask"
    # The cluster answers and is in use: this program never deletes it, even if a person accepts that.
    NEVER = "never"


@dataclass(frozen=True)
class Outlook:
    """The fate of the remains, every reason not to delete them, and the service that does not answer yet."""

    fate: Fate
    reasons: tuple[Text, ...] = ()
    unread: Unread | None = None

    @property
    def reason(self) -> Text:
        """All reasons as one sentence; there must be one."""
        return reduce(
            lambda first, rest: T("{first}; {rest}", first=first, rest=rest), self.reasons
        )


class _Life(NamedTuple):
    """Signs of life in the remains: the sign, whether all is well, or the service that does not answer yet."""

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
    """Examines a worker; a kubelet that does not listen may be starting."""
    if not cluster.kubelet_conf:
        return _Life()
    if not cluster.kubelet_healthy:
        return _Life(unread=Unread(T("the kubelet"), T("it does not listen on port 10248")))
    if not cluster.client_certificate:
        return _Life()
    return _Life(T("its kubelet runs, with a certificate of its cluster"), works=True)


def outlook(step: str, facts: Facts) -> Outlook:
    """Decides the fate of a kubeadm's remains for the step `kubeadm_init` or `kubeadm_join`.

    Ours and unused are cleared; a working cluster of ours is finished, if it is of this node's role. One
    that answers and may be in use is never cleared. The step waits for one that does not answer yet; in all
    other cases a person decides.
    """
    left = broken_off(facts[Past])
    past = facts[Past]
    cluster = facts[Kubernetes]
    remains = facts[Remains]
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
        # A worker that has its certificate lacks only its kubelet.
        waits = waits and joined and cluster.client_certificate
        return Outlook(Fate.WAIT if waits else Fate.CLEAR, unread=life.unread)
    if waits and (may or not odd):
        return Outlook(Fate.WAIT, reasons, life.unread)
    return Outlook(Fate.CLEAR if may else Fate.ASK, reasons)


def may_clear(step: str, facts: Facts) -> bool:
    """Tells whether the remains are cleared; False: they work, and the step finishes them.

    Raises Undecided where this program must not decide, and NotRead while the cluster may still come up.
    """
    expected = outlook(step, facts)
    if expected.fate is Fate.WAIT and expected.unread is not None:
        raise NotRead(expected.unread, waits=True)
    if expected.fate is Fate.ASK:
        raise Undecided(
            T(
                "a kubeadm that did not end well has left a cluster here, and it is not certain that it may be deleted: {reason}",
                reason=expected.reason,
            ),
            T(
                "if it is still needed, get it to work by hand; if it may go, apply again with --accept half_made_cluster: etcd and /etc/kubernetes are saved first"
            ),
        )
    if expected.fate is Fate.NEVER:
        raise Undecided(
            T(
                "this program does not delete the cluster that is here, whatever is accepted: {reason}",
                reason=expected.reason,
            ),
            BY_HAND,
        )
    return expected.fate is Fate.CLEAR
