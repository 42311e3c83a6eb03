"""docs/guide.md: it holds every command of the how-to in its order, explains each, and its links are true.

tests/data/guide-commands.txt is the list: every command of the how-to and every line that it has one type into a file.
"""

from __future__ import annotations

import re
from pathlib import Path

from tui_installer import registry

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/guide.md"
TEXT = PAGE.read_text(encoding="utf-8")
COMMANDS = (ROOT / "tests/data/guide-commands.txt").read_text(encoding="utf-8").splitlines()
LINKS = re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", TEXT)
HEADS = ("|---", "| The how-to |", "| Missing |", "| Package |", "| Part |")


def rows(text: str = TEXT) -> list[list[str]]:
    """The cells of every row in a table of the how-to's lines, without the tables' heads."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in lines
        if not line.startswith(HEADS)
    ]


def anchors(path: Path) -> set[str]:
    """What a heading is called in a link."""
    heads = re.findall(r"(?m)^#+ (.*)$", path.read_text(encoding="utf-8"))
    return {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_command_is_there_in_its_order() -> None:
    found = [cells[0][1:-1] for cells in rows() if re.fullmatch(r"`[^`]*`", cells[0])]
    assert found == COMMANDS


def test_none_is_unexplained() -> None:
    found = [cells for cells in rows() if len(cells) > 2]
    assert len(found) > len(COMMANDS)
    for cells in found:
        assert len(cells) == 3, cells
        assert len(cells[1]) > 3, cells
        assert "](../tui_installer/" in cells[2], f"nothing says what does it: {cells[0]}"


def test_a_row_says_first_how_it_stands() -> None:
    judged = re.compile(r"(Right|Weak|Wrong|Not explained)\b")
    commands = [cells for cells in rows() if cells[0].startswith("`")]
    assert [cells[0] for cells in commands if not judged.match(cells[1])] == []


def test_every_link_leads_to_a_file() -> None:
    places = {path: (PAGE.parent / path).resolve() for path, _ in LINKS if path}
    assert len(places) > 30
    wrong = (
        p for p, place in places.items() if not place.is_relative_to(ROOT) or not place.exists()
    )
    assert list(wrong) == []


def test_every_link_leads_to_a_heading() -> None:
    inside = sorted({link for link in LINKS if link[1]})
    assert len(inside) > 10
    wrong = [
        link
        for link in inside
        if link[1] not in anchors(PAGE.parent / link[0] if link[0] else PAGE)
    ]
    assert wrong == []


def test_every_step_is_linked() -> None:
    links = {
        step.id: f"[{step.id}](../tui_installer/steps/{step.id}.py)" for step in registry.steps()
    }
    assert [step for step, link in links.items() if link not in TEXT] == []


def test_a_link_is_named_by_what_it_leads_to() -> None:
    links = re.findall(r"\[(\w+)\]\((\S+/(?:steps|checks)/\w+\.py)\)", TEXT)
    assert len(links) > 100
    assert [(name, path) for name, path in links if Path(path).stem != name] == []


def test_the_readme_leads_here() -> None:
    assert "(docs/guide.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
