"""Secret values, and the filter that keeps them out of every output."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

# kubeadm's bootstrap token: a public id, a dot, and the secret part. After an escape, as in JSON and in Python's
# repr, the preceding letter belongs to the escape.
TOKEN = re.compile(
    r"(?:(?<![a-z0-9])|(?<=\\[abfnrtv0])|(?<=\\x[0-9a-f]{2})|(?<=\\u[0-9a-f]{4}))"
    r"([a-z0-9]{6})(?:\.|%2[Ee])([a-z0-9]{16})(?![a-z0-9])"
)
CERTIFICATE_KEY = re.compile(r"(certificate[- ]key(?:[\s:=]|\\[nrt])+)([0-9a-f]{64})")
CERTIFICATE_KEY_LINE = re.compile(r"^\s*[0-9a-f]{64}\s*$")
STARS = "*" * 16
# Who asks, in a URL; and the token of a service account.
CREDENTIALS = re.compile(r"(://)[^\s\"'<>/@]+@|\beyJ[\w-]+\.[\w-]+\.[\w-]+")


def without_credentials(text: str) -> str:
    """Returns what another program has said, with stars for what has the form of a secret."""
    return CREDENTIALS.sub(lambda found: f"{found[1]}{STARS}@" if found[1] else STARS, text)


class Secret:
    """A string that prints as stars; `reveal()` returns the text."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Returns the secret itself; call it only to hand the secret to the tool that needs it."""
        return self._value

    def __str__(self) -> str:
        return STARS

    def __repr__(self) -> str:
        return f"Secret({STARS})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(("Secret", self._value))


def _base64_forms(value: str) -> set[str]:
    """Returns the forms of the value in the base64 of a longer text, at each of the three alignments."""
    raw = value.encode()
    forms = set()
    for lead in range(3):
        coded = base64.b64encode(b"\0" * lead + raw + b"\0" * (-(lead + len(raw)) % 3)).decode()
        # The outer characters depend on the neighbouring bytes, so they are left out.
        start = (lead * 8 + 5) // 6 if lead else 0
        forms.add(coded[start : (lead + len(raw)) * 8 // 6])
    return {form for form in forms if len(form) >= 8}


class Redactor:
    """Replaces every known secret, plain, in JSON or in base64, and every text in the form of a token."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        forms: set[str] = set()
        for secret in secrets:
            value = secret.reveal()
            parts = {value, value.partition(".")[2]} if "." in value else {value}
            for part in filter(lambda p: len(p) >= 8, parts):
                forms |= {part, json.dumps(part)[1:-1], json.dumps(part, ensure_ascii=False)[1:-1]}
                forms |= _base64_forms(part)
        ordered = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def within(self, value: Any) -> Any:
        """Returns the value with stars in all its texts.

        It runs before the JSON encoder, whose escapes would hide secrets.
        """
        if isinstance(value, str):
            return self(value)
        if isinstance(value, Mapping):
            return {self.within(key): self.within(one) for key, one in value.items()}
        return [self.within(one) for one in value] if isinstance(value, list | tuple) else value

    def __call__(self, text: str) -> str:
        """Returns the text with every secret replaced by stars."""
        if CERTIFICATE_KEY_LINE.match(text):
            return STARS
        text = TOKEN.sub(rf"\1.{STARS}", text)
        text = CERTIFICATE_KEY.sub(rf"\1{STARS}", text)
        return self._known.sub(STARS, text) if self._known else text
