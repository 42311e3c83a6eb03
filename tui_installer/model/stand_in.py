"""A recorded machine in a real one's stead, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tui_installer.model.text import T, Text

WORD = T("REHEARSAL")
PROMISE = T("A recorded machine stands in for this one; nothing on this computer is changed.")
PARTING = T("The rehearsal ends. Nothing was changed on this computer.")


@dataclass(frozen=True)
class StandIn:
    """The screens' texts about the recorded machine, for every moment and for the end."""

    title: Mapping[str, str]
    name: str
    origin: Text
    word: Text = WORD
    promise: Text = PROMISE
    parting: Text = PARTING

    def title_in(self, language: str) -> str:
        """Returns the machine's title in that language, else in English, else its name."""
        return self.title.get(language) or self.title.get("en") or self.name
