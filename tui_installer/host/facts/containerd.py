"""Reader of the container runtime, which it asks itself."""

from __future__ import annotations

import json
from typing import Any

from tui_installer.host.content_store import SOCKET
from tui_installer.host.look import Look, last_line, who
from tui_installer.host.shell import Output
from tui_installer.model.facts import Containerd, InForce, NotRead, Unread
from tui_installer.model.text import T

TOPIC = Containerd
CONFIG = "/etc/containerd/config.toml"
PROGRAM = "/usr/bin/crictl"
# crictl's own limit is 2 s; the caller limits how long it waits for an answer.
CRICTL = ("crictl", "-t", "600s", "-r", f"unix://{SOCKET}", "-i", f"unix://{SOCKET}")
INFO = ("info", "-o", "json")
# containerd gives this answer where it works without the part that the kubelet needs.
WITHOUT_CRI = "code = Unimplemented"


def parse(text: str) -> InForce:
    """Parses the values of `crictl info` that matter. Raises ValueError for any other text."""
    config: dict[str, Any] = json.loads(text).get("config") or {}
    runc = config.get("containerd", {}).get("runtimes", {}).get("runc", {})
    return InForce(
        sandbox_image=config.get("sandboxImage", ""),
        systemd_cgroup=bool((runc.get("options") or {}).get("SystemdCgroup", False)),
        config_path=config.get("registry", {}).get("configPath", ""),
    )


def asked(look: Look, *words: str) -> Output:
    """Runs crictl; the output has an exit code only where containerd has no CRI. Raises NotRead.

    A socket without a listener, or with one that is just starting, tells neither which settings are in
    force nor that they are wrong.
    """
    reply = look.answer(*CRICTL, *words)
    if reply.code and WITHOUT_CRI not in reply.err:
        raise NotRead(Unread(who("crictl"), last_line(reply)))
    return reply


def no_json(error: ValueError) -> Unread:
    """Describes an answer that is no JSON; the same question would get the same answer."""
    why = T("no JSON: {error}", error=str(error))
    return Unread(who("crictl"), why, lasting=True)


def read(look: Look) -> Containerd:
    """Reads containerd's default file, and the settings that the running daemon uses.

    Where the daemon does not answer, raises NotRead with everything that it need not be asked for.
    """
    if not look.exists("/usr/bin/containerd"):
        return Containerd()
    # The default is needed only where the present file is incomplete (render/containerd.py).
    whole = "version = 2" in look.text(CONFIG)
    default = "" if whole else look.answer("containerd", "config", "default").out
    for path in (SOCKET, PROGRAM):
        if not look.exists(path):
            return Containerd(True, default, error=f"{path}: not there")
    rest = Containerd(True, default)
    fields = ("in_force", "error")
    try:
        info = asked(look, *INFO)
        in_force = None if info.code else parse(info.out)
    except NotRead as error:
        raise NotRead(error.unread, rest, fields) from error
    except ValueError as error:
        raise NotRead(no_json(error), rest, fields) from error
    if in_force is None:
        return Containerd(True, default, error=str(last_line(info)))
    return Containerd(True, default, in_force)
