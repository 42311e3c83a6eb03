"""Reader of the last lines of the node's logs: only those that tell of the present."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from tui_installer.host import files, machine
from tui_installer.host.look import Look, last_line, who
from tui_installer.model.facts import Logs, NotRead, Unread
from tui_installer.model.printable import clean

TOPIC = Logs
KERNEL = "kernel"
SOURCES = ("kubelet", "containerd", "docker", KERNEL)
# Seconds: what was said before may be about a trouble that is over.
RECENT = 300.0
# Seconds: the kernel says many things once.
KERNEL_RECENT = 86400.0
LINES, TAIL, CONTAINERS = 300, 16384, 24
PODS = "/var/log/pods"
# The head of a line of containerd's log: time, stream, and whether the line ends here.
_HEAD = re.compile(r"^(?P<at>\S+) (?:stdout|stderr) [FP] ?(?P<line>.*)$")


def read(look: Look) -> Logs:
    """Reads units, kernel and containers; names a source that cannot be read. Raises NotRead if no log can be."""
    lines: dict[str, tuple[str, ...]] = {}
    unread: dict[str, Unread] = {}
    now = time.time()
    for source in SOURCES:
        try:
            rows = _journal(look, source)
        except NotRead as error:
            unread[source] = error.unread
            continue
        limit = KERNEL_RECENT if source == KERNEL else RECENT
        if recent := tuple(line for at, line in rows if at > now - limit):
            lines[source] = recent
    for source, told in _containers(now):
        lines[source] = (*lines.get(source, ()), *told)
    if len(unread) == len(SOURCES) and not lines:
        raise NotRead(unread[KERNEL])
    return Logs(lines, {source: one.text for source, one in unread.items()})


def _journal(look: Look, source: str) -> list[tuple[float, str]]:
    """Returns times and messages of a unit, or of the kernel. Raises NotRead."""
    what = ("-k",) if source == KERNEL else ("-u", f"{source}.service")
    reply = look.answer("journalctl", *what, "-o", "json", "--no-pager", "-n", str(LINES))
    if reply.code:
        raise NotRead(Unread(who("journalctl"), last_line(reply)))
    return list(parse(reply.out))


def parse(text: str) -> Iterator[tuple[float, str]]:
    """Yields times (seconds since 1970) and messages of `journalctl -o json`; skips lines that are no JSON."""
    for line in text.splitlines():
        try:
            row = json.loads(line)
            at = int(row["__REALTIME_TIMESTAMP"]) / 1e6
        except (ValueError, KeyError, TypeError):
            continue
        message = row.get("MESSAGE")
        if isinstance(message, list):  # bytes that are not text
            message = bytes(message).decode("utf-8", "replace")
        for part in str(message or "").splitlines():
            if cleaned := clean(part).strip():
                yield at, cleaned


def _containers(now: float) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yields the names of kube-system's containers with what each has said lately."""
    folder = machine.at(PODS)
    logs = [path for path in folder.glob("kube-system_*/*/*.log") if _written(path) > now - RECENT]
    newest = {path.parent: path for path in sorted(logs, key=_written)}
    for container, path in list(newest.items())[-CONTAINERS:]:
        if told := tuple(_lately(files.end(path, TAIL), now)):
            yield container.name, told


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _lately(text: str, now: float) -> Iterable[str]:
    for line in text.splitlines():
        if (match := _HEAD.match(line)) and _time(match["at"]) > now - RECENT and match["line"]:
            yield clean(match["line"])


def _time(text: str) -> float:
    """Parses containerd's time, whose fraction of a second has nine digits; 0 if it is none."""
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d*", r"\1", text)).timestamp()
    except ValueError:
        return 0.0
