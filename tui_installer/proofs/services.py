"""Proof that the node's services run."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok
from tui_installer.model.facts import Facts, Services
from tui_installer.model.text import T

ALWAYS = ("containerd", "kubelet")


def _needed(answers: Answers) -> tuple[str, ...]:
    return (*ALWAYS, *(("docker",) if answers.options.docker else ()))


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges whether they run now; another proof covers their start at boot."""
    needed, units = _needed(answers), facts[Services]
    down = [name for name in needed if units[f"{name}.service"].active != "active"]
    if not down:
        return ok(T("{names} run", names=", ".join(needed)))
    return fail(
        T("not running: {names}", names=", ".join(down)),
        wanted=T("{names} run", names=", ".join(needed)),
        why=T("without them no pod is started or looked after on this node"),
        cure=T("apply the same answers again; else look at it: journalctl -u {name}", name=down[0]),
    )


PROOF = Check(
    id="services",
    title=T("System services"),
    about=T(
        "containerd runs the containers, and the kubelet tells it which. Both are services of systemd."
    ),
    judge=judge,
    reads=(Services,),
    follows="versions",
)
