"""docs/images.md: every finding has its row, and no other has one."""

from __future__ import annotations

from tests.support.pages import ROOT, Page
from tui_installer.registry import findings


def test_every_finding_has_its_row() -> None:
    rows = Page(ROOT / "docs/images.md").table("id", "severity")
    assert [row[0].strip("`") for row in rows if row[0].startswith("`")] == [
        finding.id for finding in findings()
    ]
