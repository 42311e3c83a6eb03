"""kubeadm's advice: nothing of it remains of any captured failure, and what tells of the failure does."""

from __future__ import annotations

import pytest

from tests.support.captures import FOLDER, lines
from tui_installer.model.advice import without_advice

INIT_JOIN = ("init", "join")
FAILURES = sorted(path.stem for path in FOLDER.glob("*-fail-*.txt") if path.stem[:4] in INIT_JOIN)
ADVICE = ("likely caused", "troubleshoot", "example", "The kubelet is", "crictl --runtime", "stack")


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_without_its_advice(name: str) -> None:
    kept = without_advice(lines(name))
    assert not [line for line in kept if any(words in line for words in ADVICE)]
    left_out = [line for line in lines(name) if line not in kept]
    assert not [line for line in left_out if "error execution phase" in line or "[ERROR" in line]
    assert any("error execution phase" in line for line in kept)


def test_what_the_kubelet_check_found_is_evidence() -> None:
    said = (
        "[kubelet-check] It seems like the kubelet isn't running or healthy.",
        "\ttimed out waiting for the condition",
    )
    assert without_advice((*said, "", said[0])) == said
