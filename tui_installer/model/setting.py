"""One setting of containerd: what its files say, what is in effect, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui_installer.model.facts.effective import FilePlace
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import NO_TEXT, Text


@dataclass(frozen=True)
class Setting:
    """A setting of containerd, of crictl or of the kubelet; `fault` names what is wrong, `place` where it stands.

    `sentence` says what is wrong, or what is worth knowing; `hosts` are those of a mirror, in containerd's order.
    """

    id: str
    name: Text
    in_file: Text
    in_effect: Text
    outcome: Outcome = Outcome.OK
    fault: str = ""
    place: FilePlace = field(default_factory=FilePlace)
    sentence: Text = NO_TEXT
    cure: Text = NO_TEXT
    hosts: tuple[str, ...] = ()
