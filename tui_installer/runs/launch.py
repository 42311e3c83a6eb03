"""The launch of a run: the refusals of a preflight, the start of the engine, and the request to resume."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from enum import StrEnum

from tui_installer import assets, registry
from tui_installer.host import machine, requests, runs
from tui_installer.model import ownership
from tui_installer.model.address import moves, own_address
from tui_installer.model.answers import flat
from tui_installer.model.answers_file import Given
from tui_installer.model.change import RunCommand
from tui_installer.model.ending import Ending
from tui_installer.model.explained import Explained
from tui_installer.model.facts import Accepted, Joining, Network
from tui_installer.model.fields import hostname_problem
from tui_installer.model.join import JoinCommand
from tui_installer.model.printable import one_line
from tui_installer.model.request import Request
from tui_installer.model.text import T, Text
from tui_installer.model.way_out import carries, contested, turned
from tui_installer.preflight import completion
from tui_installer.preflight.inspection import Asked, Preflight
from tui_installer.runs.follow import Place
from tui_installer.steps.address import RESTART


class Busy(Exception):
    """Another run has started meanwhile; it can be followed."""


class NotStarted(Explained):
    """The run has not begun and nothing was changed; `text` says why."""


class NothingToResume(Exception):
    """There is no run that could be resumed."""


class Obstacle(StrEnum):
    """The kind of obstacle that stands in the way of a run."""

    FIXED = "fixed"
    CHECKS = "checks"
    JOIN = "join"


@dataclass(frozen=True)
class Refusal:
    """One reason why a run cannot begin."""

    kind: Obstacle
    text: Text


def refusals(preflight: Preflight) -> list[Refusal]:
    """Returns everything that stands in the way of this run; empty when it can begin."""
    reasons = [reason] if (reason := fixed(preflight)) else []
    if preflight.failed:
        names = ", ".join(row.check.id for row in preflight.failed)
        text = T("refused, nothing was changed; these checks fail: {names}", names=names)
        reasons.append(Refusal(Obstacle.CHECKS, text))
    name = preflight.answers.node.hostname
    if not any(row.check.id == "hostname" for row in preflight.failed) and hostname_problem(name):
        # kubeadm would refuse it as well, regardless of what a person accepts.
        text = T(
            'refused: "{name}" cannot be the name of a node; set hostname in the answers', name=name
        )
        reasons.append(Refusal(Obstacle.CHECKS, text))
    if _joins(preflight) and preflight.facts[Joining].command is None:
        text = T(
            "a worker needs its join command; on the control plane this prints it: kubeadm token create --print-join-command"
        )
        reasons.append(Refusal(Obstacle.JOIN, text))
    return reasons


def fixed(preflight: Preflight) -> Refusal | None:
    """Returns a refusal if these answers would change what kubeadm has fixed for this node."""
    keys = completion.fixed_differences(preflight.answers, preflight.facts, preflight.last)
    if not keys:
        return None
    text = T(
        "refused: {keys} cannot be changed on a node of a cluster; give the values that it was made with, only a new cluster can have others",
        keys=", ".join(keys),
    )
    return Refusal(Obstacle.FIXED, text)


def _joins(found: Preflight) -> bool:
    return any(change.joins for change in found.plan.commands)


def moved_line(preflight: Preflight, connection: str) -> Text | None:
    """Returns a warning if this run cuts the ssh connection of its caller, and says where to connect again."""
    if not moves(connection, preflight.answers, preflight.facts):
        return None
    return T(
        "this ssh line ends when {card} gets its new address; connect again to {address}, the run goes on meanwhile",
        card=preflight.answers.node.interface,
        address=own_address(preflight.answers, preflight.facts),
    )


@dataclass(frozen=True)
class AtRisk:
    """The changes of a run to the card that carries an ssh connection, and how to reconnect."""

    changed: list[Text]
    back: list[Text]


def line_at_risk(preflight: Preflight, connection: str) -> AtRisk | None:
    """Returns the risk for the ssh connection that asks for this run.

    None where there is no connection, or where its card keeps address, default route and name servers. A restart of
    network.service takes down every card; where the step is unknown, a new address may need one.
    """
    node, planned = preflight.answers.node, preflight.plan.changes_of("address")
    own = carries(connection, node.interface, preflight.facts[Network])
    why = next((p.unknown for p in preflight.plan.unknown if p.step.id == "address"), None)
    if why is not None and (own or (connection and _gets_address(preflight))):
        # The run asks again, and then acts on the answer.
        head = T(
            "The run may restart network.service, which takes down every card, that of your ssh line too:"
        )
        if own:
            head = T(
                "Your ssh line goes over {card}, and what becomes of it is not known:",
                card=node.interface,
            )
        return AtRisk([head, why], _coming_back(preflight, connection))
    every = any(isinstance(c, RunCommand) and c.argv == RESTART for c in planned)
    if not planned or not (own or (every and connection)):
        return None
    rows = [
        T(
            "{what}: {before} -> {after}",
            what=change.what,
            before=change.before or "-",
            after=change.after or "-",
        )
        for change in turned(node, preflight.facts)
    ]
    if not rows:
        return None
    if own:
        head = T("Your ssh line goes over {card}, and the run changes it:", card=node.interface)
    else:
        head = T(
            "The run restarts network.service, which takes down every card, that of your ssh line too. {card} changes:",
            card=node.interface,
        )
    if contested(node, preflight.facts):
        rows.append(T("By which card the default route leads then is not known."))
    return AtRisk([head, *rows], _coming_back(preflight, connection))


def _gets_address(found: Preflight) -> bool:
    node = found.answers.node
    nic = found.facts[Network].nic(node.interface)
    return bool(node.address) and (nic is None or node.address not in nic.addresses)


def _coming_back(preflight: Preflight, connection: str) -> list[Text]:
    back = moved_line(preflight, connection) or T(
        "the run goes on without the line; if you cannot connect again, the console of this machine shows it: tui-installer attach"
    )
    undo = [
        shlex.join(argv)
        for change in preflight.plan.changes_of("address")
        if isinstance(change, RunCommand)
        for argv in change.undo
    ]
    if not undo:
        return [back]
    return [back, T("On the console this takes it back: {commands}", commands=" && ".join(undo))]


def launch(preflight: Preflight, asked: Asked, by: str | None = None) -> Place:
    """Starts the run, and returns where its journal will begin, for `follow.wait_for_run`.

    `by` is who started it: the caller of sudo unless given. Raises Busy or NotStarted.
    """
    accepted = [row.check for row in preflight.judged if row.accepted]
    request = Request(
        preflight.answers,
        tuple(name for check in accepted for name in check.kubeadm),
        asked.people,
        asked.join,
        one_line(by or os.environ.get("SUDO_USER", "root")),
        tuple(check.id for check in accepted),
        preflight.facts[Accepted].half_made,
        asked.kind,
    )
    since = Place.now()
    try:
        requests.submit(request)
    except requests.Taken as error:
        raise Busy from error
    except OSError as error:
        text = T("nothing was changed: the request cannot be written ({why})", why=error.strerror)
        raise NotStarted(text) from error
    if why := machine.here().start_engine():
        requests.withdraw()
        raise NotStarted(
            T(
                "nothing was changed: the engine does not start ({why}); install the program "
                "with ./install.sh",
                why=why,
            )
        )
    return since


def wake() -> None:
    """Starts the engine for a waiting request, if no engine is at work. Raises NotStarted."""
    if not runs.engine_at_work() and (why := machine.here().start_engine()):
        raise NotStarted(T("the engine does not start: {why}", why=why))


def resume(join: JoinCommand | None = None) -> Asked:
    """Returns the input of the newest run, which did not end well, for a new preflight.

    Its mirrors are left open, so that the preflight can choose others where they fail. Its join command was
    deleted with its request; a worker that has not joined needs a new one. Consent to clear a cluster held
    for one that no longer exists, so a person is asked again. Raises NothingToResume.
    """
    run = runs.latest()
    request = runs.request_of(run) if run else None
    if run is None or request is None or runs.state(run).outcome == Ending.DONE:
        raise NothingToResume
    values = {k: v for k, v in flat(request.answers).items() if not _known_mirror(k, v)}
    check_ids = {check.id for check in registry.checks()} - {ownership.CHECK}
    accept = tuple(name for name in request.checks if name in check_ids)
    return Asked(Given(values), join, accept, request.people, kind=request.kind)


def _known_mirror(key: str, value: object) -> bool:
    section, _, need = key.partition(".")
    return section == "mirrors" and str(value) in assets.mirrors(need)
