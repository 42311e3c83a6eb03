"""No other container runtime, and none of another version that something depends on."""

from __future__ import annotations

from tui_installer.catalogue import release
from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, warn
from tui_installer.model.facts import Facts, Packages, Services
from tui_installer.model.text import T


def judge(answers: Answers, facts: Facts) -> Verdict:
    """docker-ce of 25 and newer holds a newer containerd fast."""
    packages, pinned = (
        facts[Packages],
        release(answers.cluster.kubernetes).packages["containerd.io"],
    )
    found, docker = packages.version("containerd.io"), packages.version("docker-ce")
    if packages.version("docker"):
        return fail(
            T("CentOS's own docker {version} is installed", version=packages.version("docker")),
            wanted=T("only containerd.io {version}", version=pinned),
            why=T("its package conflicts with containerd.io"),
            cure=T("yum remove docker docker-common"),
        )
    if found and found != pinned:
        text = T("containerd.io {found} instead of {wanted}", found=found, wanted=pinned)
        why = T(
            "this Kubernetes is tested with that version; docker-ce {docker} may need another one",
            docker=docker or "-",
        )
        if docker:
            cure = T("remove docker-ce, or use another machine for Kubernetes")
            return fail(
                text, wanted=T("containerd.io {version}", version=pinned), why=why, cure=cure
            )
        return warn(text, why=why, cure=T("the packages step puts it right"), step="packages")
    if facts[Services]["docker.service"].running:
        why = T("docker's firewall rules drop packets that are forwarded to pods")
        return warn(
            T("docker is running beside containerd"), why=why, cure=T("stop it if nothing needs it")
        )
    return ok(T("containerd.io {version}", version=found) if found else T("none yet"))


CHECK = Check(
    id="runtime",
    title=T("Container runtime"),
    about=T(
        "A container runtime starts and stops containers; Kubernetes uses containerd. docker uses containerd too, and an older or newer docker may hold a version of it that does not fit."
    ),
    judge=judge,
    reads=(Packages, Services),
)
