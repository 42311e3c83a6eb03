"""Codec of facts: to JSON, and back."""

from __future__ import annotations

from typing import Any, TypeVar

from cattrs import BaseValidationError, Converter, transform_error

from tui_installer.model.lenient import sentence
from tui_installer.model.text import Text

Kind = TypeVar("Kind")


class Misfit(Exception):
    """A value does not fit its place; `path` leads to it: names, and numbers in lists."""

    def __init__(self, path: tuple[str | int, ...], what: str) -> None:
        super().__init__(f"{path}: {what}")
        self.path, self.what = path, what


def _strict(kind: type) -> Any:
    def take(value: Any, _kind: Any) -> Any:
        right = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        if right or (kind is float and type(value) is int):
            return value
        raise TypeError(f"{kind.__name__} expected")

    return take


def _sentence(value: Any) -> Text:
    """Accepts any value that makes a sentence."""
    text = sentence(value)
    if text is None:
        raise TypeError("a sentence expected")
    return text


def _converter() -> Converter:
    made = Converter(forbid_extra_keys=True)
    for kind in (str, int, float, bool):
        made.register_structure_hook(kind, _strict(kind))
    made.register_unstructure_hook(Text, Text.to_json)
    made.register_structure_hook(Text, lambda value, _kind: _sentence(value))
    either = Text | str
    made.register_structure_hook(
        either, lambda value, _kind: value if isinstance(value, str) else _sentence(value)
    )
    made.register_unstructure_hook(
        either, lambda value: value if isinstance(value, str) else value.to_json()
    )
    # A set has no order, and a file under version control needs one.
    made.register_unstructure_hook_func(
        lambda kind: getattr(kind, "__origin__", kind) is frozenset,
        lambda value: sorted(made.unstructure(one) for one in value),
    )
    return made


_CONVERTER = _converter()


def encode(value: Any) -> Any:
    """Returns a form of the value that JSON can hold."""
    return _CONVERTER.unstructure(value)


def decode(kind: type[Kind], value: Any) -> Kind:
    """Returns a value of that kind. Raises Misfit."""
    try:
        return _CONVERTER.structure(value, kind)
    except BaseValidationError as error:
        raise _misfit(transform_error(error)[0]) from error
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise Misfit((), str(error)) from error


def _misfit(message: str) -> Misfit:
    """Parses cattrs' message, which has the form `what @ $.name[0].name`."""
    what, _, path = message.rpartition(" @ $")
    steps: list[str | int] = []
    for part in path.replace("[", ".[").split(".")[1:]:
        word = part.strip("[]'\"")
        steps.append(int(word) if part.startswith("[") and word.isdigit() else word)
    return Misfit(tuple(steps), what)
