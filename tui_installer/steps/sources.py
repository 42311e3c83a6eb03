"""The step that points yum at mirrors that still hold CentOS 7.9, containerd and Kubernetes 1.25."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.assets import Key, key, location, release
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, WriteFile, edit
from tui_installer.model.facts import Facts, Files
from tui_installer.model.preparation import Preparation
from tui_installer.model.step import Step
from tui_installer.model.text import T, Text
from tui_installer.model.trust import newer_layout
from tui_installer.render.packages import repositories

CENTOS = f"{repositories.FOLDER}/CentOS-Base.repo"
DOCKER_CE = f"{repositories.FOLDER}/docker-ce.repo"
KUBERNETES = f"{repositories.FOLDER}/kubernetes.repo"
CONTAINERD = "containerd.io"
# The start of a line that excludes packages from `yum update`.
LOCK = "\nexclude="


def _ours(answers: Answers) -> dict[str, tuple[str, Text]]:
    """Returns our three files with the text of each, and who vouches for the packages."""
    mirrors, packages = answers.mirrors, release(answers.cluster.kubernetes)
    docker = [CONTAINERD, *(packages.docker if answers.options.docker else ())]
    kubernetes = [name for name in packages.packages if name != CONTAINERD]
    if not answers.options.lock_versions:
        docker = []
        kubernetes = []
    root = location("kubernetes", mirrors.kubernetes)
    makers, legacy = key("docker_ce"), key("kubernetes")
    return {
        CENTOS: (
            repositories.centos(location("centos", mirrors.centos)),
            T("each must be signed with CentOS' key, which is on this disk"),
        ),
        DOCKER_CE: (
            repositories.docker_ce(location("docker_ce", mirrors.docker_ce), makers.url, docker),
            _signed(makers),
        ),
        KUBERNETES: (
            repositories.kubernetes(root, legacy.url, kubernetes),
            T("their key comes from the same server, and its certificate is all that vouches")
            if newer_layout(root)
            else _signed(legacy),
        ),
    }


def _signed(by: Key) -> Text:
    return T(
        "each must be signed by {owner}, key {fingerprint}",
        owner=by.owner,
        fingerprint=by.fingerprint,
    )


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Writes our three files, and switches off sections whose mirror lists are gone for good."""
    files = facts[Files]
    needed: list[Change] = []
    ours = _ours(answers)
    for path, (text, vouched) in ours.items():
        if files.text(path) != text:
            url = text.partition("baseurl=")[2].partition("\n")[0]
            why = T("take packages from {url}; {vouched}", url=url, vouched=vouched)
            needed.append(edit(files, path, text, why))
    for path, file in files.under(repositories.FOLDER, ".repo").items():
        if path not in ours and (text := repositories.disabled(file.text)) != file.text:
            why = T("disable sources whose mirror list no longer answers")
            needed.append(edit(files, path, text, why))
    return needed


def _lock(facts: Facts) -> Text:
    files = [facts[Files].text(path) or "" for path in (KUBERNETES, DOCKER_CE)]
    return T("in place") if all(LOCK in text for text in files) else T("none")


def _locks(change: Change) -> bool:
    """Tells whether the change adds or removes such lines."""
    if not isinstance(change, WriteFile):
        return False
    return (LOCK in str(change.content)) != (LOCK in (change.before or ""))


def _lock_hint(_answers: Answers | None, _facts: Facts | None, _value: str) -> Text:
    return T(
        "exclude= lines in kubernetes.repo and docker-ce.repo, which this program itself passes over. Without them yum update takes a newer kubelet and containerd; a kubelet newer than its control plane does not work."
    )


STEP = Step(
    id="sources",
    title=T("Sources"),
    about=T(
        "The files in /etc/yum.repos.d tell yum where packages come from. The addresses that CentOS 7 came with no longer serve it; these files name mirrors that still hold CentOS 7.9, containerd and Kubernetes. Lines that begin with exclude= keep yum update from moving versions that belong together."
    ),
    changes=changes,
    reads=(Files,),
    files=(f"{repositories.FOLDER}/*.repo",),
    # A new address may lead to the mirrors, and a download does not survive the loss of the old one.
    after=("address",),
    follows="network_manager",
    prepares=(
        Preparation(
            T("Version lock"),
            _lock,
            _lock_hint,
            "options.lock_versions",
            tick=lambda _answers, _facts: T("yum update moves none of these versions"),
            mine=_locks,
        ),
    ),
)
