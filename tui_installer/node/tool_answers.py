"""The tools of this node, and what they answer; only commands that change nothing are run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from tui_installer.help.tool_tasks import TASKS
from tui_installer.help.tool_usages import OF_DOCKER, OF_THE_KUBELET, PACKAGES, VERSIONS
from tui_installer.host.gather import gather
from tui_installer.host.scope import Scope
from tui_installer.host.shell import NOT_FOUND, TIMED_OUT, output
from tui_installer.model.change import Argv
from tui_installer.model.facts import Packages, System
from tui_installer.model.printable import clean
from tui_installer.model.secret import Redactor, without_credentials
from tui_installer.model.tool_task import Sample, Tool, ToolTask, filled, samples_of

# Seconds for one command: without a containerd, ctr would wait for ever.
LIMIT = 10.0
# Lines of one answer that are kept.
MOST = 2000
VERSION = re.compile(r"\bv?(\d+\.\d+\.\d+[\w.+-]*)")


@dataclass(frozen=True)
class ToolAnswer:
    """What one command printed.

    `lines` are the first of `count`, errors last; `listed` of them are no errors. Code 124: it was ended at the limit.
    """

    argv: Argv
    code: int
    lines: tuple[str, ...] = ()
    count: int = 0
    listed: int = 0

    @property
    def missing(self) -> bool:
        """True if there is no such program here, or if a recording does not hold its answer."""
        return self.code == NOT_FOUND

    @property
    def late(self) -> bool:
        """True if it was ended because it took too long."""
        return self.code == TIMED_OUT

    @property
    def things(self) -> int | None:
        """The lines below the heading; None: it has failed, so nobody knows."""
        return max(self.listed - 1, 0) if self.code == 0 else None


@dataclass(frozen=True)
class SeenTools:
    """The version of each tool that is here, whether root asks, and the answers to `count`."""

    versions: Mapping[Tool, str] = field(default_factory=dict)
    root: bool = True
    answers: Mapping[Argv, ToolAnswer] = field(default_factory=dict)

    def has(self, tool: Tool) -> bool:
        """Tells whether the tool is on this machine."""
        return tool in self.versions

    def commands_of(self, task: ToolTask) -> tuple[Argv, ...]:
        """Returns the commands of a task whose tools are here; ctr and crictl stand first."""
        tools = [tool for tool in Tool if self.has(tool)]
        return tuple(argv for tool in tools for argv in task.usage(tool).commands)


def look() -> SeenTools:
    """Finds the tools and their versions; asks no service, so that it does not hang where one does. Blocks."""
    facts = gather((System,), Scope())
    root = System not in facts or facts[System].root
    with ThreadPoolExecutor(max_workers=4) as pool:
        told = dict(zip(Tool, pool.map(lambda tool: ask(VERSIONS[tool]), Tool), strict=True))
    return SeenTools(_versions(told), root)


def count(seen: SeenTools) -> SeenTools:
    """Returns the same with the answers of the commands that are counted; root alone gets one. Blocks."""
    counted = [argv for task in TASKS if task.counted for argv in seen.commands_of(task)]
    with ThreadPoolExecutor(max_workers=4) as pool:
        answers = list(pool.map(ask, counted)) if seen.root else []
    return replace(seen, answers={answer.argv: answer for answer in answers})


def _versions(told: Mapping[Tool, ToolAnswer]) -> dict[Tool, str]:
    """Returns what the tools say of themselves, else what their packages say; "" where neither names a version."""
    versions = {}
    packages = Packages()
    if any(answer.missing for answer in told.values()):
        facts = gather((Packages,), Scope())
        packages = facts.get(Packages, packages)
    for tool, answer in told.items():
        packaged = next(filter(None, map(packages.version, PACKAGES.get(tool, ()))), "")
        if answer.missing and not packaged:
            continue
        found = VERSION.search("\n".join(answer.lines)) if not answer.missing else None
        versions[tool] = found[1] if found else packaged
    return versions


def ask(argv: Argv) -> ToolAnswer:
    """Runs one command that changes nothing, and keeps what it printed, without secrets. Blocks."""
    redact, result = Redactor(), output(*argv, timeout=LIMIT)
    out = result.out.splitlines()
    lines = [*out, *result.err.splitlines()]
    kept = tuple(without_credentials(redact(clean(line))) for line in lines[:MOST])
    return ToolAnswer(argv, result.code, kept, len(lines), len(out))


def ask_all(commands: Iterable[Argv], tell: Callable[[Argv, ToolAnswer | None], None]) -> None:
    """Runs commands one after the other, with samples of this machine in the places of their words. Blocks.

    `tell` gets each command and its answer; None: this machine has nothing on which to try it.
    """
    samples: dict[bool, dict[Sample, str]] = {}
    for argv in commands:
        by_docker = argv[0] == Tool.DOCKER
        if samples_of(argv) and by_docker not in samples:
            samples[by_docker] = _samples(OF_DOCKER if by_docker else OF_THE_KUBELET)
        found = samples.get(by_docker, {})
        whole = filled(argv, found)
        tried = all(sample in found for sample in samples_of(argv))
        tell(argv, ask(whole) if tried else None)


def _samples(lists: Mapping[Sample, Argv]) -> dict[Sample, str]:
    """Returns the first of each list; a list that is empty, or does not come, has none."""
    answers = {argv: output(*argv, timeout=LIMIT) for argv in set(lists.values())}
    found = {}
    for sample, argv in lists.items():
        told = answers[argv]
        value = ""
        if told.code == 0:
            value = _of_json(sample, told.out) if "json" in argv else _first(told.out)
        if value:
            found[sample] = value
    return found


def _first(out: str) -> str:
    """Returns the first word; nothing that a command could take for an option."""
    word = next(iter(out.split()), "")
    return "" if word.startswith("-") else word


def _of_json(sample: Sample, out: str) -> str:
    """Returns name or digest of the first image with a name."""
    try:
        images = json.loads(out)["images"]
        named = next((image for image in images if image["repoTags"]), None)
        if named is None:
            return ""
        return _first(str(named["id"] if sample is Sample.DIGEST else named["repoTags"][0]))
    except (ValueError, KeyError, TypeError, IndexError):
        return ""
