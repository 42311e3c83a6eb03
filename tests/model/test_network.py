from __future__ import annotations

import pytest

from tui_installer.model.facts import Network, Nic

GOOD, BARE = Nic("ens34", ("10.0.0.5/24",)), Nic("ens33")
UNPLUGGED = Nic("ens32", link=False)
DOCKER0 = Nic("docker0", ("172.17.0.1/16",), software=True)


@pytest.mark.parametrize(
    ("nics", "default", "best"),
    [
        ((BARE, GOOD), "ens33", "ens33"),
        ((DOCKER0, UNPLUGGED, BARE, GOOD), "", "ens34"),
        ((DOCKER0, UNPLUGGED, BARE), "", "ens33"),
        ((DOCKER0, UNPLUGGED), "", "ens32"),
        ((DOCKER0,), "", ""),
        ((), "", ""),
    ],
)
def test_the_card_for_the_node(nics: tuple[Nic, ...], default: str, best: str) -> None:
    assert Network(nics, default_nic=default).best == best


def test_cards_are_those_that_lead_to_other_machines() -> None:
    assert Network((DOCKER0, GOOD)).cards == [GOOD]
