"""`stop`: asks the run in progress to stop."""

from __future__ import annotations

from tui_installer.cli.caller import must_see_runs
from tui_installer.cli.command import Command
from tui_installer.exits import Exit, ExitCode
from tui_installer.model.text import T
from tui_installer.text.language import Language
from tui_installer.text.stdout import show


def run(say: Language) -> int:
    """Asks the engine to end at the next safe point."""
    from tui_installer.host import requests, runs

    must_see_runs()
    if not runs.engine_at_work():
        raise Exit(ExitCode.DONE, T("no run is in progress"))
    requests.ask_to_stop()
    show(say(T("the run stops at the next safe point; follow it with: tui-installer attach")))
    return ExitCode.DONE


COMMAND = Command(
    run, T("Stops the run at the next safe point. It can be resumed."), "tui-installer stop"
)
