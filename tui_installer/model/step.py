"""The record of one install step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tui_installer.model.answers import Answers
from tui_installer.model.cause import Cause
from tui_installer.model.change import Change
from tui_installer.model.facts import Facts
from tui_installer.model.kind import Kind
from tui_installer.model.outcome import Sign
from tui_installer.model.preparation import Preparation
from tui_installer.model.text import Text

# An interrupted transaction of these steps leaves incomplete packages.
INSTALLING = frozenset({"packages", "docker"})
# An interrupted kubeadm of these steps leaves half a cluster.
MAKING = frozenset({"kubeadm_init", "kubeadm_join"})


def always(_answers: Answers) -> bool:
    """Applies to every node."""
    return True


@dataclass(frozen=True)
class WatchedRow:
    """One thing that a step waits for: its name, its sign, and its state in words."""

    name: Text
    outcome: Sign
    text: Text

    def to_json(self) -> dict[str, Any]:
        """Returns the form that the journal keeps."""
        return {"name": self.name.to_json(), "outcome": self.outcome, "text": self.text.to_json()}


@dataclass(frozen=True)
class Watched:
    """The progress of a step that waits; `evidence` holds the tools' words about the cause.

    `cause` is known where the facts themselves tell it. `facts` are those of which a diagnosis is to be made.
    """

    rows: tuple[WatchedRow, ...] = ()
    evidence: tuple[str, ...] = ()
    cause: Cause | None = None
    facts: Facts | None = None


@dataclass(frozen=True)
class Step:
    """One named part of the work; `changes` is pure, and empty when nothing is left to do."""

    id: str
    title: Text
    # Its meaning and importance, for somebody who has never seen Kubernetes.
    about: Text
    changes: Callable[[Answers, Facts], Sequence[Change]]
    # The topics of facts that `changes` uses; they are read before and after the step.
    reads: tuple[type, ...]
    # Paths or glob patterns of the files that `changes` uses.
    files: tuple[str, ...] = ()
    # Steps that must be done first, or a milestone of one: "packages/containerd".
    after: tuple[str, ...] = ()
    # The step before this one on screens.
    follows: str = ""
    applies: Callable[[Answers], bool] = always
    # The kinds of run that include this step.
    kinds: frozenset[Kind] = frozenset({Kind.INSTALL})
    # It depends on all other steps: after a change of any of them it runs again.
    last: bool = False
    # Seconds that facts may take to follow the last command (a service that starts).
    settle: float = 5
    # For a step that waits for others: returns their state, from these topics.
    watch: Callable[[Answers, Facts], Watched] | None = None
    watches: tuple[type, ...] = ()
    # Its lines on the Options page.
    prepares: tuple[Preparation, ...] = ()
