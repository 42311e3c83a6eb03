"""Opens the screens on this terminal; one after the other, where a person goes from the machine to a rehearsal."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext, suppress
from dataclasses import replace

from tui_installer import tty1
from tui_installer.exits import ExitCode
from tui_installer.model.text import T, Text
from tui_installer.rehearsal import machines
from tui_installer.text.language import Language
from tui_installer.text.stdout import show
from tui_installer.ui.program.result import Left


def screens(language: Language) -> int:
    """Shows the screens until they are left; returns the exit code. Raises whatever fault ends them."""
    left = Left(ExitCode.DONE, language)
    while True:
        left = _shown(left)
        if left.machine is None:
            return left.code
        rehearsed = _rehearsed(left)
        # From the rehearsal back to the machine, where there is something to do on it.
        if left.code == ExitCode.REFUSED or rehearsed.code != ExitCode.DONE:
            return rehearsed.code
        left = rehearsed


def rehearsal(language: Language, machine: str, speed: float = 1.0) -> int:
    """The whole program on a recorded machine; nothing of this one is changed."""
    return _rehearsed(Left(ExitCode.DONE, language, machine=machine), speed).code


def _rehearsed(left: Left, speed: float = 1.0) -> Left:
    """The way from machine to machine; the language goes with the person, who has read it."""
    while left.machine:
        try:
            with machines.on(left.machine, speed):
                left = _shown(left)
        except machines.RehearsalRefused as refused:
            tell(left.language, refused.text)
            return Left(refused.code, left.language)
    if left.code == ExitCode.USAGE:
        tell(left.language, T("A rehearsal in plain lines: tui-installer rehearse --answers FILE"))
    else:
        tell(left.language, T("The rehearsal is over. Nothing was changed on this computer."))
    return replace(left, code=ExitCode.DONE) if left.code == ExitCode.REFUSED else left


def _shown(before: Left) -> Left:
    """The screens once, on the machine of the moment, in the language of those before."""
    from tui_installer.ui.terminal.capabilities import terminal_of

    terminal = replace(terminal_of(os.environ, _tty()), open_to_all=tty1.without_login())
    if terminal.why_not is not None:
        tell(before.language, terminal.why_not)
        return Left(ExitCode.USAGE, before.language)
    from tui_installer.host.kernel_messages import quiet
    from tui_installer.ui.program.main import run

    with quiet() if terminal.console else nullcontext():
        left = run(before.language, terminal, os.environ, read=before.read)
    for line in left.words:
        show(line)
    return left


def tell(language: Language, text: Text) -> None:
    """A sentence to the person at the shell; on tty1, where stderr is the journal's, it is on the screen too."""
    line = language(text)
    # The terminal may be gone, and then nobody is there to be told.
    with suppress(OSError):
        show(line, error=True)
        if sys.stdout.isatty() and not sys.stderr.isatty():
            show(line)


def _tty() -> str:
    """The terminal's device; empty where keys or picture go elsewhere."""
    try:
        return os.ttyname(sys.stdin.fileno()) if sys.stdout.isatty() else ""
    except (OSError, ValueError):
        return ""
