"""Calls of a command in tests: its arguments, its end, and an engine that answers it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.machine import Fake
from tui_installer.cli.commands.apply import ApplyOrder
from tui_installer.exits import Exit
from tui_installer.host import runs
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.request import Request
from tui_installer.text.language import Language

EN = Language("en")


@dataclass(frozen=True)
class Ended:
    """The end of one call of the program."""

    code: int
    out: str
    err: str


Call = Callable[..., Ended]


TOKEN = "69eg2e.ocvsmlyx9u31mvue"


JOIN = (
    f"kubeadm join 10.77.0.31:6443 --token {TOKEN} --discovery-token-ca-cert-hash sha256:{'8' * 64}"
)


def answers(machine: Fake, rest: str = "", role: str = "first-control-plane") -> Path:
    path = machine.folder / "node.toml"
    path.write_text(f'[node]\nrole = "{role}"\n{rest}')
    return path


def order(path: Path, **rest: Any) -> ApplyOrder:
    whole = {"join": None, "accept": (), "yes": True, "detach": False, "as_json": False}
    return ApplyOrder(path, **{**whole, **rest})


def ends(call: Callable[[], int]) -> tuple[int, str]:
    """Returns the exit code, and the sentence that goes with it."""
    try:
        return call(), ""
    except Exit as end:
        return end.code, str(end.text or "")


def start(machine: Fake, monkeypatch: pytest.MonkeyPatch, *events: dict[str, Any]) -> list[Request]:
    """Installs an engine that writes these events as soon as it is started; returns the requests it gets."""
    seen: list[Request] = []

    def engine() -> str:
        asked = runs.asked()
        assert asked is not None
        seen.append(asked)
        run = at(places.RUNS) / "20261123T101212Z"
        run.mkdir(exist_ok=True)
        rows = [{"kind": "run-started", "run": run.name, "steps": []}, *events]
        with (run / "journal.jsonl").open("a") as file:
            file.writelines(
                json.dumps({"version": 1, "t": "2026-11-23T10:12:12.000Z", **row}) + "\n"
                for row in rows
            )
        if events:
            at(places.REQUEST).unlink()
        return ""

    monkeypatch.setattr(machine, "start_engine", engine)
    return seen
