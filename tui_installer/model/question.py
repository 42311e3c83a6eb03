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
    """The values and the meaning of one key, and its row in docs/answers.md."""

    kind: FieldKind
    help: Help
    # The row's text about the values, after the words of their kind.
    values: str = ""
    # The row's text about a missing key.
    left_out: str = ""


def question(
    default: Value, kind: FieldKind, help: Help, values: str = "", left_out: str | None = None
) -> Value:
    """Makes a field of a section, with its default and its record.

    `left_out` may be omitted where the default holds on every machine.
    """
    taken = f"`{json.dumps(default)}`" if left_out is None else left_out
    record = Question(kind, help, values, taken)
    return field(default=default, metadata={_RECORD: record})


def questions(section: type) -> dict[str, Question]:
    """Returns the record of each field of a section, in the order of the file."""
    found: tuple[Field[Any], ...] = fields(section)
    return {one.name: one.metadata[_RECORD] for one in found}
