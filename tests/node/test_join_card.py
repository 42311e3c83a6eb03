"""The card for the next server comes from this node's answers and the cluster's own tokens."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.machine import Fake, fake
from tui_installer.host import tokens
from tui_installer.host.machine import at
from tui_installer.host.tokens import BootstrapToken, NoTokens
from tui_installer.model import places
from tui_installer.model.answers import Answers, Cluster, Mirrors, Node
from tui_installer.model.answers_file import dump
from tui_installer.model.facts import Network, Nic
from tui_installer.model.join import parse_join
from tui_installer.model.secret import STARS, Secret
from tui_installer.model.text import T
from tui_installer.node import join_card
from tui_installer.node.join_card import NoCard

OLD = BootstrapToken(Secret("6hhzv0.0123456789abcdef"), datetime(2026, 11, 24, 2, 17, tzinfo=UTC))
NEW = BootstrapToken(Secret("newnew.0123456789abcdef"), datetime(2026, 11, 25, 2, 17, tzinfo=UTC))
PIN = f"sha256:{'c' * 64}"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    machine = fake(tmp_path, monkeypatch)
    monkeypatch.setattr(tokens, "live", lambda: OLD)
    monkeypatch.setattr(tokens, "new", lambda: NEW)
    monkeypatch.setattr(tokens, "pins", lambda: (PIN,))
    return machine


def remember(role: str = "first-control-plane", endpoint: str = "") -> None:
    answers = Answers(
        Node(role, "master01", "ens34"),
        Mirrors("aliyun", "aliyun", "aliyun", "aliyun"),
        Cluster(endpoint=endpoint),
    )
    at(places.ANSWERS).write_text(dump(answers))


def test_the_address_is_that_of_the_chosen_card(machine: Fake) -> None:
    remember()
    found = join_card.present()
    assert found is not None
    assert (found.endpoint, found.hosts, found.ends) == ("10.9.9.9:6443", "", OLD.ends)
    command = parse_join(found.card(UTC))
    assert (command.endpoint, command.token, command.ca_hashes) == (
        "10.9.9.9:6443",
        OLD.token,
        (PIN,),
    )


def test_a_name_in_front_of_the_cluster(machine: Fake) -> None:
    remember(endpoint="cluster-endpoint:6443")
    found = join_card.present()
    assert found is not None
    assert found.masked(UTC).splitlines()[:2] == [
        "# /etc/hosts needs 10.9.9.9 cluster-endpoint; ends 2026-11-24 02:17 UTC",
        f"kubeadm join 10.9.9.9:6443 --token 6hhzv0.{STARS} \\",
    ]
    assert OLD.token.reveal()[7:] not in repr(found)


def test_all_tokens_have_ended(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    remember()
    monkeypatch.setattr(tokens, "live", lambda: None)
    assert join_card.present() is None
    assert join_card.renewed().token == NEW.token
    assert join_card.renewed().ends == NEW.ends


def test_a_cluster_that_does_not_answer(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> None:
        raise NoTokens(T("the API server does not answer"))

    remember()
    monkeypatch.setattr(tokens, "live", silent)
    with pytest.raises(NoCard) as error:
        join_card.present()
    assert str(error.value.text) == "the API server does not answer"


def test_a_node_that_is_no_control_plane_of_ours(machine: Fake) -> None:
    with pytest.raises(NoCard):
        join_card.present()
    remember("worker")
    with pytest.raises(NoCard, match="print-join-command"):
        join_card.renewed()


def test_a_card_without_an_address(machine: Fake) -> None:
    remember()
    machine.set(Network((Nic("ens33", ("192.168.40.180/24",)),), (), "ens33"))
    with pytest.raises(NoCard, match="ens34"):
        join_card.present()


def test_a_saved_card_is_its_owners_alone(machine: Fake) -> None:
    remember()
    found = join_card.present()
    assert found is not None
    path = machine.folder / "join.txt"
    join_card.save(str(path), found.card(UTC))
    assert path.stat().st_mode & 0o777 == 0o600
    assert parse_join(path.read_text()).token == OLD.token
