"""The bundle as a whole: what is in it, what is not and why, and the same causes elsewhere."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import tarfile
import threading
import time
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.support.machine import Fake
from tests.support.planted import TOKEN, leaks
from tui_installer.host.machine import at
from tui_installer.host.scope import Scope
from tui_installer.host.shell import Output
from tui_installer.model.facts import (
    Closed,
    Cri,
    CriCondition,
    HostName,
    Kubernetes,
    Logs,
    Partly,
    Swap,
    Unread,
)
from tui_installer.model.text import T
from tui_installer.node.diagnosis import diagnosed
from tui_installer.rehearsal import machines
from tui_installer.report import bundle, commands, making
from tui_installer.report.commands import CommandsAtWork
from tui_installer.report.contents import AskedCommand, KeptFiles
from tui_installer.report.facts import TOPICS
from tui_installer.report.files import parts as read_files
from tui_installer.report.making import Report
from tui_installer.text.language import Language

EN = Language("en")
NOBODY = MappingProxyType[str, str]({})
BROKEN = (
    HostName("master01", "master01"),
    Swap(("/dev/sda2",)),
    Cri(conditions=(CriCondition("NetworkReady", False, "cni plugin not initialized"),)),
    Logs({"kubelet": ("running with swap on is not supported, please disable swap!",)}),
)


def members(report: Report) -> dict[str, str]:
    """Returns the texts by their names below the folder, in their order."""
    with tarfile.open(fileobj=io.BytesIO(report.raw)) as archive:
        return {
            member.name.partition("/")[2]: file.read().decode()
            for member in archive
            if (file := archive.extractfile(member)) is not None
        }


def make(*, anonymous: bool = False) -> Report:
    return making.make(EN, NOBODY, anonymous=anonymous)


def test_the_index_is_first_and_says_what_a_helper_needs(machine: Fake) -> None:
    machine.set(*BROKEN, Kubernetes(manifests=("etcd.yaml", "kube-apiserver.yaml")))
    found = members(make())
    assert list(found)[:2] == ["INDEX.txt", "facts.json"]
    index = found["INDEX.txt"]
    assert index.index("master01") < index.index("swap") < index.index("journal-kubelet")
    assert "a control plane" in index
    assert "exit code 0" in index
    assert found["commands/free.txt"].startswith("$ free -m\n# exit code 0, ")


def test_no_marked_secret_is_in_it(machine: Fake) -> None:
    machine.set(*BROKEN, Logs({"kubelet": (f"joined with {TOKEN}",)}))
    for anonymous in (False, True):
        report = make(anonymous=anonymous)
        whole = gzip.decompress(report.raw).decode("utf-8", "replace")
        assert leaks(whole) == []
    assert "files/etc/sysctl.d/90-odd.conf" in report.left_out
    assert "files/etc/sysctl.d/90-odd.conf" in members(report)["INDEX.txt"]
    assert "files/etc/containerd/config.toml" in members(report)


def test_the_causes_are_the_same_elsewhere(machine: Fake, tmp_path: Path) -> None:
    machine.set(*BROKEN)
    here = diagnosed(machine.facts(TOPICS, Scope()))
    make().write(tmp_path / "r.tar.gz")
    there = diagnosed(bundle.facts_of(tmp_path / "r.tar.gz"))
    assert [cause.id for cause in here.causes] != []
    assert there.causes == here.causes
    make(anonymous=True).write(tmp_path / "a.tar.gz")
    anonymous = diagnosed(bundle.facts_of(tmp_path / "a.tar.gz"))
    assert [cause.id for cause in anonymous.causes] == [cause.id for cause in here.causes]


def test_what_was_not_read_stays_so_elsewhere(machine: Fake, tmp_path: Path) -> None:
    silent = Unread(T("containerd"), T("no answer in {seconds} s", seconds=6), silent=True)
    closed = Closed(T("x"), "Permission denied")
    machine.topics |= {
        Cri: silent,
        Swap: closed,
        Kubernetes: Partly(Kubernetes(ca=True), ("objects",), silent),
    }
    report = make()
    report.write(tmp_path / "r.tar.gz")
    facts = bundle.facts_of(tmp_path / "r.tar.gz")
    assert facts.unread[Cri] == silent
    assert facts.unread[Swap].text == closed.text
    assert facts[Kubernetes].ca
    assert facts.unread[Kubernetes] == silent
    assert "no answer in 6 s" in members(report)["INDEX.txt"]
    assert "Cri" in report.unread


def test_anonymous_names_nobody(machine: Fake) -> None:
    machine.set(*BROKEN, HostName("db-07.acme.lan", "db-07.acme.lan"))
    machine.prints = lambda *_argv: Output(
        0, "db-07 has 192.168.40.180, its friend 192.168.40.181\n"
    )
    report = make(anonymous=True)
    whole = gzip.decompress(report.raw).decode("utf-8", "replace")
    for word in ("db-07", "acme", "192.168.40.180", "corp.lan"):
        assert word not in whole + report.name
    one, other = members(report)["commands/free.txt"].split("has ")[1].split(", its friend ")
    assert one.rpartition(".")[0] == other.strip().rpartition(".")[0]
    assert one in members(report)["facts.json"]


def test_a_command_that_hangs_is_named_and_holds_up_no_other(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "LIMIT", 0.05)
    machine.prints = None
    at_work = CommandsAtWork(
        (AskedCommand("hangs", ("sleep", "1000")), AskedCommand("answers", ("echo", "here")))
    )
    hangs, answers = at_work.parts(time.monotonic() + 60)
    assert "no answer in" in str(hangs.unread)
    assert (answers.text, answers.unread, answers.code) == ("here\n", None, 0)


def test_what_a_service_refuses_is_named_with_its_words(machine: Fake) -> None:
    machine.prints = lambda *_argv: Output(1, "", "first\nconnection refused\n")
    asks, tells = CommandsAtWork(
        (AskedCommand("asks", ("ctr",)), AskedCommand("tells", ("getenforce",)))
    ).parts(time.monotonic() + 60)
    assert str(asks.unread) == "connection refused"
    assert (tells.unread, tells.code) == (None, 1)
    assert "connection refused" in tells.text


def test_what_not_even_a_kill_ends_is_named_when_the_time_is_over(machine: Fake) -> None:
    stuck, ended = threading.Event(), threading.Event()

    def prints(*argv: str) -> Output:
        if argv[0] == "stuck":
            stuck.wait()
        ended.set()
        return Output(0, "here\n")

    machine.prints = prints
    at_work = CommandsAtWork(
        (AskedCommand("stuck", ("stuck",)), AskedCommand("answers", ("answers",)))
    )
    ended.wait()
    # Nothing begins once the time is over.
    more = CommandsAtWork(AskedCommand(str(n), ("stuck",)) for n in range(50))
    assert all("was not finished" in str(part.unread) for part in more.parts(time.monotonic()))
    first, _ = at_work.parts(time.monotonic())
    stuck.set()
    assert "was not finished" in str(first.unread)


def test_limits_cut_at_lines_and_say_so(machine: Fake) -> None:
    machine.prints = lambda *_argv: Output(0, "".join(f"line {n}\n" for n in range(100)))
    start, end = CommandsAtWork(
        (AskedCommand("a", ("a",), most=30), AskedCommand("b", ("b",), most=30, end=True))
    ).parts(time.monotonic() + 60)
    assert start.text == "line 0\nline 1\nline 2\nline 3\n"
    assert end.text.endswith("line 98\nline 99\n")
    assert start.cut > 0
    assert end.cut > 0
    assert len(end.text) <= 30
    at("/etc/long.conf").write_text("x = 1\n" * 100)
    (part,) = read_files((KeptFiles("/etc/long.conf", most=60, end=True),))
    assert part.text == "x = 1\n" * 9
    assert part.cut == 540


def test_a_bundle_stays_below_ten_megabytes(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "MOST", 2000)
    report = make()
    full = {name for name, why in report.unread.items() if "full" in str(why)}
    assert full
    assert not full & set(members(report))
    assert sum(len(t) for n, t in members(report).items() if "/" in n) < 2000 + 100 * 200


def test_what_cannot_be_read_is_named(machine: Fake) -> None:
    at("/etc/crictl.yaml").mkdir()
    assert "plain file" in str(make().unread["files/etc/crictl.yaml"])


def test_the_file_is_whole_or_not_there(
    machine: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    report = make()
    path = report.write(None)
    assert path == Path(report.name)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        report.write(path)
    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(OSError, match="No space left"):
        report.write(tmp_path / "other.tar.gz")
    assert not (tmp_path / "other.tar.gz").exists()
    assert json.loads(members(report)["facts.json"])["kind"] == "report"


def test_in_a_rehearsal_the_bundle_is_of_the_recorded_machine(tmp_path: Path) -> None:
    with machines.on("control-plane", environment={"HOME": str(tmp_path)}):
        report = make()
    index = members(report)["INDEX.txt"]
    assert "10.77.0.31" in index
    assert "a control plane" in index
    assert "the recording does not say" in str(report.unread["commands/free.txt"])
