from __future__ import annotations

import pytest

from tests.support.machine import Fake
from tests.support.screens.fits import fits, keeps_focus_and_text
from tests.support.screens.sources import (
    KUBERNETES,
    LIST,
    PAGE,
    bad,
    good,
    lacks,
    one_is_missing,
    row,
    silent_docker_io,
)
from tests.support.screens.stage import stage
from tui_installer import assets
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.answers import Answers, Mirrors, Node
from tui_installer.model.answers_file import dump
from tui_installer.model.facts import Network, Nic, SourceReply
from tui_installer.model.text import T
from tui_installer.session import Session

pytestmark = pytest.mark.anyio


async def test_enter_goes_on_with_the_first_good_source_of_the_table(machine: Fake) -> None:
    machine.says["centos", "tuna"] = good("centos", "tuna", 0.005)
    machine.silent = {("images", "aliyun")}
    async with stage() as play:
        await play.press(*PAGE)
        assert "5 of 5 needs have a good source." in play.text
        assert row(play, "mirrors.aliyun.com").endswith(
            "(*) ok      mirrors.aliyun.com         12 ms"
        )
        assert "(*) ok      registry.cn-hangzhou" in play.text
        answers = play.app.session.draft.answers.mirrors
        assert (answers.centos, answers.images) == ("aliyun", "hangzhou")
        assert "[> Next <]" in play.text
        await play.press("enter")
        assert "Cluster" in play.rows[0]
        assert not any(key.startswith("mirrors") for key in play.app.session.draft.values)


async def test_what_the_network_of_now_does_not_reach_stops_nobody_who_changes_it(
    machine: Fake,
) -> None:
    machine.silent = {("images", name) for name in assets.mirrors("images")}
    session = Session({})
    session.set("node.address", "192.168.40.180/24")
    session.set("node.gateway", "192.168.40.1")
    async with stage(session=session) as play:
        play.app.go("mirrors")
        await play.settle()
        assert "4 of 5 needs have a good source." in play.text
        assert "Some needs have no source on the current network." in play.text
        await play.press("enter")
        assert "Cluster" in play.rows[0]
        await play.press("escape", "up", "home", "down", "down", "down", "right")
        assert "it cannot be asked yet" in " ".join(play.text.split())
        assert session.draft.values["mirrors.images"] == list(assets.mirrors("images"))[1]
        assert "(*) unknown" in play.text


async def test_the_best_stand_first_under_their_need(machine: Fake) -> None:
    machine.says["centos", "vault"] = good("centos", "vault", 0.268)
    machine.says["centos", "ustc"] = good("centos", "ustc", 0.003)
    machine.says["centos", "aliyun"] = bad("centos", "aliyun")
    async with stage() as play:
        await play.press(*PAGE)
        hosts = [text.split()[-3] for text in play.rows[4:7]]
        assert hosts == ["mirrors.ustc.edu.cn", "mirrors.tuna.tsinghua~", "vault.centos.org"]
        assert row(play, "mirrors.aliyun.com").endswith(
            "(-) FAIL    mirrors.aliyun.com     no answer in 8 s"
        )


async def test_rows_keep_their_places_while_the_focus_is_among_them(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*LIST)
        before = [text[22:55] for text in play.rows[4:8]]
        machine.says["centos", "vault"] = good("centos", "vault", 0.001)
        machine.says["centos", "aliyun"] = bad("centos", "aliyun")
        await play.press("ctrl+r")
        after = [text[22:55] for text in play.rows[4:8]]
        assert [text[12:] for text in after] == [text[12:] for text in before]
        assert "FAIL" in after[0]
        await play.press("up", "down")
        assert play.app.focused is not None


async def test_a_hand_chooses_and_is_not_overruled(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*LIST, "home", "right")
        assert "(*) ok      mirrors.tuna" in row(play, "mirrors.tuna")
        assert "( ) ok" in row(play, "mirrors.aliyun.com")
        assert play.app.session.draft.values["mirrors.centos"] == "tuna"
        await play.press("escape", "enter")
        assert "(*) ok      mirrors.tuna" in row(play, "mirrors.tuna")


async def test_a_source_that_is_no_good_cannot_be_chosen(machine: Fake) -> None:
    machine.silent = {("centos", "vault")}
    async with stage() as play:
        await play.press(*LIST, "home", "right", "right", "right")
        assert "(-) FAIL    vault.centos.org" in row(play, "vault")
        assert "> " not in row(play, "vault"), "the pointer stays where the choice is"
        assert "It cannot be chosen" in " ".join(play.text.split())
        assert play.app.session.draft.values["mirrors.centos"] == "ustc"
        assert row(play, "mirrors.ustc").lstrip().startswith("> ")


async def test_mirrors_of_docker_io_are_ticked_in_their_order(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*LIST, "end")
        assert "[x] ok      docker.1ms.run" in row(play, "docker.1ms.run")
        await play.press("up", "space")
        urls = assets.mirrors("docker_io")
        assert play.app.session.draft.values["mirrors.docker_io"] == [urls["onems"]]
        await play.press("space")
        assert play.app.session.draft.values["mirrors.docker_io"] == [
            urls["onems"],
            urls["daocloud"],
        ]
        await play.press("space", "down", "space")
        assert play.app.session.draft.values["mirrors.docker_io"] == []
        await play.press("down", "enter")
        assert "Cluster" in play.rows[0]


async def test_calicos_images_need_a_mirror_or_docker_io_itself(machine: Fake) -> None:
    silent_docker_io(machine)
    async with stage() as play:
        await play.press(*PAGE)
        assert "4 of 5 needs" in play.text
        await play.press("end", "down", "enter")
        assert "Mirrors" in play.rows[0], "what the preflight would refuse is refused here"
        assert "docker.io itself is asked" in " ".join(play.text.split())
        await play.press("space")
        assert play.app.session.draft.values["mirrors.docker_io"] == []
        await play.press("end", "down", "enter")
        assert "Cluster" in play.rows[0]


async def test_a_mirror_without_calicos_tag_is_not_chosen(machine: Fake) -> None:
    url = assets.mirrors("docker_io")["daocloud"]
    stale = SourceReply("daocloud", url, True, ("calico/node:v3.24.5",), 0.01)
    machine.says = {("docker_io", "daocloud"): stale}
    async with stage() as play:
        await play.press(*PAGE, "up", "end")
        assert "no calico/node:v3.24.5" in " ".join(play.text.split())
        assert play.app.session.draft.answers.mirrors.docker_io == (
            assets.mirrors("docker_io")["onems"],
        )
        await play.press("down", "enter")
        assert "Cluster" in play.rows[0]


async def test_without_a_pod_network_no_mirror_of_docker_io_stops_nobody(machine: Fake) -> None:
    silent_docker_io(machine)
    async with stage() as play:
        play.app.session.set("cluster.network", "none")
        await play.press(*PAGE)
        assert "4 of 5 needs" in play.text
        await play.press("enter")
        assert "Cluster" in play.rows[0]


async def test_a_need_without_a_source_has_the_focus_and_holds_next(machine: Fake) -> None:
    one_is_missing(machine)
    async with stage() as play:
        await play.press(*PAGE)
        assert (
            "> Kubernetes packages (-) FAIL    mirrors.aliyun.com     no kubelet-1.25.0"
            in play.text
        )
        assert "4 of 5 needs" in play.text
        await play.press("end", "down")
        assert "[> Next <]" in play.text
        assert "Kubernetes packages: no source is good." in play.text
        await play.press("enter")
        assert "> Kubernetes packages" in play.text
        assert "Mirrors" in play.rows[0]


async def test_details_name_each_missing_thing_with_its_place(machine: Fake) -> None:
    machine.says["kubernetes", "aliyun"] = lacks(
        "kubernetes", "aliyun", "kubelet-1.25.0", "kubeadm-1.25.0"
    )
    machine.says["images", "aliyun"] = lacks("images", "aliyun", "etcd:3.5.4-0")
    for name in KUBERNETES[1:]:
        machine.says["kubernetes", name] = lacks("kubernetes", name, "kubelet-1.25.0")
    async with stage() as play:
        await play.press(*PAGE, "enter")
        said = play.text.replace("\n", "").replace(" ", "")
        assert (
            "kubelet-1.25.0https://mirrors.aliyun.com/kubernetes/yum/repos/kubernetes-el7-x86_64/"
            in said
        )
        assert "kubeadm-1.25.0https://" in said
        await play.press("escape", "down", "enter")
        assert "registry.aliyuncs.com/google_containers/etcd:3.5.4-0" in play.text


async def test_a_machine_that_had_a_run_is_not_held_by_its_mirrors(machine: Fake) -> None:
    given = Mirrors("aliyun", "aliyun", "aliyun", "aliyun", ("https://docker.m.daocloud.io",))
    at(places.ANSWERS).write_text(dump(Answers(Node(hostname="m1", interface="ens33"), given)))
    one_is_missing(machine)
    async with stage() as play:
        play.app.go("mirrors")
        await play.settle()
        await play.press("enter")
        assert "Cluster" in play.rows[0]


async def test_no_name_server_is_said_once(machine: Fake) -> None:
    nics = (Nic("ens33", ("192.168.40.180/24",)),)
    machine.set(Network(nics, (), "ens33", ("192.168.40.2",)))
    for need in assets.NEEDS:
        for name in assets.mirrors(need):
            machine.says[need, name] = bad(need, name, T("no such name"), unresolved=True)
    async with stage() as play:
        await play.press(*PAGE, "enter")
        assert "No name can be looked up: DNS 192.168.40.2 does not answer." in play.text
        assert "FAIL" not in play.text
        assert "Mirrors" in play.rows[0]
        machine.says.clear()
        await play.press("ctrl+r", "enter")
        assert "Cluster" in play.rows[0]


async def test_it_fits_and_the_language_changes_nothing_else(machine: Fake) -> None:
    whole = "https://mirrors.tuna.tsinghua.edu.cn/centos-vault/7.9.2009"
    async with stage() as play:
        await play.press(*PAGE)
        assert [whole in text for text in await fits(play)] == [False, False, True]
        await play.press(*LIST, "down")
        await keeps_focus_and_text(play)
