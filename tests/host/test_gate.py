"""Nothing is written but below the node's root, whatever a path says and wherever a link leads."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.host import files, gate
from tui_installer.host.machine import use
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model import places

PARTS = st.sampled_from(
    ["..", ".", "", "etc", "out", "a\0b", "a\nb", "\udc80", "\ud800", "x" * 300]
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A rehearsal's; `out` in it leads to a folder beside it."""
    found = tmp_path / "root"
    (found / "etc").mkdir(parents=True)
    (tmp_path / "beside").mkdir()
    (found / "out").symlink_to(tmp_path / "beside")
    (found / "etc/link").symlink_to(tmp_path / "beside/file")
    use(ThisMachine(found))
    return found


@given(parts=st.lists(PARTS, max_size=6))
def test_a_place_is_below_the_root_or_refused(
    parts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.getbasetemp() / "gate"
    root.mkdir(exist_ok=True)
    try:
        found = gate.place("/" + "/".join(parts) + "/file", root)
    except places.Outside:
        return
    except OSError as error:
        assert error.strerror == "File name too long"
        return
    assert ".." not in found.parts
    assert found.is_relative_to(root)


@pytest.mark.parametrize(
    "path", ["/out/file", "/etc/link", "/etc/../../beside/file", "/out/deeper/file", "/etc/a\0b"]
)
def test_no_link_and_no_name_leads_out(root: Path, path: str) -> None:
    with pytest.raises(places.Outside):
        files.write(path, "x")
    assert list((root.parent / "beside").iterdir()) == []


def test_a_link_within_is_followed(root: Path) -> None:
    (root / "etc/other").symlink_to("real")
    files.write("/etc/other", "x")
    assert (root / "etc/real").read_text() == "x"
    assert (root / "etc/other").is_symlink()
