"""systemd's units are asked for their own words, and no other program is."""

from __future__ import annotations

from pathlib import Path

from tests.support.machine import Fake
from tui_installer.host import systemd
from tui_installer.host.machine import use
from tui_installer.host.shell import Output


def test_only_the_services_of_systemctl_are_asked(tmp_path: Path) -> None:
    asked: list[tuple[str, ...]] = []

    def output(*argv: str) -> Output:
        asked.append(argv)
        return Output(0, "Starting a\nold\nStarting b\nnew\n")

    use(Fake(tmp_path, prints=output))
    assert systemd.said(("yum", "-y", "install", "docker.service")) == ""
    assert systemd.said(("systemctl", "daemon-reload")) == ""
    assert asked == []
    assert systemd.said(("systemctl", "start", "docker.service", "docker.socket")) == (
        "Starting b\nnew"
    )
    assert [argv[0] for argv in asked] == ["journalctl"]
    assert [word for word in asked[0] if word.startswith("--unit")] == ["--unit=docker.service"]


def test_a_service_whose_own_words_come_late_is_waited_for(tmp_path: Path) -> None:
    by_systemd = (
        "Starting Docker Application Container Engine...\n"
        "docker.service: main process exited, code=exited, status=1/FAILURE\n"
        "Failed to start Docker Application Container Engine.\n"
        "Unit docker.service entered failed state.\n"
        "docker.service failed.\n"
    )
    replies = [by_systemd, by_systemd + "unable to configure the Docker daemon\n"]

    def output(*_argv: str) -> Output:
        return Output(0, replies.pop(0))

    use(Fake(tmp_path, prints=output))
    assert "unable to configure" in systemd.said(("systemctl", "start", "docker.service"))
    assert replies == []


def test_a_service_that_says_nothing_itself_is_given_up(tmp_path: Path) -> None:
    asked: list[tuple[str, ...]] = []

    def output(*argv: str) -> Output:
        asked.append(argv)
        return Output(0, "Starting a\nFailed to start a\n")

    use(Fake(tmp_path, prints=output))
    assert systemd.said(("systemctl", "start", "a.service")) == "Starting a\nFailed to start a"
    assert 1 < len(asked) < 5


def test_a_journal_that_does_not_reach_back_to_the_start() -> None:
    assert systemd.last_start("one\ntwo\n") == "one\ntwo"
    assert systemd.last_start("") == ""
