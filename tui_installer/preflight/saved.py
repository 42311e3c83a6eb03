"""What a person has typed and chosen, on the disk: for the next start, and for other machines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from tui_installer.host import drafts, files, offered, preferred, set_aside
from tui_installer.host.offered import Offered as Choice
from tui_installer.model.answers_file import MAX_BYTES, looks_like_one
from tui_installer.model.join import take_apart
from tui_installer.model.text import Text
from tui_installer.preflight.inspection import Preflight
from tui_installer.text import plan_text

__all__ = ["Choice", "Keeping", "answers_offered", "joins_offered", "read_answers"]


def read_answers(path: Path) -> bytes:
    """As much of a file as an answers file may have, and one byte more. Raises OSError."""
    return files.bounded(path, MAX_BYTES)


def answers_offered() -> list[Choice]:
    """The answers files among those that anybody may choose; of no other file anything is shown. Blocks."""
    return [choice for choice in offered.every() if looks_like_one(choice.raw)]


def joins_offered() -> list[Choice]:
    """Those that hold a whole join command. Blocks."""
    found = offered.every()
    return [c for c in found if take_apart(c.raw.decode("utf-8", "replace")).command is not None]


class Answering(Protocol):
    """The session, as far as its files need it."""

    environment: Mapping[str, str]
    values: dict[str, object]
    origins: dict[str, Text]
    found: Preflight | None

    def set(self, key: str, value: object) -> None:
        """An answer of the user's."""


class Keeping:
    """The files of one session; none of them holds a secret. All of it blocks for a moment."""

    def __init__(self, session: Answering) -> None:
        self._session = session
        # Values and origins of what was typed, while something else is asked for.
        self._waiting: tuple[dict[str, object], dict[str, Text]] | None = None
        # What is answered meanwhile is to count more than that, once it counts again.
        self._below = False

    def restore(self) -> None:
        """Takes up what was typed before the program was left."""
        kept = drafts.load()
        for key, value in kept.values.items() if kept else ():
            self._session.set(key, value)

    @property
    def typed(self) -> dict[str, object]:
        """What was typed until now, by dotted key; not the one question for which it waits."""
        waiting = self._waiting[0] if self._waiting else {}
        asked = self._waiting is None or self._below
        return waiting | self._session.values if asked else dict(waiting)

    def keep(self, typed: Mapping[str, object] | None = None) -> None:
        """Writes what was typed until now, or until `typed` was read: a thread is given it, for it goes on meanwhile.

        Raises OSError.
        """
        drafts.save(self.typed if typed is None else typed)

    def suspend(self) -> None:
        """For one question what was typed waits, here and on the disk: the answers of the last run count.

        Until `resume`, or `on_pages`.
        """
        self.resume()
        session = self._session
        self._waiting = (session.values, session.origins)
        session.values, session.origins, session.found = {}, {}, None

    def as_before(self) -> None:
        """Until `resume` the answers of the last run count, also on the pages; what was typed waits below them."""
        self.suspend()
        self._below = True

    def resume(self) -> None:
        """What was typed counts again, if it waits."""
        session = self._session
        if self._below:
            self._merge()
        elif self._waiting is not None:
            session.values, session.origins = self._waiting
            self._waiting = session.found = None

    def on_pages(self) -> None:
        """Answers are changed from here on: for one question alone nothing waits any more."""
        if not self._below:
            self._merge()

    def _merge(self) -> None:
        session = self._session
        if self._waiting is not None:
            values, origins = self._waiting
            session.values, session.origins = values | session.values, origins | session.origins
            self._waiting = session.found = None
        self._below = False

    @staticmethod
    def forget_notes() -> None:
        """A person has read what was put aside. Raises OSError."""
        set_aside.forget()

    def forget(self) -> None:
        """From here on the run's own answers count. Raises OSError."""
        self._waiting, self._below = None, False
        drafts.forget()

    def keep_language(self, code: str) -> None:
        """The language of the screens at the next start. Raises OSError."""
        preferred.keep_language(code, self._session.environment)

    def export(self, path: Path, *, replace: bool) -> None:
        """Writes the complete answers as a file. Raises OSError; FileExistsError before it replaces."""
        assert self._session.found is not None
        drafts.export(path, self._session.found.answers, replace=replace)

    def export_script(self, path: Path, say: Callable[[Text], str], *, replace: bool) -> None:
        """Writes the plan as a shell script. Raises as `export`."""
        assert self._session.found is not None
        text = "\n".join([*plan_text.script(self._session.found.plan, say), ""])
        drafts.put(path, text, mode=0o700, replace=replace)
