"""Cluster: the few values that cannot change later without a rebuild of the cluster."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from typing_extensions import override

from tui_installer import assets
from tui_installer.model.answers import keys_of, makes_cluster
from tui_installer.model.facts import Kernel
from tui_installer.model.text import NO_TEXT, T, Text, verbatim
from tui_installer.preflight import network
from tui_installer.preflight.preview import hosts_line
from tui_installer.render.kubeadm import init_config
from tui_installer.ui import validation
from tui_installer.ui.frame.page import Entry, Page
from tui_installer.ui.pages.cluster_network import GivenValue, PodNetwork
from tui_installer.ui.pages.cluster_pods import WhereTo
from tui_installer.ui.rows.cells import WIDE, Row
from tui_installer.ui.widgets.choice import Choice, Option
from tui_installer.ui.widgets.field import Field, Judgement
from tui_installer.ui.widgets.labelled import Labelled
from tui_installer.ui.widgets.pane import BlankRow, Pane

LABEL, CELLS = 16, 20
# Cells of the fields where there is room for kubeadm's file beside them.
FIELDS_WIDTH = 80
IPVS = T(
    "ipvs stays quick with thousands of Services; the Kernel step loads its modules. On kernels before 4.1 it may lose a few new connections while pods are replaced."
)
IPTABLES = T("iptables works on every kernel, and is right for a small cluster.")
NO_IPVS = T("ipvs is not possible here: this kernel has no ip_vs modules. iptables does the same.")


class Config(Pane):
    """Shows the future kubeadm-config.yaml, where the screen has room for it."""

    DEFAULT_CSS = """
    Config { height: 1fr; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        session = self.owner.session
        if not session.draft.looked:
            return []
        answers = session.draft.answers
        text = init_config(
            answers,
            hosts_line(session.draft)[0] or "-",
            assets.location("images", answers.mirrors.images),
            conntrack=session.draft.facts[Kernel].conntrack_writable,
        )
        side = self.owner.vertical
        return [
            [(f"{side} {line}", "")] for line in ("kubeadm-config.yaml", "", *text.splitlines())
        ]


class ClusterPage(Page):
    """Page 4 of the first control plane."""

    DEFAULT_CSS = """
    ClusterPage #sides { height: 1fr; }
    ClusterPage #fields { width: 1fr; height: auto; }
    """
    entry_id = "cluster"
    heading = T("Cluster")
    # Present only where there is a choice.
    version: Choice | None = None
    look_again = T("Read the routes again")

    @property
    @override
    def sentence(self) -> Text:
        if self.owner.session.draft.fixed:
            return T("Made by kubeadm: all but kube-proxy, Calico and ordinary pods is fixed.")
        return T("The new cluster. Endpoint name and networks cannot be changed later.")

    @override
    def body(self) -> ComposeResult:
        session = self.owner.session
        self.endpoint = Field(
            T("Endpoint name"),
            validation.shown_endpoint(str(session.draft.value("cluster.endpoint") or "")),
            lambda typed: validation.endpoint(session.draft, typed),
            topic="cluster.endpoint",
            label_width=LABEL,
            cells=CELLS,
            id="endpoint",
        )
        self.pods = self._subnet(T("Pod network"), "cluster.pod_subnet")
        self.services = self._subnet(T("Service network"), "cluster.service_subnet")
        self.mode = Choice(
            self._modes(), self._mode(), across=True, topic="cluster.proxy_mode", id="mode"
        )
        self.network = PodNetwork(session, LABEL, CELLS)
        self.where = WhereTo(session)
        self.config = Config()
        with Horizontal(id="sides"):
            with Vertical(id="fields"):
                yield BlankRow()
                yield Labelled(T("Kubernetes"), self._version(), label_width=LABEL)
                yield Labelled(
                    T("Image source"), GivenValue(self._images, T("from page 3")), label_width=LABEL
                )
                yield self.endpoint
                yield self.pods
                yield self.services
                yield Labelled(T("kube-proxy"), self.mode, label_width=LABEL)
                yield self.network
                yield Labelled(T("Ordinary pods"), self.where, label_width=LABEL)
            yield self.config

    @override
    def on_mount(self) -> None:
        self._fit_sides()

    @override
    def on_resize(self, event: events.Resize) -> None:
        self._fit_sides()

    def _fit_sides(self) -> None:
        wide = self.app.size.width >= WIDE
        self.config.display = wide
        self.query_one("#fields").styles.width = FIELDS_WIDTH if wide else "1fr"

    def _subnet(self, label: Text, key: str) -> Field:
        session = self.owner.session

        def judge(typed: str) -> Judgement:
            return validation.subnet(session.draft, key, typed)

        return Field(
            label,
            str(session.draft.value(key) or ""),
            judge,
            topic=key,
            label_width=LABEL,
            cells=CELLS,
            id=key.partition(".")[2],
        )

    def _version(self) -> Pane:
        versions, self.version = assets.versions(), None
        if versions == (self.owner.session.draft.kubernetes,):
            return GivenValue(lambda: verbatim(self.owner.session.draft.kubernetes))
        made = self.owner.session.draft.fixed.get("cluster.kubernetes")
        no = T("kubeadm has made this cluster with {version}.", version=str(made))
        options = [
            Option(
                version,
                verbatim(version),
                refused=no if made not in (None, version) else NO_TEXT,
            )
            for version in versions
        ]
        self.version = Choice(
            options,
            self.owner.session.draft.kubernetes,
            across=True,
            topic="cluster.kubernetes",
            id="version",
        )
        return self.version

    def _images(self) -> Text:
        session = self.owner.session
        source = session.draft.answers.mirrors.images if session.draft.looked else ""
        return verbatim(assets.location("images", source) or "-")

    def _mode(self) -> str:
        return str(self.owner.session.draft.value("cluster.proxy_mode") or "")

    def _modes(self) -> list[Option]:
        possible = network.ipvs(self.owner.session.draft)
        return [
            Option("ipvs", T("ipvs"), hint=IPVS, refused=NO_TEXT if possible else NO_IPVS),
            Option("iptables", T("iptables"), hint=IPTABLES),
        ]

    @property
    def _fields(self) -> Sequence[Field]:
        return (self.endpoint, self.pods, self.services, *self.network.fields)

    # --- mistakes -------------------------------------------------------------------------------

    @override
    def waits(self) -> bool:
        return not self.owner.session.draft.looked

    def _wrong(self) -> Widget | None:
        if self._version_missing() is not NO_TEXT:
            return self.version
        if bad := next((field.box for field in self._fields if not field.good), None):
            return bad
        return self.mode if self._mode_missing() else self.network.wrong

    def _version_missing(self) -> Text:
        """Returns the mistake of an answers file that asks for a version outside the tables."""
        versions = assets.versions()
        if self.owner.session.draft.kubernetes in versions:
            return NO_TEXT
        return T(
            "{version} cannot be installed; these can: {versions}.",
            version=self.owner.session.draft.kubernetes,
            versions=", ".join(versions),
        )

    def _mode_missing(self) -> bool:
        """Tells whether a file or the last run asks for ipvs, which this kernel lacks."""
        return self._mode() == "ipvs" and not network.ipvs(self.owner.session.draft)

    @override
    def missing(self) -> Text:
        if (version := self._version_missing()) is not NO_TEXT:
            return version
        bad = next((field.judgement.hint for field in self._fields if not field.good), NO_TEXT)
        if bad is not NO_TEXT:
            return bad
        return NO_IPVS if self._mode_missing() else self.network.missing

    @override
    def first_focus(self) -> Widget:
        return self._wrong() or self.next_button

    @override
    def row_of(self, key: str) -> Widget | None:
        choices = {"cluster.kubernetes": self.version, "cluster.proxy_mode": self.mode}
        boxes = {field.topic: field.box for field in (self.endpoint, self.pods, self.services)}
        return choices.get(key) or boxes.get(key) or self.network.row_of(key)

    @override
    def refuse(self) -> None:
        (self._wrong() or self.next_button).focus()
        self.tell()

    # --- events ---------------------------------------------------------------------------------

    def on_field_changed(self, event: Field.Changed) -> None:
        """Stores a valid value, unless it is the suggestion; the networks are judged against each other."""
        key, value = event.field.topic, event.field.value
        if event.field is self.endpoint:
            value = validation.endpoint_value(value)
        session = self.owner.session
        if session.draft.looked and value != session.draft.value(key):
            session.set(key, value)
            for field in self._fields:
                field.judge_again()
            self.config.redraw()

    def on_field_refused(self, event: Field.Refused) -> None:
        """Returns to the suggestion when a value is deleted."""
        if not event.field.value:
            self.owner.session.unset(event.field.topic)

    @override
    def on_choice_chosen(self, event: Choice.Chosen) -> None:
        """Stores kube-proxy's mode, the version, the pod network or its mode."""
        if event.choice is self.where:
            self.where.answer(event.value)
        else:
            self.owner.session.set(event.choice.topic, event.value)
        self.network.fit()
        self.config.redraw()

    def on_choice_accepted(self, event: Choice.Accepted) -> None:
        """Goes to the next widget on Enter."""
        self.owner.walk(1)

    @override
    def surveyed(self) -> None:
        session = self.owner.session
        for field in self._fields:
            value = str(session.draft.value(field.topic) or "")
            shown = validation.shown_endpoint(value) if field is self.endpoint else value
            if field.topic not in session.draft.values:
                field.suggest(shown)
            field.judge_again()
        self.mode.offer(self._modes(), self._mode())
        self.network.surveyed()
        self.where.surveyed()
        self.config.redraw()
        self.ready()


PAGE = Entry(
    id="cluster",
    title=T("Cluster"),
    screen=ClusterPage,
    follows=("mirrors",),
    applies=makes_cluster,
    asks=keys_of("cluster"),
)
