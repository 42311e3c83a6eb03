"""The step that configures containerd for Kubernetes and verifies the values of the running containerd."""

from __future__ import annotations

from collections.abc import Sequence

from tomlkit.exceptions import TOMLKitError

from tui_installer.assets import location, release
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand, edit
from tui_installer.model.facts import (
    Containerd,
    Facts,
    Files,
    InForce,
    NotRead,
    Services,
    System,
    Unread,
)
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.render.containerd import CERTS, Wanted, config, crictl
from tui_installer.render.masked import unmask

CONFIG = "/etc/containerd/config.toml"
CRICTL = "/etc/crictl.yaml"
UNIT = "containerd.service"


def sandbox_image(answers: Answers) -> str:
    """Returns the pause image of the same repository and release as Kubernetes' own images."""
    repository = location("images", answers.mirrors.images)
    return release(answers.cluster.kubernetes).image("pause").reference(repository)


def _config(answers: Answers, facts: Facts) -> str:
    default = (
        facts[Containerd].default_config or release(answers.cluster.kubernetes).containerd_config
    )
    # Without this capability the kernel refuses the lower OOM score that pods ask for.
    restrict = "CAP_SYS_RESOURCE" not in facts[System].capabilities
    wanted = Wanted(sandbox_image(answers), restrict)
    try:
        return config(default, facts[Files].text(CONFIG), wanted)
    except (TOMLKitError, ValueError) as error:
        why = T("its default configuration is no TOML: {error}", error=str(error))
        raise NotRead(Unread(T("containerd"), why)) from error


def _unit(facts: Facts, *, wrong: bool) -> list[Change]:
    unit = facts[Services][UNIT]
    needed = list[Change](unmask(facts[Services], UNIT))
    if unit.enabled != "enabled":
        undo = (("systemctl", "disable", UNIT),)
        needed.append(
            RunCommand(
                ("systemctl", "enable", UNIT), T("start containerd at every boot"), undo=undo
            )
        )
    if not unit.running or wrong:
        # After several failed starts because of a bad file, systemd refuses a start with a good one too.
        if unit.active == "failed":
            needed.append(
                RunCommand(
                    ("systemctl", "reset-failed", UNIT),
                    T("clear the record of containerd's failed starts"),
                )
            )
        needed.append(
            RunCommand(
                ("systemctl", "restart", UNIT), T("restart containerd with this configuration")
            )
        )
    return needed


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Compares the values that `crictl info` reports with those of the file.

    The values do not count while containerd is stopped, or will restart with another file anyway.
    """
    files = facts[Files]
    needed: list[Change] = []
    if files.text(CRICTL) != crictl():
        why = T("tell crictl where containerd listens")
        needed.append(edit(files, CRICTL, crictl(), why))
    text, present = _config(answers, facts), files.text(CONFIG)
    if text != present:
        why = T(
            "configure containerd: systemd cgroups, pause image {image}, mirrors",
            image=sandbox_image(answers),
        )
        needed.append(edit(files, CONFIG, text, why))
    wanted = InForce(sandbox_image(answers), True, CERTS)
    running = facts[Services][UNIT].running
    wrong = text != present or (running and facts[Containerd].in_force != wanted)
    return [*needed, *_unit(facts, wrong=wrong)]


STEP = Step(
    id="containerd",
    title=T("containerd"),
    about=T(
        "containerd starts and stops containers for the kubelet. It must use the same cgroup driver as the kubelet (systemd), and a pause image that can be fetched from here: every pod begins with that image."
    ),
    changes=changes,
    reads=(Containerd, Services, System, Files),
    files=(CONFIG, CRICTL),
    after=("packages/containerd",),
    follows="packages",
    settle=20,
)
