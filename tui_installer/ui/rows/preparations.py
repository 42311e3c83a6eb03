"""The lines of the Options page: what steps say of this machine, with the choices of this session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tui_installer import registry
from tui_installer.model.answers import flat, from_flat
from tui_installer.model.change import Change
from tui_installer.model.preparation import NO, YES, Preparation
from tui_installer.model.text import Text
from tui_installer.preflight.draft import Draft
from tui_installer.preflight.preview import changes
from tui_installer.session import Session


@dataclass(frozen=True)
class StepLine:
    """One line: its step, and what the step says."""

    step: str
    record: Preparation

    @property
    def key(self) -> str:
        """The key of its answer; empty: there is no choice."""
        return self.record.key

    @property
    def id(self) -> str:
        """A name that no other line has."""
        return self.key.partition(".")[2] or self.step

    @property
    def topic(self) -> str:
        """The topic of its help."""
        return self.key or f"step:{self.step}"

    def tick(self, draft: Draft) -> Text:
        """Returns the words beside its box."""
        return self.record.tick(draft.answers, draft.facts)

    def hint(self, draft: Draft, value: str) -> Text:
        """Returns what that choice means."""
        if not draft.looked:
            return self.record.hint(None, None, value)
        return self.record.hint(draft.answers, draft.facts, value)

    def value(self, draft: Draft) -> str:
        """Returns the chosen value."""
        value, choices = draft.value(self.key) if self.key else None, self.record.choices
        if isinstance(value, bool):
            return YES if value else NO
        return str(value) if value is not None or not choices else choices[0][0]

    def choose(self, session: Session, value: str) -> None:
        """Stores another choice in the answers."""
        session.set(self.key, _answer(value))

    def changes(self, draft: Draft, value: str | None = None) -> list[Change] | None:
        """Returns the changes of this line for the present choice, or for another one."""
        answers = draft.answers if draft.looked else None
        if answers is not None and value is not None and self.key:
            answers = from_flat({**flat(answers), self.key: _answer(value)})
        needed = changes(draft, self.step, answers)
        return None if needed is None else [change for change in needed if self.record.mine(change)]

    def idle(self, draft: Draft) -> bool:
        """Tells whether no choice would change anything here."""
        values = [value for value, _ in self.record.choices] or [YES, NO]
        return all(self.changes(draft, value) == [] for value in values)


def _answer(value: str) -> object:
    return value == YES if value in (YES, NO) else value


def lines() -> Iterator[StepLine]:
    """Yields every line, in the order of the steps."""
    for step in registry.steps():
        for record in step.prepares:
            yield StepLine(step.id, record)
