"""Reader of the last lines of the node's logs: only those that tell of the present."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from tui_installer.host import files, machine
from tui_installer.host.look import Look, last_line, who
from tui_installer.model.facts import Logs, NotRead, Unread
from tui_installer.model.printable import clean

TOPIC = Logs
KERNEL = "kernel"
UNITS = ("kubelet", "containerd", "docker", "NetworkManager")
# Seconds: what was said before may be about a trouble that is over. The kubelet says everything again within a minute.
RECENT = {"kubelet": 60.0}
OTHERS = 120.0
# Seconds: the kernel says many things once.
KERNEL_RECENT = 86400.0
# Seconds: the kubelet waits at most that long before it starts a container again.
BACK_OFF = 330.0
# Seconds: a unit that has run for so long does not just end and start again and again.
STEADY = 15.0
LINES, TAIL, CONTAINERS = 300, 16384, 24
PODS = "/var/log/pods"
# The head of a line of containerd's log: time, stream, and whether the line ends here.
_HEAD = re.compile(r"^(?P<at>\S+) (?:stdout|stderr) [FP] ?(?P<line>.*)$")
STATES = ("-pId", "-pActiveState", "-pActiveEnterTimestampMonotonic")
# journalctl ends with 0 where it may not show the journal of others, and where there is none.
CLOSED = (
    "not seeing messages",
    "insufficient permissions",
    "cannot access messages",
    "No journal files",
)


@dataclass(frozen=True)
class Window:
    """The lines of a unit that tell of the present.

    `since` is in seconds since 1970; `ended`: the unit does not run, so that its last words count, however old.
    """

    seconds: float = OTHERS
    since: float = 0.0
    ended: bool = False

    def of(self, rows: Iterable[tuple[float, str]], now: float) -> tuple[str, ...]:
        """Returns the lines within the window."""
        rows = list(rows)
        newest = max((at for at, _ in rows), default=now) if self.ended else now
        return tuple(line for at, line in rows if at > max(newest - self.seconds, self.since))


def read(look: Look) -> Logs:
    """Reads units, kernel and containers; names a source that cannot be read. Raises NotRead if no log can be."""
    lines: dict[str, tuple[str, ...]] = {}
    unread: dict[str, Unread] = {}
    now = time.time()
    windows = _windows(look, now)
    sources = (*UNITS, KERNEL)
    with ThreadPoolExecutor(max_workers=len(sources)) as pool:
        replies = dict(zip(sources, pool.map(partial(_journal, look), sources), strict=True))
    for source, rows in replies.items():
        if isinstance(rows, Unread):
            unread[source] = rows
        elif told := windows.get(source, Window()).of(rows, now):
            lines[source] = told
    for source, told in _containers(now, look.recent):
        lines[source] = (*lines.get(source, ()), *told)
    if len(unread) == len(sources) and not lines:
        raise NotRead(unread[KERNEL])
    return Logs(lines, {source: one.text for source, one in unread.items()})


def _windows(look: Look, now: float) -> dict[str, Window]:
    """Returns the window of each unit: what was said before a unit's last start is about an earlier life of it."""
    if look.recent is not None:
        return dict.fromkeys((*UNITS, KERNEL), Window(look.recent))
    units = [f"{name}.service" for name in UNITS]
    try:
        text = look.answer("systemctl", "show", *STATES, *units, codes=(0,)).out
    except NotRead:
        text = ""
    return {**dict(windows(text, now, time.monotonic())), KERNEL: Window(KERNEL_RECENT)}


def windows(text: str, now: float, monotonic: float) -> Iterator[tuple[str, Window]]:
    """Yields units and windows from `systemctl show`; the times are those of both clocks."""
    for block in text.split("\n\n"):
        row = dict(line.partition("=")[::2] for line in block.splitlines() if "=" in line)
        name = row.get("Id", "").removesuffix(".service")
        began = row.get("ActiveEnterTimestampMonotonic", "")
        seconds = RECENT.get(name, OTHERS)
        runs = monotonic - int(began) / 1e6 if began.isdecimal() else 0.0
        if row.get("ActiveState") != "active":
            yield name, Window(seconds, ended=row.get("ActiveState") == "failed")
        else:
            yield name, Window(seconds, now - runs if runs > STEADY else 0.0)


def _journal(look: Look, source: str) -> list[tuple[float, str]] | Unread:
    """Returns times and messages of a unit, or of the kernel; the reason where there are none to read."""
    what = ("-k",) if source == KERNEL else ("-u", f"{source}.service")
    try:
        reply = look.answer("journalctl", *what, "-o", "json", "--no-pager", "-n", str(LINES))
    except NotRead as error:
        return error.unread
    if reply.code or (not reply.out and any(mark in reply.err for mark in CLOSED)):
        return Unread(who("journalctl"), last_line(reply))
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


def _containers(now: float, recent: float | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yields the names of kube-system's containers with what each has said lately."""
    folder = machine.at(PODS)
    since = now - (BACK_OFF if recent is None else recent)
    logs = [path for path in folder.glob("kube-system_*/*/*.log") if _written(path) > since]
    # A pod that was made anew has the same name and another id; what the one before it said is over.
    newest = {
        (path.parents[1].name.rpartition("_")[0], path.parent.name): path
        for path in sorted(logs, key=_written)
    }
    for (_, container), path in list(newest.items())[-CONTAINERS:]:
        # The kubelet numbers the logs; one that has started again may be waiting to do so once more.
        first = path.name == "0.log" and recent is None
        try:
            text = files.end(path, TAIL)
        except OSError:
            continue
        if told := tuple(_lately(text, now - OTHERS if first else since)):
            yield container, told


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _lately(text: str, since: float) -> Iterable[str]:
    for line in text.splitlines():
        if (match := _HEAD.match(line)) and _time(match["at"]) > since and match["line"]:
            yield clean(match["line"])


def _time(text: str) -> float:
    """Parses containerd's time, whose fraction of a second has nine digits; 0 if it is none."""
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d*", r"\1", text)).timestamp()
    except ValueError:
        return 0.0
