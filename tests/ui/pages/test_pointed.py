"""A check leads to the row of the answer that cures it, and its reason stays in view there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.checks.test_checks import verdict_of
from tests.support.cases import answers_of, cases
from tests.support.machine import Fake
from tests.support.screens.stage import stage
from tests.ui.pages.test_preflight import at_preflight, row
from tui_installer import assets, registry
from tui_installer.model.answers import FIRST_CONTROL_PLANE, WORKER
from tui_installer.model.facts import Packages
from tui_installer.session import Session
from tui_installer.text.language import Language
from tui_installer.ui.frame.page import Page
from tui_installer.ui.frame.screen import WIDTH
from tui_installer.ui.program.routes import page_of, way
from tui_installer.ui.rows.cells import rows_of
from tui_installer.ui.rows.verdicts import VerdictLine

pytestmark = pytest.mark.anyio
ROLES = (FIRST_CONTROL_PLANE, WORKER)
# By role: the answers that cure something in some case of some check.
CURES = {
    role: sorted(
        {
            case["answer"]
            for case in cases("checks").values()
            if "answer" in case and answers_of(case).node.role == role
        }
        | {key for check in registry.checks() for key in check.asks if page_of(key, role)}
    )
    for role in ROLES
}


def test_every_answer_that_cures_has_a_page() -> None:
    for name, case in cases("checks").items():
        check, verdict = verdict_of(name)
        role = answers_of(case).node.role
        if verdict.answer:
            assert page_of(verdict.answer, role) is not None, name
    for check in registry.checks():
        for key in check.asks:
            assert any(page_of(key, role) for role in ROLES), (check.id, key)


def reasons() -> Iterator[tuple[str, VerdictLine]]:
    """Every case that leads to an answer: its name, and its row of the preflight."""
    for name in cases("checks"):
        check, verdict = verdict_of(name)
        if verdict.answer:
            yield name, VerdictLine(check.id, check.title, verdict)


def test_every_reason_is_read_whole() -> None:
    for name, line in reasons():
        assert line.verdict is not None
        for say in (Language("en"), Language("zh")):
            rows = rows_of(say(line.reason), WIDTH)
            assert len(rows) <= Page.hint_rows, (name, rows)


@pytest.mark.parametrize("role", ROLES)
async def test_the_row_has_the_focus_and_the_reason_is_in_view(machine: Fake, role: str) -> None:
    why = max((line.reason for _, line in reasons()), key=lambda reason: len(str(reason)))
    session = Session({})
    session.set("node.role", role)
    # What has something to decide on this machine.
    machine.set(Packages({"docker-ce": "26.1.4", "containerd.io": "1.6.33"}))
    async with stage(session=session) as play:
        seen = set()
        for key in CURES[role]:
            play.app.go_to(key, why)
            await play.settle()
            page = play.app.screen
            assert isinstance(page, Page), key
            assert page.focused is not None, key
            target = page.row_of(key)
            if target is not None and target.focusable:
                assert page.focused is target, key
            own = key == "join" or getattr(page.focused, "refused", False)
            assert own or str(why) in " ".join(play.text.split()), (key, play.text)
            seen.add(page.entry_id)
        assert seen == {entry.id for entry in way(role)} - {"preflight"}


async def test_docker_that_holds_containerd_leads_to_its_own_line(machine: Fake) -> None:
    machine.set(Packages({"docker-ce": "26.1.4", "containerd.io": "1.6.33"}))
    async with at_preflight() as play:
        assert row(play, "Container runtime").split()[:2] == [">", "FAIL"]
        await play.press("tab", "right", "right", "right", "enter")
        assert " Options " in play.rows[0]
        assert "One line needs another answer: docker-ce." in play.rows[2]
        assert row(play, "docker-ce").startswith(" > docker-ce")
        assert "containerd becomes 1.6.6" in row(play, "docker-ce")
        assert "containerd.io 1.6.33 instead of 1.6.6" in play.text
        await play.press("space")
        assert "instead of" not in play.text
        assert "Every line is good as it is." in play.rows[2]


async def test_a_source_leads_to_the_sources_of_its_need(machine: Fake) -> None:
    machine.silent = {("images", name) for name in assets.mirrors("images")}
    async with at_preflight() as play:
        await play.press("tab", "right", "right", "right", "enter")
        assert " Mirrors " in play.rows[0]
        assert "Image source: images" in play.text
        await play.press("home")
        assert "Image source: images" not in play.text
