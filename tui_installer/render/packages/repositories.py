"""yum's repository files."""

from __future__ import annotations

import re
from collections.abc import Collection

from tui_installer.model.trust import newer_layout

FOLDER = "/etc/yum.repos.d"
ENTERPRISE_KEY = "file:///etc/pki/rpm-gpg/RPM-GPG-KEY-CentOS-7"
# Mirror lists that no longer resolve or no longer hold a CentOS 7 (field-facts 2.1, 2.2).
DEAD = re.compile(
    r"^\s*(mirrorlist|metalink|baseurl)\s*=\s*https?://"
    r"(mirrorlist\.centos\.org|mirror\.centos\.org|mirrors\.fedoraproject\.org|packages\.cloud\.google\.com)",
    re.MULTILINE,
)


def _repository(repo: str, name: str, url: str, key: str, held: Collection[str] = ()) -> str:
    """Returns one section. It sets `sslverify`, because yum.conf may switch it off for all others."""
    return (
        f"[{repo}]\nname={name}\nbaseurl={url}\nenabled=1\ngpgcheck=1\nrepo_gpgcheck=0\n"
        f"gpgkey={key}\nsslverify=1\n" + (f"exclude={' '.join(held)}\n" if held else "")
    )


def centos(root: str) -> str:
    """Returns CentOS-Base.repo: base, updates and extras of 7.9.2009 below `root`."""
    parts = (("base", "os"), ("updates", "updates"), ("extras", "extras"))
    return "\n".join(
        _repository(
            repo, f"CentOS 7.9.2009 - {repo}", f"{root}/{folder}/$basearch/", ENTERPRISE_KEY
        )
        for repo, folder in parts
    )


def docker_ce(root: str, key: str, held: Collection[str] = ()) -> str:
    """Returns docker-ce.repo: Docker's own packages for CentOS 7, containerd.io among them; `key` is a URL.

    `yum update` skips the packages in `held`.
    """
    url, name = f"{root}/7/$basearch/stable/", "Docker CE stable for CentOS 7"
    return _repository("docker-ce-stable", name, url, key, held)


def kubernetes_url(root: str) -> str:
    """Returns the folder that holds repodata/ of Kubernetes' packages: legacy tree, or pkgs.k8s.io's."""
    return f"{root}/" if newer_layout(root) else f"{root}/repos/kubernetes-el7-$basearch/"


def kubernetes_key(root: str, key: str) -> str:
    """Returns the URL of the key that signs these packages: `key` of the legacy tree, or the source's own."""
    return f"{root}/repodata/repomd.xml.key" if newer_layout(root) else key


def kubernetes(root: str, key: str, held: Collection[str] = ()) -> str:
    """Returns kubernetes.repo; its metadata's own signature cannot be checked on el7 (gnupg 2.0.22).

    `key` is the URL of the legacy tree's key. `yum update` skips the packages in `held`.
    """
    url, signed = kubernetes_url(root), kubernetes_key(root, key)
    return _repository("kubernetes", "Kubernetes", url, signed, held)


def disabled(text: str) -> str:
    """Returns a repository file with every dead section switched off; all else stays as it is."""
    sections = re.split(r"(?m)^(?=\[)", text)
    return "".join(_off(s) if DEAD.search(s) and _on(s) else s for s in sections)


def _on(section: str) -> bool:
    return not re.search(r"(?m)^\s*enabled\s*=\s*(0|false|no)\s*$", section, re.IGNORECASE)


def _off(section: str) -> str:
    without = re.sub(r"(?m)^\s*enabled\s*=.*\n?", "", section)
    head, newline, rest = without.partition("\n")
    return f"{head}\nenabled=0{newline}{rest}"
