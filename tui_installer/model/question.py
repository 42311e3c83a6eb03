"""The record of one key of the answers file."""

from __future__ import annotations

import json
from dataclasses import Field, dataclass, field, fields
from typing import Any, TypeVar

from tui_installer.model.fields import FieldKind
from tui_installer.model.help import Help

Value = TypeVar("Value")
_RECORD = "question"


@dataclass(frozen=True)
class Question:
    """What may be answered under one key, what it means, and its row in docs/answers.md."""

    kind: FieldKind
    help: Help
    # What the row says of its values, behind the words of their kind.
    values: str = ""
    # What is taken where the key is left out.
    left_out: str = ""


def question(
    default: Value, kind: FieldKind, help: Help, values: str = "", left_out: str | None = None
) -> Value:
    """A field of a section: its default, and all that is said of it.

    `left_out` need not be given where the default is taken, whatever the machine.
    """
    taken = f"`{json.dumps(default)}`" if left_out is None else left_out
    record = Question(kind, help, values, taken)
    return field(default=default, metadata={_RECORD: record})


def questions(section: type) -> dict[str, Question]:
    """The record of each field of a section, in the order of the file."""
    found: tuple[Field[Any], ...] = fields(section)
    return {one.name: one.metadata[_RECORD] for one in found}
