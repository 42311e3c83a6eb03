"""The causes of what does not work: first the one that explains the others, with evidence and cure."""

from __future__ import annotations

import pytest

from tests.support.journals import SANDBOX, Tape
from tests.support.machine import Fake
from tests.support.screens.fits import everywhere
from tests.support.screens.watching import lay, watch
from tui_installer.model.cause import Cause
from tui_installer.model.diagnosis import Diagnosis
from tui_installer.model.facts import Logs
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T, Text, verbatim
from tui_installer.text import measure
from tui_installer.text.language import Language
from tui_installer.ui.rows.causes import rows_of, sentence
from tui_installer.ui.screens.causes import Causes
from tui_installer.ui.screens.failure import Failure

FIRST = Cause("no_disk", T("the disk is full"), T("make room"), evidence=("ENOSPC " + "x" * 90,))
SECOND = Cause("no_etcd", T("etcd does not run"), T("see above"), explained_by="no_disk")
THIRD = Cause("no_api", T("no API"), T("see above"), explained_by="no_etcd")
MILD = Cause("old", T("the clock is wrong"), T("set it"), severity=Outcome.WARN)


def text(found: Diagnosis, width: int = 60) -> list[str]:
    rows = rows_of(found, str, width)
    drawn = ["".join(part for part, _ in row) for row in rows]
    assert all(len(row) <= width for row in drawn)
    return drawn


def test_what_follows_from_a_cause_stands_under_it() -> None:
    drawn = text(Diagnosis((FIRST, SECOND, THIRD, MILD)))
    starts = [row for row in drawn if "[" in row]
    assert starts == [
        " FAIL    the disk is full   [no_disk]",
        "   FAIL    from it follows: etcd does not run   [no_etcd]",
        "     FAIL    from it follows: no API   [no_api]",
        " warn    the clock is wrong   [old]",
    ]
    assert "         > make room" in drawn


def test_a_line_of_evidence_is_whole() -> None:
    assert "".join(row.strip(" |") for row in text(Diagnosis((FIRST,)))).count("x") == 90


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Diagnosis(), "Nothing fails that this program knows."),
        (Diagnosis(unread={"Cri": verbatim("no")}), "not everything could be read"),
        (Diagnosis((FIRST,)), "One cause is named."),
        (Diagnosis((FIRST, SECOND)), "2 causes are named; put the first one right first."),
        (Diagnosis(unexplained=("E odd",)), "why is not known to this program"),
    ],
)
def test_how_much_is_wrong(found: Diagnosis, said: str) -> None:
    assert said in str(sentence(found))


def test_errors_without_a_cause_and_what_could_not_be_read() -> None:
    unread: dict[str, Text] = {"Cri": verbatim("not root"), "Logs": verbatim("not root")}
    drawn = text(Diagnosis(unexplained=("E odd",), unread=unread))
    assert drawn == [
        " Errors without a known cause:",
        "   | E odd",
        "",
        " unknown Cri, Logs: not root",
    ]


@pytest.mark.anyio
@pytest.mark.usefixtures("shanghai")
async def test_it_opens_from_failure_and_looks_again(machine: Fake) -> None:
    machine.set(Logs({"containerd": (SANDBOX,)}))
    async with watch(Tape("first-control-plane").begin(), going=True) as play:
        lay(Tape.diagnosed())
        await play.tick()
        await play.press("right", "enter")
        play.screen(Causes)
        async for _ in everywhere(play):
            assert "[sandbox_image]" in play.text
        assert "FAIL    the image that every pod needs first cannot be fetched" in play.text
        machine.set(Logs())
        await play.press("ctrl+r")
        assert "the image that every pod needs" not in play.text
        await play.press("escape")
        play.screen(Failure)


def test_chinese_stands_in_the_same_columns() -> None:
    unread: dict[str, Text] = {name: verbatim("no") for name in ("Containerd", "Kubernetes", "Cri")}
    rows = rows_of(Diagnosis(unread=unread), Language("zh"), 30)
    first, second = ("".join(part for part, _ in row) for row in rows)
    assert measure.width(first.partition("Containerd")[0]) == len(second) - len(second.lstrip())
