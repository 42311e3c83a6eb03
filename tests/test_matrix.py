"""Which part of the lab's matrix runs: exact, balanced, the same for everybody, and never longer than it may be."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab import conftest, matrix
from tests.lab.matrix import Durations, Part

ROOT = Path(__file__).parent.parent
NAMES = [
    f"{file}.py::{''.join(letters)}"
    for file in "abc"
    for length in (1, 2, 3)
    for letters in product("xyz", repeat=length)
]
SECONDS = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 500))
MANY = Durations(matrix={f"a.py::{n}": 60 + n for n in range(60)}, others={"b.py::long": 400})


@given(SECONDS, st.integers(1, 9))
def test_every_test_is_in_exactly_one_part(seconds: dict[str, int], of: int) -> None:
    parts = matrix.split(seconds, of)
    assert len(parts) == of
    assert sorted(test for part in parts for test in part) == sorted(seconds)


@given(SECONDS, st.integers(1, 9))
def test_parts_are_about_as_long_as_each_other(seconds: dict[str, int], of: int) -> None:
    mean, longest = sum(seconds.values()) / of, max(seconds.values(), default=0)
    for part in matrix.split(seconds, of):
        assert abs(sum(seconds[test] for test in part) - mean) <= longest


@given(SECONDS, st.integers(1, 9))
def test_neighbours_stay_together(seconds: dict[str, int], of: int) -> None:
    """What is booted for a file is booted in as few parts as can be."""
    parts = matrix.split(seconds, of)
    assert [test for part in parts for test in sorted(part)] == sorted(seconds)


@given(SECONDS)
def test_the_order_in_which_tests_are_known_is_of_no_matter(seconds: dict[str, int]) -> None:
    turned = dict(reversed(seconds.items()))
    assert matrix.split(turned, 3) == matrix.split(seconds, 3)


@given(SECONDS)
def test_no_part_of_the_fewest_takes_longer_than_it_may(seconds: dict[str, int]) -> None:
    of = matrix.parts_needed(seconds)

    def fits(of: int) -> bool:
        most = max([matrix.SECONDS, *seconds.values()])
        return all(sum(seconds[t] for t in part) <= most for part in matrix.split(seconds, of))

    assert fits(of)
    assert not any(fits(fewer) for fewer in range(1, of))


def test_what_is_asked_for_is_chosen() -> None:
    assert matrix.chosen("all", MANY, "ff") is None
    assert matrix.chosen("3/8", MANY, "ff") == Part(3, 8)
    assert matrix.chosen("1/1", MANY, None) == Part(1, 1)


@pytest.mark.parametrize(
    "asked", ["0/8", "9/8", "3", "3/", "/8", "a/b", "All", "3/8 ", "-1/8", "1/0"]
)
def test_what_is_no_part_is_refused_with_what_is_right(asked: str) -> None:
    with pytest.raises(ValueError, match="3/8"):
        matrix.chosen(asked, MANY, "ff")


def test_asked_for_nothing_the_commit_chooses() -> None:
    of = matrix.parts_needed(MANY.matrix)
    assert of > 2
    assert matrix.chosen("", MANY, None) == Part(1, of)
    seen = {matrix.chosen("", MANY, f"{number:040x}") for number in range(of)}
    assert seen == {Part(number, of) for number in range(1, of + 1)}
    assert matrix.chosen("", Durations(), "ff") == Part(1, 1)


def test_all_parts_together_are_all_tests_also_those_that_nobody_has_recorded() -> None:
    tests = [*MANY.matrix, "a.py::new", "c.py::newer"]
    parts = [matrix.picked(Part(number, 5), tests, MANY) for number in range(1, 6)]
    assert sorted(test for part in parts for test in part) == sorted(tests)
    assert matrix.picked(None, tests, MANY) == set(tests)
    assert MANY.of("a.py::new") == 400


def test_a_part_holds_the_same_tests_when_only_some_files_are_collected() -> None:
    some = sorted(MANY.matrix)[:7]
    for number in range(1, 6):
        part = Part(number, 5)
        whole = matrix.picked(part, sorted(MANY.matrix), MANY)
        assert matrix.picked(part, some, MANY) == whole & set(some)


def test_recorded_anew_a_file_forgets_what_is_gone_and_others_keep_theirs(tmp_path: Path) -> None:
    old = Durations(matrix={"a.py::x": 5, "b.py::x": 6}, others={"a.py::gone": 7, "b.py::y": 8})
    new = Durations(matrix={"a.py::y": 1}, others={"a.py::x": 2})
    path = tmp_path / "durations.json"
    assert Durations.read(path) == Durations()
    old.renewed_by(new).write(path)
    assert Durations.read(path) == Durations(
        matrix={"a.py::y": 1, "b.py::x": 6}, others={"a.py::x": 2, "b.py::y": 8}
    )


def test_the_commit_is_that_of_the_folder(tmp_path: Path) -> None:
    assert matrix.commit(tmp_path) is None
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    assert matrix.commit(tmp_path) is None, "nothing is checked out"
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    made = ("git", "-C", str(tmp_path), *who, "commit", "-q", "--allow-empty", "-m", "x")
    subprocess.run(made, check=True)
    assert len(matrix.commit(tmp_path) or "") == 40


def test_the_recorded_durations_are_those_of_the_matrix_as_it_is() -> None:
    """What stands in the file alone decides how many parts there are."""
    words = ("-m", "pytest", "--collect-only", "-q", "-m", "matrix", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, *words, "tests/lab"],
        cwd=ROOT,
        env={**os.environ, "MATRIX": "all"},
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in done.stdout.splitlines() if "::" in line]
    assert sorted(told) == sorted(Durations.read().matrix), done.stderr


def test_a_matrix_that_does_not_exist_is_wrong_usage(
    monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    monkeypatch.setenv("MATRIX", "9/8")
    with pytest.raises(pytest.UsageError, match='MATRIX is "9/8": it is "all", or a part like 3/8'):
        conftest.pytest_configure(pytestconfig)
