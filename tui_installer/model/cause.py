"""The record of a known cause: what tells it, its cure, what else it explains; and the search for causes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from tui_installer.model.facts import Facts, NotRead
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T, Text


@dataclass(frozen=True)
class Evidence:
    """What a machine says and what it is: lines by source, oldest first, and facts.

    A source is a program whose output it is ("yum", "kubeadm"), "pod" (states, events and logs of pods), or a log:
    "kubelet", "containerd", "docker", "kernel", "etcd".
    """

    lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The lines of each source as one text."""
        return {source: "\n".join(lines) for source, lines in self.lines.items()}

    def without(self, source: str, over: re.Pattern[str]) -> Evidence:
        """Returns the evidence without the lines of a source in which the pattern is found."""
        left = tuple(line for line in self.lines.get(source, ()) if not over.search(line))
        return Evidence({**self.lines, source: left}, self.facts)


@dataclass(frozen=True)
class Clue:
    """One sign of a cause: the line that shows it, and the values that it puts into the sentences."""

    line: str
    values: Mapping[str, str] = field(default_factory=dict)


# The id of a cause that is not known.
UNKNOWN = "unknown"
Tell = Callable[[Evidence], Iterable[Clue]]


@dataclass(frozen=True)
class Telltale:
    """A pattern in the lines of a source; its named groups are the values of the clue."""

    source: str
    pattern: re.Pattern[str]

    def __call__(self, evidence: Evidence) -> Iterator[Clue]:
        """Yields a clue for each match; a line that repeats the same values counts once."""
        text = evidence.texts.get(self.source, "")
        known = set()
        for match in self.pattern.finditer(text):
            values = {name: value or "" for name, value in match.groupdict().items()}
            if (key := tuple(values.items())) in known:
                continue
            known.add(key)
            yield Clue(_line_around(text, match), values)


def _line_around(text: str, match: re.Match[str]) -> str:
    """Returns the whole line in which the match begins."""
    begin = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.start())
    return text[begin : end if end >= 0 else len(text)].strip()


@dataclass(frozen=True)
class KnownCause:
    """A known cause. Any of its tells is enough; `explains` names the causes that follow from it.

    `severity` is FAIL if something does not work, else WARN. A `general` cause is a state that some other cause
    brings about, such as a node that is not ready: where another is found, it is shown under that one. A `lasting`
    cause is not cured by waiting, so a step that waits in spite of it is given up.
    """

    id: str
    title: Text
    cure: Text
    tells: tuple[Tell, ...]
    severity: Outcome = Outcome.FAIL
    explains: tuple[str, ...] = ()
    general: bool = False
    lasting: bool = False


def by_words(
    id: str,
    source: str,
    pattern: re.Pattern[str],
    title: Text,
    cure: Text,
    *,
    severity: Outcome = Outcome.FAIL,
    explains: tuple[str, ...] = (),
    general: bool = False,
    lasting: bool = False,
) -> KnownCause:
    """Returns a cause that a pattern in the lines of one source tells."""
    tells = (Telltale(source, pattern),)
    return KnownCause(id, title, cure, tells, severity, explains, general, lasting)


@dataclass(frozen=True)
class Cause:
    """A cause that was found, in our words.

    `evidence` are the lines that show it; `explained_by` is the id of the cause from which it follows, or empty.
    """

    id: str
    title: Text
    cure: Text
    severity: Outcome = Outcome.FAIL
    evidence: tuple[str, ...] = ()
    explained_by: str = ""
    general: bool = False
    lasting: bool = False


def found(known: KnownCause, values: Mapping[str, str], evidence: tuple[str, ...] = ()) -> Cause:
    """Returns the cause with its values in the sentences."""
    return Cause(
        known.id,
        Text(known.title.template, {**known.title.params, **values}),
        Text(known.cure.template, {**known.cure.params, **values}),
        known.severity,
        evidence,
        general=known.general,
        lasting=known.lasting,
    )


def known_cause(causes: Iterable[KnownCause], program: str, lines: Iterable[str]) -> Cause | None:
    """Returns the first cause that the lines of one program tell; None if they tell none."""
    evidence = Evidence({program: tuple(lines)})
    for known in causes:
        for tell in known.tells:
            if isinstance(tell, Telltale) and tell.source == program:
                for clue in tell(evidence):
                    return found(known, clue.values, (clue.line,))
    return None


def name_cause(causes: Iterable[KnownCause], program: str, lines: Iterable[str]) -> Cause:
    """Returns the first cause that the lines tell; one that says so if they tell none."""
    return known_cause(causes, program, lines) or Cause(
        UNKNOWN,
        T("{program} failed; the cause is not known to this program", program=program),
        T("read its last lines, fix what they name, then apply the same answers again"),
    )


def all_causes(causes: Iterable[KnownCause], evidence: Evidence) -> tuple[Cause, ...]:
    """Returns every cause that the evidence tells: first one that explains others, then those that it explains.

    A tell whose facts are unknown says nothing.
    """
    known = {cause.id: cause for cause in causes}
    seen: dict[str, list[Cause]] = {}
    for cause in known.values():
        if told := _told(cause, evidence):
            seen[cause.id] = told
    parents = _parents([known[name] for name in seen])
    return tuple(_in_order(known, seen, parents))


def _told(known: KnownCause, evidence: Evidence) -> list[Cause]:
    """Returns a cause for each set of values that its clues give."""
    lines: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for tell in known.tells:
        try:
            for clue in tell(evidence):
                lines.setdefault(tuple(clue.values.items()), []).append(clue.line)
        except (NotRead, KeyError):
            continue
    return [found(known, dict(key), tuple(dict.fromkeys(said))) for key, said in lines.items()]


def _parents(seen: list[KnownCause]) -> dict[str, str]:
    """Maps the id of each explained cause to the one that explains it."""
    names = {cause.id for cause in seen}
    parents: dict[str, str] = {}
    # A failure explains more surely than a warning.
    for cause in sorted(seen, key=_mild):
        for name in cause.explains:
            if name in names and name != cause.id and cause.id not in _above(parents, name):
                parents.setdefault(name, cause.id)
    special = [c for c in seen if not c.general and c.severity is Outcome.FAIL]
    first = next((c.id for c in special if c.id not in parents), "")
    for cause in seen:
        if cause.general and first:
            parents.setdefault(cause.id, first)
    return parents


def _mild(cause: KnownCause) -> bool:
    return cause.severity is not Outcome.FAIL


def _above(parents: Mapping[str, str], name: str) -> set[str]:
    """Returns the ids under which nothing may hang that explains `name`: those that hang below it."""
    return {child for child in parents if name in _way_up(parents, child)}


def _way_up(parents: Mapping[str, str], name: str) -> Iterator[str]:
    while name := parents.get(name, ""):
        yield name


def _in_order(
    known: Mapping[str, KnownCause], seen: Mapping[str, list[Cause]], parents: Mapping[str, str]
) -> Iterator[Cause]:
    """Yields the causes, each followed by those that it explains; first those from which a failure follows."""
    failing = {name for name in seen if not _mild(known[name])}
    failing |= {above for name in failing for above in _way_up(parents, name)}
    heads = sorted(
        (name for name in seen if name not in parents),
        key=lambda name: (name not in failing, not known[name].lasting),
    )

    def shown(cause: Cause) -> bool:
        """The same lines need no second name under the one that explains it, if that is as grave."""
        above = seen.get(parents.get(cause.id, ""), ())
        lines = {line for one in above for line in one.evidence if one.severity is cause.severity}
        return not set(cause.evidence) <= lines

    def branch(name: str) -> Iterator[Cause]:
        for cause in filter(shown, seen[name]):
            yield replace(cause, explained_by=parents.get(name, ""))
        for child, parent in parents.items():
            if parent == name:
                yield from branch(child)

    for head in heads:
        yield from branch(head)
