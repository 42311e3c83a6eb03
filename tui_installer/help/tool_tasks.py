"""Twenty tasks in ctr, crictl, nerdctl and docker, and why the answers differ.

Correct for containerd 1.6, crictl 1.25 and 1.26, nerdctl 1 and docker 20.10.
"""

from __future__ import annotations

from tui_installer.help import tool_tasks_containers as containers
from tui_installer.help import tool_tasks_images as images
from tui_installer.help.tool_usages import crictl, ctr, docker, nerdctl
from tui_installer.model.text import T
from tui_installer.model.tool_task import Tool, ToolTask, Usage

NAMESPACES = ToolTask(
    "namespaces",
    T("namespaces"),
    T(
        "Those of containerd, not of Kubernetes: k8s.io is the kubelet's, default is what ctr takes without -n, moby is docker's. Each has its own images and containers. crictl sees k8s.io and nothing else."
    ),
    {
        Tool.CTR: Usage(ctr("namespaces ls").short, (("ctr", "namespaces", "ls"),)),
        Tool.CRICTL: Usage(T("-- (always k8s.io)")),
        Tool.NERDCTL: Usage(nerdctl("namespace ls").short, (("nerdctl", "namespace", "ls"),)),
    },
    reads=True,
    counted=True,
)
VERSIONS = ToolTask(
    "versions",
    T("versions"),
    T(
        "crictl version prints the version of the interface (0.1.0) and of containerd, crictl --version its own. ctr prints its own and that of the containerd that answers: two that differ say that containerd was not restarted after an update."
    ),
    {
        Tool.CTR: ctr("version"),
        Tool.CRICTL: crictl("version, --version"),
        Tool.NERDCTL: nerdctl("version"),
        Tool.DOCKER: docker("version"),
    },
    reads=True,
)
RUNTIME_STATE = ToolTask(
    "runtime_state",
    T("state of runtime"),
    T(
        'crictl info tells what the kubelet is told: RuntimeReady, NetworkReady, and the settings in effect. ctr plugins ls shows which parts of containerd have failed; without "cri ... ok" there the kubelet gets no answer.'
    ),
    {
        Tool.CTR: ctr("plugins ls"),
        Tool.CRICTL: crictl("info"),
        Tool.NERDCTL: nerdctl("info"),
        Tool.DOCKER: docker("info"),
    },
    reads=True,
)
TASKS = (
    images.LIST,
    images.PULL,
    images.PUSH_TAG,
    images.EXPORT_IMPORT,
    images.REMOVE,
    images.INSPECT,
    images.SPACE,
    containers.LIST,
    containers.PODS,
    containers.LOGS,
    containers.EXEC,
    containers.INSPECT,
    containers.START,
    containers.STOP,
    containers.STATS,
    images.CHECK,
    images.DOWNLOADS,
    NAMESPACES,
    VERSIONS,
    RUNTIME_STATE,
)


def find_task(name: str) -> ToolTask | None:
    """Returns the task with that id, or None."""
    return next((task for task in TASKS if task.id == name), None)
