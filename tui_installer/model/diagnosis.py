"""The diagnosis of a node: the causes that its facts tell, and the errors that none of them explains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tui_installer.model.cause import Cause, Evidence, KnownCause, Telltale, all_causes
from tui_installer.model.facts import Cri, Facts, Kubernetes, Logs, System, Workloads
from tui_installer.model.outcome import Outcome
from tui_installer.model.secret import Redactor, without_credentials
from tui_installer.model.text import T, Text

POD = "pod"
# Enough for a person; what is more repeats itself. Lines, those of one source, and the letters of a line.
MOST, OF_SOURCE, LONGEST = 12, 4, 600
# Errors of one component that a failure shows.
LAST = 3
# What an error looks like in each log; what has ended comes before those who miss it. kubeadm's own advice is no evidence.
_PLAIN = r"^(?:Error|error|panic|fatal)\b|^\S+:\d+ - Error|command failed"
ERRORS = {
    "etcd": re.compile(rf'"level":"(?:error|fatal|panic)"|failed to verify flags|{_PLAIN}'),
    "kube-apiserver": re.compile(rf"^[EF]\d{{4}} |{_PLAIN}"),
    POD: re.compile(
        r'(?i)^(?!\s*-|\s+\w|[IW]\d{4} |.*\[(?:INFO|DEBUG|WARNING)\]|.*"level":"(?:info|warn)").*'
        r"(?:error|fail|fatal|panic|unknown|invalid|cannot|unable|denied|refused|not found|no such|forbidden|"
        r"unschedulable|unhealthy|backoff|insufficient|exceeded)"
    ),
    "containerd": re.compile(
        r"level=(?:error|fatal|panic)|^containerd: |Failed (?:to execute|at step) |Unable to locate executable "
    ),
    "docker": re.compile(r"level=(?:error|fatal|panic)"),
    "kubelet": re.compile(
        rf"^[EF]\d{{4}} |Failed (?:to execute|at step) |Unable to locate executable |{_PLAIN}"
    ),
}
# An error of another container.
_OF_CONTAINER = re.compile(rf'^[EF]\d{{4}} |"level":"(?:error|fatal|panic)"|{_PLAIN}')
# The time and the process, by which klog and containerd begin their lines.
_HEAD = re.compile(r'^(?:[EF]\d{4} [\d:.]+ +\d+ |time="[^"]*" )')
# What is said while something ends, while it is cleared away, and at its next start: it follows from whatever ended it.
_AFTERMATH = re.compile(
    r"ExecSync|exec process|ContainerStatus|StopPodSandbox|stop sandbox|remove container|DeleteContainer|RemoveStaleState"
    r"|collecting metrics for|failed sending message on channel|process watch event|post-timeout activity|mirror pod"
    r"|[Bb]ack-off|CrashLoopBackOff|Server rejected event|retry count|Skipping pod synchronization"
    r"|garbage collection failed once|info of the filesystem|tracing processor|oom score|OOM monitor|max file handles|reflector\.go:\d+\] object-"
    r"|[Ll]eader ?election|release lock|renew lease|Health check is not ready|bad status code from apiserver"
)
# What is said while the API server does not answer. That has an entry of its own, or it is over.
_SILENCE = re.compile(
    r"^(?!.*rpc error).*(?:connect: connection refused|i/o timeout|deadline exceeded|Client\.Timeout|http2: "
    r"|TLS handshake timeout|unable to return a response|Failed to watch \S+: unknown|request canceled|: EOF"
    r"|Handler timeout|context canceled|failed to list |plugin/errors|timed out waiting for the condition"
    r"|evaluation timed out|fallback JSON|etcdserver: request timed out|connection reset by peer|ServiceUnavailable)"
)
# What the kubelet says again and again while containerd does not run: a state that has a cause of its own.
_DOWN = "containerd_down"
_WITHOUT_RUNTIME = re.compile(
    r"containerd\.sock: connect: |container runtime is down|unable to retrieve container logs|cAdvisor"
)
# An error of the kubelet about a pod.
_OF_POD = re.compile(r'^E\d{4} .* pod="(?P<namespace>[\w.-]+)/')
# The namespaces whose pods the topic Workloads holds.
KNOWN = ("kube-system", "tui-installer-proof")
# Logs that are neither a container's nor looked through for errors.
NO_PODS = ("kernel", "NetworkManager")
UNITS = ("kubelet", "containerd", "docker", "crictl")
# What differs between two lines that say the same: pods, times, numbers, ids.
_VARIES = re.compile(
    r"\bpods? ?=?\\*\"[^\"]*\"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|0x[0-9a-f]+|\b[0-9a-f]{8,}\b|\d+"
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

    @property
    def known(self) -> bool:
        """Whatever does not work, some cause is named that is more than a state which others bring about."""
        states = {cause.id for cause in self.causes if cause.general}
        return not self.failing or any(
            cause.severity is Outcome.FAIL and not {cause.id, cause.explained_by} & states
            for cause in self.causes
        )

    @property
    def above_errors(self) -> Text:
        """The sentence above the errors without a cause."""
        if self.known:
            return T("Errors without a known cause:")
        return T("Why is not known to this program. What may tell it:")


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


def last_errors(said: Evidence) -> dict[str, tuple[str, ...]]:
    """Returns the last errors of each component, one of each kind, oldest first; those of containers come first."""
    sources = [name for name in said.lines if name not in (POD, *NO_PODS)]
    sources.sort(key=lambda name: name in UNITS)
    return {name: found for name in sources if (found := tuple(_last_errors(said, name)))}


def _last_errors(said: Evidence, source: str) -> list[str]:
    looks, lines = ERRORS.get(source, _OF_CONTAINER), said.lines[source]
    errors = [line for line in lines if looks.search(line)]
    # What follows from an API server that is not there is said only where nothing else is.
    telling = [x for x in errors if not (_SILENCE.search(x) or _AFTERMATH.search(x))] or errors
    newest: dict[str, str] = {}
    for line in reversed(telling):
        newest.setdefault(_kind(line), line)
    return list(newest.values())[:LAST][::-1]


def diagnose(known: Iterable[KnownCause], facts: Facts) -> Diagnosis:
    """Names the causes. Errors are listed beside them only where something fails, or nothing else is known."""
    known = tuple(known)
    said = evidence(facts)
    causes = all_causes(known, said)
    named = {line for cause in causes for line in cause.evidence}
    # It has just answered, so that its silence is over; or its silence has been named.
    answered = Cri in facts and bool(facts[Cri].conditions)
    if answered or any(cause.id == _DOWN for cause in causes):
        said = said.without("kubelet", _WITHOUT_RUNTIME).without(POD, _WITHOUT_RUNTIME)
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
        left = OF_SOURCE
        for line in reversed(said.lines.get(source, ())):
            if not left:
                break
            if (kind := _kind(line)) in kinds or not looks.search(line):
                continue
            kinds.add(kind)
            if not any(p.search(line) for p in (*patterns, _AFTERMATH, _SILENCE)):
                left -= 1
                yield _HEAD.sub("", line)[:LONGEST]


def _kind(line: str) -> str:
    return _VARIES.sub("#", line)
