"""The index of a bundle: what a helper needs first, then what is in it, and what is not and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from tui_installer import __version__
from tui_installer.host import runs
from tui_installer.model.diagnosis import Diagnosis
from tui_installer.model.event import state_of
from tui_installer.model.facts import (
    Disk,
    Facts,
    HostName,
    Kubernetes,
    Limits,
    Network,
    NotRead,
    Packages,
    Swap,
    System,
)
from tui_installer.model.text import T, Text
from tui_installer.report.part import BundlePart
from tui_installer.text.measure import size
from tui_installer.text.words import WORDS

Say = Callable[[Text], str]
FAILED = "commands/systemctl-failed.txt"
# Lines of evidence for a cause, and other error lines.
EVIDENCE, ERRORS = 5, 20


def index(
    say: Say, recorded: str, facts: Facts, diagnosis: Diagnosis, parts: Sequence[BundlePart]
) -> str:
    """Returns the index as plain text."""
    sections: tuple[tuple[Text, Iterable[str]], ...] = (
        (T("This node"), _node(say, facts)),
        (T("Causes of what does not work"), _causes(say, diagnosis)),
        (T("Units that have failed"), _failed(say, parts)),
        (T("The last run"), _run(say)),
        (T("Versions"), _versions(say, facts)),
        (T("Disk and memory"), _room(say, facts)),
        (T("Not read"), _unread(say, diagnosis, parts)),
        (T("Left out, because of a secret"), _left_out(say, parts)),
        (T("What is in this bundle"), _contents(say, parts)),
    )
    head = T(
        "Support bundle of tui-installer {version}, {time} UTC. Keys, passwords and tokens are left out; read it before you hand it on.",
        version=__version__,
        time=recorded,
    )
    lines = [say(head)]
    for title, rows in sections:
        lines += ["", say(title), *(f"  {row}" for row in list(rows) or ["-"])]
    return "\n".join(lines) + "\n"


def _known(say: Say, facts: Facts, rows: Callable[[Facts], Iterable[str]]) -> Iterator[str]:
    """Yields rows that facts tell; where they are not known, the reason."""
    try:
        yield from list(rows(facts))
    except NotRead as error:
        yield say(error.unread.text)


def _node(say: Say, facts: Facts) -> Iterator[str]:
    for rows in (_names, _cluster, _system, _network):
        yield from _known(say, facts, partial(rows, say))


def _names(_say: Say, facts: Facts) -> Iterator[str]:
    host = facts[HostName]
    same = host.static == host.current
    yield host.current if same else f"{host.current} (/etc/hostname: {host.static})"


def _system(say: Say, facts: Facts) -> Iterator[str]:
    system = facts[System]
    yield f"{system.release or system.os_name}, {system.kernel}, {system.arch}"
    if not system.root:
        yield say(T("The caller was not root: much of the node cannot be read."))


def _network(_say: Say, facts: Facts) -> Iterator[str]:
    for nic in facts[Network].cards:
        yield f"{nic.name} {' '.join(nic.addresses)}".strip()


def _cluster(say: Say, facts: Facts) -> Iterator[str]:
    kubernetes = facts[Kubernetes]
    if any("kube-apiserver" in name for name in kubernetes.manifests):
        yield say(T("a control plane"))
    elif kubernetes.member:
        yield say(T("a worker, or a node half-way into a cluster"))
    else:
        yield say(T("no node of a cluster"))
    if kubernetes.server:
        yield say(T("its API server: {server}", server=kubernetes.server))


def _causes(say: Say, diagnosis: Diagnosis) -> Iterator[str]:
    for cause in diagnosis.causes:
        after = (
            say(T("follows from {cause}", cause=cause.explained_by)) if cause.explained_by else ""
        )
        yield f"{say(WORDS[cause.severity])}  {say(cause.title)}  [{cause.id}] {after}".rstrip()
        yield from (f"    | {line}" for line in cause.evidence[:EVIDENCE])
        yield f"    > {say(cause.cure)}"
    if diagnosis.unexplained:
        yield say(diagnosis.above_errors)
        yield from (f"    | {line}" for line in diagnosis.unexplained[:ERRORS])


def _failed(say: Say, parts: Iterable[BundlePart]) -> Iterator[str]:
    for part in parts:
        if part.name == FAILED:
            rows = part.text.splitlines() if part.unread is None else [say(part.unread)]
            yield from filter(str.strip, rows)


def _run(say: Say) -> Iterator[str]:
    try:
        folder = runs.latest()
    except OSError:
        folder = None
    if folder is None:
        return
    state = state_of(runs.read_events(folder))
    outcome = say(WORDS[state.outcome]) if state.outcome in WORDS else str(state.outcome or "")
    yield f"{folder.name}  {outcome}".rstrip()
    for step, ending in state.ended.items():
        if ending == "failed":
            yield say(T("the step that failed: {step}", step=step))


def _versions(say: Say, facts: Facts) -> Iterator[str]:
    def versions(facts: Facts) -> Iterator[str]:
        for name, version in sorted(facts[Packages].installed.items()):
            yield f"{name} {version}"

    yield from _known(say, facts, versions)


def _room(say: Say, facts: Facts) -> Iterator[str]:
    def disk(facts: Facts) -> Iterator[str]:
        for space in facts[Disk].spaces:
            yield say(
                T(
                    "{path}: {free} of {total} free ({type})",
                    path=space.path,
                    free=size(space.free),
                    total=size(space.total),
                    type=space.fstype,
                )
            )

    def memory(facts: Facts) -> Iterator[str]:
        free = facts[Limits].memory_free
        yield say(
            T(
                "memory: {free} of {total} free",
                free="?" if free is None else size(free),
                total=size(facts[System].memory),
            )
        )

    def swap(facts: Facts) -> Iterator[str]:
        if facts[Swap] != Swap():
            yield say(T("swap is on"))

    for rows in (disk, memory, swap):
        yield from _known(say, facts, rows)


def unread(diagnosis: Diagnosis, parts: Iterable[BundlePart]) -> Mapping[str, Text]:
    """Returns what could not be read, each with the reason."""
    rows: dict[str, Text] = dict(diagnosis.unread)
    return rows | {part.name: part.unread for part in parts if part.unread is not None}


def _unread(say: Say, diagnosis: Diagnosis, parts: Sequence[BundlePart]) -> Iterator[str]:
    for name, why in unread(diagnosis, parts).items():
        yield f"{name}: {say(why)}"


def _left_out(say: Say, parts: Iterable[BundlePart]) -> Iterator[str]:
    for part in parts:
        if part.left_out is not None:
            yield f"{part.name}: {say(part.left_out)}"


def _contents(say: Say, parts: Iterable[BundlePart]) -> Iterator[str]:
    for part in parts:
        if part.left_out is not None or (part.unread is not None and not part.text):
            continue
        words = [part.name]
        if part.argv:
            exit = say(T("exit code {code}", code=part.code if part.code is not None else "?"))
            words += [f"{exit}, {part.seconds:.1f} s:", " ".join(part.argv)]
        if part.cut:
            words.append(say(T("({size} cut off)", size=size(part.cut))))
        yield "  ".join(words)
