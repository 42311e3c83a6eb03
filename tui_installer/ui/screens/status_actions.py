"""The actions for a finished node: only those that work on this one, now."""

from __future__ import annotations

from collections.abc import Callable

from tui_installer.model.answers import AS_IT_IS
from tui_installer.model.facts import Facts, Workloads
from tui_installer.model.text import T
from tui_installer.node import monitor
from tui_installer.node.monitor import SeenNode, Tending
from tui_installer.ui.dialogs.save_answers import Save, Saving
from tui_installer.ui.pages.cluster_pods import LET_IN as LET_IN_HINT
from tui_installer.ui.rows.cells import lines
from tui_installer.ui.rows.status import TOKEN, prove_said
from tui_installer.ui.screens.card import JoinCard
from tui_installer.ui.screens.diagnostics import Diagnostics
from tui_installer.ui.screens.drift import Drifted
from tui_installer.ui.screens.past_runs import PastRuns
from tui_installer.ui.screens.status_panes import Action
from tui_installer.ui.widgets.owner import Owner

JOIN, DRIFT, PROVE, RUNS, NEXT, CHANGE = "join", "drift", "prove", "runs", "next", "change"
DIAGNOSE = "diagnose"
LET_IN = "let_in"
# The actions for rows that are not well.
ANSWERS = {
    TOKEN: JOIN,
    **dict.fromkeys(("drift", "reboot", "services", "versions"), DRIFT),
    **dict.fromkeys(("dns", "service", "across"), PROVE),
}


def answer_to(row: str) -> str:
    """Returns the action for a row; empty if there is none."""
    return ANSWERS.get(row, "")


def _answers(facts: Facts) -> bool:
    """Tells whether the API server answers, as far as is known."""
    return Workloads in facts and facts[Workloads].answers


def actions_of(owner: Owner, tending: Tending, prove: Callable[[], None]) -> list[Action]:
    """Returns the actions that are possible now."""
    seen = tending.seen
    status = seen.status if seen else None
    answers = status.answers if status else None
    asks = answers is not None and status is not None and _answers(status.facts)
    actions: list[Action] = []
    if answers is not None and answers.runs_control_plane and asks:
        actions.append(_join(owner))
    if seen is not None and seen.status.drift:
        actions.append(_drift(owner, seen))
    proof_state = prove_said(tending)
    if answers is not None and answers.calico and (asks or proof_state is not None):
        actions.append(_prove(tending, prove))
    actions.append(
        Action(
            DIAGNOSE,
            T("Diagnostics"),
            T("what ctr, crictl and containerd see"),
            lambda: owner.over(Diagnostics()),
            T(
                "Asks the tools of this node, and shows where their answers differ. Changes nothing."
            ),
        )
    )
    actions.append(
        Action(
            RUNS,
            T("Past runs"),
            T("when, how long, how they ended; their logs"),
            lambda: owner.over(PastRuns()),
            T("Every run keeps its journal and what its programs have printed, without secrets."),
        )
    )
    if answers is not None:
        actions.append(_next(owner))
    change = T("Opens the pages with the answers of this node; nothing is changed by that.")
    what = T("the pages, with what this node was made by")
    actions.append(Action(CHANGE, T("Change answers"), what, owner.begin, change))
    if status is not None and answers is not None and status.ours and asks:
        actions += _let_in(owner, monitor.room_in(answers, status.facts))
    return actions


def _join(owner: Owner) -> Action:
    return Action(
        JOIN,
        T("Join command"),
        T("the card for the next server, with a token"),
        lambda: owner.over(JoinCard()),
        T("A token is only needed while servers join. A new one takes a second."),
    )


def _drift(owner: Owner, seen: SeenNode) -> Action:
    count = sum(len(changes) for changes in seen.status.drift.values())
    return Action(
        DRIFT,
        T("What differs ({count})", count=count),
        T("see the difference; put it back"),
        lambda: owner.over(Drifted(seen.status)),
        T("What a run would do now, so that this node is as its answers want it."),
    )


def _prove(tending: Tending, prove: Callable[[], None]) -> Action:
    seen = tending.seen
    answers = seen.status.answers if seen else None
    hint = T(
        "Starts test pods in a namespace of their own, asks them over the pod network, and removes them. About half a minute; the screen does not wait."
    )
    if answers is not None and not answers.runs_control_plane:
        hint = T(
            "Asks pods that are there already over the pod network. Some seconds; the screen does not wait."
        )
    proof_state = prove_said(tending)
    what = proof_state or T("test traffic: DNS, a Service, between nodes")
    if tending.proving_since is not None:
        hint = T("It is running: one at a time. The rows above change as each proof ends.")
    elif proof_state is not None:
        hint = lines([T("The last one: {said}.", said=proof_state), hint])
    return Action(PROVE, T("Prove with traffic"), what, prove, hint)


def _let_in(owner: Owner, room: monitor.Room) -> list[Action]:
    """Offers to admit users' pods where kubeadm's taint keeps them away from this server."""
    if not room.kept:
        return []
    what = T("take kubeadm's taint off this server")
    act = T("Let ordinary pods in")
    return [Action(LET_IN, act, what, lambda: owner.review_with(AS_IT_IS, True), LET_IN_HINT)]


def _next(owner: Owner) -> Action:
    saving = Saving(
        T("Where shall the answers for the next node be saved? Only root will be able to read it."),
        "/root/worker.toml",
        lambda path, replace: monitor.save_for_next(path, replace=replace),
        (
            T("It makes a worker with the sources and options of this node. It holds no secret."),
            T("There: tui-installer apply --answers FILE --join FILE2, or Answers file on Start."),
        ),
    )
    return Action(
        NEXT,
        T("Answers for next node..."),
        T("a file that makes the next server a worker"),
        lambda: owner.over(Save(saving)),
        T("Without name, card and address: those are the next server's own. It holds no secret."),
    )
