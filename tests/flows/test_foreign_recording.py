"""A recording from somebody else that says that a run on it is not finished: the screens open there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.rehearsal import rehearsal
from tui_installer.host import runs, set_aside
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.answers import from_flat
from tui_installer.model.request import Request
from tui_installer.rehearsal import recording
from tui_installer.runs import view

pytestmark = pytest.mark.anyio
RUN = "r0001-20261125T080000Z"


def hostile(outside: Path, where: str) -> dict[str, Any]:
    """A request that leads out of the rehearsal's folder."""
    told = Request(from_flat({"node.role": "worker", "node.interface": "ens33"})).public()
    upwards = f"/../../../../../../..{outside}/made"
    if where == "card":
        told["answers"] |= {"node.interface": upwards, "node.address": "192.168.40.9/24"}
    else:
        told["people"] = [{"name": "ada", "uid": 0, "gid": 0, "home": upwards}]
    return told


@pytest.mark.parametrize("where", ["card", "home"])
async def test_what_it_asks_for_is_not_gone_on_with(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody works on it, and nobody has to wait to see that.
    monkeypatch.setattr(view, "GRACE", 0.0)
    outside, state = tmp_path / "outside", tmp_path / "state"
    outside.mkdir()
    told = json.loads(recording.place("fresh").read_text(encoding="utf-8"))
    started = {"kind": "run-started", "run": RUN, "steps": ["address", "kubeadm_join"]}
    told["files"] |= {
        f"/var/lib/tui-installer/{path}": {"text": [text]}
        for path, text in {
            "unfinished": RUN,
            f"runs/{RUN}/journal.jsonl": json.dumps(started),
            f"runs/{RUN}/request.json": json.dumps(hostile(outside, where)),
        }.items()
    }
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(told))
    async with rehearsal(str(path), state) as play:
        await play.until("Start the engine again")
        await play.button("Start the engine again")
        await play.when(lambda: bool(set_aside.notes()))
        assert not at(places.UNFINISHED).exists()
        assert "does not go on by itself" in str(set_aside.notes())
        run = runs.latest()
        assert run is not None
        assert [event["kind"] for event in runs.read_events(run)] == ["run-started"]
    assert list(outside.iterdir()) == []
    assert [p for p in state.rglob("*") if p.is_file()] == []
