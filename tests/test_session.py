"""What a person has typed outlives the screens, until a run takes it over."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.machine import Fake, fake
from tui_installer.host import runs
from tui_installer.host.machine import at
from tui_installer.model import ownership, places
from tui_installer.model.answers import AS_IT_IS
from tui_installer.model.facts import (
    Accepted,
    Attempt,
    Kernel,
    Kubernetes,
    Managed,
    Network,
    NetworkManager,
    Nic,
    Past,
    Remains,
    SourceReply,
    System,
    Unread,
)
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T
from tui_installer.preflight import saved_answers, sources
from tui_installer.preflight.draft import TYPED, Draft
from tui_installer.preflight.inspection import Preflight
from tui_installer.preflight.preview import refused
from tui_installer.runs import launch
from tui_installer.session import Session
from tui_installer.text.language import Language
from tui_installer.ui import validation
from tui_installer.ui.dialogs import set_address
from tui_installer.ui.rows import sources as source_rows

NAME = "node.hostname"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    return fake(tmp_path, monkeypatch)


def kept() -> Session:
    session = Session({})
    session.set(NAME, "web01", T("answers file"))
    saved_answers.keep(saved_answers.typed(session.draft))
    return session


def restored() -> Draft:
    return saved_answers.restored()


@pytest.mark.usefixtures("machine")
def test_what_was_typed_is_there_again() -> None:
    kept()
    assert restored().values == {NAME: "web01"}
    assert restored().origin(NAME) == TYPED


@pytest.mark.usefixtures("machine")
def test_as_it_is_is_an_answer_too() -> None:
    session = kept()
    session.set(AS_IT_IS, None)
    saved_answers.keep(saved_answers.typed(session.draft))
    assert restored().values == {NAME: "web01", AS_IT_IS: None}
    session.unset(AS_IT_IS)
    saved_answers.keep(saved_answers.typed(session.draft))
    assert restored().values == {NAME: "web01"}


@pytest.mark.usefixtures("machine")
def test_what_was_typed_waits_while_something_else_is_asked_for() -> None:
    session = kept()
    for _ in range(2):
        session.suspend()
        session.set(AS_IT_IS, True)
        saved_answers.keep(saved_answers.typed(session.draft))
        assert session.draft.values == {AS_IT_IS: True}
        assert restored().values == {NAME: "web01"}
    session.resume()
    assert session.draft.values == {NAME: "web01"}
    assert session.draft.origin(NAME) == T("answers file")
    session.suspend()
    session.started()
    session.resume()
    assert session.draft.values == {}, "a run was started with it"


@pytest.mark.usefixtures("machine")
def test_what_waits_counts_again_under_what_was_answered_meanwhile() -> None:
    session = kept()
    session.set(AS_IT_IS, False)
    session.suspend()
    session.set(AS_IT_IS, True)
    session.on_pages()
    assert session.draft.values == {NAME: "web01", AS_IT_IS: True}
    assert session.draft.origin(NAME) == T("answers file")
    session.set(NAME, "web02")
    saved_answers.keep(saved_answers.typed(session.draft))
    session.resume()
    assert session.draft.values == restored().values == {NAME: "web02", AS_IT_IS: True}


@pytest.mark.usefixtures("machine")
def test_what_was_typed_waits_below_what_is_put_back() -> None:
    session = kept()
    session.set("node.address", "192.168.40.9/24")
    session.as_before()
    session.on_pages()
    assert session.draft.values == {}, "as the last run had it, also on the pages"
    session.set(NAME, "web02")
    saved_answers.keep(saved_answers.typed(session.draft))
    both = {NAME: "web02", "node.address": "192.168.40.9/24"}
    assert restored().values == both
    session.suspend()
    session.resume()
    assert session.draft.values == both
    session.as_before()
    session.started()
    session.resume()
    assert session.draft.values == {}, "a run was started with it"


@pytest.mark.usefixtures("machine")
def test_a_thread_keeps_what_was_typed_when_it_was_sent() -> None:
    session = kept()
    before = saved_answers.typed(session.draft)
    session.suspend()
    waiting = saved_answers.typed(session.draft)
    session.set(NAME, "web02")
    for typed in (before, waiting):
        saved_answers.keep(typed)
        assert restored().values == {NAME: "web01"}
    session.resume()
    session.set(NAME, "web03")
    assert before == waiting == {NAME: "web01"}


@pytest.mark.usefixtures("machine")
def test_nothing_is_made_up() -> None:
    assert restored().values == {}


@pytest.mark.usefixtures("machine")
def test_the_answers_of_a_later_run_count_more() -> None:
    kept()
    at(places.ANSWERS).write_text("later")
    later = at(places.DRAFT).stat().st_mtime + 1
    os.utime(at(places.ANSWERS), (later, later))
    assert restored().values == {}


@pytest.mark.usefixtures("machine")
def test_a_run_that_has_begun_takes_them_over(monkeypatch: pytest.MonkeyPatch) -> None:
    session = kept()
    session.seen(session.survey())
    session.found = session.look()
    monkeypatch.setattr(launch, "launch", lambda *_all: None)
    session.start()
    assert not at(places.DRAFT).exists()


def test_a_cluster_that_may_be_cleared_is_no_other_one(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the same screens it is asked anew: of another cluster, and after the run for which it was said."""
    check, started = ownership.CHECK, list[str | None]()
    attempt = Attempt("kubeadm_init", 0.0, None)
    past = Past(frozenset({"kubeadm_init"}), attempt=attempt)
    monkeypatch.setattr(runs, "past", lambda: past)

    def launched(found: Preflight, *_rest: object) -> None:
        started.append(found.facts[Accepted].half_made)

    monkeypatch.setattr(launch, "launch", launched)
    session = Session({})

    def refused(ca: str) -> bool:
        machine.set(Kubernetes(ca=True), Remains(looked=True, ca=ca))
        session.seen(session.survey())
        session.found = session.look()
        return check in {row.check.id for row in session.found.failed}

    assert refused("sha256:x")
    session.accept(check)
    assert not refused("sha256:x")
    assert refused("sha256:y")
    assert session.found is not None
    assert session.found.facts[Accepted].half_made is None
    session.accept(check)
    assert not refused("sha256:y")
    session.start()
    session.started()
    assert started == ["sha256:y"]
    assert refused("sha256:y")


def test_the_answers_follow_all_that_they_come_of(machine: Fake) -> None:
    session = Session({})
    session.seen(session.survey())
    first = session.draft.answers
    assert session.draft.answers is first, "while nothing changes they are not made anew"
    mirrors = ["https://docker.example.com"]
    session.set("mirrors.docker_io", mirrors)
    assert session.draft.answers.mirrors.docker_io == tuple(mirrors)
    mirrors.append("https://docker.example.org")
    assert session.draft.answers.mirrors.docker_io == tuple(mirrors[:1]), "a draft is a value"
    session.unset("mirrors.docker_io")
    assert session.draft.answers == first
    machine.set(Kernel())
    session.seen(session.survey())
    assert session.draft.answers.cluster.proxy_mode == "iptables"
    session.draft = sources.with_reply(
        session.draft, "centos", SourceReply("ustc", "https://mirrors.example.com", answered=True)
    )
    assert session.draft.answers.mirrors.centos == "ustc"
    last = replace(first, node=replace(first.node, interface="ens77"))
    session.draft = replace(session.draft, last=last)
    assert session.draft.answers.node.interface == "ens77"


def test_who_has_another_system_is_not_told_to_become_root_first(machine: Fake) -> None:
    session = Session({})
    machine.set(System(os_id="debian", os_name="Debian GNU/Linux 12", release="", root=False))
    session.seen(session.survey())
    no_way = refused(session.draft)
    assert no_way is not None
    assert "run it on a CentOS 7.9 server" in Language("en")(no_way)
    machine.set(System(root=False))
    session.seen(session.survey())
    no_way = refused(session.draft)
    assert no_way is not None
    assert "sudo tui-installer" in Language("en")(no_way)


SILENT = Unread(T("{name}", name="nmcli"), T("{count} s", count=10), silent=True)


def test_where_networkmanager_is_silent_suggestions_go_on_and_checks_do_not_know(
    machine: Fake,
) -> None:
    machine.topics[NetworkManager] = SILENT
    session = Session({})
    session.seen(session.survey())
    session.set("node.address", "10.244.0.5/16")
    session.set("node.gateway", "10.244.0.1")
    cluster = session.draft.answers.cluster
    assert (cluster.pod_subnet, cluster.service_subnet) == ("172.20.0.0/16", "10.96.0.0/12")
    assert validation.subnet(session.draft, "cluster.pod_subnet", "10.244.0.0/16").outcome == "FAIL"
    assert validation.subnet(session.draft, "cluster.pod_subnet", "172.20.0.0/16").outcome == "ok"
    judged = {row.check.id: row.verdict.outcome for row in session.look().judged}
    assert judged["subnets"] is Outcome.UNKNOWN


def test_no_network_is_suggested_that_the_preflight_refuses(machine: Fake) -> None:
    card = Nic("ens33", ("192.168.40.180/24",), dhcp=True)
    machine.set(
        Network((card,), (), "ens33", ("10.100.1.1",), "192.168.40.2"),
        NetworkManager(
            {"ens33": Managed("connected", "a", "192.168.40.2", ("10.100.1.1",), leased=True)}
        ),
    )
    session = Session({})
    session.seen(session.survey())
    session.set("node.address", "192.168.40.180/24")
    assert session.draft.answers.node.dns == ("10.100.1.1",)
    assert session.draft.value("cluster.service_subnet") == "172.21.0.0/16"
    assert "subnets" not in {row.check.id for row in session.look().failed}


def test_the_address_comes_before_what_depends_on_it(machine: Fake) -> None:
    session = Session({})
    session.seen(session.survey())
    for address in ("", "192.168.4"):
        for said in (
            set_address.judge_gateway(session.draft, "", address),
            set_address.judge_gateway(session.draft, "192.168.40.2", address),
            set_address.judge_servers(session.draft, "", address, ""),
            set_address.judge_servers(session.draft, "223.5.5.5", address, ""),
        ):
            assert said.outcome is None
            assert "The address comes first" in str(said.hint)
    assert set_address.judge_gateway(session.draft, "x", "").outcome == "FAIL"
    card, own = session.draft.interface, "10.9.9.5/24"
    session.set("node.interface", "ens34")
    assert card == "ens33"
    assert set_address.judge_gateway(session.draft, "10.9.9.1", own).outcome == "warn"
    assert set_address.judge_gateway(session.draft, "", own).outcome == "ok"


def test_a_source_that_cannot_be_asked_yet_can_be_chosen(machine: Fake) -> None:
    session = Session({})
    session.seen(session.survey())
    for reply in (
        SourceReply("ustc", "https://ustc", detail="no answer", unreached=True),
        SourceReply("vault", "https://vault", detail="no such name", unresolved=True),
        SourceReply("tuna", "https://tuna", answered=True, missing=("kubelet",)),
        SourceReply("aliyun", "https://aliyun", detail="HTTP 404"),
    ):
        session.draft = sources.with_reply(session.draft, "centos", reply)
    names = ("ustc", "vault", "tuna", "aliyun")
    assert not any(sources.choosable(session.draft, "centos", name) for name in names)
    session.set("node.address", "192.168.41.180/24")
    session.set("node.gateway", "192.168.41.1")
    can = [name for name in names if sources.choosable(session.draft, "centos", name)]
    assert can == ["ustc", "vault"], "the others answered: too little, or something else"
    assert "centos" in source_rows.not_good(session.draft), (
        "what is guessed is the one that gives 404"
    )
    session.draft = sources.with_choice(session.draft, "centos", "ustc")
    assert "centos" not in source_rows.not_good(session.draft)


def test_an_added_source_is_chosen_by_its_first_good_reply_alone(machine: Fake) -> None:
    session = Session({})
    session.seen(session.survey())
    session.set("node.address", "192.168.41.180/24")
    session.set("node.gateway", "192.168.41.1")
    url = "https://mirrors.example.com/centos"
    silent = SourceReply(url, url, detail="no answer", unreached=True)
    good = SourceReply(url, url, answered=True)
    session.draft = sources.with_source(session.draft, "centos", url)
    session.draft = sources.with_reply(session.draft, "centos", silent)
    assert sources.choosable(session.draft, "centos", url)
    assert "mirrors.centos" not in session.draft.values
    session.draft = sources.with_choice(session.draft, "centos", "tuna")
    for reply in (silent, good):
        session.draft = sources.with_reply(session.draft, "centos", reply)
        assert session.draft.values["mirrors.centos"] == "tuna"
    other, late = "https://mirrors.example.org/centos", "https://mirrors.example.net/centos"
    for added in (other, late):
        session.draft = sources.with_source(session.draft, "centos", added)
    session.draft = sources.with_reply(
        session.draft, "centos", replace(good, name=other, url=other)
    )
    assert session.draft.values["mirrors.centos"] == other
    session.draft = sources.with_choice(session.draft, "centos", "tuna")
    session.draft = sources.with_reply(session.draft, "centos", replace(good, name=late, url=late))
    assert session.draft.values["mirrors.centos"] == "tuna", "a person chose while it was asked"
