"""The container runtime, asked itself."""

from __future__ import annotations

import json
from typing import Any

from tui_installer.host.contents import SOCKET
from tui_installer.host.look import Look, last_line, who
from tui_installer.host.shell import Output
from tui_installer.model.facts import Containerd, InForce, NotRead, Unread
from tui_installer.model.text import T

TOPIC = Containerd
CONFIG = "/etc/containerd/config.toml"
PROGRAM = "/usr/bin/crictl"
# Its own limit is 2 s; how long is waited for an answer is not its business.
CRICTL = ("crictl", "-t", "600s", "-r", f"unix://{SOCKET}", "-i", f"unix://{SOCKET}")
INFO = ("info", "-o", "json")
# What a containerd says that works without the part that the kubelet needs: an answer.
WITHOUT_CRI = "code = Unimplemented"


def parse(text: str) -> InForce:
    """The values of `crictl info` that matter; raises ValueError if it is no such answer."""
    config: dict[str, Any] = json.loads(text).get("config") or {}
    runc = config.get("containerd", {}).get("runtimes", {}).get("runc", {})
    return InForce(
        sandbox_image=config.get("sandboxImage", ""),
        systemd_cgroup=bool((runc.get("options") or {}).get("SystemdCgroup", False)),
        config_path=config.get("registry", {}).get("configPath", ""),
    )


def asked(look: Look, *words: str) -> Output:
    """What containerd tells crictl; with an exit code only where it has no CRI. Raises NotRead.

    Nobody at the socket, or one that is just starting, tells neither what is in force nor that it is wrong.
    """
    said = look.answer(*CRICTL, *words)
    if said.code and WITHOUT_CRI not in said.err:
        raise NotRead(Unread(who("crictl"), last_line(said)))
    return said


def no_json(error: ValueError) -> Unread:
    """An answer that is none: asked again it would be the same."""
    why = T("no JSON: {error}", error=str(error))
    return Unread(who("crictl"), why, lasting=True)


def read(look: Look) -> Containerd:
    """The tool's own default file, and what the running daemon uses.

    Raises NotRead without what only the daemon knows, where it does not answer.
    """
    if not look.exists("/usr/bin/containerd"):
        return Containerd()
    # The default is needed only where the present file is not a whole one (render/containerd.py).
    whole = "version = 2" in look.text(CONFIG)
    default = "" if whole else look.answer("containerd", "config", "default").out
    for path in (SOCKET, PROGRAM):
        if not look.exists(path):
            return Containerd(True, default, error=f"{path}: not there")
    rest, fields = Containerd(True, default), ("in_force", "error")
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
