"""The questions that answers are asked about the role of a node."""

from __future__ import annotations

import pytest

from tui_installer.model.answers import ROLES, Answers, Node


@pytest.mark.parametrize(
    ("role", "makes_cluster", "joins", "runs_control_plane"),
    [("first-control-plane", True, False, True), ("worker", False, True, False)],
)
def test_what_a_role_does(
    role: str, *, makes_cluster: bool, joins: bool, runs_control_plane: bool
) -> None:
    answers = Answers(Node(role))
    assert role in ROLES
    assert (answers.makes_cluster, answers.joins) == (makes_cluster, joins)
    assert answers.runs_control_plane == runs_control_plane
