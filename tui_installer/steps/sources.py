"""Points yum at mirrors that still hold CentOS 7.9, containerd and Kubernetes 1.25."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.catalogue import location, release
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, edit
from tui_installer.model.facts import Facts, Files
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.render import repos

FOLDER = "/etc/yum.repos.d"
CENTOS = f"{FOLDER}/CentOS-Base.repo"
DOCKER_CE = f"{FOLDER}/docker-ce.repo"
KUBERNETES = f"{FOLDER}/kubernetes.repo"
CONTAINERD = "containerd.io"


def _ours(answers: Answers) -> dict[str, str]:
    mirrors, packages = answers.mirrors, release(answers.cluster.kubernetes)
    docker = [CONTAINERD, *(packages.docker if answers.options.docker else ())]
    kubernetes = [name for name in packages.packages if name != CONTAINERD]
    if not answers.options.lock_versions:
        docker, kubernetes = [], []
    return {
        CENTOS: repos.centos(location("centos", mirrors.centos)),
        DOCKER_CE: repos.docker_ce(location("docker_ce", mirrors.docker_ce), docker),
        KUBERNETES: repos.kubernetes(location("kubernetes", mirrors.kubernetes), kubernetes),
    }


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Writes our three files, and switches off sections whose mirror lists are gone for good."""
    files, found = facts[Files], list[Change]()
    ours = _ours(answers)
    for path, text in ours.items():
        if files.text(path) != text:
            why = T(
                "take packages from {url}", url=text.partition("baseurl=")[2].partition("\n")[0]
            )
            found.append(edit(files, path, text, why))
    for path, file in files.under(FOLDER, ".repo").items():
        if path not in ours and (text := repos.disabled(file.text)) != file.text:
            why = T("disable sources whose mirror list no longer answers")
            found.append(edit(files, path, text, why))
    return found


STEP = Step(
    id="sources",
    title=T("Sources"),
    about=T(
        "The files in /etc/yum.repos.d tell yum where packages come from. The addresses that CentOS 7 came with no longer serve it; these files name mirrors that still hold CentOS 7.9, containerd and Kubernetes. Lines that begin with exclude= keep yum update from moving versions that belong together."
    ),
    changes=changes,
    reads=(Files,),
    files=(f"{FOLDER}/*.repo",),
    # Another address may be the way to the mirrors, and a download does not outlive the old one.
    after=("address",),
    follows="network_manager",
)
