"""Tasks of a person at a node, and the commands by which each tool does them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tui_installer.model.change import Argv
from tui_installer.model.text import Text, verbatim


class Tool(StrEnum):
    """A command-line tool for containers; the value is the name of its program."""

    CTR = "ctr"
    CRICTL = "crictl"
    NERDCTL = "nerdctl"
    DOCKER = "docker"


class Sample(StrEnum):
    """A word in a command that stands for something of this machine."""

    IMAGE = "IMAGE"
    DIGEST = "DIGEST"
    CONTAINER = "CONTAINER"
    POD = "POD"


NOTHING = verbatim("--")


@dataclass(frozen=True)
class Usage:
    """How one tool does a task: what a table has room for, and the whole commands; none: it cannot."""

    short: Text = NOTHING
    commands: tuple[Argv, ...] = ()


CANNOT = Usage()


@dataclass(frozen=True)
class ToolTask:
    """One task, how each tool does it, and why their answers differ.

    `reads`: none of the commands changes anything or waits for a person, so the program may run them.
    `counted`: each command prints a heading, then a line for each thing.
    """

    id: str
    title: Text
    why: Text
    usages: Mapping[Tool, Usage] = field(default_factory=dict)
    reads: bool = False
    counted: bool = False

    def usage(self, tool: Tool) -> Usage:
        """Returns how that tool does it."""
        return self.usages.get(tool, CANNOT)


def samples_of(argv: Argv) -> tuple[Sample, ...]:
    """Returns what of this machine a command needs."""
    return tuple(sample for sample in Sample if any(sample in word for word in argv))


def filled(argv: Argv, samples: Mapping[Sample, str]) -> Argv:
    """Returns the command with the samples of this machine in their places."""
    words = []
    for word in argv:
        for sample in samples_of((word,)):
            word = word.replace(sample, samples.get(sample, sample))
        words.append(word)
    return tuple(words)
