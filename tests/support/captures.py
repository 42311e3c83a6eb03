"""The output of the real tools, as files; the first line of each names its command."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent.parent / "data" / "captures"


def capture(name: str) -> str:
    """Returns the output of a capture without the line that names its command."""
    whole = (FOLDER / f"{name}.txt").read_bytes().decode("utf-8", "replace")
    return whole.partition("\n")[2]


def lines(name: str) -> list[str]:
    return capture(name).splitlines()
