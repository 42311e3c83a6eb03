"""What was typed, else what the last run had, else the best of this machine: for the pages as for a preflight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.support.answers import ANSWERS, HOSTNAMES
from tests.support.machine import MODULES, Fake, fake
from tui_installer import assets
from tui_installer.host import last_answers
from tui_installer.model.answers import (
    AS_IT_IS,
    FIRST_CONTROL_PLANE,
    WORKER,
    Answers,
    flat,
    from_flat,
)
from tui_installer.model.answers_file import AnswersError
from tui_installer.model.facts import (
    Facts,
    HostName,
    Kernel,
    Network,
    Nic,
    Sources,
    System,
)
from tui_installer.preflight import completion, network, sources
from tui_installer.preflight.draft import FROM_LAST, SUGGESTED, TYPED, Draft
from tui_installer.session import Session
from tui_installer.ui.rows import preparations

CARDS = (
    Nic("ens33", ("192.168.40.180/24",), link=True),
    Nic("ens34", ("10.244.0.9/16",), link=True),
    Nic("ens35", ("10.96.0.9/12",), link=True),
)
NETWORKS = st.builds(
    Network,
    st.lists(st.sampled_from(CARDS), unique=True).map(tuple),
    st.just(()),
    st.sampled_from(["", "ens33", "ens34"]),
    st.lists(st.sampled_from(["192.168.40.2", "10.96.0.10"]), unique=True).map(tuple),
    st.sampled_from(["", "192.168.40.2"]),
)
TOPICS = st.tuples(
    st.builds(System, cores=st.integers(1, 3), memory=st.sampled_from([1 << 30, 4 << 30])),
    st.builds(HostName, HOSTNAMES | st.just("localhost")),
    NETWORKS,
    st.sampled_from([Kernel(), Kernel(available=MODULES)]),
)
# What may be typed: some of the answers, with cards and addresses that this machine can have.
CARD = st.fixed_dictionaries(
    {},
    optional={
        "node.interface": st.sampled_from([nic.name for nic in CARDS]),
        "node.address": st.sampled_from(["", "192.168.40.99/24", "10.96.0.99/12"]),
        "node.dns": st.sampled_from([[], ["10.96.0.10"]]),
    },
)


# What counts only beside other answers, or is chosen among sources.
DEPENDING = (AS_IT_IS, "node.dns", *(f"mirrors.{need}" for need in assets.NEEDS))


@st.composite
def typed(draw: st.DrawFn) -> dict[str, object]:
    values = flat(draw(ANSWERS))
    keys = draw(st.sets(st.sampled_from(sorted(values)), min_size=4, max_size=14))
    own = {key: values[key] for key in keys if not key.startswith("node.interface")}
    return own | draw(CARD)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fake]:
    with pytest.MonkeyPatch.context() as patch:
        yield fake(tmp_path_factory.mktemp("machine"), patch)


@settings(deadline=None)
@given(values=typed(), topics=TOPICS, last=st.none() | ANSWERS)
def test_the_pages_show_what_a_preflight_completes(
    machine: Fake,
    values: dict[str, object],
    topics: tuple[System, HostName, Network, Kernel],
    last: Answers | None,
) -> None:
    machine.set(*topics)
    *_, network, kernel = topics
    if not network.nic(str(values.get("node.interface"))):
        values.pop("node.interface", None)
    if not kernel.available:
        values = {key: value for key, value in values.items() if not key.endswith("_mode")}
    session = Session({})
    for key, value in values.items():
        session.set(key, value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(last_answers, "last", lambda: last_answers.Last(answers=last))
        session.seen(session.survey())
        try:
            found = session.look()
        except (AnswersError, completion.Refused):
            # What this machine cannot be given is refused, not completed.
            assume(False)
    assert session.draft.last == last
    replies = {n: {r.name: r for r in rows} for n, rows in found.facts[Sources].replies.items()}
    draft = replace(session.draft, replies=replies)
    assert draft.answers == found.answers
    own = {key: value for key, value in values.items() if key not in DEPENDING}
    assert {key: draft.value(key) for key in own} == own, "what was typed stays"
    node, cluster = found.answers.node, found.answers.cluster
    assert (draft.role, draft.interface, draft.kubernetes) == (
        node.role,
        node.interface,
        cluster.kubernetes,
    )
    assert {key: draft.value(key) for key in flat(found.answers)} == flat(found.answers)


def drawn(last: Answers | None = None) -> Draft:
    topics = (System(), HostName("master01"), Network(CARDS, (), "ens33"), Kernel())
    return Draft(facts=Facts({type(topic): topic for topic in topics}), last=last)


@pytest.fixture
def two_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    known = assets.release("1.25.0")
    calico = replace(known.calico, version="v3.25.0")
    later = replace(
        known,
        kubernetes="1.25.16",
        calico=calico,
        packages={**known.packages, "containerd.io": "1.6.99"},
    )
    rows = {"1.25.0": known, "1.25.16": later}
    monkeypatch.setattr(assets, "versions", lambda: tuple(rows))
    monkeypatch.setattr(assets, "release", lambda name: rows[name])


@pytest.mark.usefixtures("two_versions")
def test_everything_goes_by_the_version_of_the_last_run(machine: Fake) -> None:
    last = replace(Answers(), cluster=replace(Answers().cluster, kubernetes="1.25.16"))
    draft = drawn(last)
    assert draft.kubernetes == draft.value("cluster.kubernetes") == "1.25.16"
    assert network.calico(draft) == "v3.25.0"
    sources.probe(draft, {"kubernetes": ["aliyun"]}, lambda _need, _reply: None)
    assert machine.releases[-1].kubernetes == "1.25.16"
    docker = next(line for line in preparations.lines() if line.key == "options.docker")
    assert "1.6.99" in str(docker.tick(draft))
    assert draft.with_value("cluster.kubernetes", "1.25.0").kubernetes == "1.25.0"
    assert drawn().kubernetes == "1.25.0"


def test_of_a_version_that_is_not_in_the_tables_the_newest_that_is() -> None:
    draft = drawn().with_value("cluster.kubernetes", "1.26.3")
    assert (draft.kubernetes, draft.release.kubernetes) == ("1.26.3", assets.versions()[0])


@pytest.mark.parametrize(
    ("key", "last", "origin", "value"),
    [
        ("node.interface", "", SUGGESTED, "ens33"),
        ("node.interface", "ens34", FROM_LAST, "ens34"),
        ("node.hostname", "", SUGGESTED, "master01"),
        ("node.hostname", "web07", FROM_LAST, "web07"),
        ("cluster.pod_subnet", "", SUGGESTED, "172.20.0.0/16"),
        ("cluster.pod_subnet", "10.32.0.0/16", FROM_LAST, "10.32.0.0/16"),
        ("node.role", "", SUGGESTED, FIRST_CONTROL_PLANE),
        ("node.role", WORKER, FROM_LAST, WORKER),
    ],
)
def test_typed_else_the_last_run_else_the_best(
    key: str, last: str, origin: object, value: str
) -> None:
    draft = drawn(from_flat({**flat(Answers()), key: last}) if last else None)
    assert (draft.value(key), draft.origin(key)) == (value, origin)
    own = "172.30.0.0/16" if "subnet" in key else "another"
    draft = draft.with_value(key, own)
    assert (draft.value(key), draft.origin(key)) == (own, TYPED)
    assert draft.without(key).value(key) == value


def test_a_draft_is_a_value() -> None:
    before = drawn()
    names = before.answers
    after = before.with_value("node.hostname", "web01")
    assert before.answers is names
    assert (before.values, after.values) == ({}, {"node.hostname": "web01"})
    assert after.without("node.hostname").values == {}


def test_before_a_look_only_what_was_typed_is_shown(machine: Fake) -> None:
    session = Session({})
    session.set("node.hostname", "web01")
    session.seen(session.survey((Network, HostName)))
    draft = session.draft
    assert not draft.looked, "some topics make no machine"
    assert (draft.value("node.hostname"), draft.value("node.interface")) == ("web01", None)
    assert (draft.interface, draft.host_name, draft.address) == ("", "", "")
    assert draft.role == FIRST_CONTROL_PLANE
    machine.set(Network(CARDS, (), "ens33"))
    session.seen(session.survey())
    assert (session.draft.looked, session.draft.interface) == (True, "ens33")
