"""Reference runs: output, files and effects of the changing commands on a node of the lab."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from tui_installer.assets import ASSETS
from tui_installer.rehearsal.effect import Effect, effect_of
from tui_installer.render.packages import installs

RUNS = ASSETS / "runs"
# The most words in which a command may differ from the recorded one: a device, an image, an address.
OTHER_WORDS = 2


@dataclass(frozen=True)
class RecordedRun:
    """One reference run; `values` are its node's name, card and address, which differ on another node."""

    version: int
    kind: str
    program: str
    recorded: str
    # The role of its node.
    role: str
    values: dict[str, str]
    changes: list[Effect]


def names() -> list[str]:
    """Lists the reference runs that come with the program."""
    return sorted(path.stem for path in RUNS.glob("*.json"))


@cache
def load(name: str) -> RecordedRun:
    """Loads a run without a check of every value: tests check the shipped ones, and a command must not wait."""
    told = json.loads((RUNS / f"{name}.json").read_text(encoding="utf-8"))
    return RecordedRun(**{**told, "changes": [effect_of(row) for row in told["changes"]]})


def in_words_of(text: str, values: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Returns the text with this node's name, card and address instead of the recorded ones."""
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
    """An effect, and the words in which this command differs from the recorded one."""

    effect: Effect
    words: Mapping[str, str] = field(default_factory=dict)
    run: str = ""


def adapted(nearest: Found, values: Mapping[str, str], now: Mapping[str, str]) -> Effect:
    """Returns the effect in the words of this node and of this command."""
    text = json.dumps(asdict(nearest.effect), ensure_ascii=False)
    text = _exchanged(text, _pairs(values, now), _in_json)
    for old, new in nearest.words.items():
        text = text.replace(_in_json(old), _in_json(new))
    return effect_of(json.loads(text))


def closest(
    argv: Sequence[str], runs: Iterable[tuple[str, RecordedRun]], now: Mapping[str, str], times: int
) -> tuple[Found, RecordedRun] | None:
    """Returns the recorded command that equals this one, or differs in few words; None if there is none.

    `times` counts earlier plays: the same command may have another effect the second time.
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
    """Maps the recorded words to the different ones; None for another kind of command."""
    if len(recorded) != len(argv) or not recorded or recorded[0] != argv[0]:
        return None
    pairs = dict(_values(o, n) for o, n in zip(recorded, argv, strict=True) if o != n)
    plain = all(not old.startswith("-") and not new.startswith("-") for old, new in pairs.items())
    # A different verb is not accepted: `systemctl stop X` is not `systemctl start X`.
    verb = len(argv) > 2 and recorded[1] != argv[1] and not recorded[1].startswith("/")
    alike = {_kind(old) == _kind(new) for old, new in pairs.items()} <= {True}
    return pairs if len(pairs) <= OTHER_WORDS and plain and alike and not verb else None


def _values(old: str, new: str) -> tuple[str, str]:
    """Returns both words, or only their values if they are the same option."""
    name, equals, value = old.partition("=")
    return (value, new.removeprefix(name + equals)) if new.startswith(name + equals) else (old, new)


def _kind(word: str) -> str:
    """Returns the kind of a word: a path, an image or address, or the plain word itself."""
    if word.startswith("/"):
        return "path"
    if "/" in word or re.match(r"\d+\.\d+\.\d+\.\d+", word):
        return "place"
    return word


def of_file(path: str, runs: Iterable[tuple[str, RecordedRun]]) -> tuple[Found, RecordedRun] | None:
    """Returns the effect of writing that file; None if none is recorded."""
    for name, run in runs:
        for effect in run.changes:
            if effect.path == path:
                return Found(effect, run=name), run
    return None


def closest_install(
    argv: Sequence[str], runs: Iterable[tuple[str, RecordedRun]]
) -> tuple[list[tuple[Found, RecordedRun]], list[str]]:
    """Returns recorded transactions that together install these packages, and the packages that none installs."""
    wanted = set(installs(argv))
    every = [
        (set(installs(effect.argv)), Found(effect, run=name), run)
        for name, run in runs
        for effect in run.changes
        if installs(effect.argv)
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
    """Returns the path of a reference run."""
    return RUNS / f"{name}.json"
