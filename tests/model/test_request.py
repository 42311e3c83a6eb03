"""The request carries everything to the engine, and its public half no secret."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.answers import ANSWERS
from tui_installer.model.answers import Answers
from tui_installer.model.facts import Person
from tui_installer.model.join import JoinCommand
from tui_installer.model.kind import Kind, UnknownKind
from tui_installer.model.request import UNREADABLE, Request, load
from tui_installer.model.secret import Secret

TOKEN = "69eg2e.ocvsmlyx9u31mvue"
JOIN = JoinCommand("10.0.0.5:6443", Secret(TOKEN), ("sha256:" + "0" * 64,))
# Who is named by the system is named in one line.
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=8)
REQUESTS = st.builds(
    Request,
    ANSWERS,
    st.lists(st.sampled_from(["Mem", "NumCPU"]), unique=True).map(tuple),
    st.lists(
        st.builds(Person, NAMES, st.integers(0, 9999), st.integers(0, 9999)),
        max_size=2,
    ).map(tuple),
    st.none() | st.just(JOIN),
    NAMES,
)


@given(REQUESTS)
def test_a_request_comes_back(request: Request) -> None:
    assert load(request.dump()) == request


@given(REQUESTS)
def test_the_public_half_has_no_secret_and_is_enough_for_a_resume(request: Request) -> None:
    text = json.dumps(request.public())
    assert TOKEN[7:] not in text
    again = load(text)
    assert again.answers == request.answers
    assert again.join is None


def test_a_request_from_before_there_were_kinds_is_an_installation() -> None:
    told = json.loads(Request(Answers()).dump())
    assert told.pop("kind") == "install"
    assert load(json.dumps(told)).kind is Kind.INSTALL


def test_a_kind_of_another_version_is_named() -> None:
    told = {**Request(Answers()).public(), "kind": "defrost"}
    with pytest.raises(UnknownKind) as raised:
        load(json.dumps(told))
    assert raised.value.name == "defrost"


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"answers": {}}', "3", '{"answers": 1}'])
def test_another_text_is_no_request(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        load(text)


HOSTILE: dict[str, list[Any]] = {
    "answers": [
        {"node.interface": "../../../root/.bash_profile"},
        {"node.interface": "ens33\ncd;touch x;# /../.bash_profile"},
        {"node.interface": "$(reboot)"},
        {"node.hostname": "x\x1b[2J"},
        {"node.address": "10.0.0.1"},
        {"mirrors.docker_io": ["https://x\x9b2J"]},
        {"mirrors.docker_ce": "https://x/\x1b[2J"},
        {"cluster.calico_manifest": "/root/../etc/shadow"},
        {"cluster.calico_manifest": "/" + "x" * 5000},
        {"options.docker": "yes"},
    ],
    "people": [
        [{"name": "root", "uid": 0, "gid": 0, "home": "/root/../etc"}],
        [{"name": "root", "uid": 0, "gid": 0, "home": "root"}],
        [{"name": "a\nb", "uid": 0, "gid": 0, "home": "/root"}],
        [{"name": "a", "uid": -1, "gid": 0, "home": "/root"}],
    ],
    "accepted": [["all,Mem\n"], [3]],
    "checks": [["../x"]],
    "by": ["\x1b]0;owned\x07"],
    "kind": [None, 3, ["install"], "\x1b[2J", "../x"],
    "join": [
        ["10.0.0.5:6443\n", TOKEN, ["sha256:" + "0" * 64]],
        ["10.0.0.5:6443", TOKEN + "x", ["sha256:" + "0" * 64]],
        ["10.0.0.5:6443", TOKEN, []],
        ["10.0.0.5:6443", TOKEN, ["sha256:x"]],
    ],
}


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, values in HOSTILE.items() for value in values]
)
def test_what_nobody_could_have_typed_is_no_request(key: str, value: Any) -> None:
    told = json.loads(Request(Answers(), join=JOIN).dump())
    assert load(json.dumps(told)).join == JOIN
    told[key] = {**told[key], **value} if key == "answers" else value
    with pytest.raises(UNREADABLE):
        load(json.dumps(told))
