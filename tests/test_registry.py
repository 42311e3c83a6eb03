"""Steps and checks are found by their files and put in order by what they name."""

from __future__ import annotations

import types
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tui_installer.checks
import tui_installer.steps
from tui_installer import registry
from tui_installer.host.gather import readers
from tui_installer.model.check import Check
from tui_installer.model.facts import Accepted, Joining, Past, People, Sources
from tui_installer.model.kind import Kind
from tui_installer.model.step import Step

CONTRACT = [
    "hostname",
    "address",
    "swap",
    "selinux",
    "firewall",
    "kernel",
    "time",
    "network_manager",
    "sources",
    "packages",
    "containerd",
    "image_mirrors",
    "docker",
    "images",
    "kubeadm_init",
    "kubeadm_join",
    "calico",
    "ordinary_pods",
    "proof",
]
# Topics that no look at the machine gives: they come with the request or from our own journals.
GIVEN = {Past, People, Accepted, Joining, Sources}


def files_of(package: types.ModuleType) -> set[str]:
    return {p.stem for p in Path(package.__path__[0]).glob("*.py")} - {"__init__"}


def test_every_file_is_a_step_or_a_check() -> None:
    assert {step.id for step in registry.steps()} == files_of(tui_installer.steps)
    assert {check.id for check in registry.checks()} == files_of(tui_installer.checks)


def test_the_order_of_the_screens_is_the_contracts() -> None:
    ids = [step.id for step in registry.steps()]
    assert ids == [name for name in CONTRACT if name in ids]


def test_every_topic_is_read_by_somebody() -> None:
    parts: list[Step | Check] = [*registry.steps(), *registry.checks()]
    known = set(readers()) | GIVEN
    assert [(part.id, topic) for part in parts for topic in part.reads if topic not in known] == []


def test_a_milestone_that_is_waited_for_is_one_that_a_step_can_reach() -> None:
    folder = Path(tui_installer.steps.__path__[0])
    for name in {name for step in registry.steps() for name in step.after}:
        owner, _, milestone = name.partition("/")
        source = (folder / f"{owner}.py").read_text(encoding="utf-8")
        assert not milestone or f'"{milestone}"' in source, name


def test_a_step_says_of_which_kinds_of_run_it_is_part() -> None:
    assert all(step.kinds for step in registry.steps())
    for kind in Kind:
        assert registry.steps(kind) == tuple(s for s in registry.steps() if kind in s.kinds)
    assert all(any(step in registry.steps(kind) for kind in Kind) for step in registry.steps())


@pytest.mark.parametrize("kind", Kind)
def test_what_looks_back_on_all_others_comes_last(kind: Kind) -> None:
    steps = registry.steps(kind)
    assert [step.last for step in steps] == [*[False] * (len(steps) - 1), True]


def test_parts_are_found_by_their_ids() -> None:
    assert registry.step("swap") is registry.find_step("swap") in registry.steps()
    assert registry.check("memory") is registry.find_check("memory") in registry.checks()
    assert registry.find_proof("dns") in registry.proofs()
    assert (registry.find_step("x"), registry.find_check("x"), registry.find_proof("x")) == (
        None,
    ) * 3
    for find in (registry.step, registry.check):
        with pytest.raises(KeyError, match="nosuch"):
            find("nosuch")


def test_a_name_that_is_not_the_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / "room_of_mistakes"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "helper.py").write_text("X = 1\n")
    (folder / "good.py").write_text("import types\nSTEP = types.SimpleNamespace(id='good')\n")
    package = __import__("room_of_mistakes")
    assert set(registry.discover(package, "STEP")) == {"good"}
    (folder / "swap.py").write_text("import types\nSTEP = types.SimpleNamespace(id='other')\n")
    with pytest.raises(registry.RegistryError, match=r"swap\.py"):
        registry.discover(package, "STEP")


@given(st.permutations("abcdef"), st.data())
def test_each_comes_after_those_that_it_names(names: list[str], data: st.DataObject) -> None:
    before = {
        name: data.draw(st.lists(st.sampled_from(names[:i]), unique=True)) if i else []
        for i, name in enumerate(names)
    }
    order = registry.sort(before)
    assert sorted(order) == sorted(names)
    assert all(order.index(b) < order.index(name) for name in names for b in before[name])
    assert order == registry.sort(dict(reversed(before.items()))), "the order is always the same"


def test_a_circle_and_an_unknown_name_are_refused() -> None:
    with pytest.raises(registry.RegistryError, match="circle"):
        registry.sort({"a": ["b"], "b": ["a"]})
    with pytest.raises(registry.RegistryError, match="nosuch"):
        registry.sort({"a": ["nosuch"]})


def test_a_pattern_that_several_parts_use_is_given_once() -> None:
    parts: list[Step | Check] = [*registry.steps(), *registry.checks()]
    patterns = registry.file_patterns(parts)
    assert set(patterns) == {pattern for part in parts for pattern in part.files}
    assert len(patterns) == len(set(patterns)) < sum(len(part.files) for part in parts)
