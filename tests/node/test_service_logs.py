"""The logs of services: which there are, what they have said, and why that is not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.machine import Fake, fake
from tui_installer.host.shell import NOT_FOUND, Output
from tui_installer.model.facts import NotRead, Services, Unit, Unread
from tui_installer.model.text import verbatim
from tui_installer.node import service_logs

JOURNAL = """\
-- Logs begin at Mon 2026-11-23 18:00:00 CST, end at Mon 2026-11-23 18:14:00 CST. --
2026-11-23T18:13:50+0800 centos-master kubelet[4127]: E1123 18:13:50.2 4127 pod.go:1] no image
2026-11-23T18:13:51+0800 centos-master systemd[1]: kubelet.service: main process exited
2026-11-23T18:13:52+0800 centos-master kubelet[4128]: token 6hhzv0.0123456789abcdef
2026-11-23T18:13:53+0800 centos-master kubelet[4128]: \x1b[31mred\x1b[0m
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    return fake(tmp_path, monkeypatch)


def services(*names: str) -> Services:
    return Services({f"{name}.service": Unit(load="loaded") for name in names})


def test_only_units_that_are_installed_have_a_log(machine: Fake) -> None:
    machine.set(services("containerd"))
    assert service_logs.names() == ("containerd", "kernel")


def test_where_the_units_are_not_known_each_log_says_why_itself(machine: Fake) -> None:
    machine.topics[Services] = Unread(verbatim("systemd"), "no answer")
    assert service_logs.names() == ("kubelet", "containerd", "kernel")


def test_the_lines_have_a_time_and_neither_secrets_nor_escapes(machine: Fake) -> None:
    asked: list[tuple[str, ...]] = []

    def prints(*argv: str) -> Output:
        asked.append(argv)
        return Output(0, JOURNAL, "")

    machine.prints = prints
    assert service_logs.read("kubelet") == (
        "11-23 18:13:50 E1123 18:13:50.2 4127 pod.go:1] no image",
        "11-23 18:13:51 kubelet.service: main process exited",
        "11-23 18:13:52 token 6hhzv0.****************",
        "11-23 18:13:53 red",
    )
    service_logs.read("kernel")
    assert [argv[:3] for argv in asked] == [
        ("journalctl", "-u", "kubelet"),
        ("journalctl", "-k", "-n"),
    ]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (Output(NOT_FOUND, "", "journalctl: not found"), "not found"),
        (Output(1, "", "Failed to open the journal"), "Failed to open"),
        (Output(0, "-- No entries --", "No journal files were opened due to insufficient permissions."), "permissions"),
    ],
)  # fmt: skip
def test_a_log_that_cannot_be_read_says_why(machine: Fake, said: Output, why: str) -> None:
    machine.prints = lambda *_argv: said
    with pytest.raises(NotRead) as caught:
        service_logs.read("kubelet")
    assert why in str(caught.value.unread.text)


def test_a_service_that_has_said_nothing(machine: Fake) -> None:
    machine.prints = lambda *_argv: Output(0, "-- No entries --\n", "")
    assert service_logs.read("kubelet") == ()
