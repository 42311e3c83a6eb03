"""A quick look at this machine for the first screen and the pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tui_installer import registry
from tui_installer.host import last_answers, machine, runs
from tui_installer.host.gather import gather
from tui_installer.host.scope import Scope
from tui_installer.model.answers import Answers
from tui_installer.model.facts import (
    Chrony,
    Clock,
    Disk,
    Docker,
    Facts,
    Files,
    Firewall,
    HostName,
    Kernel,
    Kubernetes,
    Manifest,
    Network,
    NetworkManager,
    Packages,
    Ports,
    Selinux,
    Services,
    Swap,
    System,
    Yum,
)
from tui_installer.model.text import Text
from tui_installer.preflight import inspection

# The topics that the first screen and the pages show; all are read in a moment.
TOPICS = (
    System,
    HostName,
    Network,
    NetworkManager,
    Kernel,
    Disk,
    Swap,
    Selinux,
    Services,
    Clock,
    Packages,
    Kubernetes,
    Ports,
    Yum,
    Files,
    Firewall,
    Chrony,
    Docker,
    Manifest,
)
# The steps whose work the pages preview.
PREPARING = (
    "hostname",
    "swap",
    "selinux",
    "firewall",
    "time",
    "network_manager",
    "sources",
    "docker",
)


@dataclass(frozen=True)
class Survey:
    """The result of one look; `whole`: it includes the last run's answers, our own files and the ssh line."""

    facts: Facts
    whole: bool = False
    last: Answers | None = None
    # Notices about our own files that a person has to read.
    notices: tuple[Text, ...] = ()
    ssh_line: str = ""


def of_topics(topics: Collection[type]) -> Survey:
    """Reads only those topics. Blocks."""
    return Survey(gather(topics, Scope()))


def whole(environment: Mapping[str, str]) -> Survey:
    """Reads all that the pages show. Blocks."""
    line, before = machine.here().ssh_line(environment), last_answers.last()
    notices = inspection.notices(before)
    patterns = tuple(p for name in PREPARING for p in registry.step(name).files)
    # Without a value of the user's: the manifest of this program.
    facts = gather(TOPICS, Scope(Answers(), patterns)).having(runs.past())
    return Survey(facts, True, before.answers, notices, line)
