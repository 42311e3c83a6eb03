"""Reader of the security programs that run."""

from __future__ import annotations

import psutil

from tui_installer.host.look import Look
from tui_installer.model.facts import Processes

TOPIC = Processes
# As the kernel cuts the names, after 15 characters.
SECURITY = frozenset(
    (
        "clamd",
        "sav-protect",
        "savd",
        "esets_daemon",
        "fsavd",
        "fsaccd",
        "rtvscand",
        "smcd",
        "sisamdagent",
        "mfetpd",
        "mfeespd",
        "ds_agent",
        "ds_am",
        "kesl",
        "kavd",
        "bdsecd",
        "bdagent",
        "s1-agent",
        "SentinelAgent",
        "falcon-sensor",
        "venAgent",
        "xagt",
        "wdavdaemon",
        "cbdaemon",
        "cbagentd",
        "titanagent",
        "edr_agent",
    )
)


def read(_look: Look) -> Processes:
    """Looks through the names of all processes."""
    names = {process.info["name"] for process in psutil.process_iter(["name"])}
    return Processes(tuple(sorted(names & SECURITY)))
