"""Which screen a machine begins with."""

from __future__ import annotations

from tui_installer.runs.view import Stage
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.screens.run import Run
from tui_installer.ui.screens.start import Start
from tui_installer.ui.screens.status import Status
from tui_installer.ui.screens.unfinished import Unfinished

SCREENS: dict[Stage, type[Frame]] = {
    Stage.RUNNING: Run,
    Stage.UNFINISHED: Unfinished,
    Stage.DONE: Status,
}


def screen_for(stage: Stage) -> Frame:
    """A run that goes on is shown at once, one that ended with what can be done now."""
    return SCREENS.get(stage, Start)()


def before_the_pages(stage: Stage) -> Frame:
    """Where Back leads from the first page: to the node, if there is one."""
    return Status() if stage == Stage.DONE else Start()
