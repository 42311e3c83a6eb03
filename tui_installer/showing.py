"""Opens the screens on this terminal; one after the other, where a person goes from the machine to a rehearsal."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext, suppress

from tui_installer import rehearsing
from tui_installer.exits import DONE, REFUSED, USAGE
from tui_installer.language import Language
from tui_installer.model.text import T, Text


def screens(language: Language) -> int:
    """Shows the screens until they are left; returns the exit code. Raises whatever fault ends them."""
    while True:
        code, machine = _shown(language)
        if machine is None:
            return code
        rehearsed = rehearsal(language, machine)
        # From the rehearsal back to the machine, where there is something to do on it.
        if code == REFUSED or rehearsed != DONE:
            return rehearsed


def rehearsal(language: Language, machine: str, speed: float = 1.0) -> int:
    """The whole program on a recorded machine; nothing of this one is changed."""
    code, wanted = DONE, machine
    while wanted:
        try:
            with rehearsing.on(wanted, speed):
                code, following = _shown(language)
        except rehearsing.Refused as refused:
            tell(language, refused.text)
            return refused.code
        wanted = following or ""
    if code == USAGE:
        tell(language, T("A rehearsal in plain lines: tui-installer rehearse --answers FILE"))
    else:
        tell(language, T("The rehearsal is over. Nothing was changed on this computer."))
    return DONE if code == REFUSED else code


def _shown(language: Language) -> tuple[int, str | None]:
    """The exit code, and the recorded machine that the person wants next."""
    from tui_installer.ui.terminal import terminal_of

    terminal = terminal_of(os.environ, _tty())
    if terminal.why_not is not None:
        tell(language, terminal.why_not)
        return USAGE, None
    from tui_installer.host.kernel_messages import quiet
    from tui_installer.ui.main import run

    with quiet() if terminal.console else nullcontext():
        left = run(language, terminal, os.environ)
    for line in left.words:
        print(line)  # noqa: T201 - the screens are gone
    return left.code, left.machine


def tell(language: Language, text: Text) -> None:
    """A sentence to the person at the shell; on tty1, where stderr is the journal's, it is on the screen too."""
    line = language(text)
    # The terminal may be gone, and then nobody is there to be told.
    with suppress(OSError):
        print(line, file=sys.stderr)  # noqa: T201 - a line for the shell
        if sys.stdout.isatty() and not sys.stderr.isatty():
            print(line)  # noqa: T201


def _tty() -> str:
    """The terminal's device; empty where keys or picture go elsewhere."""
    try:
        return os.ttyname(sys.stdin.fileno()) if sys.stdout.isatty() else ""
    except (OSError, ValueError):
        return ""
