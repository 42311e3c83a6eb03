"""The pod network of a new cluster: which one, how it carries packets, and what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text, verbatim
from tui_installer.preflight import network
from tui_installer.render.calico import BGP, CROSS_SUBNET, IPIP, VXLAN
from tui_installer.session import Session
from tui_installer.ui import validation
from tui_installer.ui.rows.cells import Row
from tui_installer.ui.widgets.choice import Choice, Option
from tui_installer.ui.widgets.field import Field
from tui_installer.ui.widgets.labelled import Labelled
from tui_installer.ui.widgets.pane import Pane

CALICO, NONE = "calico", "none"
BUNDLED = T("the manifest of this program, its sha256 is right")
NETWORKS = {
    CALICO: T(
        "Calico gives every pod an address and carries its packets to the other nodes. The run installs it, and proves at its end that pods reach each other."
    ),
    NONE: T(
        "No pod network is installed: this node stays NotReady and CoreDNS waits until you install one yourself, by its own instructions."
    ),
}
# How each mode is called, and what it means.
MODES = {
    IPIP: (
        T("IPIP"),
        T(
            "Each packet to a pod of another node is wrapped in one between the two nodes: works across routers that pass IP protocol 4. BGP spreads the routes."
        ),
    ),
    CROSS_SUBNET: (
        T("IPIP across subnets"),
        T(
            "IPIP wraps only the packets that leave the nodes' own subnet; between nodes side by side they go as they are, which is faster. BGP spreads the routes."
        ),
    ),
    VXLAN: (
        T("VXLAN"),
        T(
            "Each packet is wrapped in UDP, port 4789: for clouds and networks that drop IP protocol 4. It does without BGP."
        ),
    ),
    BGP: (
        T("BGP"),
        T(
            "Nothing is wrapped: BGP tells every node the way to the pods of the others. The fastest, but only where all nodes share one layer-2 network."
        ),
    ),
}


class GivenValue(Pane):
    """A value that is not asked here, and where it comes from."""

    def __init__(self, value: Callable[[], Text], origin: Text = NO_TEXT) -> None:
        super().__init__()
        self.value, self.origin = value, origin

    @override
    def rows(self, width: int) -> list[Row]:
        return [[(self.say(self.value()), ""), ("   " + self.say(self.origin), "")]]


class PodNetwork(Vertical):
    """The choice of the network; below it what only Calico is asked."""

    DEFAULT_CSS = """
    PodNetwork, PodNetwork Vertical { width: 1fr; height: auto; }
    """

    def __init__(self, session: Session, label_width: int, cells: int) -> None:
        super().__init__()
        self.session, self.label_width, self.cells = session, label_width, cells
        self.plugin = Choice(
            self._plugins(), self._plugin, across=True, topic="cluster.network", id="network"
        )
        self.mode = Choice(
            self._modes(), self._mode, across=True, topic="cluster.calico_mode", id="calico_mode"
        )
        given = GivenValue(lambda: verbatim(network.calico(session.draft)), BUNDLED)
        self.bundled = Labelled(T("Calico manifest"), given, label_width=label_width)
        self.manifest = self._manifest()
        # Once it is asked for, it stays: the box must not go while it is typed into.
        self.asked = False

    @override
    def compose(self) -> ComposeResult:
        yield Labelled(T("Network plugin"), self.plugin, label_width=self.label_width)
        with Vertical(id="of_calico"):
            yield Labelled(T("Calico mode"), self.mode, label_width=self.label_width)
            yield self.bundled
            yield self.manifest

    def on_mount(self) -> None:
        """Room for Calico's rows, or none."""
        self.fit()

    def fit(self) -> None:
        """Another network may have been chosen."""
        self.query_one("#of_calico").display = self._plugin == CALICO
        self.asked = (
            self.asked or bool(self._named) or not network.bundled_manifest(self.session.draft)
        )
        self.manifest.display, self.bundled.display = self.asked, not self.asked

    def surveyed(self) -> None:
        """What this kernel can is known."""
        self.plugin.offer(self._plugins(), self._plugin)
        self.mode.offer(self._modes(), self._mode)
        self.fit()

    # --- what is asked --------------------------------------------------------------------------

    @property
    def _plugin(self) -> str:
        return str(self.session.draft.value("cluster.network") or CALICO)

    def _plugins(self) -> list[Option]:
        label = T("Calico {version}", version=network.calico(self.session.draft))
        return [
            Option(CALICO, label, hint=NETWORKS[CALICO]),
            Option(NONE, T("none"), hint=NETWORKS[NONE]),
        ]

    @property
    def _mode(self) -> str:
        return str(self.session.draft.value("cluster.calico_mode") or "")

    def _modes(self) -> list[Option]:
        # Why the usual one is not the default is said where the default is.
        why = self._no_module(IPIP)
        return [
            Option(
                mode,
                label,
                hint=hint
                if why is NO_TEXT or mode != network.calico_mode(self.session.draft)
                else T("{reason} {meaning}", reason=why, meaning=hint),
                refused=self._no_module(mode),
            )
            for mode, (label, hint) in MODES.items()
        ]

    def _no_module(self, mode: str) -> Text:
        """Why this kernel cannot do that mode; empty: it can, or is not known yet."""
        if not (module := network.lacks(self.session.draft, mode)):
            return NO_TEXT
        return T(
            "{mode} is not possible here: this kernel has no {module} module. {other} is the default then.",
            mode=MODES[mode][0],
            module=module,
            other=MODES[network.calico_mode(self.session.draft)][0],
        )

    @property
    def _named(self) -> str:
        return str(self.session.draft.value("cluster.calico_manifest") or "")

    def _manifest(self) -> Field:
        """Shown only where that of this program is not there, or is not the one asked for."""
        return Field(
            T("Calico manifest"),
            self._named,
            lambda typed: validation.calico_manifest(self.session.draft, typed),
            topic="cluster.calico_manifest",
            label_width=self.label_width,
            cells=self.cells,
            id="manifest",
        )

    # --- what is wrong --------------------------------------------------------------------------

    @property
    def fields(self) -> Sequence[Field]:
        """Those that are typed into, as far as they count."""
        return [self.manifest] if self.asked and self._plugin == CALICO else []

    @property
    def missing(self) -> Text:
        """A mode was asked for, in a file or by the last run, that this kernel cannot do."""
        return self._no_module(self._mode) if self._plugin == CALICO else NO_TEXT

    def row_of(self, key: str) -> Widget:
        """The box or the choice of that answer; where there is no box, another plugin is the way."""
        if key == "cluster.calico_mode":
            return self.mode
        return self.manifest.box if self.asked and "manifest" in key else self.plugin

    @property
    def wrong(self) -> Widget | None:
        """What has to be chosen otherwise."""
        return self.mode if self.missing is not NO_TEXT else None
