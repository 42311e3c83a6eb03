"""The search for secrets in what a bundle hands on, and their removal."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from tui_installer.model.secret import STARS, TOKEN
from tui_installer.model.text import T, Text
from tui_installer.report import rules
from tui_installer.report.contents import TextForm
from tui_installer.report.part import BundlePart
from tui_installer.report.rules import Rule, SecretPlace

# Characters: a shorter text may be a word.
SHORTEST = 6
# A base64 text of so many characters may hold something of weight.
_CODED = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
_LONG = re.compile(r"[A-Za-z0-9+/=_-]{40,}")
_HEX = re.compile(r"[0-9a-f]+")
_PRINTABLE = bytes(range(32, 127)) + b"\r\n\t"
_STANDARD = str.maketrans("-_", "+/")
_ESCAPE = re.compile(r"\\+(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[nrtbf/\"\\])")
_CHARACTERS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
# How often a text may be wrapped in another form.
_DEPTH = 3


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        escape = match[1]
        if escape[0] in "ux" and len(escape) > 1:
            return chr(int(escape[1:], 16))
        return _CHARACTERS.get(escape, escape)

    return _ESCAPE.sub(character, text)


def decoded(coded: str) -> str:
    """Returns the text in a base64 text, whichever alphabet it has; empty if it holds none."""
    body = coded.rstrip("=").translate(_STANDARD)
    if _HEX.fullmatch(body):  # a digest
        return ""
    try:
        raw = binascii.a2b_base64(body + "=" * (-len(body) % 4))
    except ValueError:
        return ""
    return (
        ""
        if len(raw.translate(None, _PRINTABLE)) * 4 > len(raw)
        else raw.decode("utf-8", "replace")
    )


def views(text: str, depth: int = _DEPTH) -> Iterator[str]:
    """Yields the text itself, and what it becomes without the escapes of JSON, of URLs, and base64."""
    yield text
    if not depth:
        return
    if "\\" in text and (plain := _unescaped(text)) != text:
        yield from views(plain, depth - 1)
    if "%" in text and (plain := unquote(text)) != text:
        yield from views(plain, depth - 1)
    for coded in set(_CODED.findall(text)):
        if inner := decoded(coded):
            yield from views(inner, depth - 1)


class Search:
    """Finds secrets: those of this machine in any form, and whatever has the form of one."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        """Takes the secrets of this machine; one that is too short is left to the rules."""
        self._plain = tuple({one for one in known if len(one) >= SHORTEST})
        forms = {form for one in self._plain for form in (one, *_base64_forms(one))}
        # Keys have hundreds of long lines: these are looked for among the long words alone.
        self._long = tuple(form for form in forms if _LONG.fullmatch(form))
        self._short = tuple(forms.difference(self._long))

    def finds(self, text: str, by: Iterable[Rule] = rules.LINES) -> Text | None:
        """Returns what is found first, plain or in another form; None for nothing."""
        by = tuple(by)
        for number, view in enumerate(views(text)):
            if self._holds(view):
                return rules.KNOWN
            for rule in by if not number else rules.STRONG:
                if (place := next(rule(view), None)) is not None:
                    return place.what
        return None

    def _holds(self, view: str) -> bool:
        """Tells whether a secret of this machine is in a text, plain or in base64."""
        if any(one in view for one in self._short):
            return True
        words = "\n".join(set(_LONG.findall(view))) if self._long else ""
        return bool(words) and any(one in words for one in self._long)

    def without(self, text: str, by: Iterable[Rule]) -> str:
        """Returns the text with stars where a rule, or a known secret in plain, has its place."""
        for rule in by:
            text = _starred(text, rule(text))
        for one in self._plain:
            text = text.replace(one, STARS)
        return text

    def lines(self, text: str) -> str:
        """Returns a text of lines without secrets: stars where it is certain where they end, else no line."""
        text = self.without(text, rules.LINES)
        if self.finds(text) is None:
            return text
        text = "".join(map(self._line, text.splitlines(keepends=True)))
        return text if self.finds(text) is None else STARS

    def _line(self, line: str) -> str:
        return line if self.finds(line) is None else f"{STARS}\n"

    def within(self, value: Any) -> Any:
        """Returns a value of JSON with no secret in its texts."""
        if isinstance(value, str):
            return self.lines(value)
        if isinstance(value, dict):
            return {self.within(key): self.within(one) for key, one in value.items()}
        return [self.within(one) for one in value] if isinstance(value, list) else value

    def __call__(self, part: BundlePart) -> BundlePart:
        """Returns a part that may be handed on: without its secrets, or left out with the reason."""
        if part.form is TextForm.LINES:
            return replace(part, text=self.lines(part.text))
        text, by = part.text, rules.LINES
        if part.form is TextForm.SETTINGS:
            text, by = self.without(text, rules.SETTINGS), (*rules.SETTINGS, *rules.STRONG)
        if (what := self.finds(text, by)) is not None:
            return replace(part, text="", left_out=T("it holds {secret}", secret=what))
        return replace(part, text=text)


def _starred(text: str, places: Iterable[SecretPlace]) -> str:
    pieces, at = [], 0
    for place in places:
        if place.start < at:
            continue
        secret = text[place.start : place.end]
        # The quotation marks and the line end stay, so that the file can still be read as what it is.
        pieces += [text[at : place.start], _stars(secret)]
        at = place.end
    return "".join((*pieces, text[at:]))


def _stars(secret: str) -> str:
    if "\n" in secret:
        return "\n".join(_stars(line) if line.strip() else line for line in secret.split("\n"))
    lead = secret[: len(secret) - len(secret.lstrip(" \t"))]
    inner = secret.strip(" \t,")
    quote = inner[0] if inner[:1] in ('"', "'") and inner[-1:] == inner[0] else ""
    return f"{lead}{quote}{STARS}{quote}"


def _base64_forms(secret: str) -> set[str]:
    """Returns the secret as it looks within the base64 of a longer text, at each of the three alignments."""
    forms = set()
    for lead in range(3):
        raw = b"\0" * lead + secret.encode("utf-8", "surrogateescape")
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            coded = encode(raw + b"\0" * (-len(raw) % 3)).decode()
            # The outer characters depend on the neighbouring bytes.
            forms.add(coded[(lead * 8 + 5) // 6 : len(raw) * 8 // 6])
    return {form for form in forms if len(form) >= 8}


def values(text: str) -> Iterator[str]:
    """Yields the secrets of a file whose very purpose is to hold some, as far as the rules tell their places."""
    for rule in (*rules.SETTINGS, rules.STRONG[0]):
        for place in rule(text):
            yield from _whole(text[place.start : place.end])


def _whole(secret: str, depth: int = 2) -> Iterator[str]:
    value = secret.strip().strip(",[] ").strip("\"'")
    if "PRIVATE KEY" in value:
        yield from _key(value)
        return
    yield from (one for one in (value, _json(value)) if len(one) >= SHORTEST)
    if depth and (plain := unquote(value)) != value:
        yield from _whole(plain, depth - 1)
    if match := TOKEN.fullmatch(value):
        yield match[2]
    scheme, _, credentials = value.partition(" ")
    if scheme.lower() in ("basic", "bearer"):
        yield from _whole(credentials, depth)
    user, colon, password = value.partition(":")
    if colon and user and len(password) >= SHORTEST:
        yield password
    if depth and _CODED.fullmatch(value) and (inner := decoded(value)):
        yield from _whole(inner, depth - 1)


def _json(value: str) -> str:
    try:
        plain: object = json.loads(f'"{value}"')
    except ValueError:
        return ""
    return plain if isinstance(plain, str) else ""


def _key(text: str) -> Iterator[str]:
    """Yields the lines of a private key: a log may have them one by one."""
    yield from (line.strip() for line in text.splitlines() if _LONG.fullmatch(line.strip()))
