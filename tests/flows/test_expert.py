"""Somebody who changes every value, and reads every command first; and every way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.rehearsal import PAGES, rehearsal
from tui_installer.host import runs
from tui_installer.host.machine import at, here
from tui_installer.model import places
from tui_installer.model.answers_file import parse

pytestmark = pytest.mark.anyio


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
        await play.button("Start installation")
        await play.page("Run")
        await play.page("Done")
        answers = parse(at(places.ANSWERS).read_bytes()).values
        assert answers["node.hostname"] == "api7"
        assert answers["cluster.calico_mode"] == "bgp"
        assert answers["cluster.pods_on_control_plane"] is True
        run = runs.latest()
        assert run is not None
        assert runs.state(run).outcome == "done"
        kubeadm = (here().root / "etc/tui-installer/kubeadm-config.yaml").read_text()
        assert "172.20.0.0/16" in kubeadm
