"""What a person has typed and chosen, on the disk: for the next start, and for other machines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from tui_installer.host import drafts, files, offered_files, saved_language, set_aside
from tui_installer.host.offered_files import Offered as Choice
from tui_installer.model.answers_file import MAX_BYTES, looks_like_one
from tui_installer.model.join import take_apart
from tui_installer.model.text import Text
from tui_installer.preflight.draft import Draft, Waiting
from tui_installer.preflight.inspection import Preflight
from tui_installer.text import plan_text

__all__ = ["Choice"]


def read_answers(path: Path) -> bytes:
    """As much of a file as an answers file may have, and one byte more. Raises OSError."""
    return files.bounded(path, MAX_BYTES)


def answers_offered() -> list[Choice]:
    """The answers files among those that anybody may choose; of no other file anything is shown. Blocks."""
    return [choice for choice in offered_files.every() if looks_like_one(choice.raw)]


def joins_offered() -> list[Choice]:
    """Those that hold a whole join command. Blocks."""
    found = offered_files.every()
    return [c for c in found if take_apart(c.raw.decode("utf-8", "replace")).command is not None]


# --- what was typed, for the next start -----------------------------------------------------------
# None of these files holds a secret; those that write block for a moment.


def restored() -> Draft:
    """What was typed before the program was left."""
    draft, kept = Draft(), drafts.load()
    for key, value in kept.values.items() if kept else ():
        draft = draft.with_value(key, value)
    return draft


def typed(draft: Draft) -> dict[str, object]:
    """What was typed until now, by dotted key; not the one question for which it waits."""
    waiting = draft.waiting
    if waiting is None:
        return dict(draft.values)
    return {**waiting.values, **(draft.values if waiting.below else {})}


def keep(values: Mapping[str, object]) -> None:
    """Writes what was typed. Raises OSError."""
    drafts.save(values)


def forget() -> None:
    """From here on the run's own answers count. Raises OSError."""
    drafts.forget()


def suspended(draft: Draft) -> Draft:
    """For one question what was typed waits, here and on the disk: the answers of the last run count.

    Until `resumed`, or `on_pages`.
    """
    draft = resumed(draft)
    return replace(draft, values={}, origins={}, waiting=Waiting(draft.values, draft.origins))


def as_before(draft: Draft) -> Draft:
    """Until `resumed` the answers of the last run count, also on the pages; what was typed waits below them."""
    draft = resumed(draft)
    below = Waiting(draft.values, draft.origins, below=True)
    return replace(draft, values={}, origins={}, waiting=below)


def resumed(draft: Draft) -> Draft:
    """What was typed counts again, if it waits."""
    waiting = draft.waiting
    if waiting is None or waiting.below:
        return _merged(draft)
    return replace(draft, values=waiting.values, origins=waiting.origins, waiting=None)


def on_pages(draft: Draft) -> Draft:
    """Answers are changed from here on: for one question alone nothing waits any more."""
    return draft if draft.waiting is not None and draft.waiting.below else _merged(draft)


def _merged(draft: Draft) -> Draft:
    if (waiting := draft.waiting) is None:
        return draft
    values = {**waiting.values, **draft.values}
    origins = {**waiting.origins, **draft.origins}
    return replace(draft, values=values, origins=origins, waiting=None)


# --- other files ----------------------------------------------------------------------------------


def forget_notes() -> None:
    """A person has read what was put aside. Raises OSError."""
    set_aside.forget()


def keep_language(code: str, environment: Mapping[str, str]) -> None:
    """The language of the screens at the next start. Raises OSError."""
    saved_language.keep_language(code, environment)


def export(found: Preflight, path: Path, *, replace: bool) -> None:
    """Writes the complete answers as a file. Raises OSError; FileExistsError before it replaces."""
    drafts.export(path, found.answers, replace=replace)


def export_script(
    found: Preflight, path: Path, say: Callable[[Text], str], *, replace: bool
) -> None:
    """Writes the plan as a shell script. Raises as `export`."""
    text = "\n".join([*plan_text.script(found.plan, say), ""])
    drafts.put(path, text, mode=0o700, replace=replace)
