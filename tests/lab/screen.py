"""A terminal in front of a node, or its own console: keys go in, rows of the screen come out. tmux draws it."""

from __future__ import annotations

import itertools
import os
import re
import shlex
import subprocess
import sys
import time
from types import TracebackType
from typing import Self

from .node import Node
from .told import HERE, LABNODE, LabError

# Between two keys of a person; an Enter that comes faster is taken for a held or pasted one.
HAND = 0.45
PATIENCE = 60.0
_numbers = itertools.count(1)


class Terminal:
    """A terminal and the program in it; closing it hangs the line up."""

    def __init__(self, node: Node, words: tuple[str, ...], size: tuple[int, int]) -> None:
        self._socket = f"lab-{os.getpid()}-{next(_numbers)}"
        width, height = size
        line = shlex.join(words)
        # The pane stays when the program has ended, so that its last words can be read.
        options = ["set-option", "-g", "remain-on-exit", "on", ";"]
        options += ["set-option", "-g", "status", "off", ";"]
        self._tmux(
            "-f", "/dev/null", *options,
            "new-session", "-d", "-x", str(width), "-y", str(height), line,
            environment=node.lab.environment,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _tmux(self, *words: str, environment: dict[str, str] | None = None) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-L", self._socket, *words],
            env={**(environment or os.environ), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        return done.stdout

    @property
    def text(self) -> str:
        """What is on the screen now."""
        return self._tmux("capture-pane", "-p")

    @property
    def over(self) -> bool:
        """The program has ended."""
        return self._tmux("display-message", "-p", "#{pane_dead}").strip() == "1"

    def until(self, *words: str, seconds: float = PATIENCE) -> str:
        """Waits for all these words to be on the screen; gives what is on it then."""
        end = time.monotonic() + seconds
        while not all(word in (shown := self.text) for word in words):
            assert time.monotonic() < end, f"{words} not within {seconds} s:\n{shown}"
            time.sleep(0.1)
        return shown

    def until_like(self, pattern: str, seconds: float = PATIENCE) -> str:
        """Waits for the pattern to be on the screen; gives what is on it then."""
        end = time.monotonic() + seconds
        while not re.search(pattern, shown := self.text, re.MULTILINE):
            assert time.monotonic() < end, f"{pattern} not within {seconds} s:\n{shown}"
            time.sleep(0.1)
        return shown

    def until_page(self, heading: str, seconds: float = PATIENCE) -> str:
        """Waits for the screen with that heading."""
        return self.until_like(rf"^ tui-installer \S+   {re.escape(heading)} ", seconds)

    def calm(self) -> None:
        """A screen that came by itself takes no Enter at first: it was meant for the one before."""
        time.sleep(1.6)

    def press(self, *keys: str) -> None:
        """Keys by tmux's names (Enter, Down, C-y), at the pace of a person."""
        for key in keys:
            time.sleep(HAND)
            self._tmux("send-keys", key)

    def type(self, text: str) -> None:
        """Characters as they are, as fast as a line can carry them."""
        self._tmux("send-keys", "-l", text)

    def paste(self, text: str, *, brackets: bool = True) -> None:
        """What a mouse's paste sends; without brackets it comes as keys, line ends as Enter."""
        subprocess.run(
            ["tmux", "-L", self._socket, "load-buffer", "-"],
            input=text,
            text=True,
            check=True,
            timeout=30,
        )
        self._tmux("paste-buffer", *(["-p"] if brackets else []))

    def resize(self, width: int, height: int) -> None:
        """Another size of the window."""
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def close(self) -> None:
        """The line is gone, without a word to the program."""
        subprocess.run(
            ["tmux", "-L", self._socket, "kill-server"],
            capture_output=True,
            timeout=30,
            check=False,
        )


class Screen(Terminal):
    """The program in a terminal on a node."""

    def __init__(
        self,
        node: Node,
        *,
        language: str = "en_US.UTF-8",
        term: str = "xterm-256color",
        size: tuple[int, int] = (80, 25),
        command: tuple[str, ...] = ("tui-installer",),
    ) -> None:
        inside = ("env", f"LANG={language}", f"TERM={term}", *command)
        super().__init__(node, (str(LABNODE), "tty", node.name, *inside), size)


class Console(Terminal):
    """Screen and keyboard of a node, its tty1, from its next boot on; they stay when it is off."""

    def __init__(self, node: Node, *, size: tuple[int, int] = (80, 25)) -> None:
        plug = node.folder / "tty1"
        super().__init__(node, (sys.executable, str(HERE / "wire.py"), str(plug)), size)
        end = time.monotonic() + PATIENCE
        while not plug.is_symlink():
            if time.monotonic() > end:
                raise LabError(f"{node.name} has no console:\n{self.text}")
            time.sleep(0.05)

    def blank(self) -> None:
        """Nothing is on it, so that what comes then was drawn after this."""
        self._tmux("send-keys", "-R")
