"""The screens on real nodes, in a real terminal, by keys: from a fresh console to Done."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from .conftest import FreshNode
from .lab import Lab
from .node import Node
from .product import (
    ANSWERS,
    KUBECTL,
    engine,
    events,
    good,
    install,
    outcomes,
    program,
    running,
    until,
)
from .screen import Screen, Terminal

ENGLISH, CHINESE = "en_US.UTF-8", "zh_CN.UTF-8"
# The headings of the screens on the way of a control plane, and of a worker.
CONTROL_PLANE = {
    ENGLISH: ("Role", "Node", "Mirrors", "Cluster", "Options", "Preflight", "Review"),
    CHINESE: ("角色", "节点", "软件源与镜像源", "集群", "选项", "预检", "最后确认"),
}
WORKER = {
    ENGLISH: ("Role", "Node", "Mirrors", "Join", "Options", "Preflight", "Review"),
    CHINESE: ("角色", "节点", "软件源与镜像源", "加入集群", "选项", "预检", "最后确认"),
}
START = {ENGLISH: "Start", CHINESE: "开始"}
RUN = {ENGLISH: "Run", CHINESE: "安装"}
DONE = {ENGLISH: "Done", CHINESE: "完成"}
NEXT = {ENGLISH: "[> Next <]", CHINESE: "[> 下一步 <]"}
SHOW = {ENGLISH: "Show the token", CHINESE: "显示令牌"}
SAVE = {ENGLISH: "[> Save answers... <]", CHINESE: "[> 保存应答... <]"}


def through(screen: Terminal, headings: tuple[str, ...]) -> None:
    """One Enter a page."""
    for heading in headings:
        screen.press("Enter")
        screen.until_page(heading)


def save_answers(screen: Screen, language: str) -> None:
    """From Review, to the file that is offered, and back to Review's first focus."""
    screen.press("Down", "Right")
    screen.until(SAVE[language])
    screen.press("Enter")
    screen.until(ANSWERS)
    screen.press("Down", "Enter")
    screen.until(f"Written: {ANSWERS}")


def card_of(screen: Screen, language: str) -> str:
    """The card as a mouse would copy it, with its token."""
    screen.until(SHOW[language])
    screen.calm()
    screen.press("Right")
    screen.until(f"[> {SHOW[language]} <]")
    screen.press("Enter")
    lines = screen.until_like(r"--token [a-z0-9]{6}\.[a-z0-9]{16} ").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("#"))
    return "\n".join(line.rstrip() for line in lines[first : first + 4]) + "\n"


@pytest.fixture(scope="module", params=[ENGLISH, CHINESE], ids=["en", "zh"])
def control_plane(request: pytest.FixtureRequest, lab: Lab) -> Iterator[tuple[Node, Screen, str]]:
    """A fresh node, made a control plane by Enter, and Down + Enter on Review; it shows Done."""
    language = str(request.param)
    node = lab.up("master01", "10.77.0.11/24", "10.78.0.11/24")
    install(node)
    with Screen(node, language=language) as screen:
        screen.until_page(START[language])
        screen.until("[> ")
        through(screen, CONTROL_PLANE[language])
        assert events(node) == []
        screen.press("Down", "Enter")
        screen.until_page(RUN[language])
        screen.until_page(DONE[language], seconds=240)
        yield node, screen, language
    node.down()


def test_enter_and_down_make_a_control_plane(control_plane: tuple[Node, Screen, str]) -> None:
    node, _screen, _language = control_plane
    assert set(outcomes(node).values()) <= {"done", "nothing to do"}
    name = node.run("hostname").out.strip()
    rows = good(node.run(*KUBECTL, "get", "nodes", "--no-headers")).out.split()
    assert rows[0] == name
    assert "control-plane" in rows[2]
    assert rows[4] == "v1.25.0"


def test_the_card_pasted_on_a_second_node_makes_a_worker(
    control_plane: tuple[Node, Screen, str], fresh_node: FreshNode
) -> None:
    node, screen, language = control_plane
    card = card_of(screen, language)
    secret = card.split("--token ")[1].split()[0].partition(".")[2]
    worker = fresh_node("worker01")
    install(worker)
    role, second, third, join, *rest = WORKER[language]
    with Screen(worker, language=language) as there:
        there.until_page(START[language])
        through(there, (role,))
        there.press("Down", "Space")
        through(there, (second, third, join))
        there.paste(card, brackets=language == ENGLISH)
        # The card of the default route, which Enter takes.
        there.until("10.78.0.11:6443", "sha256:", NEXT[language])
        assert secret not in there.text
        through(there, tuple(rest))
        there.press("Down", "Enter")
        there.until_page(DONE[language], seconds=240)
        assert secret not in there.text
    rows = good(node.run(*KUBECTL, "get", "nodes", "--no-headers")).out.splitlines()
    assert [row.split()[1] for row in rows] == ["Ready", "Ready"]
    dns = ("get", "deployment", "-n", "kube-system", "coredns", "--no-headers")
    until(lambda: good(node.run(*KUBECTL, *dns)).out.split()[1] == "2/2", 60)


@pytest.fixture
def slow_world(lab: Lab) -> Iterator[None]:
    """Slow enough that a pull can be met."""
    lab.world("6m")
    yield
    lab.world()


def pulling(node: Node) -> bool:
    return running(node, "crictl", "pull")


@pytest.mark.usefixtures("slow_world")
def test_a_screen_that_dies_is_opened_again_and_twice(fresh_node: FreshNode) -> None:
    """On the kernel's console, where the first screen saves its answers before the start."""
    node = fresh_node("master02")
    install(node)
    with Screen(node, term="linux") as first:
        first.until_page("Start")
        through(first, CONTROL_PLANE[ENGLISH])
        save_answers(first, ENGLISH)
        saved = node.read(ANSWERS)
        assert (node.path(ANSWERS).stat().st_mode & 0o777) == 0o600
        first.press("Enter")
        first.until_page("Review")
        while "[> Start installation <]" not in first.text:
            first.press("Left")
        first.press("Enter")
        first.until_page("Run")
        until(lambda: pulling(node), 90)
        before = engine(node)
        assert before
        assert first.text.isascii()
        for process in node.ps():
            if process.argv[-1:] == ("tui_installer",):
                node.sh("kill", "-9", str(process.pid), check=True)
        until(lambda: first.over, 20)
    assert engine(node) == before
    with Screen(node) as second, Screen(node, language=CHINESE, size=(132, 43)) as third:
        second.until_page("Run")
        third.until_page("安装")
        second.resize(60, 20)
        second.until("80x24")
        second.resize(100, 30)
        second.until_page("Run")
        second.until_page("Done", seconds=240)
        third.until_page("完成", seconds=60)
    assert engine(node) in (0, before)
    node.write(ANSWERS, saved)
    plan = json.loads(good(program(node, "plan", "--answers", ANSWERS, "--json")).out)
    assert [step["id"] for step in plan["steps"] if step["changes"]] == []
    assert (
        good(program(node, "apply", "--answers", ANSWERS, "--yes")).out.count("nothing to do") >= 12
    )


def test_leaving_and_a_lost_line_leave_the_run_alone(fresh_node: FreshNode) -> None:
    node = fresh_node("master02")
    install(node)
    with Screen(node) as screen:
        screen.until_page("Start")
        through(screen, CONTROL_PLANE[ENGLISH])
        screen.press("Down", "Enter")
        screen.until_page("Run")
        screen.press("C-c")
        screen.until("Leave this screen?")
        screen.press("Enter")
        until(lambda: screen.over, 20)
        assert "tui-installer" in screen.text
    until(lambda: engine(node) != 0, 20)
    with Screen(node) as again:
        again.until_like(r"tui-installer \S+   (Run|Done|Status) ")
    # The line is gone with its terminal; the run is not.
    until(lambda: bool(outcomes(node)) and engine(node) == 0, 240)
    assert set(outcomes(node).values()) <= {"done", "nothing to do"}
