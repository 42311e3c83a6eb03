"""The benchmarks on real nodes work, in their short form; no figure is judged here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .lab import Lab

RUN = Path(__file__).parents[2] / "benchmarks/run"
# What each part prints, with its figures.
FIGURES = {
    "node": (
        "engine's memory (PSS): ",
        "second run, nothing to do: ",
        "worker, whole install: ",
        "local checks: ",
        "whole install ",
        "from kubectl apply to pods ready ",
        "from kubectl apply to the end of the proof ",
    ),
    "crowd": (
        "status, 100 foreign pods on 5 nodes: ",
        "converged apply, 100 foreign pods on 5 nodes: ",
    ),
}


@pytest.mark.parametrize("part", FIGURES)
def test_a_part_runs_to_its_end(lab: Lab, part: str) -> None:
    """In a lab of its own, beside this one."""
    done = subprocess.run(
        [RUN, "--short", part],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHON": sys.executable, **os.environ, "LAB_OUT": str(lab.out)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for figure in FIGURES[part]:
        assert figure in done.stdout
