"""The screens on real nodes, in a real terminal, by keys: from a fresh console to Done."""

from __future__ import annotations

import pytest

from .conftest import FreshNode
from .node import Node
from .product import KUBECTL, events, good, outcomes, until
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
DONE = {ENGLISH: "Done", CHINESE: "完成"}
# What Done says where this is the only server.
WAIT = {ENGLISH: "Your own pods wait for a worker", CHINESE: "您自己的 Pod 在等待工作节点"}
RUN = {ENGLISH: "Run", CHINESE: "安装"}
SHOW = {ENGLISH: "Show the token", CHINESE: "显示令牌"}
NEXT = {ENGLISH: "[> Next <]", CHINESE: "[> 下一步 <]"}


def through(screen: Terminal, headings: tuple[str, ...]) -> None:
    """One Enter a page."""
    for heading in headings:
        screen.press("Enter")
        screen.until_page(heading)


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


def card_of_new_control_plane(node: Node, language: str) -> str:
    """Makes a fresh node a control plane by Enter, and Tab + Enter on Review; Done shows the card."""
    with Screen(node, language=language) as screen:
        screen.until_page(START[language])
        screen.until("[> ")
        through(screen, CONTROL_PLANE[language])
        assert events(node) == []
        screen.press("Tab", "Enter")
        screen.until_page(RUN[language])
        screen.until_page(DONE[language], seconds=240)
        screen.until(WAIT[language])
        return card_of(screen, language)


def join_by(card: str, node: Node, language: str) -> None:
    """Makes a fresh node a worker by pasting the card; its secret never shows."""
    secret = card.split("--token ")[1].split()[0].partition(".")[2]
    role, second, third, join, *rest = WORKER[language]
    with Screen(node, language=language) as screen:
        screen.until_page(START[language])
        through(screen, (role,))
        screen.press("Down")
        through(screen, (second, third, join))
        screen.paste(card, brackets=language == ENGLISH)
        # The card of the default route, which Enter takes.
        screen.until("10.78.0.11:6443", "sha256:", NEXT[language])
        assert secret not in screen.text
        through(screen, tuple(rest))
        screen.press("Tab", "Enter")
        screen.until_page(DONE[language], seconds=240)
        assert secret not in screen.text


def is_a_control_plane(node: Node) -> None:
    """Every step has ended well, and the node is listed by its name."""
    assert set(outcomes(node).values()) <= {"done", "nothing to do"}
    name = node.run("hostname").out.strip()
    rows = good(node.run(*KUBECTL, "get", "nodes", "--no-headers")).out.split()
    assert rows[0] == name
    assert "control-plane" in rows[2]
    assert rows[4] == "v1.25.0"


def is_a_cluster(master: Node) -> None:
    """Two nodes are ready, and names are resolved for both."""
    lines = good(master.run(*KUBECTL, "get", "nodes", "--no-headers")).out.splitlines()
    assert [line.split()[1] for line in lines] == ["Ready", "Ready"]
    dns = ("get", "deployment", "-n", "kube-system", "coredns", "--no-headers")
    until(lambda: good(master.run(*KUBECTL, *dns)).out.split()[1] == "2/2", 60)


@pytest.mark.matrix
def test_enter_and_down_make_a_control_plane_and_its_card_a_worker_in_chinese(
    fresh_server: FreshNode,
) -> None:
    """The same in English is told in test_rehearsal, whose node is made so."""
    node = fresh_server("master01")
    card = card_of_new_control_plane(node, CHINESE)
    is_a_control_plane(node)
    join_by(card, fresh_server("worker01"), CHINESE)
    is_a_cluster(node)
