"""The benchmarks on real nodes work, in their short form; no figure is judged here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .lab import Lab

RUN = Path(__file__).parents[2] / "benchmarks/run"
# What they print, with its figures.
FIGURES = (
    "whole install ",
    "from kubectl apply to pods ready ",
    "from kubectl apply to the end of the proof ",
    "engine's memory (PSS): ",
    "second run, nothing to do: ",
    "status, 100 foreign pods on 5 nodes: ",
    "converged apply, 100 foreign pods on 5 nodes: ",
    "worker, whole install: ",
    "support bundle: ",
    "explain, healthy node: ",
    "from the first evidence to the named cause: ",
    "local checks: ",
)


def test_both_parts_run_to_their_end(lab: Lab) -> None:
    """In a lab of its own, beside this one, on four nodes in all."""
    done = subprocess.run(
        [RUN, "--short", "node", "crowd"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHON": sys.executable, **os.environ, "LAB_OUT": str(lab.out)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for figure in FIGURES:
        assert figure in done.stdout
