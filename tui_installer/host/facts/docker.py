"""Reader of docker's settings, which it asks docker itself."""

from __future__ import annotations

import json
from typing import Any

from tui_installer.host.look import Look, last_line, who
from tui_installer.model.facts import Docker, DockerInForce, NotRead, Unread

TOPIC = Docker
ACTIVE = ("systemctl", "is-active", "docker.service")
INFO = ("docker", "info", "--format", "{{json .}}")


def parse(text: str) -> DockerInForce:
    """Parses the values of `docker info` that matter. Raises ValueError for any other text."""
    info: dict[str, Any] = json.loads(text)
    # A client that reaches no daemon prints the same object with its error instead of values.
    if not info.get("ServerVersion"):
        raise ValueError("; ".join(info.get("ServerErrors") or ["no answer of docker's daemon"]))
    mirrors = (info.get("RegistryConfig") or {}).get("Mirrors") or []
    return DockerInForce(
        # A distribution adds a suffix of its own: 20.10.24+dfsg1.
        version=str(info["ServerVersion"]).partition("+")[0],
        cgroup_driver=str(info.get("CgroupDriver", "")),
        logging_driver=str(info.get("LoggingDriver", "")),
        mirrors=tuple(str(url).rstrip("/") for url in mirrors),
    )


def read(look: Look) -> Docker:
    """Asks docker only if it runs: a question to its socket would start it. Raises NotRead.

    A client that does not reach the daemon tells neither which settings are in force nor that they are
    wrong.
    """
    state = look.answer(*ACTIVE)
    if not state.out.strip():
        raise NotRead(Unread(who(ACTIVE[0]), state.err.strip() or "--"))
    if state.out.strip() != "active":
        return Docker()
    info = look.answer(*INFO)
    try:
        return Docker(parse(info.out))
    except ValueError as error:
        why = last_line(info) if info.err.strip() else str(error)
        raise NotRead(Unread(who(INFO[0]), why), Docker(), ("in_force", "error")) from error
