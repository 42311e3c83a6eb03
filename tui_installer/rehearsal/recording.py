"""Recording of a machine as a file: `record` writes it, assets/machines/ holds some, a rehearsal reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import IPv4Interface
from json import JSONDecoder
from pathlib import Path
from typing import Any

from tui_installer.assets import ASSETS
from tui_installer.host.gather import readers
from tui_installer.model.answers import QUESTIONS
from tui_installer.model.explained import Explained
from tui_installer.model.facts import HostName, Network, Sources
from tui_installer.model.fields import LONGEST, unwritable
from tui_installer.model.places import Outside, at
from tui_installer.model.text import T
from tui_installer.rehearsal.codec import Misfit, decode, encode
from tui_installer.rehearsal.kept import KeptFile
from tui_installer.rehearsal.patch import applied

VERSION = 1
MACHINES = ASSETS / "machines"
LARGEST = 64 << 20
# Completing the answers needs these topics.
NEEDED = ("HostName", "Kernel", "Network", "System")
_HALVES = re.compile("[\ud800-\udc7f\udd00-\udfff]")
_BLANKS = re.compile(r"[ \t\r\n]*")


class Unusable(Explained):
    """A recording that cannot be used; `text` says why, with the line."""


@dataclass(frozen=True)
class RecordedAnswer:
    """A reading command with its output."""

    argv: list[str]
    code: int = 0
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Recording:
    """A machine as recorded, or as an edit of another recording."""

    version: int
    kind: str = "machine"
    # The version of the program that recorded it, and the time (UTC).
    program: str = ""
    recorded: str = ""
    # A description by language; empty for the user's own recording.
    title: dict[str, str] = field(default_factory=dict)
    # In a derived recording: the one that it edits. Facts and files are then patches.
    base: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    files: dict[str, KeptFile | None] = field(default_factory=dict)
    commands: list[RecordedAnswer] = field(default_factory=list)
    # Reference runs to play before all others.
    runs: list[str] = field(default_factory=list)
    # Further information for a person, by language.
    about: dict[str, str] = field(default_factory=dict)

    @property
    def at(self) -> float:
        """The time of the recording, in seconds since 1970."""
        return datetime.fromisoformat(self.recorded).replace(tzinfo=UTC).timestamp()

    def dump(self) -> str:
        """Returns the file's text, one item per line, so that a diff shows each edit."""
        said = {key: value for key, value in encode(self).items() if value not in ("", {}, [])}
        return json.dumps(said, indent=1) + "\n"


def names() -> list[str]:
    """Lists the machines that come with the program."""
    return sorted(path.stem for path in MACHINES.glob("*.json"))


def place(machine: str) -> Path:
    """Returns the path of a machine: by its name if it comes with the program, else the path itself."""
    known = MACHINES / f"{machine}.json"
    return known if "/" not in machine and known.exists() else Path(machine)


def load(path: Path) -> Recording:
    """Loads a whole machine, with its edit if it is a derived one. Raises Unusable."""
    if path.name == str(path) and not path.exists():
        text = T(
            "there is no recording {name}, and no such file; there are: {known}",
            name=path.name,
            known=", ".join(names()),
        )
        raise Unusable(text)
    own = _read(path)
    if not own.base:
        _complete(own, path)
        return own
    whole = load(_base(own, path))
    facts = applied(own.facts, whole.facts)
    files = {**whole.files, **own.files}
    edited = replace(
        whole,
        title=own.title,
        base=own.base,
        facts=facts,
        files={name: file for name, file in files.items() if file is not None},
        commands=_merged(whole.commands, own.commands),
        runs=own.runs or whole.runs,
        about=own.about or whole.about,
    )
    _complete(edited, path)
    return edited


def _merged(before: list[RecordedAnswer], after: list[RecordedAnswer]) -> list[RecordedAnswer]:
    said = {tuple(row.argv): row for row in [*before, *after]}
    return list(said.values())


def _base(own: Recording, path: Path) -> Path:
    base = MACHINES / f"{own.base}.json"
    if "/" in own.base or base.resolve() == path.resolve() or not base.exists():
        available = ", ".join(names())
        raise Unusable(
            T(
                "{path}: there is no recording {name}; there are: {known}",
                path=str(path),
                name=own.base,
                known=available,
            )
        )
    return base


def _raw(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise Unusable(
            T(
                "{path} cannot be read: {reason}",
                path=str(path),
                reason=error.strerror or str(error),
            )
        ) from error
    if len(raw) > LARGEST:
        raise Unusable(T("{path} is no recording: it is far too large", path=str(path)))
    return raw


def _read(path: Path) -> Recording:
    raw = _raw(path)
    text = raw.decode("utf-8", "replace")
    document = _writable(_json(text, path)) if "\\ud" in text.lower() else _json(text, path)
    _known_version(document, text, path)
    try:
        return _checked(decode(Recording, document))
    except Misfit as misfit:
        raise _refusal(path, text, misfit) from misfit


def _json(text: str, path: Path) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise Unusable(
            T(
                "{path}, line {line}: the recording is cut short or damaged ({why}); record the machine again",
                path=str(path),
                line=line,
                why=getattr(error, "msg", str(error)),
            )
        ) from error
    if not isinstance(document, dict) or not isinstance(document.get("version"), int):
        raise Unusable(T("{path}, line 1: this is no recording of a machine", path=str(path)))
    return document


def _writable(value: Any) -> Any:
    """Replaces lone surrogates, which no file can hold, except those that stand for bytes of old encodings."""
    if isinstance(value, str):
        return _HALVES.sub("?", value)
    if isinstance(value, dict):
        return {_writable(key): _writable(one) for key, one in value.items()}
    return [_writable(one) for one in value] if isinstance(value, list) else value


def _known_version(document: Mapping[str, Any], text: str, path: Path) -> None:
    if document["version"] > VERSION:
        raise Unusable(
            T(
                "{path}, line {line}: version {version} of a recording was made by a newer tui-installer ({program}); this one knows version {known}. Upgrade this program, or record the machine again with it",
                path=str(path),
                line=_line(text, ("version",)),
                version=document["version"],
                program=str(document.get("program", "")),
                known=VERSION,
            )
        )


def _checked(recording: Recording) -> Recording:
    """Checks what types alone do not express."""
    if recording.kind != "machine":
        raise Misfit(("kind",), '"machine" expected')
    if recording.recorded:
        _instant(recording.recorded)
    elif not recording.base:
        raise Misfit((), '"recorded" is missing')
    topics = {topic.__name__: topic for topic in (*readers(), Sources)}
    for name, value in recording.facts.items():
        if name not in topics:
            raise Misfit(("facts", name), "no such topic")
        if not recording.base:
            _topic(topics[name], name, value)
    for name, file in recording.files.items():
        _path(name)
        if file is not None:
            _mode(name, file.mode)
    return recording


def _path(name: str) -> None:
    """Checks that `gate.place` and a file system accept the path."""
    parts = name.split("/")
    short = len(name) <= LONGEST and all(len(p.encode("utf-8", "replace")) <= 255 for p in parts)
    try:
        good = short and at(name, Path("/")).is_absolute() and name.startswith("/")
    except Outside:
        good = False
    if not good:
        raise Misfit(("files", name), "an absolute path expected")


def _instant(text: str) -> None:
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise Misfit(("recorded",), "a time expected, like 2026-11-25T08:00:00") from error


def _mode(name: str, mode: str) -> None:
    if not (mode.isdigit() and len(mode) <= 5 and set(mode) <= set("01234567")):
        raise Misfit(("files", name, "mode"), "a mode expected, like 0644")


def _topic(topic: type, name: str, value: Any) -> None:
    try:
        facts: Any = decode(topic, value)
        if isinstance(facts, Network):
            _cards(facts)
        if isinstance(facts, HostName):
            _names(facts)
    except Misfit as misfit:
        raise Misfit(("facts", name, *misfit.path), misfit.what) from misfit


def _cards(network: Network) -> None:
    """Checks names and addresses, which become answers and names of files, as if a person had typed them."""
    for number, nic in enumerate(network.nics):
        if QUESTIONS["node.interface"].kind.wrong(nic.name) is not None:
            raise Misfit(("nics", number, "name"), "the name of a network card expected")
        for place, address in enumerate(nic.addresses):
            try:
                IPv4Interface(address)
            except ValueError as error:
                raise Misfit(("nics", number, "addresses", place), "an address expected") from error


def _names(host: HostName) -> None:
    """Checks that host names are single words; they need not be valid in Kubernetes."""
    for key, name in (("static", host.static), ("current", host.current)):
        if unwritable(name) or any(c.isspace() or c == "/" for c in name):
            raise Misfit((key,), "a host name expected")


def _complete(recording: Recording, path: Path) -> None:
    """Refuses a machine without the needed topics; others may lack, and count as unknown."""
    topics = {topic.__name__: topic for topic in (*readers(), Sources)}
    lacking = sorted(topic for topic in NEEDED if topic not in recording.facts)
    if lacking:
        raise Unusable(
            T(
                "{path} says nothing of: {topics}; another version of tui-installer recorded it. Record the machine again with this one",
                path=str(path),
                topics=", ".join(lacking),
            )
        )
    for name, value in recording.facts.items() if recording.base else ():
        try:
            _topic(topics[name], name, value)
        except Misfit as misfit:
            raise _refusal(path, _raw(path).decode("utf-8", "replace"), misfit) from misfit


def _refusal(path: Path, text: str, misfit: Misfit) -> Unusable:
    return Unusable(
        T(
            "{path}, line {line}: {place}: {why}",
            path=str(path),
            line=_line(text, misfit.path),
            place=".".join(map(str, misfit.path)) or "{}",
            why=misfit.what,
        )
    )


def _line(text: str, path: tuple[str | int, ...]) -> int:
    """Returns the line of a value, or of the last existing ancestor."""
    at = line = 0
    with suppress(ValueError, RecursionError):
        for step in path:
            for name, place, value in members(text, at):
                if name == step:
                    line, at = place, value
                    break
            else:
                break
    return text.count("\n", 0, line) + 1


def members(text: str, at: int) -> Iterator[tuple[str | int, int, int]]:
    """Yields the members of a JSON object or list: name or number, its position, its value's position.

    Any other value has none. Raises ValueError where the text stops being JSON.
    """
    decoder = JSONDecoder()
    at = _after_blanks(text, at)
    number = 0
    opened = text[at : at + 1]
    while opened in ("{", "[") and text[at : at + 1] in (opened, ","):
        place = value = _after_blanks(text, at + 1)
        name: str | int = number
        if text[place : place + 1] in ("}", "]"):
            return
        if opened == "{":
            name, value = decoder.raw_decode(text, place)
            value = _after_blanks(text, _after_blanks(text, value) + 1)
        yield name, place, value
        at = _after_blanks(text, decoder.raw_decode(text, value)[1])
        number += 1


def _after_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
