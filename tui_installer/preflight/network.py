"""What this machine and this program can offer for the network of the cluster.

Before a look everything is said to be there.
"""

from __future__ import annotations

from tui_installer.model.facts import Kernel, Manifest
from tui_installer.preflight import completion
from tui_installer.preflight.draft import Draft


def ipvs(draft: Draft) -> bool:
    """Whether this kernel has what kube-proxy's ipvs needs."""
    return not draft.looked or completion.proxy_mode(draft.facts) == "ipvs"


def calico(draft: Draft) -> str:
    """Calico's version that belongs to that of Kubernetes."""
    return draft.release.calico.version


def bundled_manifest(draft: Draft) -> bool:
    """Calico's manifest came with this program."""
    if not draft.looked:
        return True
    return draft.facts.get(Manifest, Manifest()).digest == draft.release.calico.sha256


def calico_mode(draft: Draft) -> str:
    """The mode of Calico that is the best of this kernel."""
    return completion.calico_mode(draft.facts)


def lacks(draft: Draft, mode: str) -> str:
    """The module that a mode of Calico needs and this kernel has not; empty: none, or unknown."""
    module = completion.CALICO_MODULES.get(mode, "")
    there = not draft.looked or module in draft.facts[Kernel].available
    return "" if there else module
