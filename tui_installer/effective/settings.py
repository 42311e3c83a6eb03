"""The settings of containerd: what its files say, what is in effect, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tui_installer.effective import cgroup, images, mirrors, plugin, service
from tui_installer.effective.fault import NOT_KNOWN, unknown
from tui_installer.effective.looks import looks
from tui_installer.model.facts import Cri, Facts, NotRead
from tui_installer.model.setting import Setting
from tui_installer.model.text import verbatim

CONTAINERD = "containerd"


def settings(facts: Facts, wanted: str = "") -> tuple[Setting, ...]:
    """Returns the settings in the order of the screen; none where containerd is not installed.

    `facts` hold ContainerdConfig, Cri and KubeletSettings; `wanted` is the pause image that the wanted version of
    Kubernetes goes with. What is not known is UNKNOWN, with the reason as its sentence.
    """
    try:
        seen = looks(facts)
    except NotRead as error:
        row = Setting(CONTAINERD, verbatim(CONTAINERD), NOT_KNOWN, NOT_KNOWN)
        return (unknown(row, error.unread.text),)
    if not seen.config.installed:
        return ()

    def rows() -> Iterator[Setting]:
        yield plugin.cri_plugin(seen)
        yield plugin.config_version(seen)
        if (imported := plugin.imports(seen)) is not None:
            yield imported
        yield cgroup.cgroup(seen)
        yield cgroup.runtime(seen)
        yield images.sandbox_image(seen, wanted)
        yield images.config_path(seen)
        yield from mirrors.mirrors(seen)
        yield service.crictl_file(seen)
        yield service.proxy(seen)
        yield service.age(seen)

    return tuple(rows())


def in_force(facts: Facts) -> dict[str, Any]:
    """Returns `config` of `images --json`: the values in force by their keys, None where they are not known."""
    try:
        cri = facts[Cri]
    except (NotRead, KeyError):
        cri = Cri(error="not read")
    known = not cri.error
    return {
        "SystemdCgroup": cri.systemd_cgroup if known else None,
        "sandbox_image": cri.sandbox_image if known else None,
        "config_path": cri.config_path if known else None,
    }
