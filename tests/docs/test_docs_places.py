"""README.md and docs/: every place of ours on a node is one that is used, every link and every file of the tree is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePath

import pytest

from tests.support.pages import EVERY, NAME, PAGES, PATH, ROOT, Page, literals
from tui_installer import assets
from tui_installer.host.facts import manifest
from tui_installer.model import places

INSTALL = (ROOT / "install.sh").read_text(encoding="utf-8")
# ---- places on a node ----

UNIT = "\n".join(
    path.read_text(encoding="utf-8") for path in (ROOT / "assets/systemd").glob("*.service")
)
# A word that stands for others: the ID of a run, the NAME of a step.
PLACEHOLDER = re.compile(r"[A-Z]+(?:[.-]\w+)*|[\w-]*-[A-Z]+(?:\.\w+)?")
# What a run's folder holds besides: names that the sources put together.
RUN = re.escape(str(places.RUNS)) + r"/[A-Z]+"


def ours(path: str) -> bool:
    # A bundle is unpacked wherever somebody likes.
    return NAME in path and not re.search(rf"/{NAME}-\d", path)


@cache
def used() -> str:
    """All that names a place: constants, sources, install.sh, the unit."""
    known = [str(value) for value in vars(places).values() if isinstance(value, PurePath)]
    known += [manifest.place(version, "https://") for version in assets.versions()]
    return "\n".join([*known, *sorted(literals("")), _expanded(INSTALL), UNIT])


def _expanded(script: str) -> str:
    """A shell script with its constants in the places where they are used."""
    constants = re.findall(r"(?m)^([A-Z_]+)=(\S+)$", script)
    # $UNIT stands in $UNITS as well.
    for name, value in sorted(constants, key=lambda row: -len(row[0])):
        script = script.replace(f"${name}", value)
    return script


def is_used(path: str) -> bool:
    """Whether the program names it; a placeholder stands for any name, but not for a folder that is not."""
    path = path.rstrip("/")
    if kept := re.match(f"{RUN}/originals(/.+)", path):
        return is_used(kept[1])
    parent, _, name = path.rpartition("/")
    if re.search(rf"(?m)(?<![\w/]){re.escape(path)}(?![\w.-]*\w)", used()):
        return True
    if PLACEHOLDER.fullmatch(name):
        return is_used(parent)
    if re.match(RUN, path):
        return name in literals("") and is_used(parent)
    return False


@EVERY
def test_every_place_of_ours_is_used(page: Page) -> None:
    found = {path for path in PATH.findall(page.text) if ours(path)}
    assert {path for path in found if not is_used(path)} == set()


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/var/lib/tui-installer/runs/ID/output/STEP.log", True),
        ("/etc/tui-installer/answers.toml", True),
        ("/opt/tui-installer", True),
        ("/etc/tui-installer/answer.toml", False),
        ("/etc/tui-installer/answers", False),
        ("/var/log/tui-installer", False),
        ("/var/lib/tui-installer/runs/ID/journal", False),
    ],
)
def test_what_counts_as_used(path: str, right: bool) -> None:
    assert is_used(path) == right


# ---- links and files of the tree ----

IN_TREE = re.compile(
    r"(?<![\w./-])(?:assets|benchmarks|docs|packaging|tests|tui_installer)/[\w./-]*\w"
)


@EVERY
def test_every_link_leads_somewhere(page: Page) -> None:
    for target, anchor in page.links:
        place = (page.path.parent / target).resolve() if target else page.path
        assert place.is_relative_to(ROOT)
        assert place.exists(), f"{page.name} links to {target}"
        if anchor:
            assert anchor in Page(place).anchors, f"{page.name} links to {target}#{anchor}"


@EVERY
def test_every_picture_is_one_that_a_test_compares(page: Page) -> None:
    pictures = [target for target, _ in page.links if target.endswith((".svg", ".png"))]
    made = ROOT / "tests/ui/__snapshots__/test_pictures"
    assert [p for p in pictures if (page.path.parent / p).resolve().parent != made] == []
    assert page.name != "README.md" or len(pictures) > 5


@EVERY
def test_every_file_of_the_tree_that_is_named_is_there(page: Page) -> None:
    named = {path for span in page.spans for path in IN_TREE.findall(span)}
    assert {path for path in named if not (ROOT / path).exists()} == set()


@EVERY
def test_the_readme_leads_to_every_page(page: Page) -> None:
    """By itself or over other pages."""
    seen, new = {PAGES[0].path}, [PAGES[0]]
    while new:
        here = new.pop()
        places = {(here.path.parent / t).resolve() for t, _ in here.links if t.endswith(".md")}
        new += [Page(place) for place in places - seen if place.exists()]
        seen |= places
    assert page.path in seen


@EVERY
def test_a_block_that_names_a_file_is_that_file(page: Page) -> None:
    for block in page.blocks:
        if " " in block.info:
            place = page.path.parent / block.info.partition(" ")[2]
            assert place.read_text(encoding="utf-8") == block.text


@EVERY
def test_nothing_is_piped_from_the_network_into_a_shell(page: Page) -> None:
    """Nor fetched by plain http, nor unpacked or run before its sum was looked at."""
    for number, line in enumerate(page.text.splitlines(), 1):
        if not re.search(r"\b(curl|wget) .*://", line):
            continue
        where = f"{page.name}:{number}: {line.strip()}"
        assert "http://" not in line and "|" not in line, where
        if "healthz" not in line:
            after = page.text.splitlines()[number : number + 3]
            assert any(re.search(r"sha256sum -(c|-check)", other) for other in after), where
