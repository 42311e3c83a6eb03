"""Typed values and choices on disk: for the next start, and for other machines."""

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
    """Reads as many bytes as an answers file may have, and one more. Raises OSError."""
    return files.bounded(path, MAX_BYTES)


def answers_offered() -> list[Choice]:
    """Returns the answers files to choose from; shows nothing of any other file. Blocks."""
    return [choice for choice in offered_files.every() if looks_like_one(choice.raw)]


def joins_offered() -> list[Choice]:
    """Returns the files that hold a whole join command. Blocks."""
    found = offered_files.every()
    return [c for c in found if take_apart(c.raw.decode("utf-8", "replace")).command is not None]


# --- typed values, for the next start -------------------------------------------------------------
# None of these files holds a secret; the functions that write block for a moment.


def restored() -> Draft:
    """Returns the draft with the values that were typed before the program ended."""
    draft, saved = Draft(), drafts.load()
    for key, value in saved.values.items() if saved else ():
        draft = draft.with_value(key, value)
    return draft


def typed(draft: Draft) -> dict[str, object]:
    """Returns the typed values by dotted key, but not the answer to the one question for which they are set aside."""
    waiting = draft.waiting
    if waiting is None:
        return dict(draft.values)
    return {**waiting.values, **(draft.values if waiting.below else {})}


def keep(values: Mapping[str, object]) -> None:
    """Writes the typed values. Raises OSError."""
    drafts.save(values)


def forget() -> None:
    """Removes the typed values, so that the answers of the run count. Raises OSError."""
    drafts.forget()


def suspended(draft: Draft) -> Draft:
    """Sets the typed values aside for one question, here and on disk: the answers of the last run count.

    This lasts until `resumed` or `on_pages`.
    """
    draft = resumed(draft)
    return replace(draft, values={}, origins={}, waiting=Waiting(draft.values, draft.origins))


def as_before(draft: Draft) -> Draft:
    """Lets the answers of the last run count until `resumed`, also on the pages; typed values are set aside below them."""
    draft = resumed(draft)
    below = Waiting(draft.values, draft.origins, below=True)
    return replace(draft, values={}, origins={}, waiting=below)


def resumed(draft: Draft) -> Draft:
    """Brings back the typed values that were set aside, if there are any."""
    waiting = draft.waiting
    if waiting is None or waiting.below:
        return _merged(draft)
    return replace(draft, values=waiting.values, origins=waiting.origins, waiting=None)


def on_pages(draft: Draft) -> Draft:
    """Ends the one question: from here on a person edits the answers, so no typed value stays aside."""
    return draft if draft.waiting is not None and draft.waiting.below else _merged(draft)


def _merged(draft: Draft) -> Draft:
    if (waiting := draft.waiting) is None:
        return draft
    values = {**waiting.values, **draft.values}
    origins = {**waiting.origins, **draft.origins}
    return replace(draft, values=values, origins=origins, waiting=None)


# --- other files ----------------------------------------------------------------------------------


def forget_notes() -> None:
    """Forgets the notices about files put aside, once a person has read them. Raises OSError."""
    set_aside.forget()


def keep_language(code: str, environment: Mapping[str, str]) -> None:
    """Saves the language of the screens for the next start. Raises OSError."""
    saved_language.keep_language(code, environment)


def export(found: Preflight, path: Path, *, replace: bool) -> None:
    """Writes the complete answers to a file. Raises OSError; FileExistsError before it replaces a file."""
    drafts.export(path, found.answers, replace=replace)


def export_script(
    preflight: Preflight, path: Path, say: Callable[[Text], str], *, replace: bool
) -> None:
    """Writes the plan as a shell script. Raises the same errors as `export`."""
    text = "\n".join([*plan_text.script(preflight.plan, say), ""])
    drafts.put(path, text, mode=0o700, replace=replace)
