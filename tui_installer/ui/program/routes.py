"""The order of the pages, and the first screen of a machine: the only file that knows every screen."""

from __future__ import annotations

from functools import cache

import tui_installer.ui.pages
from tui_installer.registry import discover, sort
from tui_installer.runs.view import Stage
from tui_installer.ui.frame.page import Entry
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.screens.run import RunScreen
from tui_installer.ui.screens.start import Start
from tui_installer.ui.screens.status import StatusScreen
from tui_installer.ui.screens.unfinished import Unfinished

SCREENS: dict[Stage, type[Frame]] = {
    Stage.RUNNING: RunScreen,
    Stage.UNFINISHED: Unfinished,
    Stage.DONE: StatusScreen,
}


def screen_for(stage: Stage) -> Frame:
    """Returns the screen of a stage: a run in progress at once, an ended one with what can be done now."""
    return SCREENS.get(stage, Start)()


def before_the_pages(stage: Stage) -> Frame:
    """Returns the screen that Back opens from the first page: that of the node, if there is one."""
    return StatusScreen() if stage == Stage.DONE else Start()


@cache
def entries() -> tuple[Entry, ...]:
    """Returns every page in the order of the wizard."""
    found: dict[str, Entry] = discover(tui_installer.ui.pages, "PAGE")
    return tuple(found[name] for name in sort({e.id: e.follows for e in found.values()}))


def way(role: str) -> list[Entry]:
    """Returns the pages that this role goes through."""
    return [entry for entry in entries() if entry.applies(role)]


def page_of(key: str, role: str) -> Entry | None:
    """Returns the page where this role gives that answer; None: the role is not asked for it."""
    return next((entry for entry in way(role) if key in entry.asks), None)
