"""Output lines of a command: only printable characters reach the terminal."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from tui_installer.model.printable import one_line

# Characters that JSON allows and a terminal must not receive.
_UNSEEN = re.compile(r"[^\x20-\x7e]")


def show(line: str = "", *, error: bool = False) -> None:
    """Prints one line at once, with printable characters only; ignores a reader that is gone."""
    _print(one_line(line), error=error)


def show_json(value: dict[str, Any]) -> None:
    """Prints one object for programs, in one line; escapes unprintable characters as JSON does."""
    text = json.dumps(value, ensure_ascii=False)
    _print(_UNSEEN.sub(_visible, text))


def show_script(line: str) -> None:
    """Prints a line of a script: like any other line, but a tab in a file stays a tab."""
    _print("\t".join(map(one_line, line.split("\t"))))


def _visible(found: re.Match[str]) -> str:
    return found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1]


def _print(line: str, *, error: bool = False) -> None:
    try:
        print(line, file=sys.stderr if error else sys.stdout, flush=True)
    except BrokenPipeError:
        sys.stdout = open("/dev/null", "w")  # noqa: PTH123, SIM115 - nobody reads from here on
