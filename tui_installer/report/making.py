"""The making of a bundle: reads everything side by side, takes the secrets out, packs it."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tui_installer.host import machine
from tui_installer.host.files import bounded
from tui_installer.host.gather import gather
from tui_installer.host.patience import Patience
from tui_installer.host.scope import Scope
from tui_installer.model.facts import Facts, HostName, Workloads
from tui_installer.model.text import T, Text
from tui_installer.node.diagnosis import diagnosed
from tui_installer.report import archive
from tui_installer.report import facts as written
from tui_installer.report.aliases import Aliases
from tui_installer.report.commands import CommandsAtWork
from tui_installer.report.contents import COMMANDS, FILES, TextForm
from tui_installer.report.files import parts as read_files
from tui_installer.report.index import Say, index, unread
from tui_installer.report.known import known
from tui_installer.report.part import BundlePart
from tui_installer.report.search import Search, values
from tui_installer.text.measure import size

INDEX = "INDEX.txt"
# Seconds for everything, and for the first answer of a service; what hangs is named then.
WITHIN, FIRST = 22.0, 6.0
# Bytes of all texts; they are packed to a tenth, and even a text that cannot be packed stays below 10 MB.
MOST = 9 << 20


@dataclass(frozen=True)
class Report:
    """A bundle, ready to be written, and what is missing in it."""

    name: str
    raw: bytes
    left_out: Mapping[str, Text]
    unread: Mapping[str, Text]

    def write(self, output: Path | None) -> Path:
        """Writes the file, by its own name into the current folder if no other is given. Raises OSError."""
        path = output or Path(self.name)
        archive.write(path, self.raw)
        return path

    def save(self, folders: Sequence[Path]) -> Path:
        """Writes the file into the first of the folders that takes it. Raises the OSError of the last one."""
        *others, last = folders
        for folder in others:
            with suppress(OSError):
                return self.write(folder / self.name)
        return self.write(last / self.name)

    def said(self, path: Path | str) -> list[Text]:
        """Returns what a person should know of the file at that place."""
        told = [
            T("left out: {name}: {why}", name=name, why=why) for name, why in self.left_out.items()
        ]
        if self.unread:
            told.append(
                T(
                    "{count} things could not be read; INDEX.txt in it names each with the reason",
                    count=len(self.unread),
                )
            )
        told.append(
            T(
                "{path}: {size}. Keys, passwords and tokens are left out; read it before you hand it on, first the file INDEX.txt in it.",
                path=str(path),
                size=size(len(self.raw)),
            )
        )
        return told


def make(say: Say, environment: Mapping[str, str], *, anonymous: bool) -> Report:
    """Reads this machine and returns its bundle. Blocks for some seconds; raises nothing that the machine causes."""
    until = time.monotonic() + WITHIN
    now = datetime.now(UTC)
    commands = CommandsAtWork(COMMANDS)
    facts = gather(written.TOPICS, Scope(patience=Patience(first=FIRST, within=WITHIN - FIRST)))
    files = list(read_files(FILES))
    search = Search(known(environment) | {one for part in files for one in _secrets(part)})
    parts = [search(part) for part in (*commands.parts(until), *files)]
    document = search.within(written.dump(facts, f"{now:%Y-%m-%dT%H:%M:%S}"))
    host = _host(facts)
    if anonymous:
        aliases = _aliases(facts, environment, (json.dumps(document), *(p.text for p in parts)))
        document = aliases.within(document)
        parts = [_renamed(part, aliases) for part in parts]
        host = aliases(host)
    facts = written.load(json.dumps(document).encode())
    diagnosis = diagnosed(facts)
    parts = list(_bounded(parts))
    text = index(say, f"{now:%Y-%m-%d %H:%M:%S}", facts, diagnosis, parts)
    text = search.lines(aliases(text) if anonymous else text)
    folder = f"tui-installer-report-{host}-{now:%Y%m%dT%H%M%SZ}"
    members = ((INDEX, text), (written.NAME, json.dumps(document, indent=1)), *_members(parts))
    raw = archive.packed(folder, members, int(now.timestamp()))
    left_out = {part.name: part.left_out for part in parts if part.left_out is not None}
    return Report(f"{folder}.tar.gz", raw, left_out, unread(diagnosis, parts))


def _secrets(part: BundlePart) -> Iterator[str]:
    """Yields the secrets in a file of settings: no other part may repeat them."""
    return values(part.text) if part.form is TextForm.SETTINGS else iter(())


def _host(facts: Facts) -> str:
    name = facts.get(HostName, HostName()).current.partition(".")[0]
    return "".join(c for c in name if c.isalnum() or c == "-") or "node"


def _aliases(facts: Facts, environment: Mapping[str, str], texts: Iterable[str]) -> Aliases:
    host = facts.get(HostName, HostName())
    hosts = {host.current, host.static, socket.gethostname()}
    hosts |= {node.name for node in facts.get(Workloads, Workloads()).nodes}
    for line in _text("/etc/hosts").splitlines():
        hosts |= set(line.partition("#")[0].split()[1:])
    for line in _text("/etc/resolv.conf").splitlines():
        if line.startswith(("search ", "domain ")):
            hosts |= set(line.split()[1:])
    users = {environment.get("SUDO_USER", ""), environment.get("USER", "")}
    for line in _text("/etc/passwd").splitlines():
        name, *rest = line.split(":")
        if len(rest) > 2 and rest[1].isdigit() and int(rest[1]) >= 1000:
            users.add(name)
    aliases = Aliases(hosts, users)
    for text in texts:
        aliases.learn(text)
    return aliases


def _text(path: str) -> str:
    try:
        return bounded(machine.at(path), 1 << 20).decode("utf-8", "replace")
    except OSError:
        return ""


def _renamed(part: BundlePart, aliases: Aliases) -> BundlePart:
    return replace(
        part,
        name=aliases(part.name),
        text=aliases(part.text),
        argv=tuple(map(aliases, part.argv)),
    )


def _bounded(parts: Iterable[BundlePart]) -> Iterator[BundlePart]:
    """Yields the parts until the bundle is full; those after it are named."""
    room = MOST
    for part in parts:
        room -= len(part.text.encode("utf-8", "replace"))
        full = T("the bundle is full")
        yield replace(part, text="", unread=full) if room < 0 and part.text else part


def _members(parts: Sequence[BundlePart]) -> Iterator[tuple[str, str]]:
    for part in parts:
        if part.left_out is not None or (part.unread is not None and not part.text.strip()):
            continue
        head = ""
        if part.argv:
            code = "?" if part.code is None else part.code
            head = f"$ {' '.join(part.argv)}\n# exit code {code}, {part.seconds:.1f} s\n"
        if part.cut:
            head += f"# {part.cut} bytes cut off\n"
        yield part.name, f"{head}{part.text}"
