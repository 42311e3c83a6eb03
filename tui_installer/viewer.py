"""Viewer: the screens on this terminal, also one after the other, from the machine to a rehearsal and back."""

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
from tui_installer.ui.program.result import ViewerResult


def screens(language: Language) -> int:
    """Shows the screens until a person leaves them; returns the exit code. Raises any fault that ends them."""
    result = ViewerResult(ExitCode.DONE, language)
    while True:
        result = _shown(result)
        if result.machine is None:
            return result.code
        rehearsed = _rehearsed(result)
        # A person returns from the rehearsal to the machine, if there is something to do on it.
        if result.code == ExitCode.REFUSED or rehearsed.code != ExitCode.DONE:
            return rehearsed.code
        result = rehearsed


def rehearsal(language: Language, machine: str, speed: float = 1.0) -> int:
    """Runs the whole program on a recorded machine; changes nothing on this one."""
    return _rehearsed(ViewerResult(ExitCode.DONE, language, machine=machine), speed).code


def _rehearsed(result: ViewerResult, speed: float = 1.0) -> ViewerResult:
    """Goes from machine to machine; the language moves along, once it is confirmed."""
    while result.machine:
        try:
            with machines.on(result.machine, speed):
                result = _shown(result)
        except machines.RehearsalRefused as refused:
            tell(result.language, refused.text)
            return ViewerResult(refused.code, result.language)
    if result.code == ExitCode.USAGE:
        tell(
            result.language, T("A rehearsal in plain lines: tui-installer rehearse --answers FILE")
        )
    else:
        tell(result.language, T("The rehearsal is over. Nothing was changed on this computer."))
    return replace(result, code=ExitCode.DONE) if result.code == ExitCode.REFUSED else result


def _shown(before: ViewerResult) -> ViewerResult:
    """Shows the screens once, on the machine in use, in the language of the screens before."""
    from tui_installer.ui.terminal.capabilities import terminal_of

    terminal = replace(terminal_of(os.environ, _tty()), open_to_all=tty1.without_login())
    if terminal.why_not is not None:
        tell(before.language, terminal.why_not)
        return ViewerResult(ExitCode.USAGE, before.language)
    from tui_installer.host.kernel_messages import quiet
    from tui_installer.ui.program.main import run

    with quiet() if terminal.console else nullcontext():
        result = run(
            before.language, terminal, os.environ, language_confirmed=before.language_confirmed
        )
    for line in result.words:
        show(line)
    return result


def tell(language: Language, text: Text) -> None:
    """Prints a sentence to the person at the shell; on tty1, where stderr goes to the journal, prints it there too."""
    line = language(text)
    # The terminal may be gone, and with it the person.
    with suppress(OSError):
        show(line, error=True)
        if sys.stdout.isatty() and not sys.stderr.isatty():
            show(line)


def _tty() -> str:
    """Returns the terminal's device; empty where input or output goes elsewhere."""
    try:
        return os.ttyname(sys.stdin.fileno()) if sys.stdout.isatty() else ""
    except (OSError, ValueError):
        return ""
