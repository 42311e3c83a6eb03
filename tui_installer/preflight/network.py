"""Network options of the cluster that this machine and this program support.

Before a look every option counts as supported.
"""

from __future__ import annotations

from tui_installer.model.facts import Kernel, Manifest
from tui_installer.preflight import completion
from tui_installer.preflight.draft import Draft


def ipvs(draft: Draft) -> bool:
    """Tells whether this kernel has the modules of kube-proxy's ipvs mode."""
    return not draft.looked or completion.proxy_mode(draft.facts) == "ipvs"


def calico(draft: Draft) -> str:
    """Returns the Calico version that belongs to the Kubernetes version."""
    return draft.release.calico.version


def bundled_manifest(draft: Draft) -> bool:
    """Tells whether Calico's manifest came with this program."""
    if not draft.looked:
        return True
    return draft.facts.get(Manifest, Manifest()).digest == draft.release.calico.sha256


def calico_mode(draft: Draft) -> str:
    """Returns the best mode of Calico for this kernel."""
    return completion.calico_mode(draft.facts)


def lacks(draft: Draft, mode: str) -> str:
    """Returns the kernel module that a mode of Calico needs and this kernel lacks; empty: none, or unknown."""
    module = completion.CALICO_MODULES.get(mode, "")
    there = not draft.looked or module in draft.facts[Kernel].available
    return "" if there else module
