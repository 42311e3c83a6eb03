"""The matrix: tests that repeat a whole story over many faults. Which part of it runs, and why that one.

The parts follow from durations.json alone, so that every process comes to the same, whatever it has collected.
"""

from __future__ import annotations

import itertools
import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

DURATIONS = Path(__file__).with_name("durations.json")
# What the tests of a part that nobody has asked for may take together. One that takes longer is a part by itself.
SECONDS = 360


@dataclass(frozen=True)
class Part:
    """One part of the matrix; numbers begin with 1."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


@dataclass(frozen=True)
class Durations:
    """Seconds of each test by its node id, what is booted for it included: the matrix, and all others."""

    matrix: dict[str, int] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path = DURATIONS) -> Self:
        """As it was written last; nothing where there is no such file."""
        return cls(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else cls()

    def write(self, path: Path = DURATIONS) -> None:
        """One test a line, in order, so that a difference shows what has become longer."""
        both = {"matrix": self.matrix, "others": self.others}
        path.write_text(json.dumps(both, indent=1, sort_keys=True) + "\n", encoding="utf-8")

    def of(self, test: str) -> int:
        """One that nobody has recorded counts as the longest."""
        known = self.matrix | self.others
        return known.get(test, max(known.values(), default=1))

    def renewed_by(self, newer: Durations) -> Durations:
        """Every file of which the newer one knows a test is the newer one's; the rest stays."""
        files = {_file(test) for test in newer.matrix | newer.others}

        def kept(older: dict[str, int]) -> dict[str, int]:
            return {test: took for test, took in older.items() if _file(test) not in files}

        return Durations(kept(self.matrix) | newer.matrix, kept(self.others) | newer.others)


def _file(test: str) -> str:
    return test.partition("::")[0]


def split(seconds: Mapping[str, int], of: int) -> list[frozenset[str]]:
    """That many parts of about the same length. Each test is in one of them, the same at every call.

    Neighbours by name stay together: tests of one file share what is booted for them, for a minute or more.
    """
    parts: list[set[str]] = [set() for _ in range(of)]
    total, done = max(1, sum(seconds.values())), 0
    for test in sorted(seconds):
        # By its middle, so that no part is longer by more than half of the tests at its ends.
        middle = 2 * done + seconds[test]
        parts[min(of - 1, middle * of // (2 * total))].add(test)
        done += seconds[test]
    return [frozenset(part) for part in parts]


def parts_needed(seconds: Mapping[str, int]) -> int:
    """The fewest of which none takes longer than SECONDS, or than the longest test if that is more."""
    most = max([SECONDS, *seconds.values()])
    return next(
        of
        for of in itertools.count(1)
        if all(sum(seconds[test] for test in part) <= most for part in split(seconds, of))
    )


def chosen(asked: str, recorded: Durations, commit: str | None) -> Part | None:
    """What MATRIX asks for, None for all. Asked for nothing: the part of this commit, the first without one.

    Raises ValueError with a sentence on what is right.
    """
    if asked == "all":
        return None
    if asked:
        found = re.fullmatch(r"([0-9]+)/([0-9]+)", asked)
        part = Part(*map(int, found.groups())) if found else None
        if part is None or not 1 <= part.number <= part.of:
            raise ValueError(
                f'MATRIX is "{asked}": it is "all", or a part like 3/8, from 1/8 to 8/8'
            )
        return part
    of = parts_needed(recorded.matrix)
    return Part(int(commit, 16) % of + 1 if commit else 1, of)


def picked(part: Part | None, tests: list[str], recorded: Durations) -> set[str]:
    """Those of these tests of the matrix that belong to the part."""
    if part is None:
        return set(tests)
    seconds = recorded.matrix | {test: recorded.of(test) for test in tests}
    return set(tests) & split(seconds, part.of)[part.number - 1]


def commit(folder: Path) -> str | None:
    """The id of what is checked out there; None without git."""
    try:
        told = subprocess.run(
            ["git", "rev-parse", "--verify", "HEAD"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return told.stdout.strip()
