"""Calico as an API server holds it after our manifest was applied."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from tui_installer.render.calico import Settings, manifest, wanted
from tui_installer.steps.calico import DAEMONSET, GENERATION

TEXT = (Path(__file__).parent.parent / "data/files/calico.yaml").read_text(encoding="utf-8")
SUBNET = "10.244.0.0/16"


def live(
    mode: str,
    generation: str = "1",
    env: Mapping[str, str] | None = None,
    without: Collection[str] = (),
) -> dict[str, Any]:
    """Returns the objects by kind/name: defaults are added, and false or empty values left out.

    `env` is what somebody has changed of calico-node's since, `without` what was deleted.
    """
    made = copy.deepcopy(dict(wanted(manifest(TEXT, Settings(mode, SUBNET)))))
    made[DAEMONSET]["metadata"]["annotations"] = {GENERATION: generation}
    for row in made.values():
        row["metadata"] |= {"uid": "5a1f0d3e", "resourceVersion": "1234"}
        if "spec" in row:
            _defaults(row["spec"]["template"]["spec"])
    for entry in made[DAEMONSET]["spec"]["template"]["spec"]["containers"][0]["env"]:
        if env and entry["name"] in env:
            entry["value"] = env[entry["name"]]
    return {name: row for name, row in made.items() if name not in without}


def _defaults(pod: dict[str, Any]) -> None:
    pod |= {"dnsPolicy": "ClusterFirst", "restartPolicy": "Always", "schedulerName": "default"}
    if not pod.get("terminationGracePeriodSeconds", 1):
        # Zero stays, because the field is a pointer; a field that is None goes.
        pod["terminationGracePeriodSeconds"] = 0
    for container in (*pod["containers"], *pod.get("initContainers", ())):
        container["imagePullPolicy"] = "IfNotPresent"
        for mount in container.get("volumeMounts", ()):
            if mount.get("readOnly") is False:
                del mount["readOnly"]
        for probe in (container.get("livenessProbe"), container.get("readinessProbe")):
            if probe:
                probe |= {"failureThreshold": 3, "timeoutSeconds": 1}
