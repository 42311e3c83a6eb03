"""The record of one piece of help."""

from __future__ import annotations

from dataclasses import dataclass

from tui_installer.model.text import Text


@dataclass(frozen=True)
class Help:
    """What a question or a screen is about, for somebody who has never seen Kubernetes."""

    title: Text
    what: Text
    allowed: Text | None = None
    why: Text | None = None
    # A command that changes nothing and shows the same thing.
    look: str = ""
    # Files of this machine that hold it.
    kept: str = ""
    # The step that the answer is for; what it would change can be shown.
    step: str = ""
