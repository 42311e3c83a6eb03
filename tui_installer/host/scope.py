"""The scope of a reading of facts: the answers, the files and homes, and what an interrupted run left to verify."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui_installer.host.patience import Patience
from tui_installer.model.answers import Answers
from tui_installer.model.facts import Person


@dataclass(frozen=True)
class Scope:
    """The limits of one reading of facts; `answers` is None until the answers are complete."""

    answers: Answers | None = None
    patterns: tuple[str, ...] = ()
    people: tuple[Person, ...] = field(default=(Person(),))
    # A transaction of ours was interrupted: a package that rpm reports as installed may be incomplete.
    verify_packages: bool = False
    # A kubeadm of ours that should make a node failed, so its remains have to be examined.
    half_made: bool = False
    # Logs are read this many seconds back; None: as far as their reader finds right.
    recent: float | None = None
    # All questions of this reading, and of those that derive from it, share this patience.
    patience: Patience = field(default_factory=Patience, compare=False)
