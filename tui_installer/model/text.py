"""Sentences as values: an English template with parameters, put into a language by the reader."""

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
        """The form that the journal keeps: template and parameters, never the finished sentence."""
        params = {k: v.to_json() if isinstance(v, Text) else v for k, v in self.params.items()}
        return {"text": self.template, "params": params} if params else {"text": self.template}


def T(template: str, **params: Any) -> Text:
    """Marks a sentence for translation and binds its parameters."""
    return Text(template, params)


# Nothing to say.
NO_TEXT = T("")


def verbatim(value: object) -> Text:
    """A value as it is, in every language: a name, a number, what a tool has printed."""
    return Text("{value}", {"value": value})


def say(text: Text, translate: Callable[[str], str]) -> str:
    """The finished sentence; `translate` maps a template to that of the reader's language."""
    params = {k: say(v, translate) if isinstance(v, Text) else v for k, v in text.params.items()}
    # gettext answers an empty text with the head of its catalogue.
    template = translate(text.template) if text.template else ""
    return template.format(**params) if params else template


def text_from_json(value: object) -> Text:
    """The inverse of `Text.to_json`; a value of another shape becomes a text that shows it."""
    if not isinstance(value, Mapping) or not isinstance(value.get("text"), str):
        return verbatim(str(value))
    params = {
        k: text_from_json(v) if isinstance(v, Mapping) and "text" in v else v
        for k, v in dict(value.get("params", {})).items()
    }
    return Text(value["text"], params)


def listed(texts: Sequence[Text]) -> Text:
    """Words with commas between them."""
    first, *rest = texts
    return T("{first}, {rest}", first=first, rest=listed(rest)) if rest else first
