from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from tests.machine import Fake
from tests.ui.fits import ON_EVERY_SCREEN, Screen, fits, keeps_focus_and_text
from tests.ui.stage import Stage, stage
from tui_installer import catalogue, sourcing
from tui_installer.catalogue import Release, location
from tui_installer.model import places
from tui_installer.model.answers import Answers, Mirrors, Node
from tui_installer.model.answers_file import dump
from tui_installer.model.facts import Network, Nic, SourceReply
from tui_installer.model.text import T, Text
from tui_installer.session import Session
from tui_installer.ui.screens.source import AddSource, judge_source

pytestmark = pytest.mark.anyio
PAGE = ("enter", "enter", "enter")
LIST = (*PAGE, "up")
NO_ANSWER = T("no answer in {seconds} s", seconds=8)
KUBERNETES = ("aliyun", "tuna", "ustc")


def good(need: str, name: str, latency: float) -> SourceReply:
    return SourceReply(name, location(need, name), True, (), latency)


def bad(need: str, name: str, detail: Text = NO_ANSWER, *, unresolved: bool = False) -> SourceReply:
    return SourceReply(name, location(need, name), detail=detail, unresolved=unresolved)


def lacks(need: str, name: str, *things: str) -> SourceReply:
    return SourceReply(name, location(need, name), True, things, 0.02)


def one_is_missing(machine: Fake) -> None:
    for name in KUBERNETES:
        machine.says["kubernetes", name] = lacks("kubernetes", name, "kubelet-1.25.0")


def row(play: Stage, host: str, after: str = "") -> str:
    """The row of a source; of those below a need, if it is named."""
    rows = play.rows
    start = next((i for i, text in enumerate(rows) if after in text), 0)
    return next(text.rstrip() for text in rows[start:] if host in text)


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
        answers = play.app.session.answers().mirrors
        assert (answers.centos, answers.images) == ("aliyun", "hangzhou")
        assert "[> Next <]" in play.text
        await play.press("enter")
        assert "Cluster" in play.rows[0]
        assert not any(key.startswith("mirrors") for key in play.app.session.values)


async def test_the_best_stand_first_under_their_need(machine: Fake) -> None:
    machine.says["centos", "vault"] = good("centos", "vault", 0.268)
    machine.says["centos", "ustc"] = good("centos", "ustc", 0.003)
    machine.says["centos", "aliyun"] = bad("centos", "aliyun")
    async with stage() as play:
        await play.press(*PAGE)
        hosts = [text.split()[-3] for text in play.rows[4:7]]
        assert hosts == ["mirrors.ustc.edu.cn", "mirrors.tuna.tsinghua~", "vault.centos.org"]
        assert row(play, "mirrors.aliyun.com").endswith(
            "( ) FAIL    mirrors.aliyun.com     no answer in 8 s"
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
        await play.press(*LIST, "down", "space")
        assert "(*) ok      mirrors.tuna" in row(play, "mirrors.tuna")
        assert "( ) ok" in row(play, "mirrors.aliyun.com")
        assert play.app.session.values["mirrors.centos"] == "tuna"
        await play.press("escape", "enter")
        assert "(*) ok      mirrors.tuna" in row(play, "mirrors.tuna")


async def test_a_source_that_is_no_good_cannot_be_chosen(machine: Fake) -> None:
    machine.silent = {("centos", "vault")}
    async with stage() as play:
        await play.press(*LIST, "down", "down", "down", "space")
        assert "( ) FAIL    vault.centos.org" in row(play, "vault")
        assert "It cannot be chosen" in " ".join(play.text.split())
        assert "mirrors.centos" not in play.app.session.values


async def test_mirrors_of_docker_io_are_ticked_in_their_order(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*LIST, "end")
        assert "[x] ok      docker.1ms.run" in row(play, "docker.1ms.run")
        await play.press("up", "space")
        urls = catalogue.mirrors("docker_io")
        assert play.app.session.values["mirrors.docker_io"] == [urls["onems"]]
        await play.press("space")
        assert play.app.session.values["mirrors.docker_io"] == [urls["onems"], urls["daocloud"]]
        await play.press("space", "down", "space")
        assert play.app.session.values["mirrors.docker_io"] == []
        await play.press("down", "enter")
        assert "Cluster" in play.rows[0]


def silent_docker_io(machine: Fake) -> None:
    machine.silent = {("docker_io", name) for name in catalogue.mirrors("docker_io")}


async def test_calicos_images_need_a_mirror_or_docker_io_itself(machine: Fake) -> None:
    silent_docker_io(machine)
    async with stage() as play:
        await play.press(*PAGE)
        assert "4 of 5 needs" in play.text
        await play.press("end", "down", "enter")
        assert "Mirrors" in play.rows[0], "what the preflight would refuse is refused here"
        assert "docker.io itself is asked" in " ".join(play.text.split())
        await play.press("space")
        assert play.app.session.values["mirrors.docker_io"] == []
        await play.press("end", "down", "enter")
        assert "Cluster" in play.rows[0]


async def test_a_mirror_without_calicos_tag_is_not_chosen(machine: Fake) -> None:
    url = catalogue.mirrors("docker_io")["daocloud"]
    stale = SourceReply("daocloud", url, True, ("calico/node:v3.24.5",), 0.01)
    machine.says = {("docker_io", "daocloud"): stale}
    async with stage() as play:
        await play.press(*PAGE, "up", "end")
        assert "no calico/node:v3.24.5" in " ".join(play.text.split())
        assert play.app.session.answers().mirrors.docker_io == (
            catalogue.mirrors("docker_io")["onems"],
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
            "> Kubernetes packages ( ) FAIL    mirrors.aliyun.com     no kubelet-1.25.0"
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
        await play.press("escape", "end", "up", "up", "enter")
        assert "registry.aliyuncs.com/google_containers/etcd:3.5.4-0" in play.text


async def test_a_machine_that_had_a_run_is_not_held_by_its_mirrors(machine: Fake) -> None:
    given = Mirrors("aliyun", "aliyun", "aliyun", "aliyun", ("https://docker.m.daocloud.io",))
    places.ANSWERS.write_text(dump(Answers(Node(hostname="m1", interface="ens33"), given)))
    one_is_missing(machine)
    async with stage() as play:
        play.app.go("mirrors")
        await play.settle()
        await play.press("enter")
        assert "Cluster" in play.rows[0]


async def test_no_name_server_is_said_once(machine: Fake) -> None:
    nics = (Nic("ens33", ("192.168.40.180/24",)),)
    machine.set(Network(nics, (), "ens33", ("192.168.40.2",)))
    for need in catalogue.NEEDS:
        for name in catalogue.mirrors(need):
            machine.says[need, name] = bad(need, name, T("no such name"), unresolved=True)
    async with stage() as play:
        await play.press(*PAGE, "enter")
        assert "No name can be looked up: DNS 192.168.40.2 does not answer." in play.text
        assert "FAIL" not in play.text
        assert "Mirrors" in play.rows[0]
        machine.says.clear()
        await play.press("ctrl+r", "enter")
        assert "Cluster" in play.rows[0]


# --- while the test runs ------------------------------------------------------------------------


class Slow:
    """Sources that answer when the test says so."""

    def __init__(self, machine: Fake) -> None:
        self.machine, self.go = machine, threading.Event()
        self.asked = threading.Event()
        self.early: list[tuple[str, str]] = []

    def __call__(
        self,
        wanted: Mapping[str, Sequence[str]],
        release: Release,
        tell: Callable[[str, SourceReply], None],
    ) -> None:
        for need, name in self.early:
            tell(need, self.machine.reply(need, name))
        self.asked.set()
        assert self.go.wait(20)
        self.machine.ask_each(wanted, release, tell)


@pytest.fixture
def slow(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    slow = Slow(machine)
    monkeypatch.setattr(sourcing, "_ask_each", slow)
    yield slow
    slow.go.set()


async def until(play: Stage, words: str) -> None:
    """Waits for what comes in the background."""
    for _ in range(500):
        await play.pilot.pause(0.01)
        if words in play.text:
            return
    raise AssertionError(f"{words} never came:\n{play.text}")


async def walk(play: Stage, *keys: str) -> None:
    """Presses keys without waiting for the sources."""
    for key in keys:
        await play.pilot.press(key)
        await play.pilot.pause()


async def test_next_waits_for_the_end_of_the_test(slow: Slow) -> None:
    slow.early = [("centos", "tuna")]
    async with stage() as play:
        await walk(play, *PAGE)
        await until(play, "1 of 5 needs have a good source so far. Testing, 0 s")
        assert "(*) ok      mirrors.tuna" in row(play, "mirrors.tuna")
        assert "--      mirrors.aliyun.com     testing, 0 s" in play.text
        await walk(play, "enter")
        assert "Going on as soon as the test ends, 0 s. Esc stays." in play.text
        slow.go.set()
        await until(play, "The new cluster.")


async def test_escape_stays(slow: Slow) -> None:
    async with stage() as play:
        await walk(play, *PAGE, "enter", "escape")
        assert "Going on" not in play.text
        assert "Mirrors" in play.rows[0]
        slow.go.set()
        await until(play, "5 of 5")
        assert "[> Next <]" in play.text
        await play.press("escape")
        assert "Node" in play.rows[0]


async def test_next_that_waited_stops_where_something_is_missing(slow: Slow) -> None:
    one_is_missing(slow.machine)
    async with stage() as play:
        await walk(play, *PAGE, "enter")
        slow.go.set()
        await until(play, "> Kubernetes packages ( ) FAIL")
        assert "Mirrors" in play.rows[0]


async def test_what_is_good_already_need_not_wait_for_the_slow_ones(slow: Slow) -> None:
    slow.early = [(need, "aliyun") for need in ("centos", "docker_ce", "kubernetes", "images")]
    slow.early.append(("docker_io", "onems"))
    async with stage() as play:
        await walk(play, *PAGE)
        await until(play, "5 of 5 needs")
        await walk(play, "enter")
        await until(play, "The new cluster.")
        slow.go.set()


async def test_a_broken_list_of_authorities_is_no_crash(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise OSError("no certificate authorities")

    monkeypatch.setattr(sourcing, "_ask_each", broken)
    async with stage() as play:
        await play.press(*PAGE)
        assert "0 of 5 needs" in play.text
        assert "no certificate authori" in row(play, "mirrors.aliyun.com")


# --- adding a source ----------------------------------------------------------------------------

ADD = (*PAGE, "right", "enter")


async def test_a_source_is_added_tested_and_taken(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*ADD, "down", "down", "down", "enter")
        dialog = play.app.screen
        assert isinstance(dialog, AddSource)
        dialog.field.put("https://registry.corp.example:5000/k8")
        await play.press("s", "enter", "enter")
        assert "> " in row(play, "registry.corp.example~")
        assert "(*) ok" in row(play, "registry.corp.example~")
        assert machine.probed[-1] == {"images": ["registry.corp.example:5000/k8s"]}
        answers = play.app.session.answers().mirrors
        assert answers.images == "registry.corp.example:5000/k8s"


async def test_an_added_source_that_is_no_good_is_not_taken(machine: Fake) -> None:
    url = "https://mirror.corp/centos"
    machine.silent = {("centos", url)}
    async with stage() as play:
        await play.press(*ADD, "enter")
        dialog = play.app.screen
        assert isinstance(dialog, AddSource)
        dialog.field.put(url[:-1])
        await play.press(url[-1], "enter", "enter")
        assert "( ) FAIL    mirror.corp" in row(play, "mirror.corp")
        assert play.app.session.answers().mirrors.centos == "aliyun"


async def test_an_added_mirror_of_docker_io_joins_the_others(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*ADD, *["down"] * 4, "enter")
        dialog = play.app.screen
        assert isinstance(dialog, AddSource)
        dialog.field.put("http://dock.corp/")
        await play.settle()
        assert "anyone on the way can read and change" in " ".join(play.text.split()).replace(
            "| ", ""
        )
        await play.press("enter", "enter")
        assert "[x] warn    dock.corp                  12 ms  plain http" in row(play, "dock.corp")
        assert play.app.session.answers().mirrors.docker_io[-1] == "http://dock.corp"


async def test_nothing_is_added_by_escape_or_by_a_refused_address(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*ADD, "enter", "f", "down", "enter")
        assert "An address" not in play.rows[0]
        assert isinstance(play.app.screen, AddSource)
        await play.press("escape")
        assert play.app.session.mirrors.added == {}


@pytest.mark.parametrize(
    ("need", "typed", "outcome", "offer"),
    [
        ("centos", "https://mirror.corp/centos", "ok", ""),
        ("centos", "https://10.0.0.9:8443/centos", "ok", ""),
        ("centos", "http://mirror.corp/centos", "warn", ""),
        ("centos", "mirror.corp/centos", "FAIL", "https://mirror.corp/centos"),
        ("centos", "https://me:pw@mirror.corp/centos", "FAIL", "https://mirror.corp/centos"),
        ("centos", "https:// mirror.corp", "FAIL", "https://mirror.corp"),
        ("centos", "ftp://mirror.corp/centos", "FAIL", "https://mirror.corp/centos"),
        ("centos", "https://mirror.corp:99999/centos", "FAIL", ""),
        ("centos", "https://", "FAIL", ""),
        ("centos", "", "FAIL", ""),
        ("centos", "https://mirrors.aliyun.com/centos-vault/7.9.2009/", "FAIL", ""),
        ("images", "https://registry.corp/k8s", "ok", ""),
        ("images", "registry.corp:5000/k8s", "ok", ""),
        ("images", "http://registry.corp/k8s", "FAIL", "registry.corp/k8s"),
        ("images", "registry.corp", "ok", ""),
        ("images", "Registry.corp/k8s", "FAIL", ""),
        ("images", "registry.aliyuncs.com/google_containers", "FAIL", ""),
        ("docker_io", "https://dock.corp", "ok", ""),
        ("docker_io", "http://dock.corp", "warn", ""),
    ],
)
def test_what_is_thought_of_an_address(need: str, typed: str, outcome: str, offer: str) -> None:
    said = judge_source(Session({}), need, typed)
    assert (said.outcome, said.offer) == (outcome, offer)
    assert str(said.hint)
    if offer:
        assert judge_source(Session({}), need, offer).outcome != "FAIL"


async def test_the_language_changes_nothing_else(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*LIST, "down")
        await keeps_focus_and_text(play)


@ON_EVERY_SCREEN
async def test_it_fits(machine: Fake, screen: Screen) -> None:
    text = await fits(screen, *PAGE)
    wide = screen[0][0] > 100
    assert ("https://mirrors.tuna.tsinghua.edu.cn/centos-vault/7.9.2009" in text) is wide
