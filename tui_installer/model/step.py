"""The record of one install step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tui_installer.model.answers import Answers
from tui_installer.model.change import Change
from tui_installer.model.facts import Facts
from tui_installer.model.kind import Kind
from tui_installer.model.outcome import Sign
from tui_installer.model.preparation import Preparation
from tui_installer.model.symptom import Cause
from tui_installer.model.text import Text

# Steps of which a transaction that was cut off leaves packages that are there by half.
INSTALLING = frozenset({"packages", "docker"})
# Steps whose kubeadm leaves half a cluster when it is cut off.
MAKING = frozenset({"kubeadm_init", "kubeadm_join"})


def always(_answers: Answers) -> bool:
    """Applies to every node."""
    return True


@dataclass(frozen=True)
class WatchedRow:
    """One thing that a step waits for: what it is, its sign, and how it is."""

    name: Text
    outcome: Sign
    text: Text

    def to_json(self) -> dict[str, Any]:
        """The form that the journal keeps."""
        return {"name": self.name.to_json(), "outcome": self.outcome, "text": self.text.to_json()}


@dataclass(frozen=True)
class Watched:
    """How far a step that waits has come; `evidence` holds what tools say of what hangs.

    `cause` is what holds it, where the facts themselves tell.
    """

    rows: tuple[WatchedRow, ...] = ()
    evidence: tuple[str, ...] = ()
    cause: Cause | None = None


@dataclass(frozen=True)
class Step:
    """One named part of the work; `changes` is pure, and empty when nothing is left to do."""

    id: str
    title: Text
    # What it is and why it matters, for somebody who has never seen Kubernetes.
    about: Text
    changes: Callable[[Answers, Facts], Sequence[Change]]
    # The topics of facts that `changes` looks at, read anew before and after the step.
    reads: tuple[type, ...]
    # Paths or glob patterns whose files `changes` looks at.
    files: tuple[str, ...] = ()
    # Steps that must be done first, or a milestone of one: "packages/containerd".
    after: tuple[str, ...] = ()
    # The step that stands before this one on screens.
    follows: str = ""
    applies: Callable[[Answers], bool] = always
    # The kinds of run that this step is part of.
    kinds: frozenset[Kind] = frozenset({Kind.INSTALL})
    # Looks back on all others: what any of them changes, it has to do anew.
    last: bool = False
    # Seconds that facts may take to follow the last command (a service that comes up).
    settle: float = 5
    # Of a step that waits for others to do their work: what is seen meanwhile, by these topics.
    watch: Callable[[Answers, Facts], Watched] | None = None
    watches: tuple[type, ...] = ()
    # Its lines on the Options page.
    prepares: tuple[Preparation, ...] = ()
