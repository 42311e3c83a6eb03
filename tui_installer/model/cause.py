"""The record of a known cause: what tells it, its cure, what else it explains; and the search for causes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Clue:
    """One sign of a cause: the line that shows it, and the values that it puts into the sentences."""

    line: str
    values: Mapping[str, str] = field(default_factory=dict)


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

    `severity` is FAIL if something does not work, else WARN.
    """

    id: str
    title: Text
    cure: Text
    tells: tuple[Tell, ...]
    severity: Outcome = Outcome.FAIL
    explains: tuple[str, ...] = ()


def by_words(
    id: str,
    source: str,
    pattern: re.Pattern[str],
    title: Text,
    cure: Text,
    *,
    severity: Outcome = Outcome.FAIL,
    explains: tuple[str, ...] = (),
) -> KnownCause:
    """Returns a cause that a pattern in the lines of one source tells."""
    return KnownCause(id, title, cure, (Telltale(source, pattern),), severity, explains)


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


def found(known: KnownCause, values: Mapping[str, str], evidence: tuple[str, ...] = ()) -> Cause:
    """Returns the cause with its values in the sentences."""
    return Cause(
        known.id,
        Text(known.title.template, {**known.title.params, **values}),
        Text(known.cure.template, {**known.cure.params, **values}),
        known.severity,
        evidence,
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
        "unknown",
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
    return tuple(_in_order(known, seen))


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


def _in_order(known: Mapping[str, KnownCause], seen: Mapping[str, list[Cause]]) -> Iterator[Cause]:
    by: dict[str, str] = {}
    for name in seen:
        for explained in known[name].explains:
            if explained in seen:
                by.setdefault(explained, name)
    heads = [name for name in seen if name not in by]
    heads.sort(key=lambda name: known[name].severity is not Outcome.FAIL)
    done: set[str] = set()

    def branch(name: str, parent: str) -> Iterator[Cause]:
        if name in done:
            return
        done.add(name)
        for cause in seen[name]:
            yield Cause(cause.id, cause.title, cause.cure, cause.severity, cause.evidence, parent)
        for explained in known[name].explains:
            if explained in seen and by.get(explained) == name:
                yield from branch(explained, name)

    for name in [*heads, *seen]:  # a circle of explanations has no head
        yield from branch(name, "")
