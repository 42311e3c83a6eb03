"""The card works in a shell and in this program, and shows no secret on the screen."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tui_installer.model.answers import Answers, Cluster
from tui_installer.model.join import JoinCommand, take_apart
from tui_installer.model.pasted_text import masked
from tui_installer.model.secret import STARS, Secret
from tui_installer.render.card import card, entrance

TOKEN = "6hhzv0.0123456789abcdef"
PIN = "sha256:c493a5cac13388995e491807f0f82a2927bbdb53ce7ee1a15f2ef23c14571f0d"
CST = timezone(timedelta(hours=8), "CST")
ENDS = datetime(2026, 11, 24, 2, 17, 33, tzinfo=UTC)
CARD = card(
    "192.168.40.180:6443", Secret(TOKEN), [PIN], "192.168.40.180 cluster-endpoint", ENDS, CST
)


def test_the_card() -> None:
    assert masked(CARD).splitlines() == [
        "# /etc/hosts needs 192.168.40.180 cluster-endpoint; ends 2026-11-24 10:17 CST",
        f"kubeadm join 192.168.40.180:6443 --token 6hhzv0.{STARS} \\",
        " --discovery-token-ca-cert-hash \\",
        f" {PIN}",
    ]
    assert all(len(line) < 80 for line in CARD.splitlines())


def test_the_card_of_a_cluster_without_a_name() -> None:
    plain = card("192.168.40.180:6443", Secret(TOKEN), [PIN], "", ENDS, UTC)
    assert plain.startswith("# ends 2026-11-24 02:17 UTC\nkubeadm join ")
    forever = card("192.168.40.180:6443", Secret(TOKEN), [PIN], "", None, UTC)
    assert forever.startswith("# never ends\n")


@pytest.mark.parametrize(
    "zone",
    [
        CST,
        UTC,
        ZoneInfo("Asia/Shanghai"),
        ZoneInfo("America/New_York"),
        ZoneInfo("Asia/Dubai"),
        timezone(timedelta(hours=-3, minutes=-30)),
        timezone(timedelta(hours=5), "+05"),
    ],
)
@pytest.mark.parametrize("hosts", ["", "192.168.40.180 master.lab"])
@pytest.mark.parametrize("pins", [1, 2])
def test_what_is_on_the_card_is_read_from_it(zone: tzinfo, hosts: str, pins: int) -> None:
    hashes = (PIN, f"sha256:{'0' * 64}")[:pins]
    parts = take_apart(card("192.168.40.180:6443", Secret(TOKEN), hashes, hosts, ENDS, zone), zone)
    assert parts.command == JoinCommand("192.168.40.180:6443", Secret(TOKEN), hashes)
    assert parts.card.hosts == hosts
    assert parts.card.ends == ENDS.replace(second=0)


def test_a_card_from_another_zone_that_says_its_distance() -> None:
    text = card("10.0.0.1:6443", Secret(TOKEN), [PIN], "", ENDS, timezone(timedelta(hours=5)))
    assert take_apart(text).card.ends == ENDS.replace(second=0)


def test_a_card_that_never_ends() -> None:
    parts = take_apart(card("10.0.0.1:6443", Secret(TOKEN), [PIN], "10.0.0.1 a", None, UTC), UTC)
    assert (parts.card.hosts, parts.card.ends, parts.card.ends_text) == ("10.0.0.1 a", None, "")


def test_a_shell_runs_it(tmp_path: Path) -> None:
    kubeadm = tmp_path / "kubeadm"
    kubeadm.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    kubeadm.chmod(0o755)
    for shell in ("bash", "sh"):
        done = subprocess.run(
            [shell],
            input=CARD,
            env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
            text=True,
            capture_output=True,
            check=True,
        )
        assert done.stderr == ""
        assert done.stdout.split() == [
            "join",
            "192.168.40.180:6443",
            "--token",
            TOKEN,
            "--discovery-token-ca-cert-hash",
            PIN,
        ]


@pytest.mark.parametrize(
    ("endpoint", "wanted"),
    [
        ("", ("192.168.40.180:6443", "")),
        ("192.168.40.200:8443", ("192.168.40.200:8443", "")),
        (
            "cluster-endpoint:8443",
            ("192.168.40.180:6443", "192.168.40.180 cluster-endpoint"),
        ),
    ],
)
def test_where_to_join(endpoint: str, wanted: tuple[str, str]) -> None:
    assert entrance(Answers(cluster=Cluster(endpoint=endpoint)), "192.168.40.180") == wanted
