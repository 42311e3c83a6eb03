"""What this machine and this program can offer for the network of the cluster."""

from __future__ import annotations

from typing import Protocol

from tui_installer import assets
from tui_installer.model.facts import Facts, Kernel, Manifest, System
from tui_installer.preflight import completion


class Answering(Protocol):
    """The session, as far as networks need it."""

    facts: Facts | None

    @property
    def kubernetes(self) -> str:
        """The version that is to be installed."""


class Networking:
    """The networks that one session can choose from; before a look everything is said to be there."""

    def __init__(self, session: Answering) -> None:
        self._session = session

    @property
    def ipvs(self) -> bool:
        """Whether this kernel has what kube-proxy's ipvs needs."""
        facts = self._session.facts
        return facts is None or completion.proxy_mode(facts) == "ipvs"

    @property
    def calico(self) -> str:
        """Calico's version that belongs to that of Kubernetes."""
        return self._release.calico.version

    @property
    def bundled_manifest(self) -> bool:
        """Calico's manifest came with this program."""
        facts = self._session.facts
        return (
            facts is None or facts.get(Manifest, Manifest()).digest == self._release.calico.sha256
        )

    @property
    def _release(self) -> assets.Release:
        known, wanted = assets.versions(), self._session.kubernetes
        return assets.release(wanted if wanted in known else known[0])

    @property
    def calico_mode(self) -> str:
        """The mode of Calico that is the best of this kernel."""
        facts = self._session.facts or Facts({System: System(), Kernel: Kernel()})
        return completion.calico_mode(facts)

    def lacks(self, mode: str) -> str:
        """The module that a mode of Calico needs and this kernel has not; empty: none, or unknown."""
        facts, module = self._session.facts, completion.CALICO_MODULES.get(mode, "")
        there = facts is None or module in facts[Kernel].available
        return "" if there else module
