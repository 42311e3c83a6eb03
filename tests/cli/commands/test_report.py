"""`report`: the file, what is said of it, and what is in the way."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from tests.support.calls import Call
from tests.support.machine import Fake
from tui_installer.exits import ExitCode
from tui_installer.host.shell import Output
from tui_installer.model.facts import Swap
from tui_installer.report import bundle


@pytest.fixture(autouse=True)
def folder(machine: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    machine.prints = lambda *argv: (
        Output(127, "", "crictl: not found") if argv[0] == "crictl" else Output(0, "fine\n")
    )
    place = tmp_path / "folder"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def test_it_is_written_into_the_current_folder(call: Call, folder: Path) -> None:
    ended = call("report")
    assert ended.code == ExitCode.DONE
    (path,) = folder.iterdir()
    assert path.name.startswith("tui-installer-report-master01-")
    assert path.name in ended.out
    assert "could not be read" in ended.out
    assert Swap in bundle.facts_of(path)


def test_as_json(call: Call, folder: Path) -> None:
    ended = call("report", "-o", "b.tar.gz", "--json")
    told = json.loads(ended.out)
    assert ended.code == ExitCode.DONE
    assert told["version"] == 1
    assert told["file"] == "b.tar.gz"
    assert told["bytes"] == (folder / "b.tar.gz").stat().st_size
    assert told["left_out"] == []
    assert {"name": "commands/crictl-ps.txt", "why": "the program is not there"} in told["unread"]


def test_what_is_there_already_stays(call: Call, folder: Path) -> None:
    (folder / "b.tar.gz").write_text("mine")
    ended = call("report", "-o", "b.tar.gz")
    assert ended.code == ExitCode.USAGE
    assert "b.tar.gz is there already" in ended.err
    assert (folder / "b.tar.gz").read_text() == "mine"


def test_a_full_disk_is_said_with_the_way_out(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    ended = call("report")
    assert ended.code == ExitCode.FAILED
    assert "No space left on device" in ended.err
    assert "-o" in ended.err
    assert list(folder.iterdir()) == []


def test_in_chinese_and_without_the_name(call: Call, folder: Path) -> None:
    ended = call("report", "--anonymous", "--lang", "zh")
    assert ended.code == ExitCode.DONE
    (path,) = folder.iterdir()
    assert "master01" not in path.name + ended.out
    assert "INDEX.txt" in ended.out
