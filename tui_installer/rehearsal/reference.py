"""Reference runs: what the changing commands have printed, written and brought about on a node of the lab."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tui_installer.assets import ASSETS
from tui_installer.rehearsal.kept import KeptFile

RUNS = ASSETS / "runs"
# A command may differ from the recorded one in so many words: a device, an image, an address.
OTHER_WORDS = 2


@dataclass(frozen=True)
class Moment:
    """What has become other, so many seconds after the beginning."""

    at: float
    facts: dict[str, Any] = field(default_factory=dict)
    files: dict[str, KeptFile | None] = field(default_factory=dict)
    commands: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Effect:
    """One change of a reference run; `argv` of a command, or `path` of a file that the program wrote."""

    step: str
    argv: list[str] = field(default_factory=list)
    path: str = ""
    code: int = 0
    seconds: float = 0.0
    # Seconds from the beginning, and what was printed then.
    prints: list[tuple[float, str]] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    # Bytes that it has fetched.
    fetched: int = 0


@dataclass(frozen=True)
class RecordedRun:
    """One reference run; `values` are what its node was called and had, which another node has otherwise."""

    version: int
    kind: str
    program: str
    recorded: str
    # What its node has become.
    role: str
    values: dict[str, str]
    changes: list[Effect]


def names() -> list[str]:
    """The reference runs that come with the program."""
    return sorted(path.stem for path in RUNS.glob("*.json"))


@cache
def load(name: str) -> RecordedRun:
    """Read without a check of every value: tests hold what is shipped, and a command must not wait for it."""
    told = json.loads((RUNS / f"{name}.json").read_text(encoding="utf-8"))
    return RecordedRun(**{**told, "changes": [_effect(row) for row in told["changes"]]})


def _effect(row: dict[str, Any]) -> Effect:
    prints = [(at, text) for at, text in row["prints"]]
    return Effect(**{**row, "prints": prints, "moments": [_moment(m) for m in row["moments"]]})


def _moment(row: dict[str, Any]) -> Moment:
    files = {path: KeptFile(**file) if file else None for path, file in row["files"].items()}
    return Moment(**{**row, "files": files})


def in_words_of(text: str, values: Mapping[str, str], now: Mapping[str, str]) -> str:
    """The text with this node's name, card and address in the place of those of the recorded one."""
    return _exchanged(text, _pairs(values, now), str)


def _pairs(values: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    return {v: now[k] for k, v in values.items() if v and now.get(k) and now[k] != v}


def _exchanged(text: str, pairs: Mapping[str, str], quoted: Callable[[str], str]) -> str:
    if not pairs:
        return text
    longest_first = sorted(pairs, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, longest_first))})(?![\w-]|\.\d)")
    return pattern.sub(lambda found: quoted(pairs[found[1]]), text)


def _in_json(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)[1:-1]


@dataclass(frozen=True)
class Found:
    """An effect, and the words in which this command is other than the recorded one."""

    effect: Effect
    words: Mapping[str, str] = field(default_factory=dict)
    run: str = ""


def adapted(found: Found, values: Mapping[str, str], now: Mapping[str, str]) -> Effect:
    """The effect, in the words of this node and of this command."""
    text = json.dumps(asdict(found.effect), ensure_ascii=False)
    text = _exchanged(text, _pairs(values, now), _in_json)
    for old, new in found.words.items():
        text = text.replace(_in_json(old), _in_json(new))
    return _effect(json.loads(text))


def closest(
    argv: Sequence[str], runs: Iterable[tuple[str, RecordedRun]], now: Mapping[str, str], times: int
) -> tuple[Found, RecordedRun] | None:
    """The recorded command that is this one, or that differs from it in few words; None if there is none.

    `times` is how often it was played before: the same command does something else the second time.
    """
    near: list[tuple[int, Found, RecordedRun]] = []
    for name, run in runs:
        same = []
        for effect in run.changes:
            recorded = [in_words_of(word, run.values, now) for word in effect.argv]
            if recorded == list(argv):
                same.append(effect)
            elif (words := _other_words(recorded, argv)) is not None:
                near.append((len(words), Found(effect, words, name), run))
        if same:
            return Found(same[min(times, len(same) - 1)], run=name), run
    best = min(near, key=lambda row: row[0], default=None)
    return (best[1], best[2]) if best else None


def _other_words(recorded: Sequence[str], argv: Sequence[str]) -> dict[str, str] | None:
    """The words that are other, by the recorded one; None for another kind of command."""
    if len(recorded) != len(argv) or not recorded or recorded[0] != argv[0]:
        return None
    pairs = dict(_values(o, n) for o, n in zip(recorded, argv, strict=True) if o != n)
    plain = all(not old.startswith("-") and not new.startswith("-") for old, new in pairs.items())
    # A verb is no object: `systemctl stop X` is not `systemctl start X`.
    verb = len(argv) > 2 and recorded[1] != argv[1] and not recorded[1].startswith("/")
    alike = {_kind(old) == _kind(new) for old, new in pairs.items()} <= {True}
    return pairs if len(pairs) <= OTHER_WORDS and plain and alike and not verb else None


def _values(old: str, new: str) -> tuple[str, str]:
    """Both words, or their values alone where they are the same option."""
    name, equals, value = old.partition("=")
    return (value, new.removeprefix(name + equals)) if new.startswith(name + equals) else (old, new)


def _kind(word: str) -> str:
    """What a word is: a path, a unit, an image or address, or a plain word of its own."""
    if word.startswith("/"):
        return "path"
    if "/" in word or re.match(r"\d+\.\d+\.\d+\.\d+", word):
        return "place"
    return word


def of_file(path: str, runs: Iterable[tuple[str, RecordedRun]]) -> tuple[Found, RecordedRun] | None:
    """What has come of writing that file; None if nothing is known to."""
    for name, run in runs:
        for effect in run.changes:
            if effect.path == path:
                return Found(effect, run=name), run
    return None


def packages(argv: Sequence[str]) -> list[str]:
    """What a yum command installs; empty for another command."""
    if not argv or argv[0] != "yum" or "install" not in argv:
        return []
    return [word for word in argv[list(argv).index("install") + 1 :] if not word.startswith("-")]


def closest_install(
    argv: Sequence[str], runs: Iterable[tuple[str, RecordedRun]]
) -> tuple[list[tuple[Found, RecordedRun]], list[str]]:
    """Recorded transactions that together install what this one does, and what none of them does."""
    wanted = set(packages(argv))
    every = [
        (set(packages(effect.argv)), Found(effect, run=name), run)
        for name, run in runs
        for effect in run.changes
        if packages(effect.argv)
    ]
    taken: list[tuple[Found, RecordedRun]] = []
    while wanted:
        best = max(
            every, key=lambda row: (len(row[0] & wanted), -len(row[0] - wanted)), default=None
        )
        if best is None or not best[0] & wanted:
            break
        taken.append((best[1], best[2]))
        wanted -= best[0]
    return taken, sorted(wanted)


def place(name: str) -> Path:
    """Where a reference run of that name lies."""
    return RUNS / f"{name}.json"
