"""The step that makes SELinux permissive, now and at every boot."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand, edit
from tui_installer.model.facts import Facts, Files, Selinux
from tui_installer.model.preparation import Preparation
from tui_installer.model.step import Step
from tui_installer.model.text import T, Text, verbatim
from tui_installer.render.keys import selinux_config

# /etc/sysconfig/selinux is a link to this file.
CONFIG = "/etc/selinux/config"


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Returns no change where SELinux is permissive or disabled already."""
    needed: list[Change] = []
    present = facts[Files].text(CONFIG)
    if present is not None and re.search(r"(?m)^SELINUX=enforcing\s*$", present):
        text = selinux_config(present, "permissive")
        needed.append(edit(facts[Files], CONFIG, text, T("keep SELinux permissive after a boot")))
    if facts[Selinux].mode == "enforcing":
        needed.append(
            RunCommand(
                ("setenforce", "0"), T("make SELinux permissive now"), undo=(("setenforce", "1"),)
            )
        )
    return needed


def _hint(_answers: Answers | None, _facts: Facts | None, value: str) -> Text:
    if value == "leave":
        return T(
            "Left as it is: for those who have rules for containers. Without them pods cannot read the files of the host that pod networks need."
        )
    return T(
        "Permissive: it only logs what it would forbid. Enforcing keeps containers from reading the host's files that the kubelet mounts for them; Kubernetes' own guide says permissive."
    )


STEP = Step(
    id="selinux",
    title=T("SELinux"),
    about=T(
        "SELinux is a guard in the kernel: it forbids programs whatever no rule allows. Made permissive, it only logs what it would forbid, so that the pod network and other containers can read the files of the host that they need."
    ),
    changes=changes,
    reads=(Selinux, Files),
    files=(CONFIG,),
    follows="swap",
    applies=lambda answers: answers.options.selinux == "permissive",
    prepares=(
        Preparation(
            T("SELinux"),
            lambda facts: verbatim(facts[Selinux].mode),
            _hint,
            "options.selinux",
            (("permissive", T("permissive")), ("leave", T("leave it"))),
        ),
    ),
)
