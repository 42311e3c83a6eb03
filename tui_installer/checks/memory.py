"""Check that there is enough memory."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, warn
from tui_installer.model.facts import Facts, System
from tui_installer.model.text import T

# kubeadm's own limit for a control plane (1.25, constants.ControlPlaneMem).
CONTROL_PLANE = 1700 << 20
WORKER = 1000 << 20


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges the memory; on a worker, which kubeadm does not check, little memory is a warning."""
    memory, needed = facts[System].memory, CONTROL_PLANE if answers.runs_control_plane else WORKER
    finding = T("{found} MB, needed {needed} MB", found=memory >> 20, needed=needed >> 20)
    if memory >= needed:
        return ok(finding)
    cure = T("give this machine more memory")
    if answers.runs_control_plane:
        why = T(
            "kubeadm refuses a control plane with less; etcd and the API server would run out of memory"
        )
        return fail(
            finding,
            wanted=T("{needed} MB or more", needed=needed >> 20),
            why=why,
            cure=cure,
            answer="node.role",
        )
    return warn(finding, why=T("the system and the kubelet leave little of it for pods"), cure=cure)


CHECK = Check(
    id="memory",
    title=T("Memory"),
    about=T(
        "etcd and the API server keep much in memory. kubeadm refuses a control plane under 1700 MB; on a worker, what the system and the kubelet leave is what pods get."
    ),
    judge=judge,
    reads=(System,),
    kubeadm=("Mem",),
    asks=("node.role",),
)
