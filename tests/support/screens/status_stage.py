"""A node that a run has made, on its Status screen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.journals import Tape
from tests.support.machine import Fake
from tests.support.screens import nodes
from tests.support.screens.watching import Watch, lay, watch
from tui_installer.host import tokens
from tui_installer.model.plan import Plan


def healthy(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a healthy control plane with one token."""
    machine.status, machine.tokens = nodes.node(nodes.proved()), [nodes.token()]
    monkeypatch.setattr(tokens, "live", nodes.token)
    monkeypatch.setattr(tokens, "pins", lambda: (f"sha256:{'c' * 64}",))


def at(play: Watch, seconds: float = 0) -> None:
    """Sets the clock to that many seconds after the first look."""
    play.session.tending.now = lambda: nodes.NOW + timedelta(seconds=seconds)


def stage(
    machine: Fake, *topics: Any, role: str = "first-control-plane", plan: Plan | None = None
) -> Any:
    """Watches a node that this program has made."""
    machine.status = nodes.node(nodes.proved(), *topics, role=role, plan=plan)
    lay(Tape.done(role, "calico"))
    return watch()


async def again(play: Watch) -> None:
    """Reads the node again, at the time of the story."""
    at(play)
    await play.press("ctrl+r")
