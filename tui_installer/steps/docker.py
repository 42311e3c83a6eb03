"""The step that installs docker beside containerd, on request, and leaves containerd as it is."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.assets import nearest_release, release
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand, edit
from tui_installer.model.facts import Docker, DockerInForce, Facts, Files, Packages, Services
from tui_installer.model.preparation import Preparation
from tui_installer.model.step import Step
from tui_installer.model.text import T, Text, verbatim
from tui_installer.render.docker import CGROUP_DRIVER, LOG_DRIVER, daemon_json, settings, usable
from tui_installer.render.masked import unmask
from tui_installer.steps.packages import transactions

CONFIG = "/etc/docker/daemon.json"
UNIT, SOCKET = "docker.service", "docker.socket"
CONTAINERD = "containerd.io"


def _why(present: str | None) -> Text:
    if present is not None and settings(present) is None:
        return T(
            "configure docker anew: the present file is no JSON object, and docker would not start; the run keeps the original"
        )
    return T("configure docker: systemd cgroups, limited logs, mirrors; other keys stay")


def _wanted(answers: Answers) -> DockerInForce:
    version = release(answers.cluster.kubernetes).docker["docker-ce"]
    return DockerInForce(version, CGROUP_DRIVER, LOG_DRIVER, usable(answers.mirrors.docker_io))


def _units(facts: Facts, *, wrong: bool) -> list[Change]:
    services = facts[Services]
    needed = list[Change](unmask(facts[Services], SOCKET, UNIT))
    off = tuple(name for name in (UNIT, SOCKET) if services[name].enabled != "enabled")
    if off:
        undo = (("systemctl", "disable", *off),)
        needed.append(
            RunCommand(("systemctl", "enable", *off), T("start docker at every boot"), undo=undo)
        )
    if services[UNIT].running:
        why = T("restart docker with this configuration")
        return [*needed, RunCommand(("systemctl", "restart", UNIT), why)] if wrong else needed
    # After several failed starts systemd refuses a good one too.
    if services[UNIT].active == "failed":
        why = T("clear the record of docker's failed starts")
        needed.append(RunCommand(("systemctl", "reset-failed", UNIT), why))
    undo = (("systemctl", "stop", UNIT, SOCKET),)
    return [*needed, RunCommand(("systemctl", "start", UNIT), T("start docker"), undo=undo)]


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Writes the file before the first start; restarts docker only if it reports other values.

    docker does not report the limits of its logs: if they alone change, they apply from this run's restart,
    or else from the next one.
    """
    versions, present = release(answers.cluster.kubernetes), facts[Files].text(CONFIG)
    text = daemon_json(present, answers.mirrors.docker_io)
    needed: list[Change] = []
    if text != present:
        needed.append(edit(facts[Files], CONFIG, text, _why(present)))
    # Naming containerd in the same transaction keeps its version.
    beside = (f"{CONTAINERD}-{versions.packages[CONTAINERD]}",)
    needed += transactions(versions.docker, facts[Packages], beside=beside)
    running = facts[Services][UNIT].running
    wrong = text != present or (running and facts[Docker].in_force != _wanted(answers))
    return [*needed, *_units(facts, wrong=wrong)]


def _now(facts: Facts) -> Text:
    version = facts[Packages].version("docker-ce")
    return verbatim(version) if version else T("not installed")


def _tick(answers: Answers, facts: Facts) -> Text:
    version = nearest_release(answers.cluster.kubernetes).packages[CONTAINERD]
    now = facts[Packages].version(CONTAINERD) if Packages in facts else ""
    if now not in ("", version):
        return T("to build images; containerd becomes {version}", version=version)
    return T("to build images; containerd stays {version}", version=version)


def _hint(answers: Answers | None, _facts: Facts | None, _value: str) -> Text:
    versions = nearest_release((answers or Answers()).cluster.kubernetes)
    return T(
        "docker-ce {docker}; unpinned it would pull containerd 1.6.33 in the place of {containerd}. Its daemon.json gets the mirrors of docker.io, systemd's cgroups and limits of its logs. Nobody joins the group docker.",
        docker=versions.docker["docker-ce"],
        containerd=versions.packages[CONTAINERD],
    )


STEP = Step(
    id="docker",
    title=T("docker"),
    about=T(
        "docker builds images from a Dockerfile; Kubernetes does not need it. It uses the containerd that is there, but keeps images and containers of its own. Its version is one that goes with this containerd: the newest docker would replace containerd by another version."
    ),
    changes=changes,
    reads=(Docker, Packages, Services, Files),
    files=(CONFIG,),
    after=("packages", "containerd", "image_mirrors"),
    follows="image_mirrors",
    applies=lambda answers: answers.options.docker,
    settle=20,
    prepares=(Preparation(T("docker-ce"), _now, _hint, "options.docker", tick=_tick),),
)
