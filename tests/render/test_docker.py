"""daemon.json is edited, not replaced; what is right already is not touched."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.render.docker import daemon_json, settings, usable

MIRRORS = ("https://docker.m.daocloud.io", "https://docker.1ms.run")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(["exec-opts", "log-driver", "log-opts", "registry-mirrors", "dns", "bip"])


@given(st.none() | st.text(max_size=30) | st.dictionaries(KEYS, JSON).map(json.dumps))
def test_what_is_written_is_right_and_stays(present: str | None) -> None:
    text = daemon_json(present, MIRRORS)
    assert daemon_json(text, MIRRORS) == text
    found, before = json.loads(text), settings(present) or {}
    assert "native.cgroupdriver=systemd" in found["exec-opts"]
    assert found["registry-mirrors"] == list(MIRRORS)
    assert found["log-opts"].items() >= {"max-size": "100m", "max-file": "3"}.items()
    others = set(before) - {"exec-opts", "log-driver", "log-opts", "registry-mirrors"}
    assert {key: found[key] for key in others} == {key: before[key] for key in others}


def test_a_right_file_keeps_its_own_shape() -> None:
    text = json.dumps(json.loads(daemon_json(None, MIRRORS)), indent=8)
    assert daemon_json(text, MIRRORS) == text


@pytest.mark.parametrize("text", ["", "[]", '"text"', "{,}", "null", '{"a": 1'])
def test_what_is_no_object_is_nothing(text: str) -> None:
    assert settings(text) is None
    assert daemon_json(text, MIRRORS) == daemon_json(None, MIRRORS)


def test_only_the_driver_of_cgroups_is_replaced() -> None:
    present = json.dumps({"exec-opts": ["native.cgroupdriver=cgroupfs", "native.umask=normal"]})
    assert json.loads(daemon_json(present, ()))["exec-opts"] == [
        "native.umask=normal",
        "native.cgroupdriver=systemd",
    ]


def test_a_mirror_that_docker_refuses_is_left_out() -> None:
    assert usable(["https://a.example.org/", "https://b.example.org/hub", "http://c:5000"]) == (
        "https://a.example.org",
        "http://c:5000",
    )
    assert "registry-mirrors" not in daemon_json(None, ["https://b.example.org/hub"])


def test_no_mirrors_no_key() -> None:
    assert "registry-mirrors" not in daemon_json(daemon_json(None, MIRRORS), ())
