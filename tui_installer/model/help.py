"""The record of one piece of help."""

from __future__ import annotations

from dataclasses import dataclass

from tui_installer.model.text import Text


@dataclass(frozen=True)
class Help:
    """The help on a question or a screen, for somebody who has never seen Kubernetes."""

    title: Text
    what: Text
    allowed: Text | None = None
    why: Text | None = None
    # A command that shows the setting and changes nothing.
    look: str = ""
    # Files of this machine that hold the setting.
    kept: str = ""
    # The step that uses the answer; a screen can show its changes.
    step: str = ""
