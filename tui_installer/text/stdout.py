"""Lines for whoever called a command: here a text becomes one, and nothing in it can move a cursor or begin another."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from tui_installer.model.printable import one_line

# What JSON may hold as it is, and a terminal may not see.
_UNSEEN = re.compile(r"[^\x20-\x7e]")


def show(line: str = "", *, error: bool = False) -> None:
    """Prints one line at once, of printable characters alone; a reader that is gone is not our trouble."""
    _print(one_line(line), error=error)


def show_json(value: dict[str, Any]) -> None:
    """One object for programs, in one line; what cannot be printed is written as JSON can."""
    text = json.dumps(value, ensure_ascii=False)
    _print(_UNSEEN.sub(_visible, text))


def show_script(line: str) -> None:
    """A line of a script: like any other, but a tab in a file stays one."""
    _print("\t".join(map(one_line, line.split("\t"))))


def _visible(found: re.Match[str]) -> str:
    return found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1]


def _print(line: str, *, error: bool = False) -> None:
    try:
        print(line, file=sys.stderr if error else sys.stdout, flush=True)
    except BrokenPipeError:
        sys.stdout = open("/dev/null", "w")  # noqa: PTH123, SIM115 - nobody reads from here on
