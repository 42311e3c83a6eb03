"""A recording that cannot be used is refused with its line; those that are shipped can be."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tui_installer.model.secret import TOKEN
from tui_installer.rehearsal import recording, reference
from tui_installer.rehearsal.codec import decode, encode
from tui_installer.rehearsal.recording import MACHINES, Unusable
from tui_installer.rehearsal.reference import RUNS, RecordedRun
from tui_installer.text.language import Language

FRESH = (MACHINES / "fresh.json").read_text(encoding="utf-8")
SECRETS = re.compile(r"PRIVATE KEY|client-key-data\S* [A-Za-z0-9+/=]{20}")


def refused(text: str, folder: Path) -> tuple[int, str]:
    """The line and the reason."""
    path = folder / "machine.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unusable) as unusable:
        recording.load(path)
    said = Language("en")(unusable.value.text).removeprefix(str(path))
    found = re.match(r"(?:, line (\d+))?:? ?(.*)", said)
    assert found is not None
    return int(found[1] or 0), found[2]


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_cut_short(tmp_path: Path) -> None:
    half = FRESH[: len(FRESH) // 2]
    line, why = refused(half, tmp_path)
    assert half.count("\n") <= line <= half.count("\n") + 1
    assert why.startswith("the recording is cut short or damaged")


def test_of_a_newer_version(tmp_path: Path) -> None:
    text = FRESH.replace('"version": 1', '"version": 7', 1)
    line, why = refused(text, tmp_path)
    assert line == line_of(text, '"version"')
    assert "version 7" in why
    assert "this one knows version 1" in why


EDITS: dict[str, tuple[str, str, str]] = {
    "a number that is a word": ('"cores": 2', '"cores": "two"', "facts.System.cores"),
    "a word that is a number": ('"static": "localhost.localdomain"', '"static": 7', "HostName"),
    "a yes that is a word": ('"root": true', '"root": "yes"', "facts.System.root"),
    "a field that there is not": ('"cores": 2', '"cores": 2, "coers": 2', "facts.System"),
    "a topic that there is not": ('"HostName": {', '"HostNames": {', "no such topic"),
    "a path that leads out": ('"/etc/fstab"', '"/etc/../../fstab"', "an absolute path"),
    "a path that is none": ('"/etc/fstab"', '"etc/fstab"', "an absolute path expected"),
    "a mode that is none": ('"mode": "0644"', '"mode": "rw-r"', "a mode expected"),
    "a key that there is not": ('"kind": "machine"', '"kinds": "machine"', "kinds"),
    "another kind": ('"kind": "machine"', '"kind": "run"', '"machine" expected'),
    "a time that is none": ('"recorded": "2', '"recorded": "yesterday 2', "a time expected"),
}


@pytest.mark.parametrize("name", EDITS)
def test_edited_into_nonsense(name: str, tmp_path: Path) -> None:
    old, new, words = EDITS[name]
    assert old in FRESH
    text = FRESH.replace(old, new, 1)
    line, why = refused(text, tmp_path)
    assert words in why
    # The place of the mistake, or of what holds it.
    assert line_of(FRESH, old) - 12 <= line <= line_of(FRESH, old) + 1


def test_what_another_version_did_not_record_is_not_made_up(tmp_path: Path) -> None:
    told = json.loads(FRESH)
    del told["facts"]["Network"]
    line, why = refused(json.dumps(told, indent=1), tmp_path)
    assert line == 0
    assert why.startswith("says nothing of: Network")


@pytest.mark.parametrize("text", ["", "[]", "7", '{"a": 1}', '"version"', '{"version": "1"}'])
def test_what_is_no_recording(text: str, tmp_path: Path) -> None:
    line, _ = refused(text, tmp_path)
    assert line == 1


@pytest.mark.parametrize("base", ["nosuch", "../machines/fresh", "/etc/passwd"])
def test_an_edit_of_what_is_not_there(base: str, tmp_path: Path) -> None:
    _, why = refused(json.dumps({"version": 1, "base": base}), tmp_path)
    assert f"there is no recording {base}; there are: blocked, by-hand" in why


def test_an_edit_is_held_against_the_types_too(tmp_path: Path) -> None:
    edit = {"version": 1, "base": "fresh", "facts": {"System": {"cores": "two"}}}
    text = json.dumps(edit, indent=1)
    line, why = refused(text, tmp_path)
    assert "facts.System.cores" in why
    assert line == line_of(text, '"cores"')


def test_an_edit_changes_what_it_names_alone(tmp_path: Path) -> None:
    edit = {
        "version": 1,
        "base": "fresh",
        "facts": {"System": {"memory": 1 << 30}, "Swap": {"devices": {"-": ["/swap"]}}},
        "files": {"/etc/motd": {"text": ["hello", ""]}, "/etc/fstab": None},
    }
    (tmp_path / "mine.json").write_text(json.dumps(edit))
    fresh = recording.load(MACHINES / "fresh.json")
    mine = recording.load(tmp_path / "mine.json")
    assert mine.facts["System"] == {**fresh.facts["System"], "memory": 1 << 30}
    assert mine.facts["Network"] == fresh.facts["Network"]
    assert "/etc/fstab" not in mine.files
    motd = mine.files["/etc/motd"]
    assert motd is not None
    assert motd.text == ["hello", ""]


# --- what is shipped ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", recording.names())
def test_a_shipped_machine_is_whole(name: str) -> None:
    found = recording.load(recording.place(name))
    assert set(found.title) == {"en", "zh"}
    assert {run for run in found.runs if run not in reference.names()} == set()


@pytest.mark.parametrize("name", reference.names())
def test_a_shipped_run_is_whole(name: str) -> None:
    """A rehearsal reads it without a look at every value: that is here."""
    told = json.loads(reference.place(name).read_text(encoding="utf-8"))
    assert encode(decode(RecordedRun, told)) == encode(reference.load(name))


@pytest.mark.parametrize("path", sorted([*MACHINES.glob("*.json"), *RUNS.glob("*.json")]), ids=str)
def test_nothing_shipped_holds_a_secret(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert TOKEN.findall(text) == []
    assert SECRETS.findall(text) == []
    assert "/work/" not in text


def test_these_tests_see_a_secret() -> None:
    found: list[Callable[[str], list[Any]]] = [TOKEN.findall, SECRETS.findall]
    assert [bool(look("abcdef.0123456789abcdef")) for look in found] == [True, False]
    assert [bool(look("BEGIN RSA PRIVATE KEY")) for look in found] == [False, True]
