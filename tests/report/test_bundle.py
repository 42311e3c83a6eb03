"""A bundle from somebody else: what is none is refused in plain words, and nothing is unpacked."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tui_installer.model.facts import Facts, Swap, Unread
from tui_installer.report import archive, bundle
from tui_installer.report.facts import TOPICS, NoBundle, dump

GOOD = dump(Facts({topic: topic() for topic in TOPICS}), "2026-12-01T00:00:00")


def put(folder: Path, raw: bytes) -> Path:
    path = folder / "b.tar.gz"
    path.write_bytes(raw)
    return path


def packed(document: Any, name: str = "facts.json") -> bytes:
    text = document if isinstance(document, str) else json.dumps(document)
    return archive.packed("r", (("INDEX.txt", "index\n"), (name, text)), 0)


def member(info: tarfile.TarInfo, content: bytes = b"") -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as written:
        info.size = len(content)
        written.addfile(info, io.BytesIO(content))
    return raw.getvalue()


def linked() -> bytes:
    info = tarfile.TarInfo("r/facts.json")
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return member(info)


def bomb() -> bytes:
    """A few kilobytes that say that they are a gigabyte."""
    info = tarfile.TarInfo("r/zeros")
    info.size = 1 << 30
    return gzip.compress(info.tobuf() + bytes(1 << 20))


def long_header() -> bytes:
    """A header that would be read into memory whole, of a gigabyte."""
    info = tarfile.TarInfo("r/PaxHeaders/x")
    info.type, info.size = tarfile.XHDTYPE, 1 << 30
    return gzip.compress(info.tobuf() + bytes(bundle.MOST))


BAD = {
    "empty": b"",
    "text": b"no archive at all\n",
    "another archive": packed({"kind": "report"}, "other.json"),
    "json of others": packed({"items": []}),
    "no object": packed([1, 2]),
    "no json": packed("{"),
    "nested without end": packed("[" * 100_000),
    "newer": packed({**GOOD, "version": 2}),
    "cut in the archive": packed(GOOD)[:400],
    "cut in the file": gzip.compress(gzip.decompress(packed(GOOD))[:3000]),
    "a way out": packed(GOOD, "../../etc/facts.json"),
    "an absolute path": member(tarfile.TarInfo("/facts.json"), json.dumps(GOOD).encode()),
    "a link": linked(),
    "a bomb": bomb(),
    "a long header": long_header(),
    "cut behind the facts": packed(GOOD)[:-20],
    "facts that are a bomb": packed(" " * (bundle.MOST + 1)),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_bundle_is_refused(case: str, tmp_path: Path) -> None:
    path = put(tmp_path, BAD[case])
    with pytest.raises(NoBundle) as refusal:
        bundle.facts_of(path)
    assert str(path) in str(refusal.value.text)
    assert [p.name for p in tmp_path.iterdir()] == ["b.tar.gz"]


def test_a_good_one_is_read(tmp_path: Path) -> None:
    assert Swap in bundle.facts_of(put(tmp_path, packed(GOOD)))


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone"):
        with pytest.raises(NoBundle, match="is no file"):
            bundle.facts_of(path)


@pytest.mark.parametrize("wrong", ["text", {"devices": 1}, {"unknown": 1}, [], 7])
def test_a_topic_of_another_form_is_unread_and_the_rest_is_not(wrong: Any, tmp_path: Path) -> None:
    document = {**GOOD, "facts": {**GOOD["facts"], "Swap": wrong}}
    facts = bundle.facts_of(put(tmp_path, packed(document)))
    assert isinstance(facts.unread[Swap], Unread)
    assert len(facts.unread) == 1


@pytest.mark.parametrize("section", ["facts", "unread", "partly"])
@pytest.mark.parametrize("wrong", [None, [], "x", {"Swap": []}, {"Swap": {"who": 1, "why": 2}}])
def test_a_section_of_another_form_is_none(section: str, wrong: Any, tmp_path: Path) -> None:
    facts = bundle.facts_of(put(tmp_path, packed({**GOOD, section: wrong})))
    assert set(facts.unread) <= set(TOPICS)
