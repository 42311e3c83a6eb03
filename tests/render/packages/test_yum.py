"""The command lines of yum mean the same to whoever reads them again."""

from __future__ import annotations

import pytest

from tui_installer.model.event import DELICATE
from tui_installer.render.packages import download_size, installs, removal, removes, transaction


def test_a_command_line_names_its_packages() -> None:
    install = transaction("install", ["kubelet-1.25.0", "conntrack-tools"])
    assert installs(install) == ["kubelet-1.25.0", "conntrack-tools"]
    assert removes(install) == ()
    assert removes(removal(["kubelet"])) == ("kubelet",)
    assert installs(removal(["kubelet"])) == []
    assert installs(("systemctl", "restart", "kubelet")) == []


def test_a_transaction_that_breaks_off_is_delicate() -> None:
    """The journal knows one by its first words."""
    lines = (transaction("install", ["kubelet"]), removal(["kubelet"]))
    assert all(any(line[: len(start)] == start for start in DELICATE) for line in lines)


@pytest.mark.parametrize(
    ("printed", "size"),
    [
        ("Total download size: 92 M\n", 92 << 20),
        ("Total download size: 1.5 G", 3 << 29),
        ("Total download size: 812 k", 812 << 10),
        ("Total size: 92 M", None),
    ],
)
def test_the_size_of_a_download(printed: str, size: int | None) -> None:
    assert download_size(printed) == size
