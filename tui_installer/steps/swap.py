"""The step that turns swap off, now and at every boot: the kubelet of 1.25 refuses to start with it."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand, edit
from tui_installer.model.facts import Facts, Files, Swap
from tui_installer.model.preparation import Preparation
from tui_installer.model.step import Step
from tui_installer.model.text import T, Text
from tui_installer.render.fstab import without_swap

FSTAB = "/etc/fstab"


def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
    """Turns active swap off and comments out the lines of /etc/fstab that bring it back."""
    needed: list[Change] = []
    present = facts[Files].text(FSTAB)
    if present is not None and (text := without_swap(present)) != present:
        needed.append(edit(facts[Files], FSTAB, text, T("keep swap off after a boot")))
    if devices := facts[Swap].devices:
        undo = tuple(("swapon", device) for device in devices)
        why = T("turn swap off: {devices}", devices=", ".join(devices))
        needed.append(RunCommand(("swapoff", "-a"), why, undo=undo))
    return needed


def _now(facts: Facts) -> Text:
    return T("on") if facts[Swap].devices else T("off")


def _hint(_answers: Answers | None, facts: Facts | None, _value: str) -> Text:
    devices = facts[Swap].devices if facts is not None and Swap in facts else ()
    return T(
        "The kubelet of 1.25 refuses to start with swap. Now on: {devices}. The lines in /etc/fstab that bring it back become comments.",
        devices=", ".join(devices) or "-",
    )


STEP = Step(
    id="swap",
    title=T("Swap"),
    about=T(
        "Swap is disk space that Linux uses when memory runs out. Kubernetes plans with real memory only, and the kubelet refuses to start while swap is on."
    ),
    changes=changes,
    reads=(Swap, Files),
    files=(FSTAB,),
    follows="address",
    prepares=(
        Preparation(T("Swap"), _now, _hint, choices=(("off", T("off, now and after every boot")),)),
    ),
)
