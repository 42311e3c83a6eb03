"""The lines of a TOML file in which its keys and tables stand; the TOML libraries tell none of a file that is right."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from tui_installer.model.facts import Broken, FilePlace

Path = tuple[str, ...]
_HEADER = re.compile(r"^\s*\[\[?\s*(?P<key>[^\]]+(?:\"[^\"]*\"[^\]]*)*)\]")
_KEY = re.compile(
    r"""^\s*(?P<key>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_POSITION = re.compile(r"\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)")


def lines(text: str) -> Mapping[Path, int]:
    """Returns the numbers of the lines in which keys and tables first stand, by their paths."""
    found: dict[Path, int] = {}
    table: Path = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _path(header["key"])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_path(key["key"])), number)
    return found


def _path(key: str) -> Path:
    """Parses a dotted key; one that is none has no parts."""
    try:
        value: object = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    parts = []
    while isinstance(value, dict):
        name, value = next(iter(value.items()))
        parts.append(name)
    return tuple(parts)


def broken(file: str, text: str, error: tomllib.TOMLDecodeError) -> Broken:
    """Returns what is wrong with a file, and where."""
    words = str(error)
    match = _POSITION.search(words)
    if match is None or match["line"] is None:
        place = FilePlace(file, len(text.splitlines()))
    else:
        place = FilePlace(file, int(match["line"]), int(match["column"]))
    return Broken(place, _POSITION.sub("", words))
