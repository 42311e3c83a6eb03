"""The last look before the run: what is shown of the plan, and what its buttons do."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.machine import Fake
from tests.support.screens.fits import shows_again
from tests.support.screens.stage import XTERM, Stage, stage
from tui_installer.host import runs
from tui_installer.host.machine import at
from tui_installer.model import places, request
from tui_installer.model.answers import flat
from tui_installer.model.answers_file import dump, parse
from tui_installer.model.facts import Disk, File, Files, Past, Space, Swap, Yum
from tui_installer.model.join import parse_join
from tui_installer.model.plan import Plan, PlannedStep
from tui_installer.preflight import inspection
from tui_installer.preflight.draft import Draft
from tui_installer.session import Session
from tui_installer.text import measure, plan_text
from tui_installer.text.language import Language
from tui_installer.ui.screens.review import Review

pytestmark = pytest.mark.anyio
# The proof is the last step; from there over Calico to kubeadm.
KUBEADM = ("end", "up", "up")

FULL = Disk((Space("/var/lib/containerd", 2 << 30, 60 << 30),))
SWAP = Swap(("/dev/sda2",))
SECRET = "0123456789abcdef"
JOIN = parse_join(
    f"kubeadm join 192.168.40.180:6443 --token 6hhzv0.{SECRET} "
    f"--discovery-token-ca-cert-hash sha256:{'c4' * 32}"
)
START = "[> Start installation <]"


def a_worker(*, join: bool = True) -> Session:
    session = Session({}, Draft(join=JOIN if join else None))
    session.set("node.role", "worker")
    return session


@asynccontextmanager
async def at_review(
    session: Session | None = None, language: str = "en", size: tuple[int, int] = (80, 25)
) -> AsyncIterator[Stage]:
    async with stage(language, session=session, size=size) as play:
        play.app.turn("preflight", 1)
        await play.settle()
        await play.settle()
        yield play


def page(play: Stage) -> Review:
    found = next(screen for screen in play.app.screen_stack if isinstance(screen, Review))
    return found


def asked(play: Stage) -> str:
    """What the box over the screen says, as one line."""
    box = play.app.screen.query_one("#box").region
    rows = play.rows[box.y : box.bottom]
    return " ".join(" ".join(row[box.x + 1 : box.right - 1] for row in rows).split())


def plan_of(play: Stage) -> Plan:
    found = play.app.session.found
    assert found is not None
    return found.plan


async def test_over_ssh_a_change_of_its_card_is_asked_about_once_more(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[None] = []
    monkeypatch.setattr(Session, "start", lambda _self: begun.append(None))
    session = Session({"SSH_CONNECTION": "192.168.40.1 51512 192.168.40.180 22"})
    session.set("node.address", "192.168.40.99/24")
    session.set("node.gateway", "192.168.40.1")
    async with at_review(session) as play:
        page(play).start()
        await play.settle()
        said = asked(play)
        assert "Your ssh line goes over ens33, and the run changes it:" in said
        assert "address: 192.168.40.180/24 -> 192.168.40.99/24" in said
        assert "default route: ens33 192.168.40.2 -> ens33 192.168.40.1" in said
        assert "connect again to 192.168.40.99" in said
        assert "[> Back <]" in said
        await play.press("enter")
        assert begun == []
        page(play).start()
        await play.settle()
        await play.press("down", "enter")
        assert begun == [None]


async def test_the_counts_and_every_step(machine: Fake) -> None:
    # High enough for all of them: on a lower screen the list is walked through.
    async with at_review(size=(80, 43)) as play:
        plan = plan_of(play)
        files, commands = len(plan.files), len(plan.commands)
        counts = f"{files + commands} changes: {files} files, {commands} commands."
        assert f"{len(plan.steps)} steps, {counts} Nothing has been changed yet." in play.rows[2]
        for number, planned in enumerate(plan.steps, 1):
            row = next(r for r in play.rows[3:] if f" {number} {planned.step.title} " in r[:26])
            assert row[:25].split()[-1] == str(len(planned.changes))
        assert "7/7" in play.rows[0]


async def test_tab_and_enter_start_the_run(machine: Fake) -> None:
    async with at_review() as play:
        assert play.app.focused is page(play).listing
        assert "To start: Tab to the button, then Enter." in play.text
        await play.press("tab")
        assert START in play.text
        assert not at(places.REQUEST).exists()
        await play.press("enter")
        assert " Run " in play.rows[0]
        written = request.load(at(places.REQUEST).read_text())
        found = play.app.session.found
        assert found is not None
        assert written.answers == found.answers


async def test_a_chain_of_enters_starts_nothing(machine: Fake) -> None:
    async with stage() as play:
        for _ in range(12):
            if " Review " in play.rows[0]:
                break
            await play.press("enter")
        assert " Review " in play.rows[0], "Enter, Enter, Enter leads here"
        await play.press(*["enter"] * 12)
        assert not at(places.REQUEST).exists()
        assert page(play).is_attached


async def test_left_and_right_choose_a_change(machine: Fake) -> None:
    async with at_review() as play:
        await play.press(*KUBEADM)
        count = len(plan_of(play).steps[-3].changes)
        assert f"change 1 of {count}: a command" in play.text
        await play.press("left", "right")
        assert f"change 2 of {count}: a file" in play.text
        assert "kubeadm-config.yaml" in play.text
        await play.press(*["right"] * count)
        assert f"change {count} of {count}" in play.text
        await play.press("up", "down")
        assert f"change {count} of {count}" in play.text, "each step keeps its place"
        await play.press(*["left"] * count, "enter")
        assert play.rows[3].startswith("systemctl enable kubelet.service ")
        assert "To take it back" in play.text
        assert "systemctl disable kubelet.service" in play.text
        await play.press("escape", "home", "tab")
        assert START in play.text
        await play.press("up")
        assert play.app.focused is page(play).listing
        await play.press("escape")
        assert " Preflight " in play.rows[0]


async def test_a_file_with_its_difference_and_whole(machine: Fake) -> None:
    hosts = "".join(f"10.0.0.{i} other{i}\n" for i in range(40))
    machine.set(Files({"/etc/hosts": File(hosts)}))
    async with at_review() as play:
        await play.press("down")
        assert "/etc/hosts" in play.text
        assert "+192.168.40.180 master01" in play.text
        assert "mode 0644, a copy of the present file is kept" in play.text
        assert "other7" not in play.text
        await play.press("enter")
        assert play.rows[3].startswith(" 10.0.0.0 other0 ")
        assert "Lines 1 to 17 of 41." in play.text
        await play.press("end")
        assert any(row.startswith("+192.168.40.180 master01 ") for row in play.rows)
        await play.press("enter")
        assert " Review " in play.rows[0]


async def test_a_new_file_can_be_copied_as_it_is(machine: Fake) -> None:
    async with at_review() as play:
        await play.press("slash")
        await play.type("crictl.yaml")
        await play.press("enter", "enter")
        assert play.rows[2].strip() == "/etc/crictl.yaml, mode 0644"
        assert play.rows[3].startswith("runtime-endpoint: ")


async def test_secrets_are_stars(machine: Fake) -> None:
    async with at_review(a_worker()) as play:
        await play.press(*KUBEADM, "right")
        assert "kubeadm-join.yaml" in play.text
        assert "+ ****************" in play.text
        assert SECRET not in play.text
        await play.press("enter")
        assert "****************" in play.text
        assert SECRET not in play.text


async def test_what_was_accepted_is_named_and_asked_once_more(machine: Fake) -> None:
    machine.set(FULL)
    async with at_review(Session({}, Draft(accepted=frozenset({"disk"})))) as play:
        assert "Accepted although it fails: Disk." in play.text
        await play.press("tab", "enter")
        assert "Accepted: Disk." in play.text
        await play.press("enter")
        assert not at(places.REQUEST).exists(), "the first button is the safe one"
        await play.press("enter", "down", "enter")
        assert " Run " in play.rows[0]
        assert request.load(at(places.REQUEST).read_text()).checks == ("disk",)


async def test_nothing_to_do(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    look = inspection.look

    def settled(asked: inspection.Asked) -> inspection.Preflight:
        found = look(asked)
        return replace(found, plan=Plan(tuple(PlannedStep(p.step, ()) for p in found.plan.steps)))

    monkeypatch.setattr(inspection, "look", settled)
    async with at_review() as play:
        assert "Nothing to do: this machine is already as wanted." in play.rows[2]
        assert re.search(r"Takes +less than a minute", play.text)
        await play.press("end")
        assert "nothing to do" in play.text
        await play.press("right", "enter")
        assert " Review " in play.rows[0]


async def test_looking_again_marks_what_would_change_otherwise(machine: Fake) -> None:
    machine.set(SWAP)
    async with at_review() as play:
        before = len(plan_of(play).commands)
        machine.set(Swap())
        await play.press("ctrl+r")
        assert len(plan_of(play).commands) == before - 1
        assert [row[:26].split()[1:] for row in play.rows if "changed" in row[:26]] == [
            ["Swap", "changed", "0"]
        ]


async def test_a_fail_that_has_come_up_since(machine: Fake) -> None:
    async with at_review() as play:
        machine.set(Yum(2210, "PackageKit"))
        await play.press("ctrl+r", "tab", "enter")
        assert "these checks fail: yum" in asked(play)
        assert not at(places.REQUEST).exists()
        await play.press("enter")
        assert " Preflight " in play.rows[0]
        assert "> FAIL    yum lock" in play.text


async def test_an_answer_that_has_become_impossible(machine: Fake) -> None:
    async with at_review() as play:
        play.app.session.set("node.interface", "eth9")
        await play.press("ctrl+r")
        assert " Preflight " in play.rows[0]
        assert "> FAIL    interface" in play.text


async def test_a_worker_without_its_join_command(machine: Fake) -> None:
    async with at_review(a_worker(join=False)) as play:
        await play.press("tab", "enter")
        assert "a worker needs its join command" in asked(play)
        await play.press("enter")
        assert " Join " in play.rows[0]


async def test_what_kubeadm_fixed(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    at(places.ANSWERS).write_text(dump(inspection.look(Session({}).asked).answers))
    monkeypatch.setattr(runs, "past", lambda: Past(made=frozenset({"kubeadm_init"})))
    session = Session({})
    session.set("node.hostname", "another")
    async with at_review(session) as play:
        await play.press("tab", "enter")
        assert "node.hostname cannot be changed" in asked(play)
        await play.press("escape")
        assert " Review " in play.rows[0]
        await play.press("enter", "enter")
        assert " Node " in play.rows[0]
        assert not at(places.REQUEST).exists()


async def test_an_engine_that_does_not_start(machine: Fake) -> None:
    machine.engine = "Unit tui-installer.service not found."
    async with at_review() as play:
        await play.press("tab", "enter")
        assert "Unit tui-installer.service not found." in asked(play)
        assert "./install.sh" in asked(play)
        await play.press("enter")
        assert " Review " in play.rows[0]
        assert not at(places.REQUEST).exists()
        machine.engine = ""
        await play.press("enter")
        assert " Run " in play.rows[0]


async def test_another_run_has_just_started(machine: Fake) -> None:
    async with at_review() as play:
        at(places.REQUEST).write_text("another")
        await play.press("tab", "enter")
        assert "Another run has just started on this machine." in asked(play)
        await play.press("tab", "enter")
        assert " Review " in play.rows[0]
        assert at(places.REQUEST).read_text() == "another"


async def save(play: Stage, path: Path) -> None:
    """Puts the path into the dialog and presses its button."""
    await play.press("ctrl+u")
    box = play.app.focused
    assert box is not None
    box.value = str(path)  # type: ignore[attr-defined]
    await play.press("enter", "enter")


async def test_saving_the_answers(machine: Fake, tmp_path: Path) -> None:
    path = tmp_path / "answers.toml"
    async with at_review(a_worker()) as play:
        await play.press("tab", "right", "enter")
        assert "/root/answers.toml" in play.text
        assert "The join command is not in it" in asked(play)
        await save(play, tmp_path / "no" / "where")
        assert "cannot be written: No such file" in asked(play)
        await play.press("up")
        await save(play, path)
        assert "Written:" in asked(play)
        found = play.app.session.found
        assert found is not None
        given = {k: v for k, v in flat(found.answers).items() if v is not None}
        assert parse(path.read_bytes()).values == given
        assert path.stat().st_mode & 0o777 == 0o600
        assert SECRET not in path.read_text()
        await play.press("enter")
        assert " Review " in play.rows[0]
        assert not at(places.REQUEST).exists()


async def test_a_file_that_is_there_is_replaced_after_a_second_press(
    machine: Fake, tmp_path: Path
) -> None:
    path = tmp_path / "answers.toml"
    path.write_text("mine")
    async with at_review() as play:
        await play.press("tab", "right", "enter")
        await save(play, path)
        assert "is there already. Press once more to replace it." in asked(play)
        assert path.read_text() == "mine"
        await play.press("enter")
        assert "Written:" in asked(play)
        assert "[node]" in path.read_text()


async def test_saving_the_script(machine: Fake, tmp_path: Path) -> None:
    path = tmp_path / "install.sh"
    async with at_review(a_worker()) as play:
        await play.press("tab", "right", "right", "enter")
        await save(play, path)
        assert "Written:" in asked(play)
        script = path.read_text()
        assert script.splitlines() == [
            part
            for line in plan_text.script(plan_of(play), Language("en"))
            for part in line.split("\n")
        ]
    assert path.stat().st_mode & 0o777 == 0o700
    assert SECRET not in script


WALK = (
    "enter",
    "escape",
    "end",
    "right",
    "up",
    "enter",
    "escape",
    "home",
    "tab",
    "enter",
    "escape",
)


async def test_every_row_fits(machine: Fake) -> None:
    machine.set(SWAP, FULL)
    async with at_review(Session({}, Draft(accepted=frozenset({"disk"})))) as play:
        for language, size in (("en", (80, 24)), ("zh", (80, 25)), ("zh", (132, 43))):
            page(play).listing.focus()
            await shows_again(play, XTERM, language, size)
            for key in WALK:
                await play.press(key)
                assert {measure.width(row) for row in play.rows} == {size[0]}
