"""The commands of a bundle, run side by side; one that hangs costs no other its time."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

from tui_installer.host import kubectl, shell
from tui_installer.host.look import Look, last_line
from tui_installer.model.facts import NotRead
from tui_installer.model.text import T, Text, verbatim
from tui_installer.report.contents import KUBECONFIG, AskedCommand
from tui_installer.report.part import BundlePart, cut

# Commands at the same time; most of them wait for a service.
SIDE_BY_SIDE = 10
# Seconds for one command.
LIMIT = 8.0
FOLDER = "commands"
# What the shell says of a program that is not there. In a rehearsal the recording may lack the answer.
ABSENT = ": not found"
# Programs that ask a service: their failure is its silence. Others have exit codes that say something.
ASKING = ("ctr", "crictl", "kubectl")


class CommandsAtWork:
    """Commands at work; `parts` waits for them until a moment of the monotonic clock."""

    def __init__(self, commands: Iterable[AskedCommand]) -> None:
        """Starts them in threads that end with the process: a command that even a kill does not end holds up nobody."""
        self._asked = tuple(commands)
        self._open: queue.SimpleQueue[AskedCommand] = queue.SimpleQueue()
        self._parts: dict[str, BundlePart] = {}
        self._done = threading.Semaphore(0)
        self._config = _kubeconfig()
        for asked in self._asked:
            self._open.put(asked)
        for _ in range(SIDE_BY_SIDE):
            threading.Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while True:
            try:
                asked = self._open.get_nowait()
            except queue.Empty:
                return
            self._parts[asked.name] = _run(asked, self._config)
            self._done.release()

    def _close(self) -> None:
        """Leaves out what has not begun: nobody waits for it any more."""
        with suppress(queue.Empty):
            while True:
                self._open.get_nowait()

    def parts(self, until: float) -> Iterator[BundlePart]:
        """Yields a part for every command, in their order."""
        for _ in self._asked:
            if not self._done.acquire(timeout=max(0.0, until - time.monotonic())):
                self._close()
                break
        finished = dict(self._parts)
        late = T("it was not finished when the time for the whole bundle was over")
        for asked in self._asked:
            name = f"{FOLDER}/{asked.name}.txt"
            yield finished.get(asked.name) or BundlePart(name, argv=asked.argv, unread=late)


def _kubeconfig() -> str:
    try:
        return kubectl.kubeconfig(Look())
    except NotRead:
        return ""


def _run(asked: AskedCommand, config: str) -> BundlePart:
    name = f"{FOLDER}/{asked.name}.txt"
    argv = tuple(word.replace(KUBECONFIG, config) for word in asked.argv)
    if not config and argv != asked.argv:
        return BundlePart(
            name, argv=asked.argv, unread=T("there is no kubeconfig that can be read")
        )
    began = time.monotonic()
    output = shell.output(*argv, timeout=LIMIT)
    seconds = time.monotonic() - began
    said = f"{output.out.rstrip()}\n{output.err.strip()}".strip("\n") + "\n"
    text, too_many = cut(said.encode("utf-8", "replace"), asked.most, end=asked.end)
    return BundlePart(
        name,
        text,
        argv=argv,
        code=output.code,
        seconds=seconds,
        cut=too_many,
        unread=_unread(argv[0], output, seconds),
    )


def _unread(program: str, output: shell.Output, seconds: float) -> Text | None:
    if output.code == shell.TIMED_OUT and seconds >= LIMIT:
        return T("no answer in {seconds} s", seconds=round(LIMIT))
    if output.code == shell.TOO_MUCH:
        return T("it printed more than {size} MB", size=shell.LONGEST >> 20)
    if output.err.endswith(ABSENT):
        return T("the program is not there")
    if output.code == shell.NOT_FOUND or (output.code and program in ASKING):
        why = last_line(output)
        return why if isinstance(why, Text) else verbatim(why)
    return None
