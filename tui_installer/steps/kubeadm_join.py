"""The step that joins this node to a cluster as a worker."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.model.address import own_address
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand, WriteFile
from tui_installer.model.facts import (
    Accepted,
    Facts,
    Joining,
    Kubernetes,
    Network,
    Past,
    Remains,
    Services,
)
from tui_installer.model.ownership import JOIN, broken_off, joined, may_clear
from tui_installer.model.secret import Secret
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.render.kubeadm import join_config
from tui_installer.steps.kubeadm_init import (
    AFTER,
    LEFT,
    RESET,
    WAITING_FOR,
    clear,
    enable_kubelet,
    watch,
)

# The file is in memory only, and only while the step runs: it holds the token.
CONFIG = "/run/tui-installer/temporary/kubeadm-join.yaml"


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Joins once; first clears what an interrupted kubeadm of ours left, as kubeadm demands."""
    needed = enable_kubelet(facts)
    if joined(facts):
        return needed
    cluster = facts[Kubernetes]
    # The step clears only what our own attempt left: kubeadm itself reports what others left.
    broken = broken_off(facts[Past])
    if broken and (cluster.member or cluster.ca) and may_clear(JOIN, facts):
        needed.append(clear(LEFT[broken]))
    command = facts[Joining].command
    address = own_address(answers, facts)
    text = join_config(answers, address, command, facts[Accepted].kubeadm) if command else ""
    why = T("give kubeadm the cluster's address, its CA pin and the token")
    needed.append(WriteFile(CONFIG, Secret(text), why, mode=0o600, temporary=True))
    where = command.endpoint if command else T("(the join command is not given yet)")
    join = ("kubeadm", "join", "--config", CONFIG)
    why = T("join the cluster at {address}", address=where)
    needed.append(RunCommand(join, why, undo=(RESET,), timeout=600, joins=True, gives_up=True))
    return needed


STEP = Step(
    id="kubeadm_join",
    title=T("Join"),
    about=T(
        "kubeadm asks the cluster for a certificate for this node and proves with the token that it may. The kubelet starts with that certificate, and from then on the control plane can send pods here."
    ),
    changes=changes,
    reads=(Kubernetes, Past, Remains, Services, Network, Accepted, Joining),
    after=AFTER,
    follows="images",
    applies=lambda answers: answers.joins,
    settle=60,
    watch=watch,
    watches=WAITING_FOR,
)
