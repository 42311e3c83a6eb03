"""Done: says what this node is, and hands over the card for the next one without showing its secret."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.journals import Tape
from tests.support.machine import Fake
from tests.support.screens import nodes
from tests.support.screens.fits import everywhere
from tests.support.screens.stage import SIZE
from tests.support.screens.watching import Watch, lay, watch
from tests.support.timeline import WORKER
from tui_installer.host import tokens
from tui_installer.host.machine import at
from tui_installer.host.tokens import BootstrapToken, NoTokens
from tui_installer.model import places
from tui_installer.model.secret import Secret
from tui_installer.model.text import T
from tui_installer.ui.screens import card_screen
from tui_installer.ui.screens.done import Done
from tui_installer.ui.screens.run import RunScreen
from tui_installer.ui.screens.status import StatusScreen

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("shanghai")]
OLD, NEW = "6hhzv0.0123456789abcdef", "newnew.fedcba9876543210"
PIN = f"sha256:{'c' * 64}"
ENDS = datetime(2026, 11, 24, 2, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def cluster(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster with one live token."""
    monkeypatch.setattr(tokens, "live", lambda: BootstrapToken(Secret(OLD), ENDS))
    monkeypatch.setattr(
        tokens, "new", lambda: BootstrapToken(Secret(NEW), ENDS + timedelta(days=1))
    )
    monkeypatch.setattr(tokens, "pins", lambda: (PIN,))


@asynccontextmanager
async def finish(
    tape: Tape | None = None, language: str = "en", *, size: tuple[int, int] = SIZE
) -> AsyncIterator[Watch]:
    """The screen that comes right after a run; opened later, the program begins with Status."""
    async with watch(tape, language, size=size) as play:
        play.app.show(Done())
        await play.settle()
        yield play


def card(play: Watch) -> list[str]:
    """The rows that a mouse would take."""
    rows = [row.rstrip() for row in play.rows]
    first = next(i for i, row in enumerate(rows) if row.startswith("#"))
    return rows[first : first + 4]


async def test_a_control_plane_hands_over_its_card() -> None:
    async with finish(Tape.done()) as play:
        play.screen(Done)
        assert re.search(
            r"This server is a Kubernetes 1\.25\.0 control plane\. Done 18:1\d:\d\d, after \d:\d\d\.",
            play.text,
        )
        steps = len(play.session.viewing.standing.steps)
        assert f"ok      Steps       {steps} of {steps} are done, looked at again" in play.text
        assert "Valid until 2026-11-24 10:17 CST, 16 h " in play.text
        assert "kubectl works for root now, with Tab in a new shell: kubectl get nodes" in play.text
        assert card(play) == [
            "# ends 2026-11-24 10:17 CST",
            "kubeadm join 192.168.40.180:6443 --token 6hhzv0.**************** \\",
            " --discovery-token-ca-cert-hash \\",
            f" {PIN}",
        ]
        assert "[> To Status <]" in play.text
        done = play.screen(Done)
        assert done.card.size.width == 80, "the whole width"
        ticking = [t for t in done._timers if t.name.startswith("set_interval")]
        assert not any(t._task and not t._task.done() for t in ticking)
        async for _ in everywhere(play):
            assert "kubectl get nodes" in play.text
            assert len([row for row in play.rows if "[" in row]) == 1


async def test_the_token_shows_only_when_it_is_asked_for() -> None:
    async with finish(Tape.done()) as play:
        assert OLD[7:] not in play.text
        await play.press("right", "enter")
        assert card(play)[1] == f"kubeadm join 192.168.40.180:6443 --token {OLD} \\"
        assert "Hide the token" in play.text
        await play.press("enter")
        assert OLD[7:] not in play.text
        await play.press("enter")
        assert OLD[7:] in play.text
        # It hides behind whatever covers it.
        for cover in ("ctrl+g", "ctrl+o", "ctrl+c"):
            assert OLD[7:] in play.text
            await play.press(cover)
            assert OLD[7:] not in play.text
            await play.press(cover)
            assert OLD[7:] not in play.text
            assert "Show the token" in play.text
            await play.press("enter")


async def test_the_token_hides_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_screen, "SHOWN", 0.01)
    async with finish(Tape.done()) as play:
        await play.press("right", "enter")
        while play.screen(Done).card.revealed:
            await play.settle()
        await play.settle()
        assert OLD[7:] not in play.text
        assert "Show the token" in play.text


async def test_a_new_token() -> None:
    async with finish(Tape.done()) as play:
        await play.press("right", "right", "enter")
        assert "--token newnew.****************" in play.text
        assert "2026-11-25 10:17 CST" in play.text
        assert "[> New token <]" in play.text, "no other button has come under the finger"
        assert NEW[7:] not in play.text


async def test_a_new_token_that_cannot_be_had_leaves_the_card(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[None] = []

    def silent() -> None:
        asked.append(None)
        raise NoTokens(T("the API server does not answer"))

    monkeypatch.setattr(tokens, "new", silent)
    async with finish(Tape.done()) as play:
        before = card(play)
        await play.press("right", "right", "enter")
        assert "No other card could be had: the API server does not answer. This" in play.text
        assert card(play) == before
        assert "Valid until 2026-11-24 10:17 CST" in play.text
        assert "[> New token <]" in play.text
        assert "Save card..." in play.text
        screen = play.screen(Done)
        screen.card.asked_at = 0.0
        await play.press("enter")
        assert len(asked) == 1, "one at a time"


async def test_every_token_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "live", lambda: None)
    async with finish(Tape.done()) as play:
        assert "Every join token has ended." in play.text
        assert play.row("New token  ]").index("New token") < play.row("New token  ]").index(
            "To Status"
        )
        assert "Show the token" not in play.text
        await play.press("left", "enter")
        assert "--token newnew.****************" in play.text
        assert "Show the token" in play.text


async def test_a_token_that_ends_while_it_is_looked_at() -> None:
    tape = Tape.done()
    async with finish(tape) as play:
        await play.pass_(20 * 3600)
        await play.press("ctrl+y", "ctrl+y")
        assert "Its token has ended. New token makes another one." in play.text


async def test_a_token_that_never_ends_and_enter_leads_to_status(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tokens, "live", lambda: BootstrapToken(Secret(OLD), None))
    async with finish(Tape.done()) as play:
        assert "Its token never ends." in play.text
        assert card(play)[0] == "# never ends"
        await play.press("enter")
        play.screen(StatusScreen)


async def test_look_again_finds_a_cluster_that_did_not_answer_and_a_run_of_somebody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def silent() -> None:
        raise NoTokens(T("the API server does not answer"))

    monkeypatch.setattr(tokens, "live", silent)
    async with finish(Tape.done()) as play:
        assert "There is no card for the next server: the API server does not answer" in play.text
        monkeypatch.setattr(tokens, "live", lambda: BootstrapToken(Secret(OLD), ENDS))
        await play.press("ctrl+r")
        assert card(play)[0] == "# ends 2026-11-24 10:17 CST"
        at(places.REQUEST).write_text("{}")
        await play.press("ctrl+r")
        play.screen(RunScreen)


async def test_the_card_is_saved_for_root_alone(machine: Fake) -> None:
    path = machine.folder / "card.txt"
    async with finish(Tape.done()) as play:
        await play.press("right", "right", "right", "enter")
        assert "It holds a secret" in play.text
        assert "/root/join-master01.txt" in play.text
        play.send("ctrl+u")
        await play.press("down", "enter")
        assert "A whole path is needed" in play.text
        await play.press("up")
        await play.type("/dev/null/card.txt")
        await play.press("down", "enter")
        assert "/dev/null/card.txt could not be written" in play.text
        await play.press("escape")
        play.screen(Done)
        await play.press("enter")
        play.send("ctrl+u")
        await play.type(str(path))
        await play.press("down", "enter")
        play.screen(Done)
    assert path.stat().st_mode & 0o777 == 0o600
    assert f"--token {OLD} \\\n" in path.read_text()


async def test_a_worker_has_no_card() -> None:
    async with finish(Tape.done(WORKER)) as play:
        assert "This server is a Kubernetes 1.25.0 worker." in play.text
        assert "To see it there, on the control plane:" in play.text
        assert "kubectl get nodes" in play.text
        assert "token" not in play.text
        assert "with Tab" not in play.text
        assert "card" not in play.text.lower()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("admin", "kubectl works for admin, root now, with Tab in a new shell: kubectl get nodes"),
        ("administrator", "kubectl works for administrator, root now: kubectl get nodes"),
    ],
)
async def test_the_caller_of_sudo_has_kubectl_too(name: str, said: str) -> None:
    run = lay(Tape.done())
    kept = (run / "request.json").read_text()
    person = f'{{"name": "{name}", "uid": 1000, "gid": 1000, "home": "/home/{name}"}}'
    (run / "request.json").write_text(kept.replace('"people": [', f'"people": [{person}, '))
    async with finish() as play:
        assert said in play.text


async def test_what_was_proved_is_told(machine: Fake) -> None:
    machine.set(nodes.proved(across="unknown", dns="warn"))
    async with finish(Tape.done(network="calico")) as play:
        assert "control plane. Proved 18:14:12, after" in play.text
        assert "   ok      Node        centos-master is Ready; 2 of 2 nodes are" in play.rows[3]
        assert "   warn    DNS         a pod looks up" in play.text
        assert "   --      Pod to pod  from a pod here" in play.text
        assert "Steps" not in play.text
        assert "kubectl works for root now" in play.text


async def test_without_a_pod_network_no_proof_is_told(machine: Fake) -> None:
    machine.set(nodes.proved())
    run = lay(Tape.done())
    kept = (run / "request.json").read_text()
    (run / "request.json").write_text(kept.replace('network": "calico"', 'network": "none"'))
    async with finish() as play:
        assert "control plane. Done 18:" in play.text
        assert "It becomes Ready when a pod network is installed" in play.text


async def test_language_and_size_change_and_leaving() -> None:
    async with finish(Tape.done()) as play:
        await play.press("right")
        before = play.rows
        await play.press("ctrl+y", "ctrl+y")
        await play.resize(132, 43)
        await play.resize(60, 20)
        await play.resize(80, 25)
        assert play.rows == before
        await play.press("escape")
        assert "The node goes on working." in play.text
        await play.press("enter")
        assert play.app.last_words[0] == "The node goes on working."
