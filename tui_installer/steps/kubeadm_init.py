"""The step that makes this node the first control plane of a new cluster."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.assets import location
from tui_installer.model.address import own_address
from tui_installer.model.answers import Answers
from tui_installer.model.change import Argv, Change, RunCommand, WriteFile, acting_as
from tui_installer.model.facts import (
    Accepted,
    Cri,
    Facts,
    Files,
    Kernel,
    KubeletSettings,
    Kubernetes,
    Limits,
    Logs,
    Network,
    Past,
    People,
    Remains,
    Services,
)
from tui_installer.model.ownership import (
    INIT,
    JOIN,
    OBJECTS,
    attempt_of,
    broken_off,
    doubts,
    made,
    may_clear,
)
from tui_installer.model.step import Step, Watched
from tui_installer.model.text import T, Text
from tui_installer.render.bash import kubectl_completion
from tui_installer.render.containerd import SOCKET
from tui_installer.render.kubeadm import init_config
from tui_installer.render.masked import unmask

CONFIG = "/etc/tui-installer/kubeadm-config.yaml"
ADMIN = "/etc/kubernetes/admin.conf"
COMPLETION = "/etc/bash_completion.d/kubectl"
KUBELET = "kubelet.service"
# The reason for the clearing, by the step whose kubeadm was interrupted.
LEFT = {
    INIT: T("clear what the interrupted kubeadm init left"),
    JOIN: T("clear what the interrupted kubeadm join left"),
}
RESET = ("kubeadm", "reset", "-f", "--cri-socket", SOCKET)
# What kubeadm waits for: the kubelet, the runtime, and the containers of the control plane.
WAITING_FOR = (Logs, Cri, KubeletSettings, Limits)
# The steps that must end before kubeadm makes a node.
AFTER = (
    *("hostname", "address", "swap", "selinux", "firewall", "kernel", "time", "network_manager"),
    *("packages", "images"),
)
# The phases after the API server answers; each may run again over its own work.
LATE_PHASES = (
    ("upload-config", "all"),
    ("mark-control-plane",),
    ("bootstrap-token",),
    ("kubelet-finalize", "all"),
    ("addon", "all"),
)


def enable_kubelet(facts: Facts) -> list[Change]:
    """Enables the kubelet at every boot; until kubeadm has configured it, it only restarts."""
    if facts[Services][KUBELET].enabled == "enabled":
        return []
    undo = (("systemctl", "disable", KUBELET),)
    return [
        *unmask(facts[Services], KUBELET),
        RunCommand(
            ("systemctl", "enable", KUBELET), T("start the kubelet at every boot"), undo=undo
        ),
    ]


def configuration(answers: Answers, facts: Facts) -> str:
    """Returns the text of kubeadm's file for this node."""
    return init_config(
        answers,
        own_address(answers, facts),
        location("images", answers.mirrors.images),
        conntrack=facts[Kernel].conntrack_writable,
        accepted=facts[Accepted].kubeadm,
    )


def clear(what: Text) -> RunCommand:
    """Returns the only command that deletes a cluster; the engine checks it again and saves what it deletes (engine/clearing)."""
    return RunCommand(RESET, what, timeout=120)


def _init(answers: Answers, facts: Facts, *, over: bool) -> list[Change]:
    needed: list[Change] = []
    text, present = configuration(answers, facts), facts[Files].text(CONFIG)
    if text != present:
        why = T("write kubeadm's settings: address, subnets, drivers")
        needed.append(WriteFile(CONFIG, text, why, before=present, mode=0o600))
    if over:
        needed.append(clear(LEFT[broken_off(facts[Past])]))
    init = ("kubeadm", "init", "--config", CONFIG)
    why = T("make the control plane")
    needed.append(RunCommand(init, why, undo=(RESET,), timeout=900, gives_up=True))
    return needed


def _finish() -> list[Change]:
    return [
        RunCommand(
            ("kubeadm", "init", "phase", *phase, "--config", CONFIG),
            T("finish the interrupted kubeadm init: {phase}", phase=phase[0]),
        )
        for phase in LATE_PHASES
    ]


def _kubeconfigs(facts: Facts, *, remade: bool) -> list[Change]:
    """Writes each person's copy of admin.conf; keeps an older one of another cluster beside it. `remade`: it will change.

    In a home every command runs with the rights of the home's owner, so a link there gives no further access.
    A home where the file cannot be read is left alone: the cluster does not depend on it.
    """
    admin = None if remade else facts[Files].text(ADMIN)
    needed: list[Change] = []
    if admin is None and not remade:
        return []
    for person in facts[People].people:
        path, folder = f"{person.home}/.kube/config", f"{person.home}/.kube"
        if any(name == path or name.startswith(f"{path}.~") for name in facts[Files].unread):
            continue
        if not remade and facts[Files].text(path) == admin:
            continue
        why = T("let {name} use kubectl", name=person.name)
        back = _undo(facts[Files], path)
        if person.uid == 0:
            owner = ("-o", "0", "-g", "0")
            needed.append(RunCommand(("install", "-d", "-m", "750", *owner, folder), why))
            copy = ("install", "--backup=numbered", "-m", "600", *owner, ADMIN, path)
            needed.append(RunCommand(copy, why, undo=(back,)))
            continue
        theirs = acting_as(person)
        empty = ("install", "--backup=numbered", "-m", "600", "/dev/null", path)
        needed.append(RunCommand((*theirs, "install", "-d", "-m", "750", folder), why))
        needed.append(RunCommand((*theirs, *empty), why, undo=((*theirs, *back),)))
        # The file is readable by its owner alone before it has content.
        fill = (*theirs, "dd", f"of={path}", "conv=fsync")
        needed.append(RunCommand(fill, why, stdin=ADMIN))
    return needed


def _undo(files: Files, path: str) -> Argv:
    """Removes a copy, or restores the file that install numbered in its place."""
    if files.text(path) is None:
        return ("rm", "-f", path)
    numbers = (name[len(path) + 2 : -1] for name in files.under(f"{path}.~", "~"))
    last = max((int(number) for number in numbers if number.isdigit()), default=0)
    return ("mv", "-f", f"{path}.~{last + 1}~", path)


def _completion(facts: Facts) -> list[Change]:
    """Leaves a file of somebody else's in place: it completes kubectl's words too."""
    if facts[Files].text(COMPLETION) is not None:
        return []
    why = T("let Tab complete kubectl's words in bash")
    return [WriteFile(COMPLETION, kubectl_completion(), why)]


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Never makes a node of an existing cluster again; only clears what our own kubeadm left unfinished and unused.

    A cluster that is complete by now, whoever completed it, stays as it is. The step does not restore what somebody
    removes from it later: that would overwrite their settings with all of kubeadm's.
    """
    cluster, past = facts[Kubernetes], facts[Past]
    broken = broken_off(past)
    needed = enable_kubelet(facts)
    remade = False
    # Certificates alone do not stop kubeadm init; it makes ours again with the rest.
    if not cluster.member and not (cluster.ca and broken not in ("", INIT)):
        ours = broken and cluster.ca and not doubts(attempt_of(INIT, facts), facts[Remains])
        needed, remade = [*needed, *_init(answers, facts, over=bool(ours))], True
    elif broken and not made(cluster):
        remade = may_clear(INIT, facts)
        needed += _init(answers, facts, over=True) if remade else _finish()
    elif cluster.whole and cluster.api_answers and not cluster.objects >= OBJECTS:
        # Right after an init of this run; the step finishes nobody else's.
        needed += _finish() if attempt_of(INIT, facts) and INIT not in past.made else []
    return [*needed, *_kubeconfigs(facts, remade=remade), *_completion(facts)]


def watch(_answers: Answers, facts: Facts) -> Watched:
    """Returns the facts that tell why kubeadm waits: it says the same words for half a dozen causes."""
    return Watched(facts=facts)


STEP = Step(
    id="kubeadm_init",
    title=T("Control plane"),
    about=T(
        "kubeadm makes the cluster's certificates and starts etcd, the API server, the scheduler and the controller manager on this machine. These four are the control plane, which kubectl then talks to."
    ),
    changes=changes,
    reads=(Kubernetes, Past, Remains, Services, People, Network, Kernel, Accepted, Files),
    files=(CONFIG, ADMIN, COMPLETION, "~/.kube/config", "~/.kube/config.~*~"),
    after=AFTER,
    follows="images",
    applies=lambda answers: answers.makes_cluster,
    settle=60,
    watch=watch,
    watches=WAITING_FOR,
)
