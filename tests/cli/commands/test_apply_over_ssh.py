"""`apply` over ssh: what it says and asks before it changes the card of the line."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import click
import pytest

from tests.support.calls import EN, answers, order, start
from tests.support.machine import Fake
from tui_installer.cli.commands import apply
from tui_installer.exits import ExitCode
from tui_installer.model.facts import Managed, NetworkManager


@pytest.mark.parametrize("as_json", [False, True])
def test_over_ssh_apply_says_that_the_line_ends(
    machine: Fake,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    as_json: bool,
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.168.40.1 51512 192.168.40.180 22")
    start(machine, monkeypatch, {"kind": "run-ended", "outcome": "done"})
    path = answers(machine, "address = '192.168.40.99/24'\ngateway = '192.168.40.2'\n")
    assert apply.run(EN, order(path, as_json=as_json)) == ExitCode.DONE
    said = "this ssh line ends when ens33 gets its new address; connect again to 192.168.40.99"
    told = capsys.readouterr()
    assert said in (told.err if as_json else told.out)
    assert (said in told.out) is not as_json


@pytest.mark.parametrize(
    ("line", "given", "questions"),
    [
        ("192.168.40.1 51512 192.168.40.180 22", "192.168.40.180/24'\ngateway = '192.168.40.1'", 2),
        ("192.168.40.1 51512 192.168.40.180 22", "192.168.40.180/24'\ndns = ['223.5.5.5']", 2),
        ("192.168.40.1 51512 192.168.40.180 22", "192.168.40.180/24'", 1),
        ("8.8.8.8 51512 10.9.9.9 22", "192.168.40.180/24'\ngateway = '192.168.40.1'", 2),
        ("10.9.9.1 51512 10.9.9.9 22", "192.168.40.99/24'\ngateway = '192.168.40.2'", 1),
        ("", "192.168.40.99/24'\ngateway = '192.168.40.2'", 1),
    ],
)
def test_apply_asks_once_more_before_the_card_of_the_line_changes(
    machine: Fake,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    line: str,
    given: str,
    questions: int,
) -> None:
    asked: list[str] = []
    machine.set(NetworkManager({"ens33": Managed("connected", "a", "192.168.40.2")}))
    monkeypatch.setenv("SSH_CONNECTION", line)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(click, "confirm", lambda text, **_: asked.append(text))
    start(machine, monkeypatch, {"kind": "run-ended", "outcome": "done"})
    path = answers(machine, f"address = '{given}\n")
    assert apply.run(EN, order(path, yes=False)) == ExitCode.DONE
    assert asked[-1] == "Start?"
    assert len(asked) == questions
    assert ("Your ssh line goes over ens33" in capsys.readouterr().out) is (questions == 2)
