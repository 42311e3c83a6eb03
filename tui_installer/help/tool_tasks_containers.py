"""The tasks about containers and pods, in ctr, crictl, nerdctl and docker."""

from __future__ import annotations

from tui_installer.help.tool_usages import crictl, ctr, docker, nerdctl
from tui_installer.model.text import T
from tui_installer.model.tool_task import Tool, ToolTask, Usage

LIST = ToolTask(
    "list_containers",
    T("list containers"),
    T(
        "ctr also lists the pause container of each pod, and names by id alone. Its containers are records, its tasks are what runs. crictl shows those of the kubelet, also the ended ones, with pod and name."
    ),
    {
        Tool.CTR: ctr("containers ls, tasks ls"),
        Tool.CRICTL: crictl("ps -a"),
        Tool.NERDCTL: nerdctl("ps -a"),
        Tool.DOCKER: docker("ps -a"),
    },
    reads=True,
    counted=True,
)
PODS = ToolTask(
    "pods",
    T("pods"),
    T(
        "Only crictl knows pods: they are the kubelet's, and to ctr each is one more container, that of the pause image. What a pod should be is known to the API server alone: kubectl get pods -A."
    ),
    {
        Tool.CTR: Usage(T("-- (knows none)")),
        Tool.CRICTL: crictl("pods"),
    },
    reads=True,
    counted=True,
)
LOGS = ToolTask(
    "logs",
    T("logs"),
    T(
        "containerd keeps no logs: the kubelet has it write them below /var/log/pods, and crictl reads them there. So ctr has no logs, and crictl has those of ended containers too, until the kubelet removes them."
    ),
    {
        Tool.CRICTL: crictl("logs", "logs --tail 50 CONTAINER"),
        Tool.NERDCTL: nerdctl("logs", "logs --tail 50 CONTAINER"),
        Tool.DOCKER: docker("logs", "logs --tail 50 CONTAINER"),
    },
    reads=True,
)
EXEC = ToolTask(
    "exec_attach",
    T("exec, attach"),
    T(
        "A command in a running container. ctr wants a name of your choice for it (--exec-id); crictl does as kubectl exec does. The container must have the program: many images have no shell."
    ),
    {
        Tool.CTR: ctr(
            "tasks exec, tasks attach",
            "tasks exec -t --exec-id NAME CONTAINER sh",
            "tasks attach CONTAINER",
        ),
        Tool.CRICTL: crictl("exec, attach", "exec -it CONTAINER sh", "attach -it CONTAINER"),
        Tool.NERDCTL: nerdctl("exec, attach", "exec -it CONTAINER sh", "attach CONTAINER"),
        Tool.DOCKER: docker("exec, attach", "exec -it CONTAINER sh", "attach CONTAINER"),
    },
)
INSPECT = ToolTask(
    "inspect_container",
    T("look into it"),
    T(
        "crictl tells state, exit code, mounts and where the log is; inspectp the same of the pod. ctr shows the record from which containerd starts the container, without its state. Both print its environment: mind passwords."
    ),
    {
        Tool.CTR: ctr("containers info", "containers info CONTAINER"),
        Tool.CRICTL: crictl("inspect, inspectp", "inspect CONTAINER", "inspectp POD"),
        Tool.NERDCTL: nerdctl("inspect", "inspect CONTAINER"),
        Tool.DOCKER: docker("inspect", "inspect CONTAINER"),
    },
    reads=True,
)
START = ToolTask(
    "start",
    T("create, start"),
    T(
        "On a node the kubelet does this. A pod that crictl makes is none of the API server's, and the kubelet removes it soon. A container of ctr's in k8s.io is none of the kubelet's: it stays, and has no network."
    ),
    {
        Tool.CTR: ctr("run, tasks start", "run -d REF NAME", "tasks start -d NAME"),
        Tool.CRICTL: crictl(
            "runp, create, start",
            "runp POD.json",
            "create POD CONTAINER.json POD.json",
            "start CONTAINER",
        ),
        Tool.NERDCTL: nerdctl("run, start", "run -d --name NAME REF", "start NAME"),
        Tool.DOCKER: docker("run, start", "run -d --name NAME REF", "start NAME"),
    },
)
STOP = ToolTask(
    "stop",
    T("stop, remove"),
    T(
        "The kubelet starts again what is stopped here; to stop a pod for good, use kubectl delete or kubectl drain. What ctr kills and removes behind the kubelet may keep its pod from ending in order."
    ),
    {
        Tool.CTR: ctr(
            "tasks kill, containers rm",
            "tasks kill CONTAINER",
            "tasks rm CONTAINER",
            "containers rm CONTAINER",
        ),
        Tool.CRICTL: crictl(
            "stop, rm, stopp, rmp",
            "stop CONTAINER",
            "rm CONTAINER",
            "stopp POD",
            "rmp POD",
        ),
        Tool.NERDCTL: nerdctl("stop, rm", "stop CONTAINER", "rm CONTAINER"),
        Tool.DOCKER: docker("stop, rm", "stop CONTAINER", "rm CONTAINER"),
    },
)
STATS = ToolTask(
    "stats",
    T("CPU and memory"),
    T(
        "ctr prints the counters of one cgroup as the kernel has them; crictl reads all containers twice, a second apart, and makes a share of CPU of it. docker sees only its own containers, none of the kubelet's."
    ),
    {
        Tool.CTR: ctr("tasks metrics", "tasks metrics CONTAINER"),
        Tool.CRICTL: crictl("stats"),
        Tool.NERDCTL: nerdctl("stats --no-stream"),
        Tool.DOCKER: docker("stats --no-stream"),
    },
    reads=True,
)
