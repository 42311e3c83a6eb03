"""Packets that a node should forward: by which rules those of pods pass, whatever the policy is."""

from __future__ import annotations

import pytest

from tests.causes.test_states import NETWORKED, evidence
from tui_installer.model.cause import all_causes
from tui_installer.model.facts import Forwarding
from tui_installer.registry import causes


@pytest.mark.parametrize(
    ("rule", "dropped"),
    [
        ("-A FORWARD -j KUBE-FORWARD", True),
        ("-A FORWARD -i docker0 ! -o docker0 -j ACCEPT", True),
        ("-A FORWARD -o br-1f -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", True),
        ("-A FORWARD -s 10.244.0.0/16 -j ACCEPT", False),
        ("-A FORWARD -o weave -j ACCEPT", False),
        ('-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD', False),
    ],
)
def test_rules_by_which_packets_of_pods_pass(rule: str, *, dropped: bool) -> None:
    rules = Forwarding(("-P FORWARD DROP", rule))
    found = [cause.id for cause in all_causes(causes(), evidence((NETWORKED, rules)))]
    assert ("forward_drop" in found) is dropped
