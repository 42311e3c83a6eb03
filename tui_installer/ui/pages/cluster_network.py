"""The pod network of a new cluster: its kind, how it carries packets, and its manifest."""

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
# The name of each mode, and what it means.
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
    """Shows a value that this page does not ask for, and its origin."""

    def __init__(self, value: Callable[[], Text], origin: Text = NO_TEXT) -> None:
        super().__init__()
        self.value, self.origin = value, origin

    @override
    def rows(self, width: int) -> list[Row]:
        return [[(self.say(self.value()), ""), ("   " + self.say(self.origin), "")]]


class PodNetwork(Vertical):
    """The choice of the network; below it the options of Calico alone."""

    DEFAULT_CSS = """
    PodNetwork, PodNetwork Vertical { width: 1fr; height: auto; }
    """

    def __init__(self, session: Session, label_width: int, cells: int) -> None:
        super().__init__()
        self.session = session
        self.label_width = label_width
        self.cells = cells
        self.plugin = Choice(
            self._plugins(), self._plugin, across=True, topic="cluster.network", id="network"
        )
        self.mode = Choice(
            self._modes(), self._mode, across=True, topic="cluster.calico_mode", id="calico_mode"
        )
        bundled = GivenValue(lambda: verbatim(network.calico(session.draft)), BUNDLED)
        self.bundled = Labelled(T("Calico manifest"), bundled, label_width=label_width)
        self.manifest = self._manifest()
        # Once shown, the field stays: it must not disappear while somebody types into it.
        self.asked = False

    @override
    def compose(self) -> ComposeResult:
        yield Labelled(T("Network plugin"), self.plugin, label_width=self.label_width)
        with Vertical(id="of_calico"):
            yield Labelled(T("Calico mode"), self.mode, label_width=self.label_width)
            yield self.bundled
            yield self.manifest

    def on_mount(self) -> None:
        """Shows or hides Calico's rows."""
        self.fit()

    def fit(self) -> None:
        """Updates the rows after another network was chosen."""
        self.query_one("#of_calico").display = self._plugin == CALICO
        self.asked = (
            self.asked or bool(self._named) or not network.bundled_manifest(self.session.draft)
        )
        self.manifest.display, self.bundled.display = self.asked, not self.asked

    def surveyed(self) -> None:
        """Updates the modes once this kernel's modules are known."""
        self.plugin.offer(self._plugins(), self._plugin)
        self.mode.offer(self._modes(), self._mode)
        self.fit()

    # --- questions ------------------------------------------------------------------------------

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
        # The hint explains beside the default why it is not the usual mode.
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
        """Returns why this kernel does not support that mode; empty: it does, or that is unknown."""
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
        """Returns the field that shows only where this program's manifest is missing, or is not the one to use."""
        return Field(
            T("Calico manifest"),
            self._named,
            lambda typed: validation.calico_manifest(self.session.draft, typed),
            topic="cluster.calico_manifest",
            label_width=self.label_width,
            cells=self.cells,
            id="manifest",
        )

    # --- mistakes -------------------------------------------------------------------------------

    @property
    def fields(self) -> Sequence[Field]:
        """Returns the text fields that count at present."""
        return [self.manifest] if self.asked and self._plugin == CALICO else []

    @property
    def missing(self) -> Text:
        """Returns the mistake of a file or the last run that asks for a mode this kernel does not support."""
        return self._no_module(self._mode) if self._plugin == CALICO else NO_TEXT

    def row_of(self, key: str) -> Widget:
        """Returns the field or the choice of that answer; where there is none, the choice of another plugin."""
        if key == "cluster.calico_mode":
            return self.mode
        return self.manifest.box if self.asked and "manifest" in key else self.plugin

    @property
    def wrong(self) -> Widget | None:
        """Returns the widget whose value must change."""
        return self.mode if self.missing is not NO_TEXT else None
