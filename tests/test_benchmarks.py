"""benchmarks/run works, in its short form; no figure is judged here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import crowd

RUN = Path(__file__).parents[1] / "benchmarks/run"
# What each part prints, with its figures.
SAYS = {
    "screens": (
        r"first paint: \d.*ratio \d",
        r"\d+ keys, p99 \d+ ms",
        r"memory \(PSS\): \d",
        r"Start at rest: \d",
        r"Status at rest: \d",
    ),
    "clone": (r"clone \d.*pip alone \d", r"ratio \d", r"first page of the rehearsal: \d"),
}


@pytest.mark.skipif(os.environ.get("CI") != "true", reason="CI runs the benchmarks: CI=true")
@pytest.mark.parametrize("part", SAYS)
def test_a_part_runs_to_its_end(part: str) -> None:
    done = subprocess.run(
        [RUN, "--short", part],
        capture_output=True,
        text=True,
        check=False,
        # The bundle's Python makes no environments; tests/run names one that does.
        env={"PYTHON": sys.executable, **os.environ},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for figure in SAYS[part]:
        assert re.search(figure, done.stdout), done.stdout


@pytest.mark.parametrize("word", ["--shirt", "0", "nodes", "-1"])
def test_a_word_that_is_none_is_wrong_usage(word: str) -> None:
    done = subprocess.run([RUN, word], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f'"{word}"' in done.stderr


def test_more_than_is_wanted_fails_the_full_form_alone(capsys: pytest.CaptureFixture[str]) -> None:
    figures = [crowd.Figure("status", 1.2, 1.0), crowd.Figure("apply", 1.4, 1.0)]
    assert not crowd.tell(figures, crowd.WANTED)
    good, much = capsys.readouterr().out.splitlines()
    assert "more than" not in good
    assert much == "apply: 1.40 of an empty cluster (1.40 against 1.00 s): more than 1.3"
    assert crowd.tell(figures[:1], crowd.WANTED)
    assert crowd.tell(figures), "the short form judges none"
