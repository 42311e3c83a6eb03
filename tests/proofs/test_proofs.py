"""Every proof by its cases, and what holds for all of them."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from tests.support.cases import answers_of, cases
from tests.support.verdicts import explained, fits, judged, outcomes_in
from tui_installer import registry
from tui_installer.model.check import Judged
from tui_installer.proofs import sent

PROOFS = {proof.id: proof for proof in registry.proofs()}
CASES = cases("proofs")
EVERY = pytest.mark.parametrize("name", CASES)


@EVERY
def test_a_case(name: str) -> None:
    proof, case = PROOFS[name.partition("/")[0]], CASES[name]
    verdict = judged(proof, case)
    fits(verdict, case)
    explained(verdict)
    assert verdict.step == ""
    assert proof.applies(answers_of(case))
    assert Judged(proof, verdict).to_json(str)["id"] == proof.id


def test_a_proof_has_a_case_for_every_outcome() -> None:
    for proof in PROOFS.values():
        found = {case["outcome"] for name, case in CASES.items() if name.startswith(f"{proof.id}/")}
        module = inspect.getmodule(proof.judge)
        assert module is not None
        possible = outcomes_in(module)
        # Those that send share the sentences of an answer that came or did not.
        possible |= outcomes_in(sent) if "judged" in vars(module) else set()
        assert found >= possible, f"tests/proofs/{proof.id}/*.json"
        assert len(found) >= 2, proof.id


def test_no_case_is_left_over() -> None:
    assert {name.partition("/")[0] for name in CASES} <= set(PROOFS)


def test_an_id_is_its_files_name() -> None:
    for proof in PROOFS.values():
        assert Path(inspect.getsourcefile(proof.judge) or "").stem == proof.id


def test_they_are_made_in_their_order() -> None:
    order = list(PROOFS)
    for proof in PROOFS.values():
        assert not proof.follows or order.index(proof.follows) < order.index(proof.id)
    assert order[0] == "node"
