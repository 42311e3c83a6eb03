"""The step that loads kernel modules and sets sysctl values for pods' traffic, now and at every boot."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand, edit
from tui_installer.model.facts import Facts, Files, Kernel, System
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.render.keys import sysctl, sysctl_overrides
from tui_installer.render.modules import load_at_boot, modules

MODULES = "/etc/modules-load.d/kubernetes.conf"
SYSCTL = "/etc/sysctl.d/99-kubernetes.conf"
LAST = "/etc/sysctl.conf"
SETTINGS = {
    "net.bridge.bridge-nf-call-iptables": "1",
    "net.bridge.bridge-nf-call-ip6tables": "1",
    "net.ipv4.ip_forward": "1",
}
# Only RHEL 7's kernels have this setting; without it the deletion of pods fails with "device or resource busy".
DETACH = "fs.may_detach_mounts"


def needed(answers: Answers, facts: Facts) -> tuple[str, ...]:
    """Returns the modules of this node, a worker's too: without them kube-proxy silently uses iptables."""
    return modules(facts[System], ipvs=answers.cluster.proxy_mode == "ipvs")


def settings(facts: Facts) -> dict[str, str]:
    """Returns the sysctl values that must be in force here."""
    return {**SETTINGS, DETACH: "1"} if DETACH in facts[Kernel].sysctl else dict(SETTINGS)


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Loads modules first: the bridge settings exist only once br_netfilter is loaded."""
    files, kernel = facts[Files], facts[Kernel]
    needed_changes: list[Change] = []
    names, wanted = needed(answers, facts), settings(facts)
    if files.text(MODULES) != (text := load_at_boot(names)):
        why = T("load the modules at every boot")
        needed_changes.append(edit(files, MODULES, text, why))
    missing = [module for module in names if module not in kernel.loaded]
    needed_changes += [
        RunCommand(
            ("modprobe", module),
            T("load the module {module}", module=module),
            undo=(("modprobe", "-r", module),),
        )
        for module in missing
    ]
    if files.text(SYSCTL) != (text := sysctl(wanted)):
        needed_changes.append(
            edit(files, SYSCTL, text, T("make the kernel settings at every boot"))
        )
    last = files.text(LAST)
    if last is not None and (text := sysctl_overrides(last, wanted)) != last:
        why = T("remove lines that would override {path} at boot", path=SYSCTL)
        needed_changes.append(edit(files, LAST, text, why))
    if wrong := {
        key: kernel.sysctl.get(key, "") for key in wanted if kernel.sysctl.get(key) != wanted[key]
    }:
        undo = tuple(("sysctl", "-w", f"{key}={value}") for key, value in wrong.items() if value)
        needed_changes.append(
            RunCommand(("sysctl", "-p", SYSCTL), T("put the kernel settings into force"), undo=undo)
        )
    return needed_changes


STEP = Step(
    id="kernel",
    title=T("Kernel"),
    about=T(
        "Containers and their traffic are the kernel's work. Modules put the layers of images together (overlay), show the traffic of pods to the packet rules (br_netfilter) and share it out to Services (ip_vs); IP forwarding lets it pass from one network card to another."
    ),
    changes=changes,
    reads=(System, Kernel, Files),
    files=(MODULES, SYSCTL, LAST),
    follows="firewall",
)
