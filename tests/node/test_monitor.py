"""A finished node: what is said of its join tokens, what a further node takes over, its past runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.journals import Tape
from tests.support.machine import Fake, fake
from tests.support.screens import nodes
from tests.support.screens.watching import lay
from tui_installer.host import tokens
from tui_installer.host.machine import at
from tui_installer.host.tokens import BootstrapToken, NoTokens
from tui_installer.model import places
from tui_installer.model.answers import from_flat
from tui_installer.model.answers_file import parse
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T
from tui_installer.node import monitor
from tui_installer.node.monitor import TOKENS_EVERY, Tending, judge_tokens
from tui_installer.runs.view import Record

NEVER = nodes.token(None)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    return fake(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("live", "outcome", "said"),
    [
        ([], Outcome.OK, "none; a new one takes a second"),
        ([nodes.token(23)], Outcome.OK, "6hhzv0 ends in 23 h 0 min"),
        ([nodes.token(4)], Outcome.OK, "6hhzv0 ends in 4 h 0 min"),
        ([nodes.token(3.99)], Outcome.WARN, "6hhzv0 ends in 3 h 59 min; there is no other"),
        ([nodes.token(1), nodes.token(2)], Outcome.OK, "6hhzv0 ends in 2 h 0 min"),
        ([nodes.token(23), NEVER], Outcome.WARN, "6hhzv0 never ends"),
    ],
)
def test_tokens(live: list[BootstrapToken], outcome: Outcome, said: str) -> None:
    verdict = judge_tokens(live, nodes.NOW)
    assert (verdict.outcome, str(verdict.found)) == (outcome, said)
    assert "0123456789abcdef" not in repr(verdict)


def test_tokens_are_asked_for_once_a_minute(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[datetime] = []

    def alive(now: datetime) -> list[BootstrapToken]:
        asked.append(now)
        return [nodes.token()]

    monkeypatch.setattr(tokens, "alive", alive)
    machine.status, now = nodes.node(), [0.0]
    node = Tending(clock=lambda: now[0], now=lambda: nodes.NOW)
    node.look()
    now[0] = TOKENS_EVERY - 1
    seen = node.look()
    assert len(asked) == 1
    assert seen.token is not None
    node.look(everything=True)
    now[0] += TOKENS_EVERY
    node.look()
    assert len(asked) == 3


def test_a_cluster_that_does_not_answer(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(_now: datetime) -> list[BootstrapToken]:
        raise NoTokens(T("the API server does not answer"))

    monkeypatch.setattr(tokens, "alive", silent)
    machine.status = nodes.node()
    token = Tending().look().token
    assert token is not None
    assert token.outcome is Outcome.UNKNOWN


def test_tokens_are_asked_for_as_soon_as_the_cluster_answers_again(machine: Fake) -> None:
    node = Tending(clock=lambda: 0.0, now=lambda: nodes.NOW)
    machine.tokens, machine.status = [nodes.token()], nodes.silent()
    silent = node.look().token
    machine.status = nodes.node()
    spoken = node.look().token
    assert silent is not None
    assert spoken is not None
    assert (silent.outcome, spoken.outcome) == (Outcome.UNKNOWN, Outcome.OK)


def test_a_worker_is_not_asked_for_tokens(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "alive", None)
    machine.status = nodes.node(role="worker")
    assert Tending().look().token is None


def test_the_answers_of_the_next_node(machine: Fake) -> None:
    lay(Tape.done(network="calico"))
    path = machine.folder / "worker.toml"
    monitor.save_for_next(path, replace=False)
    values = parse(path.read_bytes()).values
    mine = {k: v for k, v in values.items() if k.startswith(("node.", "cluster."))}
    assert mine == {
        "node.role": "worker",
        "cluster.kubernetes": "1.25.0",
        "cluster.network": "calico",
        "cluster.calico_mode": "ipip",
    }
    assert from_flat(values).mirrors == nodes.answers().mirrors
    with pytest.raises(FileExistsError):
        monitor.save_for_next(path, replace=False)
    monitor.save_for_next(path, replace=True)


def test_past_runs_are_the_newest_first(machine: Fake) -> None:
    first, second = Tape.failed(), Tape.done()
    second.begun += timedelta(days=1)
    second.run = "20261124T101200Z"
    lay(first)
    lay(second)
    found = monitor.past_runs()
    assert [run.standing.outcome for run in found] == ["done", "failed"]
    assert [run.folder.name for run in found] == [second.run, first.run]
    assert found[1].seconds > 60


def test_a_record_stays_whatever_comes_after_it(machine: Fake) -> None:
    run = lay(Tape.failed())
    record = Record(run=run)
    record.poll()
    at(places.REQUEST).write_text("{}")
    record.poll()
    assert record.standing.outcome == "failed"
    assert record.stage == "unfinished"
    assert record.told
