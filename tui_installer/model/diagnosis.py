"""The diagnosis of a node: the causes that its facts tell, and the errors that none of them explains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tui_installer.model.cause import Cause, Evidence, KnownCause, Telltale, all_causes
from tui_installer.model.facts import Cri, Facts, Kubernetes, Logs, System, Workloads
from tui_installer.model.outcome import Outcome
from tui_installer.model.secret import Redactor, without_credentials
from tui_installer.model.text import Text

POD = "pod"
# Enough for a person; what is more repeats itself.
MOST, LONGEST = 20, 600
# What an error looks like in each log. kubeadm's own advice is no evidence.
ERRORS = {
    "kubelet": re.compile(r"^(?:E\d{4} |Error: |F\d{4} )|command failed"),
    "containerd": re.compile(r"level=(?:error|fatal|panic)|^containerd: "),
    "docker": re.compile(r"level=(?:error|fatal|panic)"),
    "etcd": re.compile(r'"level":"(?:error|fatal|panic)"'),
    "kube-apiserver": re.compile(r"^[EF]\d{4} "),
    POD: re.compile("."),
}
# The time and the process, by which klog and containerd begin their lines.
_HEAD = re.compile(r'^(?:[EF]\d{4} [\d:.]+ +\d+ |time="[^"]*" )')
# What the kubelet says again and again while containerd does not run: a state that has a cause of its own.
_DOWN = "containerd_down"
_WITHOUT_RUNTIME = re.compile(r"containerd\.sock: connect: |container runtime is down")
# An error of the kubelet about a pod.
_OF_POD = re.compile(r'^E\d{4} .* pod="(?P<namespace>[\w.-]+)/')
# The namespaces whose pods the topic Workloads holds.
KNOWN = ("kube-system", "tui-installer-proof")
# Logs that are neither a container's nor looked through for errors.
NO_PODS = ("kernel", "NetworkManager")
# What differs between two lines that say the same: times, numbers, ids.
_VARIES = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|0x[0-9a-f]+|\b[0-9a-f]{8,}\b|\d+"
)


@dataclass(frozen=True)
class Diagnosis:
    """The causes, the one that explains the others first; error lines without a cause; what could not be read."""

    causes: tuple[Cause, ...] = ()
    unexplained: tuple[str, ...] = ()
    unread: Mapping[str, Text] = field(default_factory=dict)

    @property
    def failing(self) -> bool:
        """Something does not work."""
        return any(cause.severity is Outcome.FAIL for cause in self.causes)


def evidence(facts: Facts) -> Evidence:
    """Returns the lines of all sources.

    The API server's view of the pods is evidence where it answers. Where it does not, the logs of the containers are.
    """
    lines: dict[str, tuple[str, ...]] = dict(facts[Logs].lines) if Logs in facts else {}
    workloads = facts[Workloads] if Workloads in facts else Workloads()
    lines[POD] = tuple(_of_pods(lines, workloads))
    # Others than root are refused by containerd's socket: a refusal that says nothing of containerd.
    if Cri in facts.unread and not (System in facts and not facts[System].root):
        lines["crictl"] = (str(facts.unread[Cri].why),)
    hidden = Redactor()
    found = Evidence(
        {
            source: tuple(without_credentials(hidden(line)) for line in told)
            for source, told in lines.items()
            if told
        },
        facts,
    )
    server = facts[Kubernetes].server if Kubernetes in facts else ""
    if workloads.answers and (port := server.rpartition(":")[2]):
        # It has just answered: what the kubelet said of its silence is over.
        return found.without("kubelet", re.compile(rf"dial tcp \S+:{re.escape(port)}: "))
    return found


def _of_pods(lines: Mapping[str, tuple[str, ...]], workloads: Workloads) -> Iterator[str]:
    """Yields what is known of pods: the API server knows those of kube-system, the kubelet all of its node."""
    for pod in workloads.pods:
        if not pod.good:
            yield from pod.evidence
    for line in lines.get("kubelet", ()):
        match = _OF_POD.search(line)
        if match and not (workloads.answers and match["namespace"] in KNOWN):
            yield line
    if not workloads.answers:
        for source in lines:
            if source not in (*ERRORS, *NO_PODS):
                yield from lines[source]


def diagnose(known: Iterable[KnownCause], facts: Facts) -> Diagnosis:
    """Names the causes. Errors are listed beside them only where something fails, or nothing else is known."""
    known = tuple(known)
    said = evidence(facts)
    causes = all_causes(known, said)
    named = {line for cause in causes for line in cause.evidence}
    if any(cause.id == _DOWN for cause in causes):
        said = said.without("kubelet", _WITHOUT_RUNTIME)
    failing = any(cause.severity is Outcome.FAIL for cause in causes)
    unexplained = tuple(_unexplained(known, said, named)) if failing else ()
    return Diagnosis(causes, unexplained[:MOST])


def _unexplained(
    known: Iterable[KnownCause], said: Evidence, named: Iterable[str]
) -> Iterator[str]:
    """Yields error lines that no pattern of a cause matches, one of each kind, the newest of it."""
    kinds = {_kind(line) for line in named}
    for source, looks in ERRORS.items():
        patterns = [
            tell.pattern
            for cause in known
            for tell in cause.tells
            if isinstance(tell, Telltale) and tell.source == source
        ]
        for line in reversed(said.lines.get(source, ())):
            if (kind := _kind(line)) in kinds or not looks.search(line):
                continue
            kinds.add(kind)
            if not any(pattern.search(line) for pattern in patterns):
                yield _HEAD.sub("", line)[:LONGEST]


def _kind(line: str) -> str:
    return _VARIES.sub("#", line)
