"""Check that there is no other container runtime, and no version of it that a package depends on."""

from __future__ import annotations

from tui_installer.assets import release
from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, warn
from tui_installer.model.facts import Facts, Packages, Services
from tui_installer.model.text import T


def _conflict(answers: Answers, packages: Packages, pinned: str) -> Verdict | None:
    """Judges installed packages that conflict with those of the run."""
    wanted = T("only containerd.io {version}", version=pinned)
    if packages.version("docker"):
        return fail(
            T("CentOS's own docker {version} is installed", version=packages.version("docker")),
            wanted=wanted,
            why=T("its package conflicts with containerd.io"),
            cure=T("yum remove docker docker-common"),
        )
    if answers.options.docker and packages.version("podman-docker"):
        return fail(
            T("podman-docker {version} is installed", version=packages.version("podman-docker")),
            wanted=T("docker-ce alone"),
            why=T("both have the command docker, and yum refuses docker-ce"),
            cure=T("yum remove podman-docker, or leave docker out"),
            answer="options.docker",
        )
    return None


def _other_version(answers: Answers, packages: Packages, pinned: str) -> Verdict:
    """Judges another version: docker-ce 25 and newer requires a newer containerd."""
    docker = packages.version("docker-ce")
    text = T(
        "containerd.io {found} instead of {wanted}",
        found=packages.version("containerd.io"),
        wanted=pinned,
    )
    why = T(
        "this Kubernetes is tested with that version; docker-ce {docker} may need another one",
        docker=docker or "-",
    )
    if docker and not answers.options.docker:
        wanted = T("containerd.io {version}", version=pinned)
        cure = T(
            "remove docker-ce, or set docker = true in the answers: then both get versions that go together"
        )
        return fail(text, wanted=wanted, why=why, cure=cure, answer="options.docker")
    return warn(text, why=why, cure=T("the packages step puts it right"), step="packages")


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Accepts docker beside containerd where the answers ask for it."""
    packages = facts[Packages]
    pinned = release(answers.cluster.kubernetes).packages["containerd.io"]
    if conflict := _conflict(answers, packages, pinned):
        return conflict
    version = packages.version("containerd.io")
    if version and version != pinned:
        return _other_version(answers, packages, pinned)
    if facts[Services]["docker.service"].running and not answers.options.docker:
        why = T("docker's firewall rules drop packets that are forwarded to pods")
        return warn(
            T("docker is running beside containerd"),
            why=why,
            cure=T("stop it if nothing needs it"),
            answer="options.docker",
        )
    return ok(T("containerd.io {version}", version=version) if version else T("none yet"))


CHECK = Check(
    id="runtime",
    title=T("Container runtime"),
    about=T(
        "A container runtime starts and stops containers; Kubernetes uses containerd. docker uses containerd too, and an older or newer docker may hold a version of it that does not fit."
    ),
    judge=judge,
    reads=(Packages, Services),
    asks=("options.docker",),
)
