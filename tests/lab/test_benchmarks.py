"""The benchmarks on real nodes work, in their short form; no figure is judged here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .lab import Lab

RUN = Path(__file__).parents[2] / "benchmarks/run"
FIGURES = (
    "engine's memory (PSS): ",
    "second run, nothing to do: ",
    "worker, whole install: ",
    "local checks: ",
    "whole install ",
    "from kubectl apply to pods ready ",
    "from kubectl apply to the end of the proof ",
)


def test_they_run_to_their_end(lab: Lab) -> None:
    """In a lab of their own, beside this one."""
    done = subprocess.run(
        [RUN, "--short", "node"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHON": sys.executable, **os.environ, "LAB_OUT": str(lab.out)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for figure in FIGURES:
        assert figure in done.stdout
