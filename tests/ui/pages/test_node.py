from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.support.machine import Fake
from tests.support.screens.fits import fits, keeps_focus_and_text, made_by_kubeadm
from tests.support.screens.stage import Stage, stage, until
from tui_installer.model.answers import WORKER
from tui_installer.model.facts import HostName, Network, Nic
from tui_installer.session import Session
from tui_installer.text.measure import width
from tui_installer.ui.pages.node import NodePage

pytestmark = pytest.mark.anyio
PAGE = ("@node",)
NAME = ("enter", "enter", "up", "up", "up", "up")
ENS33 = Nic(
    "ens33",
    ("192.168.40.180/24", "192.168.40.181/24"),
    speed=1000,
    driver="e1000",
    mac="00:0c:29:3e:5a:11",
)
ENS34 = Nic("ens34", ("10.0.0.5/24",), speed=10000, driver="virtio_net")
ENS35 = Nic("ens35", link=False)
DOCKER0 = Nic("docker0", ("172.17.0.1/16",), software=True)


def network(*nics: Nic, default: str = "ens33") -> Network:
    gateway = "192.168.40.2" if default else ""
    return Network(nics, (), default, ("192.168.40.2",), gateway)


async def type_name(play: Stage, name: str) -> None:
    """Into the empty box, at once: a key for each would take seconds."""
    page = play.app.screen
    assert isinstance(page, NodePage)
    page.name_field.put(name[:-1])
    await play.press(name[-1])


async def test_a_stock_machine_passes_with_enter(machine: Fake) -> None:
    machine.set(network(ENS33, ENS34, ENS35, DOCKER0))
    async with stage() as play:
        await play.press(*["enter"] * 2)
        assert "(*) ens33     192.168.40.180/24  up 1000M   e1000       1500  default" in play.text
        assert "( ) ens35     -                  no cable   -           1500  no addr" in play.text
        assert "not for choice, made by software: docker0" in play.text
        assert "because the default route (192.168.40.2) goes through it" in play.text
        assert "Its address   (*) leave as it is  ok      192.168.40.180/24" in play.text
        assert "gets: 192.168.40.180  master01" in play.text
        assert "[> Next <]" in play.text
        assert all("virtio_net  1500" in text for text in await fits(play))
        await play.press("enter")
        assert "Mirrors" in play.rows[0]
        assert play.app.session.draft.values == {"node.role": "first-control-plane"}


async def test_a_name_of_every_machine_is_replaced(machine: Fake) -> None:
    machine.set(HostName("localhost.localdomain", "localhost.localdomain"))
    async with stage() as play:
        await play.press(*PAGE)
        assert "[k8s-master " in play.text
        await play.press("escape", "down", "enter")
        assert "[k8s-node-180 " in play.text


REFUSED = (
    ("Master", "no capital letters", "master"),
    ("centos_master", 'Kubernetes refuses "_"', "centos-master"),
    ("a b", "Kubernetes refuses a blank", "a-b"),
    ("主机1", 'Kubernetes refuses "主"', "1"),
    ("master-", "ends with a letter or digit", "master"),
    ("-a", "begins and ends with a letter", "a"),
    ("a..b", "begins and ends with a letter", "a.b"),
    ("x" * 64, "at most 63 characters", "x" * 63),
    (
        ".".join(["x" * 60] * 5),
        "at most 253 characters; these are 304",
        ("x" * 60 + ".") * 4 + "x" * 9,
    ),
    ("localhost", "the name of every machine", "master01"),
    ("localhost.localdomain", "the name of every machine", "master01"),
    ("LOCALHOST", "no capital letters", "master01"),
    ("___", 'Kubernetes refuses "_"', "master01"),
)


async def test_every_refused_name_comes_with_an_offer(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*NAME)
        for typed, reason, offer in REFUSED:
            play.app.session.unset("node.hostname")
            await type_name(play, typed)
            assert "FAIL    see below" in play.text, typed
            assert reason in " ".join(play.text.split()), typed
            assert "Offered:" in play.text
            assert "gets its line when the name is right" in play.text
            # Enter takes the offer, and goes no further yet.
            await play.press("enter")
            assert "FAIL" not in play.text
            assert play.app.session.draft.value("node.hostname") == offer
            assert "> Node name" in play.text


async def test_next_is_refused_while_the_name_is(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*NAME, "_", "down", "down", "down", "down", "down")
        assert "[> Next <]" in play.text
        # The hint follows the focus, and is drawn a moment after it.
        await until(play, 'Kubernetes refuses "_"')
        await play.press("ctrl+r")
        assert 'Kubernetes refuses "_"' in play.text, "a look puts no suggestion in its place"
        await play.press("enter")
        assert "> Node name" in play.text


async def test_a_deleted_name_is_no_answer_and_a_typed_one_is_kept(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*NAME, "end", *["backspace"] * 8)
        assert "A node needs a name. Offered: master01." in play.text
        assert "node.hostname" not in play.app.session.draft.values
        # Another language changes nothing else.
        await keeps_focus_and_text(play)
        await play.press("enter", "end", "x", "escape", "enter")
        assert "[master01x " in play.text
        assert "ok      typed" in play.text
        await play.press("ctrl+r")
        assert "[master01x " in play.text


async def test_another_card_is_taken_by_enter_and_leads_on(machine: Fake) -> None:
    machine.set(network(ENS33, ENS34))
    async with stage() as play:
        await play.press(*PAGE, "up", "up", "right")
        assert "[> Next <]" not in play.text
        assert "(*) ens34" in play.text
        assert "ens34 is chosen: typed." in play.text
        assert "gets: 10.0.0.5  master01" in play.text
        assert play.rows[0].endswith("10.0.0.5  2/7")
        # On to what becomes of its address, and from there to Next.
        await play.press("enter")
        assert "Its address > (*) leave as it is" in play.text
        await play.press("enter")
        assert "[> Next <]" in play.text


async def test_what_is_thought_of_a_card_and_its_address_is_in_the_hint(machine: Fake) -> None:
    machine.set(network(ENS33))
    async with stage() as play:
        await play.press(*PAGE, "up", "up")
        said = " ".join(play.text.split())
        assert "MAC 00:0c:29:3e:5a:11; further addresses: 192.168.40.181/24" in said
        machine.set(network(replace(ENS33, dhcp=True)))
        await play.press("ctrl+r")
        assert "Its address   (*) leave as it is  warn    by DHCP: it may change" in play.text
        assert "reserve this one in the DHCP server" in " ".join(play.text.split())
        # The one of every machine in VirtualBox.
        machine.set(network(replace(ENS33, addresses=("10.0.2.15/24",), dhcp=True)))
        await play.press("ctrl+r")
        assert "Its address   (*) leave as it is  warn" in play.text
        assert "every VirtualBox machine has this address" in play.text


async def test_a_card_that_loses_its_address(machine: Fake) -> None:
    machine.set(network(ENS33, ENS34))
    async with stage() as play:
        await play.press(*PAGE)
        assert "[> Next <]" in play.text
        machine.set(network(replace(ENS33, addresses=(), link=False), ENS34))
        page = play.app.screen
        assert isinstance(page, NodePage)
        page.look()
        await play.settle()
        assert "> (*) ens33" in play.text
        assert "Its address   (*) leave as it is  FAIL    ens33 has no IPv4 address" in play.text
        assert "gets no line without an address" in play.text
        assert "Plug the cable in" in " ".join(play.text.split())
        await play.press("down", "down")
        assert "[> Next <]" in play.text
        # Looked at again, it has nothing new to say; who has come back to Next stays there.
        page.look()
        await play.settle()
        assert "[> Next <]" in play.text
        await play.press("enter")
        assert "Node" in play.rows[0]
        # Another one, and on.
        await play.press("right", "enter", "enter", "enter")
        assert "Mirrors" in play.rows[0]


async def test_a_look_that_comes_in_between_takes_no_choice_back(machine: Fake) -> None:
    machine.set(network(ENS33, ENS34))
    async with stage() as play:
        await play.press(*PAGE)
        page = play.app.screen
        assert isinstance(page, NodePage)
        page.cards.take(1)
        page.surveyed()
        await play.settle()
        assert play.app.session.draft.interface == "ens34"
        assert page.cards.value == "ens34"


async def test_a_card_without_an_address_leads_on_only_with_one(machine: Fake) -> None:
    machine.set(network(ENS33, ENS35))
    async with stage() as play:
        await play.press(*PAGE, "up", "up", "right")
        assert "(*) ens35" in play.text
        assert "give it one with [Set an address...]" in " ".join(play.text.split())
        await play.press("down", "down", "enter")
        assert "Node" in play.rows[0]
        assert "Mirrors" not in play.rows[0]


RULES: tuple[tuple[tuple[Nic, ...], str], ...] = (
    ((ENS35, ENS34), "ens34 is chosen because it has an address"),
    ((ENS35, replace(ENS35, name="ens36", link=True)), "ens36 is chosen because it has a cable"),
    ((ENS35,), "No card has a cable or an address."),
    ((DOCKER0,), "no network card that can be chosen"),
    ((), "no network card that can be chosen"),
)


async def test_the_rule_that_chose(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*PAGE)
        for nics, why in RULES:
            machine.set(network(*nics, default=""))
            await play.press("ctrl+r")
            assert why in play.text


async def test_no_card_at_all_stops_here(machine: Fake) -> None:
    machine.set(network(default=""))
    async with stage() as play:
        await play.press(*PAGE, "enter", "space", "up", "down", "down", "enter")
        assert "Node" in play.rows[0]


async def test_a_card_of_an_answers_file_that_is_not_here(machine: Fake) -> None:
    session = Session({})
    session.set("node.interface", "eth7")
    async with stage(session=session) as play:
        await play.press(*PAGE)
        assert "This machine has no card eth7." in play.text
        await play.press("enter", "enter", "enter")
        assert "Mirrors" in play.rows[0]


async def test_more_cards_than_rows(machine: Fake) -> None:
    nics = [Nic(f"eth{n}", (f"10.0.{n}.1/24",)) for n in range(12)]
    machine.set(network(*nics, default="eth9"))
    async with stage() as play:
        await play.press(*PAGE, "up", "up")
        assert "> (*) eth9" in play.text
        assert "^ ( ) eth6" in play.text
        await play.press(*["left"] * 9)
        assert "> (*) eth0" in play.text
        assert "v ( ) eth3" in play.text
        assert "gets: 10.0.0.1" in play.text


async def test_name_and_card_of_a_node_that_kubeadm_made_stay(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by_kubeadm(monkeypatch)
    async with stage() as play:
        play.app.go("node")
        await play.settle()
        await play.press("up", "up", "right")
        assert "(*) ens33" in play.text
        assert "(-) ens34" in play.text
        assert "made this node with ens33" in play.text
        await play.press("up", "end", "x")
        assert "made this node with master01" in play.text
        await play.press("enter")
        assert "[master01 " in play.text
        assert "ok" in play.text


async def test_the_title_says_what_the_machine_becomes(machine: Fake) -> None:
    """From the second page to the last; a long name is cut, the address is not."""
    long = "a" * 59 + ".lan"
    async with stage(size=(80, 24)) as play:
        await play.press("enter")
        assert "control plane" not in play.rows[0]
        await play.press("enter")
        assert re.search(r"   Node  control plane master01 +192.168.40.180  2/7$", play.rows[0])
        await play.press("ctrl+y")
        assert re.search(r"控制平面 master01 .* 192.168.40.180  2/7$", play.rows[0])
        await play.press("ctrl+y")
        play.app.session.set("node.hostname", long)
        play.app.session.set("node.role", WORKER)
        for page in ("node", "mirrors", "join", "options", "preflight"):
            await play.press(f"@{page}")
            assert re.search(r"  worker a+~ 192.168.40.180  \d/7$", play.rows[0]), play.rows[0]
            assert width(play.rows[0]) == 80
        await play.pilot.resize_terminal(132, 43)
        await play.settle()
        assert f"worker {long} " in play.rows[0]
