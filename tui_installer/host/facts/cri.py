"""Reader of the runtime as the kubelet sees it, by `crictl info`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tui_installer.host.content_store import SOCKET
from tui_installer.host.facts.chrony import written
from tui_installer.host.facts.containerd import CONFIG, INFO, PROGRAM, asked
from tui_installer.host.kubectl import KUBELET
from tui_installer.host.look import Look, last_line, who
from tui_installer.host.runtime_keys import misspelt
from tui_installer.model.facts import Cri, CriCondition, NotRead, Unread

TOPIC = Cri
CRICTL_CONFIG = "/etc/crictl.yaml"
_ENDPOINT = re.compile(r"^runtime-endpoint:[ \t]*[\"']?([^\s\"']+)", re.MULTILINE)


def read(look: Look) -> Cri:
    """Returns containerd's own report; its words where it works without CRI. Raises NotRead where it does not answer.

    Without crictl nobody can ask; that matters only on a node of a cluster.
    """
    if not look.exists(SOCKET):
        return Cri(error=f"{SOCKET}: no such file or directory")
    if not look.exists(PROGRAM) and not look.exists(KUBELET):
        return Cri(error=f"{PROGRAM}: no such file or directory")
    reply = asked(look, *INFO)
    if reply.code:
        return Cri(error=str(last_line(reply)))
    try:
        return replace(
            parse(reply.out),
            newer_file=written(CONFIG) > written(SOCKET),
            misspelt=misspelt(look.hint(CONFIG)),
            crictl_endpoint=_endpoint(look.hint(CRICTL_CONFIG)),
        )
    except (ValueError, AttributeError, TypeError) as error:
        raise NotRead(Unread(who("crictl"), str(error), lasting=True)) from error


def _endpoint(text: str) -> str:
    found = _ENDPOINT.search(text)
    return found[1] if found else ""


def parse(text: str) -> Cri:
    """Parses `crictl info -o json`. Raises ValueError, AttributeError or TypeError for anything else."""
    said: dict[str, Any] = json.loads(text)
    config = said.get("config") or {}
    containerd = config.get("containerd") or {}
    runtimes = containerd.get("runtimes") or {}
    runtime = runtimes.get(containerd.get("defaultRuntimeName") or "runc") or {}
    cni = said.get("cniconfig") or {}
    registry = config.get("registry") or {}
    return Cri(
        conditions=tuple(_conditions((said.get("status") or {}).get("conditions") or ())),
        sandbox_image=config.get("sandboxImage") or "",
        snapshotter=containerd.get("snapshotter") or "",
        runtime=containerd.get("defaultRuntimeName") or "",
        systemd_cgroup=_systemd_cgroup(runtime),
        config_path=registry.get("configPath") or "",
        mirrors=tuple(sorted(registry.get("mirrors") or {})),
        cni_folder=cni.get("PluginConfDir") or "",
        cni_programs=next(iter(cni.get("PluginDirs") or ()), ""),
        cni_networks=tuple(_networks(cni)),
        cni_status=said.get("lastCNILoadStatus") or "",
        discards_layers=containerd.get("discardUnpackedLayers") is True,
    )


def _systemd_cgroup(runtime: Mapping[str, Any]) -> bool | None:
    """Returns the setting of runc, which is off where it is not set; another runtime need not have it."""
    if not str(runtime.get("runtimeType")).startswith("io.containerd.runc."):
        return None
    return (runtime.get("options") or {}).get("SystemdCgroup") is True


def _conditions(rows: Iterable[Mapping[str, Any]]) -> Iterable[CriCondition]:
    for row in rows:
        words = (row.get("reason"), row.get("message"))
        yield CriCondition(
            str(row.get("type")), row.get("status") is True, ": ".join(w for w in words if w)
        )


def _networks(cni: Mapping[str, Any]) -> Iterable[str]:
    """Yields the names of the pod networks; containerd adds the loopback of each pod itself."""
    for network in cni.get("Networks") or ():
        name = (network.get("Config") or {}).get("Name") or ""
        if name != "cni-loopback":
            yield name
