"""Calico's manifest is edited by its structure, and what is in force is compared by it."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.support.calico import SUBNET, TEXT, live
from tui_installer.render.calico import (
    AUTODETECTION,
    BGP,
    CROSS_SUBNET,
    ENCAPSULATION,
    IPIP,
    TELLING,
    VXLAN,
    Settings,
    holds,
    manifest,
    wanted,
)

MODES = (IPIP, CROSS_SUBNET, VXLAN, BGP)
DAEMONSET = "daemonset/calico-node"


def made(mode: str, subnet: str = SUBNET) -> str:
    return manifest(TEXT, Settings(mode, subnet))


def documents(text: str) -> list[str]:
    return text.split("---\n")


def container(objects: Any) -> dict[str, Any]:
    found: dict[str, Any] = objects[DAEMONSET]["spec"]["template"]["spec"]["containers"][0]
    return found


def env(text: str) -> dict[str, str]:
    rows = container(wanted(text))["env"]
    assert len({row["name"] for row in rows}) == len(rows), "one value for each name"
    return {row["name"]: row.get("value", "") for row in rows}


def probes(text: str) -> set[str]:
    node = container(wanted(text))
    both = (node["livenessProbe"], node["readinessProbe"])
    return {word for probe in both for word in probe["exec"]["command"]}


@pytest.mark.parametrize(
    ("mode", "ipip", "vxlan", "backend"),
    [
        (IPIP, "Always", "Never", "bird"),
        (CROSS_SUBNET, "CrossSubnet", "Never", "bird"),
        (VXLAN, "Never", "Always", "vxlan"),
        (BGP, "Never", "Never", "bird"),
    ],
)
def test_each_mode(mode: str, ipip: str, vxlan: str, backend: str) -> None:
    text = made(mode, "172.20.0.0/16")
    found = env(text)
    assert found["CALICO_IPV4POOL_IPIP"] == ipip
    assert found["CALICO_IPV4POOL_VXLAN"] == vxlan
    assert found["CALICO_IPV4POOL_CIDR"] == "172.20.0.0/16"
    assert found["IP_AUTODETECTION_METHOD"] == AUTODETECTION
    assert wanted(text)["configmap/calico-config"]["data"]["calico_backend"] == backend
    assert ENCAPSULATION[mode] == (ipip, vxlan)


@pytest.mark.parametrize("mode", MODES)
def test_probes_ask_for_bird_only_where_it_runs(mode: str) -> None:
    asked = {"-bird-live", "-bird-ready"} & probes(made(mode))
    assert asked == (set() if mode == VXLAN else {"-bird-live", "-bird-ready"})
    assert {"-felix-live", "-felix-ready"} <= probes(made(mode))


@pytest.mark.parametrize("mode", MODES)
def test_what_carries_nothing_of_ours_stays_byte_for_byte(mode: str) -> None:
    before, after = documents(TEXT), documents(made(mode))
    assert len(before) == len(after)
    same = [old == new for old, new in zip(before, after, strict=True)]
    kinds = [m[1] if (m := re.search(r"(?m)^kind: (\S+)", part)) else "" for part in before]
    assert [k for k, kept in zip(kinds, same, strict=True) if not kept] == (
        ["ConfigMap", "DaemonSet"] if mode == VXLAN else ["DaemonSet"]
    )


@pytest.mark.parametrize("mode", MODES)
def test_comments_stay(mode: str) -> None:
    comments = [line.strip() for line in TEXT.splitlines() if line.strip().startswith("#")]
    after = [line.strip() for line in made(mode).splitlines()]
    assert [comment for comment in comments if comment not in after] == []


@pytest.mark.parametrize("mode", MODES)
def test_nothing_else_is_changed(mode: str) -> None:
    """All but our settings is as it was, down to the text that a program inside reads."""
    ours = {"CALICO_IPV4POOL_IPIP", "CALICO_IPV4POOL_VXLAN", "CALICO_IPV4POOL_CIDR"}
    ours |= {"IP_AUTODETECTION_METHOD"}
    found = []
    for text in (TEXT, made(mode)):
        rows = list(YAML(typ="safe", pure=True).load_all(text))
        for row in (row for row in rows if row):
            if row["metadata"]["name"] == "calico-config":
                del row["data"]["calico_backend"]
            if row["kind"] == "DaemonSet":
                node = row["spec"]["template"]["spec"]["containers"][0]
                node["env"] = [e for e in node["env"] if e["name"] not in ours]
                for probe in ("livenessProbe", "readinessProbe"):
                    words = node[probe]["exec"]["command"]
                    words[:] = [w for w in words if "bird" not in w]
        found.append(rows)
    assert found[0] == found[1]


@pytest.mark.parametrize("mode", MODES)
def test_edited_again_it_is_the_same(mode: str) -> None:
    assert manifest(made(mode), Settings(mode, SUBNET)) == made(mode)


def test_the_objects_that_tell() -> None:
    assert tuple(wanted(made(IPIP))) == TELLING


# --- what is in force -----------------------------------------------------------------------------


def in_force(objects: Any, mode: str) -> bool:
    return all(holds(objects.get(name), want) for name, want in wanted(made(mode)).items())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("other", MODES)
def test_a_mode_is_told_from_every_other(mode: str, other: str) -> None:
    assert in_force(live(mode), other) == (mode == other)


def test_an_object_that_is_gone() -> None:
    for name in TELLING:
        assert not in_force(live(IPIP, without=[name]), IPIP)


@pytest.mark.parametrize(
    "name",
    [
        "CALICO_IPV4POOL_IPIP",
        "CALICO_IPV4POOL_VXLAN",
        "CALICO_IPV4POOL_CIDR",
        "IP_AUTODETECTION_METHOD",
        "DATASTORE_TYPE",
    ],
)
def test_drift_in_each_setting(name: str) -> None:
    assert not in_force(live(IPIP, env={name: "something else"}), IPIP)


def test_drift_elsewhere() -> None:
    for change in (_image, _probe, _mount, _env_gone, _backend):
        objects = live(IPIP)
        change(objects)
        assert not in_force(objects, IPIP), change.__name__


def _image(objects: Any) -> None:
    container(objects)["image"] = "docker.io/calico/node:v3.26.0"


def _probe(objects: Any) -> None:
    container(objects)["readinessProbe"]["exec"]["command"].pop()


def _mount(objects: Any) -> None:
    container(objects)["volumeMounts"].pop()


def _env_gone(objects: Any) -> None:
    container(objects)["env"].pop()


def _backend(objects: Any) -> None:
    objects["configmap/calico-config"]["data"]["calico_backend"] = "vxlan"


def test_what_is_there_besides_does_not_matter() -> None:
    objects = live(IPIP)
    container(objects)["env"].insert(0, {"name": "FELIX_LOGSEVERITYSCREEN", "value": "info"})
    container(objects)["volumeMounts"].append({"mountPath": "/x", "name": "x"})
    objects[DAEMONSET]["status"] = {"numberReady": 2}
    assert in_force(objects, IPIP)


@pytest.mark.parametrize(
    ("have", "want", "same"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": 2}, {"a": 1}, False),
        ({}, {"a": False}, True),
        ({}, {"a": 0}, True),
        ({}, {"a": {}}, True),
        ({}, {"a": []}, True),
        ({}, {"a": ""}, True),
        ({"a": True}, {"a": False}, False),
        ({"a": [1]}, {"a": []}, False),
        ({"a": ["x"]}, {"a": ["x", "y"]}, False),
        ({"a": ["y", "x"]}, {"a": ["x", "y"]}, False),
        ({"a": [{"name": "y"}, {"name": "x"}]}, {"a": [{"name": "x"}]}, True),
        ({"a": [{"name": "y"}]}, {"a": [{"name": "x"}]}, False),
        ({"a": {"b": 1}}, {"a": {}}, True),
        ({"a": None}, {"a": {"b": 1}}, False),
        (None, {"a": 1}, False),
        ("text", ["t"], False),
    ],
)
def test_holds(have: Any, want: Any, same: bool) -> None:
    assert holds(have, want) == same


SCALARS = st.none() | st.booleans() | st.integers(0, 3) | st.text("ab", max_size=2)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("xy", max_size=2), inner, max_size=3)
    ),
    max_leaves=12,
)


def pruned(tree: Any) -> Any:
    """As an API server shows it: what is false, empty or zero is left out of a mapping."""
    if isinstance(tree, dict):
        return {k: pruned(v) for k, v in tree.items() if v}
    return [pruned(v) for v in tree] if isinstance(tree, list) else tree


@given(TREES)
def test_everything_holds_itself(tree: Any) -> None:
    assert holds(copy.deepcopy(tree), tree)


@given(st.dictionaries(st.text("xy", max_size=2), TREES, max_size=3))
def test_what_an_api_server_leaves_out_is_no_drift(tree: dict[str, Any]) -> None:
    assert holds(pruned(tree), tree)
    assert holds({**pruned(tree), "added": "by default"}, tree)
