"""Somebody who changes every value, and reads every command first; and what a run does while it is looked at."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.rehearsal import PAGES, Play, rehearsal
from tui_installer.host import runs
from tui_installer.host.machine import at, here
from tui_installer.model import places
from tui_installer.model.answers_file import parse

pytestmark = pytest.mark.anyio


async def in_mid_run(play: Play) -> None:
    """While a run goes on: another size, another language, log, help and leaving; it goes on all the same."""
    for width, height in ((132, 43), (60, 20), (80, 24), (80, 25)):
        await play.pilot.resize_terminal(width, height)
        await play.drawn()
        shown = play.look()
        assert "REHEARSAL" in shown
        assert ("80x24 needed" in shown) == (width == 60)
    await play.press("ctrl+y")
    assert "演练" in play.look()
    await play.press("ctrl+y")
    assert "REHEARSAL" in play.look()
    await play.press("ctrl+o")
    await play.page("Log")
    await play.press("ctrl+o", "ctrl+g")
    await play.until("Help:")
    await play.press("ctrl+g")
    await play.press("ctrl+c")
    await play.until("The rehearsal ends")
    await play.press("escape")


async def test_every_value_another_one(tmp_path: Path) -> None:
    async with rehearsal("fresh", tmp_path) as play:
        await play.until(r"\[> Begin <\]")
        await play.press("enter")
        await play.page("Role")
        await play.press("enter")
        await play.page("Node")
        await play.write("node.hostname", "api7")
        for page in PAGES[2:]:
            await play.button("Next")
            await play.page(page)
            if page == "Cluster":
                await play.write("cluster.pod_subnet", "172.20.0.0/16")
                await play.choose("cluster.calico_mode", "bgp")
                await play.choose("cluster.pods_on_control_plane", True)
            elif page == "Options":
                await play.choose("options.firewall", "open-ports")
                await play.to("options.nfs_client")
                await play.press("space")
        shown = await play.until("Nothing has been changed yet")
        assert "Firewall" in shown
        # Every command before it runs: the steps from below, each with its changes.
        await play.press("end")
        for words in ("9 Packages", "4 Firewall", "1 Host name"):
            while words not in next(r for r in play.rows if r.strip().startswith(">")):
                await play.press("up")
        await play.press("enter")
        assert "api7" in play.look()
        await play.press("escape")
        async with play.mid_run():
            await in_mid_run(play)
        done = await play.page("Done")
        assert "api7" in done
        assert "Service" in done
        # The card's secret is stars until somebody asks for it.
        assert not re.search(r"[a-z0-9]{6}\.[a-z0-9]{16}", done)
        answers = parse(at(places.ANSWERS).read_bytes()).values
        assert answers["node.hostname"] == "api7"
        assert answers["cluster.calico_mode"] == "bgp"
        assert answers["cluster.pods_on_control_plane"] is True
        run = runs.latest()
        assert run is not None
        assert runs.state(run).outcome == "done"
        kubeadm = (here().root / "etc/tui-installer/kubeadm-config.yaml").read_text()
        assert "172.20.0.0/16" in kubeadm
        ends = [e for e in runs.read_events(run) if e["kind"] == "step-ended"]
        assert {e["outcome"] for e in ends} == {"done", "nothing to do"}
        assert "api7" in (here().root / "etc/hosts").read_text()
        proof = json.loads(at(places.PROOF).read_text())
        assert proof["over"]
        assert "FAIL" not in {row["outcome"] for row in proof["rows"]}
