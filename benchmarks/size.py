"""How much a benchmark does: rounds, lines, seconds; as `benchmarks/run` was asked."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """`rounds` is None where the benchmark's own number holds; `short` is to show that it works, not how fast."""

    rounds: int | None = None
    short: bool = False

    def pick(self, full: int, short: int) -> int:
        """The full amount, or the short one."""
        return short if self.short else full

    def rounds_or(self, usual: int) -> int:
        """The rounds that were asked for; else one where it is short, else the usual ones."""
        return self.rounds or self.pick(usual, 1)


def asked() -> Size:
    """From the words of the command line, which `benchmarks/run` has looked at."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    return Size(numbers[-1] if numbers else None, "--short" in sys.argv[1:])
