"""The parts of the Status screen: its two lists, and the tables of nodes and pods on wide screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from tui_installer.model.facts import NodeState, Pod, Workloads
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.text import measure
from tui_installer.ui.frame.findable import Findable
from tui_installer.ui.rows.cells import Row
from tui_installer.ui.widgets.listing import Item, Listing
from tui_installer.ui.widgets.pane import Pane

# Cells of an action's name; of a node's state and version; of a pod's state.
LABEL, VERSION, STATE = 26, 9, 21


@dataclass(frozen=True)
class Action:
    """An action for this node."""

    id: str
    label: Text
    # The effect of the action, beside its name.
    what: Text
    act: Callable[[], object]
    hint: Text = NO_TEXT

    def row(self, say: Callable[[Text], str], width: int) -> Row:
        """Returns the name, and what it does."""
        name = measure.fit(say(self.label), LABEL - 1) + " "
        return [(name, ""), (measure.cut(say(self.what), width - LABEL), "")]


class Rows(Findable[Item]):
    """A list whose pointer shows only while it has the focus: another list stands below it."""

    @override
    def _row(self, index: int, item: Item, width: int) -> Row:
        row = super()._row(index, item, width)
        return row if self.has_focus else [("  ", ""), *row[1:]]


class WhatYouCanDo(Pane):
    """The heading between the rows and the actions; it says how many rows are out of sight."""

    DEFAULT_CSS = """
    WhatYouCanDo { height: 1; }
    """

    def __init__(self, above: Rows[Any]) -> None:
        super().__init__()
        self.above = above

    @override
    def rows(self, width: int) -> list[Row]:
        heading, more = " " + self.say(T("What you can do")), self.say(self.above.more)
        return [[(measure.fit(heading, width - measure.width(more)), ""), (more, "")]]


class StatusActions(Listing[Action]):
    """The actions; Enter carries one out."""

    DEFAULT_CSS = """
    StatusActions { height: auto; }
    """


class Tables(Pane):
    """On wide screens: every node, and the pods, those that are not ready first."""

    DEFAULT_CSS = """
    Tables { width: 57; height: 1fr; display: none; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        seen = self.owner.session.tending.seen
        facts = seen.status.facts if seen else None
        if facts is None or Workloads not in facts or not facts[Workloads].answers:
            return []
        workloads = facts[Workloads]
        rows: list[Row] = [[(self.say(T("Nodes: {count}", count=len(workloads.nodes))), "bold")]]
        rows += [self._node(node, width) for node in workloads.nodes]
        pods = sorted(workloads.pods, key=lambda pod: (pod.good, pod.namespace, pod.name))
        ready = {"ready": sum(pod.good for pod in pods), "count": len(pods)}
        rows += [[], [(self.say(T("Pods: {ready} of {count} are ready", **ready)), "bold")]]
        return self._filled(rows, [self._pod(pod, width) for pod in pods])

    def _filled(self, head: list[Row], rows: list[Row]) -> list[Row]:
        room = max(self.size.height - len(head), 1)
        if len(rows) <= room:
            return [*head, *rows]
        more = T("{count} more below", count=len(rows) - room + 1)
        return [*head, *rows[: room - 1], [(self.say(more), "")]]

    def _node(self, node: NodeState, width: int) -> Row:
        state = measure.fit("Ready" if node.ready else node.reason or "NotReady", STATE)
        name = measure.fit(node.name, width - STATE - VERSION - 1) + " "
        return [
            (name, ""),
            (state, Outcome.OK if node.ready else Outcome.FAIL),
            (f"v{node.kubelet}", ""),
        ]

    def _pod(self, pod: Pod, width: int) -> Row:
        name = measure.fit(measure.middle(pod.name, width - STATE - 1), width - STATE - 1) + " "
        count = f"{pod.ready}/{pod.containers} "
        return [(name, ""), (count + measure.cut(pod.state, STATE - len(count)), _style(pod))]

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return 1


def _style(pod: Pod) -> str:
    return "" if pod.good else Outcome.WARN
