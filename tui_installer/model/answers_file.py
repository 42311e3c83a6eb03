"""The answers file as text: read with the line of every mistake, written with its comments."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import tomlkit
from tomlkit.exceptions import ParseError, TOMLKitError

from tui_installer.model.answers import (
    AS_IT_IS,
    QUESTIONS,
    SECTIONS,
    Answers,
    Cluster,
    flat,
    keys_of,
    runs_control_plane,
)
from tui_installer.model.fields import gateway_problem
from tui_installer.model.text import T, Text

MAX_BYTES = 64 * 1024


@dataclass(frozen=True)
class Mistake:
    """One mistake in an answers file; line 0: it belongs to no line."""

    line: int
    key: str
    found: str
    right: Text

    @property
    def said(self) -> Text:
        """The mistake as one sentence."""
        values = {"key": self.key or "TOML", "found": self.found, "right": self.right}
        if not self.line:
            return T("{key}: found {found}; right would be: {right}", **values)
        return T(
            "line {line}, {key}: found {found}; right would be: {right}", line=self.line, **values
        )


class AnswersError(ValueError):
    """The answers cannot be used; `mistakes` holds the lines and the right values."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("; ".join(f"{m.line}: {m.key}: {m.right}" for m in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Given:
    """The given keys, by dotted name, with their lines."""

    values: dict[str, object] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def mistake(self, key: str, right: Text) -> Mistake:
        """Makes a mistake at the line of that key."""
        return Mistake(self.lines.get(key, 0), key, shown(self.values.get(key)), right)


def shown(value: object) -> str:
    """Returns a value in the file's syntax, cut to fit a line."""
    text = "(nothing)" if value is None else tomlkit.item(value).as_string().strip()
    text = "".join(c if c.isprintable() else "?" for c in text)
    return text if len(text) <= 60 else text[:59] + "~"


def _keys(text: str) -> Iterator[tuple[int, str]]:
    """Yields the line of each section and dotted key; a key in an unusual syntax has none."""
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\s*\[([^\[\]]+)\]", line):
            section = head[1].strip().strip("\"'")
            yield number, section
        elif key := re.match(r"\s*([\"']?)([A-Za-z0-9_.-]+)\1\s*=", line):
            yield number, f"{section}.{key[2]}" if section else key[2]


def _lines(text: str) -> dict[str, int]:
    where: dict[str, int] = {}
    for number, dotted in _keys(text):
        where.setdefault(dotted, number)
    return where


def _twice(text: str) -> list[Mistake]:
    """Returns the first section or key that occurs a second time."""
    where = _lines(text)
    for number, dotted in _keys(text):
        if number != (first := where[dotted]):
            line = text.splitlines()[number - 1].strip()[:60]
            right = T("one of the two; it stands in line {first} already", first=first)
            return [Mistake(number, dotted, line, right)]
    return []


def _near(word: str, words: list[str]) -> Text:
    close = difflib.get_close_matches(word, words, 1, 0.6)
    if close:
        return T('a known key; did you mean "{offer}"?', offer=close[0])
    return T("one of the keys {words}", words=", ".join(words))


def _document(raw: str) -> dict[str, object]:
    try:
        return tomlkit.parse(raw).unwrap()
    except ParseError as error:
        if twice := _twice(raw):
            raise AnswersError(twice) from error
        line = raw.splitlines()[error.line - 1 : error.line] or [""]
        shown_line = "".join(c if c.isprintable() else "?" for c in line[0]).strip()[:60]
        right = T(
            'a line of TOML, like key = "value" (wrong at column {column})',
            column=error.col,
        )
        raise AnswersError([Mistake(error.line, "", shown_line, right)]) from error
    except (TOMLKitError, ValueError, RecursionError) as error:
        other = [Mistake(0, "", str(error)[:60], T("a TOML file"))]
        raise AnswersError(_twice(raw) or other) from error


def _section(
    name: str, part: object, where: dict[str, int]
) -> tuple[dict[str, object], list[Mistake]]:
    if name not in SECTIONS:
        return {}, [Mistake(where.get(name, 0), name, shown(part), _near(name, list(SECTIONS)))]
    if not isinstance(part, dict):
        return {}, [
            Mistake(where.get(name, 0), name, shown(part), T("a section: [{name}]", name=name))
        ]
    values, mistakes = {}, []
    names = [key.partition(".")[2] for key in keys_of(name)]
    for key, value in part.items():
        dotted = f"{name}.{key}"
        wrong = QUESTIONS[dotted].kind.wrong(value) if dotted in QUESTIONS else _near(key, names)
        if wrong is None:
            values[dotted] = value
        else:
            mistakes.append(Mistake(where.get(dotted, 0), dotted, shown(value), wrong))
    return values, mistakes


def _subnets(given: Given) -> list[Mistake]:
    """Checks the subnets for overlap; the defaults do not overlap, but one given key may clash with a default."""
    unset = Cluster()
    pods = str(given.values.get("cluster.pod_subnet", unset.pod_subnet))
    services = str(given.values.get("cluster.service_subnet", unset.service_subnet))
    if not ipaddress.IPv4Network(pods).overlaps(ipaddress.IPv4Network(services)):
        return []
    key = "cluster.pod_subnet" if "cluster.pod_subnet" in given.values else "cluster.service_subnet"
    right = T(
        "two networks that do not overlap, like 10.244.0.0/16 and 10.96.0.0/12; pod_subnet {pods} and service_subnet {services} do",
        pods=pods,
        services=services,
    )
    return [given.mistake(key, right)]


def _way_out(given: Given) -> list[Mistake]:
    """Checks that a gateway and name servers come with an address, and that the gateway is in its network."""
    own, gateway = given.values.get("node.address"), given.values.get("node.gateway")
    if not own:
        right = T("nothing without an address: set node.address too")
        keys = [key for key in ("node.gateway", "node.dns") if given.values.get(key)]
        return [given.mistake(key, right) for key in keys]
    wrong = gateway_problem(str(gateway), str(own)) if gateway else None
    return [given.mistake("node.gateway", wrong)] if wrong is not None else []


def _of_worker(given: Given) -> list[Mistake]:
    """Checks that a worker's answers hold no key that only a control plane has."""
    role = given.values.get("node.role")
    if AS_IT_IS not in given.values or role is None or runs_control_plane(role):
        return []
    right = T("nothing: a worker runs ordinary pods anyway; this key is for a control plane")
    return [given.mistake(AS_IT_IS, right)]


def looks_like_one(raw: bytes) -> bool:
    """Tells whether the bytes are an answers file, perhaps with mistakes: TOML with our sections only."""
    try:
        document = tomlkit.parse(raw[: MAX_BYTES + 1].decode("utf-8-sig")).unwrap()
    except (TOMLKitError, ValueError, RecursionError):
        return False
    return bool(document) and set(document) <= set(SECTIONS)


def parse(raw: bytes, *, whole: bool = True) -> Given:
    """Parses an answers file; a draft (not `whole`) may lack the role.

    Raises AnswersError with every mistake at its line.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        right = T("a text file in UTF-8; byte {byte} is not", byte=error.start + 1)
        raise AnswersError(
            [Mistake(line, "", repr(raw[error.start : error.start + 8])[:60], right)]
        ) from error
    if len(raw) > MAX_BYTES:
        raise AnswersError(
            [Mistake(0, "", f"{len(raw)} bytes", T("an answers file of a few lines"))]
        )
    where = _lines(text)
    given = Given()
    mistakes = []
    for name, part in _document(text).items():
        values, wrong = _section(name, part, where)
        given.values.update(values)
        mistakes += wrong
    given.lines.update(where)
    if whole and not mistakes and "node.role" not in given.values:
        mistakes = [
            Mistake(
                where.get("node", 0), "node.role", shown(None), QUESTIONS["node.role"].kind.right
            )
        ]
    mistakes = mistakes or [*_subnets(given), *_way_out(given)]
    # A draft keeps the typed values of the other role.
    mistakes = mistakes or (_of_worker(given) if whole else [])
    if mistakes:
        raise AnswersError(mistakes)
    return given


def dump_values(values: Mapping[str, object]) -> str:
    """Writes some answers, by dotted key, as a file that `parse` reads back to the same values."""
    document = tomlkit.document()
    document.add(tomlkit.comment("The answers of tui-installer; apply them again with:"))
    document.add(tomlkit.comment("tui-installer apply --answers THIS-FILE"))
    for name in SECTIONS:
        table = tomlkit.table()
        for key in keys_of(name):
            if (value := values.get(key)) is None:
                continue
            table.add(key.partition(".")[2], list(value) if isinstance(value, tuple) else value)
        if table:
            document.add(tomlkit.nl())
            document.add(name, table)
    return tomlkit.dumps(document)


def dump(answers: Answers) -> str:
    """Writes the answers as a file that `parse` reads back to the same values."""
    return dump_values(flat(answers))
