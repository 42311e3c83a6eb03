"""The needs of each role beside what this machine has, and what the chosen role runs here."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from tui_installer.model.answers import FIRST_CONTROL_PLANE, WORKER, Answers, Node, joins
from tui_installer.model.facts import Disk, Facts, System
from tui_installer.model.outcome import PENDING, Outcome, Sign
from tui_installer.model.text import NO_TEXT, T, Text, verbatim
from tui_installer.preflight.preview import judge
from tui_installer.steps.firewall import ports
from tui_installer.text import measure
from tui_installer.text.words import VERDICT, word
from tui_installer.ui.rows.cells import Row, rows_of
from tui_installer.ui.widgets.pane import Pane

PODS = {
    FIRST_CONTROL_PLANE: "kube-apiserver, kube-controller-manager, kube-scheduler, etcd, kube-proxy, coredns",
    WORKER: "kube-proxy",
}
FOLDERS = {
    FIRST_CONTROL_PLANE: "/etc/kubernetes, /var/lib/etcd, /var/lib/kubelet, /var/lib/containerd",
    WORKER: "/etc/kubernetes, /var/lib/kubelet, /var/lib/containerd",
}
# A role's needs, by the id of the preflight check that judges each.
NEEDS = (
    ("cores", T("Cores"), T("2 or more"), T("1 or more")),
    ("memory", T("Memory"), T("1.7 GB or more"), T("1 GB or more")),
    ("disk", T("Free disk"), T("10 GB or more"), T("10 GB or more")),
    ("system", T("System"), T("CentOS 7.9"), T("CentOS 7.9")),
)
# From this height on there is room for what a role runs.
TALL = 36


def _has(check: str, facts: Facts) -> Text:
    """Returns what this machine has of a need, in few cells."""
    system = facts[System]
    if check == "cores":
        return verbatim(system.cores)
    if check == "memory":
        return T("{size} MB", size=system.memory >> 20)
    if check == "disk" and Disk not in facts:
        return T("--")
    if check == "disk":
        free = min((s.free for s in facts[Disk].spaces), default=0)
        return T("{size} GB", size=round(free / (1 << 30), 1))
    release = system.release.partition("release ")[2].partition(" ")[0]
    return verbatim(release or system.release or system.os_name)


class Needs(Pane):
    """The table below the choice: needs of both roles, and this machine against the chosen one."""

    @override
    def rows(self, width: int) -> list[Row]:
        join_text = T("page 4") if joins(self.owner.session.draft.role) else T("not needed")
        table: list[tuple[Sequence[Text], Row]] = [
            ((NO_TEXT, T("control plane"), T("worker")), [(self.say(T("this machine")), "")]),
            *((names, self._machine(check)) for check, *names in NEEDS),
            (
                (T("Join command"), T("not needed"), T("needed")),
                [*self._verdict(PENDING), (self.say(join_text), "")],
            ),
        ]
        labels = [[self.say(name) for name in names] for names, _ in table]
        widths = [max(measure.width(row[i]) for row in labels) + 3 for i in range(3)]
        rows: list[Row] = [[]]
        for names, (_, machine) in zip(labels, table, strict=True):
            text = "".join(measure.pad(n, w) for n, w in zip(names, widths, strict=True))
            rows.append([("   " + text, ""), *machine])
        return rows

    def _verdict(self, outcome: Sign) -> Row:
        return [(measure.pad(self.say(word(outcome)), VERDICT), outcome)]

    def _machine(self, check: str) -> Row:
        session = self.owner.session
        if not session.draft.looked:
            return self._verdict(PENDING)
        outcome = judge(session.draft, check, Answers(Node(role=session.draft.role))).outcome
        amount = _has(check, session.draft.facts)
        if outcome is Outcome.FAIL and check in session.draft.accepted:
            outcome, amount = Outcome.WARN, T("{found}; accepted", found=amount)
        return [*self._verdict(outcome), (self.say(amount), "")]


class Runs(Pane):
    """Shows what the chosen role runs here, where the screen has room for it."""

    @override
    def rows(self, width: int) -> list[Row]:
        if self.owner.size.height < TALL:
            return []
        draft = self.owner.session.draft
        role, opened = draft.role, " ".join(ports(draft.answers))
        rows: list[Row] = [[], [("   " + self.say(T("What will be here")), "")]]
        for name, value in (
            (T("Pods"), PODS[role]),
            (T("Ports"), opened),
            (T("Folders"), FOLDERS[role]),
        ):
            head = measure.pad(self.say(name), 10)
            first, *more = rows_of(value, width - 15, indent=0)
            rows.append([("     " + head, ""), *first])
            rows += [[(" " * 15, ""), *row] for row in more]
        return rows
