"""docker's daemon.json: our settings beside those of its owner."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

LOG_DRIVER = "json-file"
CGROUP_DRIVER = "systemd"
_DRIVER = "native.cgroupdriver="
_LIMITS = {"max-size": "100m", "max-file": "3"}


def settings(text: str | None) -> dict[str, Any] | None:
    """Returns the keys of a daemon.json; None if it is not a JSON object, with which docker does not start."""
    try:
        keys = json.loads(text or "")
    except ValueError:
        return None
    return keys if isinstance(keys, dict) else None


def usable(mirrors: Sequence[str]) -> tuple[str, ...]:
    """Returns the mirrors that docker accepts: it refuses to start with one that has a path (20.10)."""
    plain = (url.rstrip("/") for url in mirrors)
    return tuple(url for url in plain if url.count("/") == 2)


def daemon_json(present: str | None, mirrors: Sequence[str]) -> str:
    """Returns daemon.json with systemd's cgroups, limited logs and these mirrors of docker.io.

    The other keys of the present file stay; a file that has all this already stays unchanged.
    """
    before = settings(present)
    wanted = dict(before or {})
    options = before.get("exec-opts") if before else None
    others = (
        [o for o in options if not str(o).startswith(_DRIVER)] if isinstance(options, list) else []
    )
    wanted["exec-opts"] = [*others, _DRIVER + CGROUP_DRIVER]
    # Options of another driver would keep docker from starting.
    same = wanted.get("log-driver", LOG_DRIVER) == LOG_DRIVER
    limits = wanted.get("log-opts") if same else None
    wanted["log-driver"] = LOG_DRIVER
    wanted["log-opts"] = {**(limits if isinstance(limits, dict) else {}), **_LIMITS}
    wanted.pop("registry-mirrors", None)
    if accepted := usable(mirrors):
        wanted["registry-mirrors"] = list(accepted)
    if present is not None and wanted == before:
        return present
    return json.dumps(wanted, indent=2, ensure_ascii=False) + "\n"
