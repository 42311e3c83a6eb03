"""Size of a benchmark: rounds, lines, seconds, according to the arguments of `benchmarks/run`."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """`rounds` is None where the benchmark's own number counts; `short` shows that it works, not how fast."""

    rounds: int | None = None
    short: bool = False

    def pick(self, full: int, short: int) -> int:
        """Returns the full amount, or the short one."""
        return short if self.short else full

    def rounds_or(self, usual: int) -> int:
        """Returns the requested rounds; else one in the short form, else the usual number."""
        return self.rounds or self.pick(usual, 1)


def asked() -> Size:
    """Parses the words of the command line, which `benchmarks/run` has checked."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    return Size(numbers[-1] if numbers else None, "--short" in sys.argv[1:])
