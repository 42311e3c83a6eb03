"""Sentences as values: an English template with parameters, which the reader's language replaces."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Text:
    """One sentence for a person; the English template is also its id in the catalogues."""

    template: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return say(self, str)

    def to_json(self) -> dict[str, Any]:
        """Returns the form that the journal keeps: template and parameters, never the finished sentence."""
        params = {k: v.to_json() if isinstance(v, Text) else v for k, v in self.params.items()}
        return {"text": self.template, "params": params} if params else {"text": self.template}


def T(template: str, **params: Any) -> Text:
    """Marks a sentence for translation and binds its parameters."""
    return Text(template, params)


# The empty sentence.
NO_TEXT = T("")


def verbatim(value: object) -> Text:
    """Returns a value that is the same in every language: a name, a number, a tool's output."""
    return Text("{value}", {"value": value})


def say(text: Text, translate: Callable[[str], str]) -> str:
    """Returns the finished sentence; `translate` maps a template to the reader's language."""
    params = {k: say(v, translate) if isinstance(v, Text) else v for k, v in text.params.items()}
    # gettext translates an empty text to the header of its catalogue.
    template = translate(text.template) if text.template else ""
    return template.format(**params) if params else template


def text_from_json(value: object) -> Text:
    """Inverts `Text.to_json`; a value of another shape becomes a text that shows it."""
    if not isinstance(value, Mapping) or not isinstance(value.get("text"), str):
        return verbatim(str(value))
    params = {
        k: text_from_json(v) if isinstance(v, Mapping) and "text" in v else v
        for k, v in dict(value.get("params", {})).items()
    }
    return Text(value["text"], params)


def listed(texts: Sequence[Text]) -> Text:
    """Joins words with commas."""
    first, *rest = texts
    return T("{first}, {rest}", first=first, rest=listed(rest)) if rest else first
