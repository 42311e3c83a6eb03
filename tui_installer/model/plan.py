"""The steps of a run with their remaining changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tui_installer.model.change import Change, RunCommand, WriteFile
from tui_installer.model.step import Step
from tui_installer.model.text import Text


@dataclass(frozen=True)
class PlannedStep:
    """One step and its changes; none = nothing to do, unless `unknown` says why that is not known."""

    step: Step
    changes: tuple[Change, ...]
    unknown: Text | None = None


@dataclass(frozen=True)
class Plan:
    """A forecast of a run, in the order of the screens."""

    steps: tuple[PlannedStep, ...]

    def changes_of(self, step_id: str) -> tuple[Change, ...]:
        """Returns the changes of one step; none if the step is not part of this run."""
        return next((p.changes for p in self.steps if p.step.id == step_id), ())

    @property
    def unknown(self) -> list[PlannedStep]:
        """The steps whose changes are unknown."""
        return [p for p in self.steps if p.unknown is not None]

    @property
    def files(self) -> list[WriteFile]:
        """Every file that the run would write."""
        return [c for p in self.steps for c in p.changes if isinstance(c, WriteFile)]

    @property
    def commands(self) -> list[RunCommand]:
        """Every command that the run would call."""
        return [c for p in self.steps for c in p.changes if isinstance(c, RunCommand)]

    def to_json(self, say: Callable[[Text], str]) -> dict[str, Any]:
        """Returns the object of `plan --json`."""
        steps = []
        for planned in self.steps:
            rows = [{**c.to_json(), "summary": say(c.why)} for c in planned.changes]
            row = {"id": planned.step.id, "title": say(planned.step.title), "changes": rows}
            steps.append({**row, "unknown": say(planned.unknown)} if planned.unknown else row)
        return {"version": 1, "steps": steps}
