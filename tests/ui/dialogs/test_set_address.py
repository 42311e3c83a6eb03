"""The node's address on its page: kept, made fixed, or another one asked for in a dialog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.machine import Fake
from tests.support.screens.fits import fits, keeps_focus_and_text, made_by_kubeadm
from tests.support.screens.stage import Stage, stage
from tests.ui.pages.test_node import ENS33, ENS34, ENS35, PAGE, network
from tui_installer.host import neighbours
from tui_installer.model.address import Neighbour
from tui_installer.model.facts import Managed, NetworkManager, Route
from tui_installer.model.text import T
from tui_installer.session import Session
from tui_installer.ui.dialogs.set_address import SetAddress

pytestmark = pytest.mark.anyio
FIX = (*PAGE, "up", "right")
ASK = (*PAGE, "right", "right", "enter")
DNS = ("192.168.40.2",)
SSH = {"SSH_CONNECTION": "192.168.40.1 51512 192.168.40.180 22"}
Answer = Callable[[Neighbour], list[tuple[str, str]]]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """What the network says when it is asked for an address; gives the questions."""
    asked: list[tuple[str, str]] = []

    def says(found: Neighbour) -> list[tuple[str, str]]:
        def ask(card: str, address: str) -> Neighbour:
            asked.append((card, address))
            return found

        monkeypatch.setattr(neighbours, "ask", ask)
        return asked

    return says


def dialog(play: Stage) -> SetAddress:
    found = play.app.screen
    assert isinstance(found, SetAddress)
    return found


async def type_address(play: Stage, address: str) -> None:
    dialog(play).address.put(address)
    await play.settle()


async def press_take(play: Stage) -> None:
    await play.press("down", "down", "down", "enter")


def said(play: Stage) -> str:
    """The sentences of the screen without the frame of the dialog and its breaks."""
    rows = [row.split("\u2502") for row in play.text.splitlines()]
    return " ".join(" ".join(row[1] if len(row) > 2 else row[0] for row in rows).split())


async def test_the_address_of_now_is_made_fixed_and_left_again(machine: Fake) -> None:
    machine.set(network(replace(ENS33, dhcp=True)))
    async with stage() as play:
        await play.press(*FIX)
        assert "(*) make it fixed   192.168.40.180/24, gateway 192.168.40.2" in play.text
        assert "no interruption; DNS 192.168.40.2" in play.text
        node = play.app.session.draft.answers.node
        assert node.address == "192.168.40.180/24"
        assert (node.gateway, node.dns) == ("192.168.40.2", ("192.168.40.2",))
        # Another language changes nothing else.
        await keeps_focus_and_text(play)
        await play.press("left", "enter")
        assert "(*) leave as it is" in play.text
        assert "[> Next <]" in play.text
        node = play.app.session.draft.answers.node
        assert (node.address, node.gateway, node.dns) == ("", "", ())


async def test_another_card_takes_no_address_of_the_first(machine: Fake) -> None:
    machine.set(network(ENS33, ENS34))
    async with stage() as play:
        await play.press(*FIX, "up", "right")
        assert "(*) ens34" in play.text
        assert "(*) leave as it is" in play.text
        assert play.app.session.draft.answers.node.address == ""


async def test_another_address_is_asked_for_first(machine: Fake, answer: Answer) -> None:
    asked = answer(Neighbour(taken=False))
    machine.set(network(ENS33))
    async with stage() as play:
        await play.press(*ASK)
        assert "Which address shall ens33 keep?" in play.text
        assert "The address of now: it is kept" in said(play)
        assert all("[192.168.40.180/24 " in text for text in await fits(play))
        await type_address(play, "192.168.40.99/24")
        await press_take(play)
        assert asked == [("ens33", "192.168.40.99")]
        assert "(*) make it fixed   192.168.40.99/24, gateway 192.168.40.2" in play.text
        assert "instead of 192.168.40.180; DNS 192.168.40.2" in play.text
        assert "gets: 192.168.40.99  master01" in play.text
        # The title says what is, and the way on is one key away.
        assert "192.168.40.180  2/7" in play.rows[0]
        assert "[> Next <]" in play.text
        assert play.app.session.draft.values["node.dns"] == ["192.168.40.2"]


async def test_an_address_that_answers_is_refused_with_its_mac(
    machine: Fake, answer: Answer
) -> None:
    answer(Neighbour(taken=True, mac="00:50:56:c0:00:08"))
    machine.set(network(ENS33))
    async with stage() as play:
        await play.press(*ASK)
        await type_address(play, "192.168.40.1/24")
        await press_take(play)
        assert "Another machine has this address already: its MAC is 00:50:56:c0:00:08." in said(
            play
        )
        assert "FAIL" in play.text
        await press_take(play)
        assert dialog(play).address.box.has_focus, "not by trying again"
        # Another address is another question.
        answer(Neighbour(taken=False))
        await type_address(play, "192.168.40.3/24")
        await press_take(play)
        assert play.app.session.draft.values["node.address"] == "192.168.40.3/24"


async def test_what_is_unknown_is_said_and_can_be_taken_by_a_second_press(
    machine: Fake, answer: Answer
) -> None:
    answer(Neighbour(taken=None, why=T("arping is not here")))
    machine.set(network(ENS33))
    async with stage() as play:
        await play.press(*ASK)
        await type_address(play, "10.1.2.3/24")
        dialog(play).gateway.put("10.1.2.1")
        await press_take(play)
        assert "is unknown: arping is not here. Press again to take it." in said(play)
        await play.press("enter")
        assert play.app.session.draft.values["node.address"] == "10.1.2.3/24"
        assert play.app.session.draft.values["node.gateway"] == "10.1.2.1"


# What is typed into which field, what is said of it, and what Enter puts in its place.
REFUSED = (
    ("address", "192.168.40.99", "The length of the network belongs", "192.168.40.99/24"),
    ("address", "192.168.40.0/24", "stands for the network itself", ""),
    ("address", "192.168.40.255/24", "stands for the network itself", ""),
    ("address", "127.0.0.1/8", "an address that a card can have", ""),
    ("address", "224.0.0.1/24", "an address that a card can have", ""),
    ("address", "centos", "an IPv4 address with its prefix length", ""),
    ("address", "", "An address with its prefix length", "192.168.40.180/24"),
    ("gateway", "192.168.41.1", "inside of 192.168.40.0/24", "192.168.40.1"),
    ("gateway", "192.168.40.180", "the address of another machine", "192.168.40.1"),
    ("gateway", "x", "an IPv4 address", "192.168.40.1"),
    ("servers", "223.5.5.5 dns.example.org", "dns.example.org is no address", ""),
    ("servers", "::1", "::1 is no address", ""),
)


async def test_every_refused_value_says_why(machine: Fake) -> None:
    machine.set(network(ENS33))
    async with stage() as play:
        await play.press(*ASK)
        for name, typed, why, offer in REFUSED:
            field = getattr(dialog(play), name)
            before = field.value
            field.box.focus()
            field.put(typed)
            await play.settle()
            assert not field.good, typed
            assert why in said(play), typed
            await play.press("enter")
            assert field.value == (offer or typed)
            field.put(before)
            await play.settle()


async def test_a_refused_field_keeps_the_dialog_open_and_escape_changes_nothing(
    machine: Fake, answer: Answer
) -> None:
    asked = answer(Neighbour(taken=True))
    machine.set(network(ENS33))
    async with stage() as play:
        await play.press(*ASK)
        dialog(play).gateway.put("192.168.41.1")
        await press_take(play)
        assert dialog(play).gateway.box.has_focus
        assert "node.address" not in play.app.session.draft.values
        await type_address(play, "192.168.40.99/24")
        await play.press("escape")
        assert "node.address" not in play.app.session.draft.values
        assert "[> Set an address... <]" in play.text
        # The address of now needs no question.
        await play.press("enter")
        await press_take(play)
        assert play.app.session.draft.values["node.address"] == "192.168.40.180/24"
        assert asked == []


async def test_over_ssh_it_is_said_that_the_line_ends(machine: Fake, answer: Answer) -> None:
    answer(Neighbour(taken=False))
    machine.set(network(ENS33, ENS34))
    async with stage(session=Session(SSH)) as play:
        await play.press(*FIX)
        assert "no interruption" in play.text
        await play.press("down", "right", "right", "enter")
        await type_address(play, "192.168.40.99/24")
        assert "Your ssh line ends" in said(play)
        assert "connect again to 192.168.40.99" in said(play)
        await press_take(play)
        assert "your ssh line ends" in play.text
        await play.press("up")
        assert "Connect again to 192.168.40.99" in said(play)


async def test_review_says_it_before_the_start(machine: Fake) -> None:
    session = Session(SSH)
    session.set("node.address", "192.168.40.99/24")
    async with stage(session=session) as play:
        play.app.go("preflight")
        await play.settle()
        play.app.turn("preflight", 1)
        await play.settle()
        assert "Review" in play.rows[0]
        assert "connect again to 192.168.40.99" in said(play)
        await play.press("tab")
        assert "[> Start installation <]" in play.text
        assert "connect again to 192.168.40.99" in said(play)


async def test_a_line_to_another_card_stays(machine: Fake, answer: Answer) -> None:
    answer(Neighbour(taken=False))
    machine.set(network(ENS33, ENS34))
    session = Session({"SSH_CONNECTION": "10.0.0.1 51512 10.0.0.5 22"})
    async with stage(session=session) as play:
        await play.press(*ASK)
        await type_address(play, "192.168.40.99/24")
        assert "ssh" not in play.text


async def test_without_any_address_the_focus_is_where_one_is_asked_for(
    machine: Fake, answer: Answer
) -> None:
    answer(Neighbour(taken=None, why=T("no reply")))
    machine.set(network(ENS35, default=""))
    async with stage() as play:
        await play.press(*PAGE)
        assert "[> Set an address... <]" in play.text
        assert "ens35 has no IPv4 address" in play.text
        await play.press("enter")
        await type_address(play, "192.168.40.99/24")
        await press_take(play)
        await play.press("enter")
        assert "(*) make it fixed   192.168.40.99/24, no gateway" in play.text
        assert "gets: 192.168.40.99" in play.text
        await play.press("enter")
        assert "Mirrors" in play.rows[0]


async def test_a_node_of_a_cluster_keeps_its_address(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by_kubeadm(monkeypatch)
    machine.set(network(ENS33))
    async with stage() as play:
        play.app.go("node")
        await play.settle()
        await play.press("right", "right", "enter")
        await type_address(play, "192.168.40.99/24")
        assert "made this node with 192.168.40.180" in said(play)
        await play.press("enter")
        assert dialog(play).address.value == "192.168.40.180/24"
        await press_take(play)
        assert play.app.session.draft.values["node.address"] == "192.168.40.180/24"


async def test_the_only_way_out_keeps_its_gateway_and_a_name_server(machine: Fake) -> None:
    machine.set(network(ENS33))
    machine.set(NetworkManager({"ens33": Managed("connected", "a", "192.168.40.2", DNS)}))
    async with stage() as play:
        await play.press(*ASK, "down")
        dialog(play).gateway.put("")
        await play.settle()
        assert "ens33 is the only way out of this machine." in said(play)
        await play.press("down")
        dialog(play).servers.put("")
        await play.settle()
        assert "Nothing else brings a name server" in said(play)
        assert "Offered: 192.168.40.2." in said(play)
        await play.press("down", "enter")
        assert dialog(play).gateway.box.has_focus, "it is not taken"
        await play.press("enter", "down", "enter", "down", "enter")
        node = play.app.session.draft.answers.node
        assert (node.gateway, node.dns) == ("192.168.40.2", DNS)


async def test_an_empty_gateway_is_right_where_another_card_leads_out_or_none_does(
    machine: Fake,
) -> None:
    two = replace(network(ENS33, ENS34), routes=(Route("0.0.0.0/0", "ens34"),))
    for found, words in (
        (two, "Empty: ens34 is the way out of this machine."),
        (network(ENS33, default=""), "Empty, as it is now: nothing leads out of this network."),
    ):
        machine.set(found)
        async with stage() as play:
            await play.press(*ASK, "down")
            dialog(play).gateway.put("")
            await play.settle()
            assert words in said(play)
            await play.press("down", "down", "enter")
            assert play.app.session.draft.answers.node.gateway == ""
            assert "[> Next <]" in play.text
            await play.press("enter")
            assert "Mirrors" in play.rows[0]


async def test_what_a_file_answers_is_not_gone_on_with_either(machine: Fake) -> None:
    machine.set(network(ENS33))
    session = Session({})
    session.set("node.address", "192.168.40.180/24")
    session.set("node.gateway", "")
    async with stage(session=session) as play:
        play.app.go("node")
        await play.settle()
        assert "[> Set an address... <]" in play.text
        assert "its address has no gateway" in said(play)
        await play.press("left", "left", "enter")
        assert "Node" in play.rows[0]


async def test_the_networks_of_the_cluster_keep_away_from_the_new_address(machine: Fake) -> None:
    session = Session({})
    session.set("node.address", "10.244.0.5/16")
    async with stage(session=session) as play:
        assert play.app.session.draft.value("cluster.pod_subnet") == "172.20.0.0/16"
        session.set("cluster.pod_subnet", "10.244.0.0/16")
        play.app.go("cluster")
        await play.settle()
        assert "overlaps 10.244.0.0/16" in play.text
