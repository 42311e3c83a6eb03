"""Every sentence is there in Chinese, complete, fit for a terminal, and compiled."""

import os
import re
import string
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from tests.support.scripts import script
from tui_installer.text.measure import width

ROOT = Path(__file__).resolve().parents[1]
DOMAINS = ("tui_installer", "messages")
VERBS = ("", "check", "plan", "apply", "attach", "stop")
WRONG = (
    ["aply"],
    ["apply", "--answrs", "x"],
    ["plan"],
    ["plan", "--answers"],
    ["plan", "--diff=1"],
    ["stop", "now"],
    ["--lang", "fr", "check"],
)


def entries(domain: str) -> list[Message]:
    return list(script("translations").read(domain))[1:]


def texts(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list | tuple) else [str(value or "")]


def placeholders(text: str) -> set[str]:
    named = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return named | set(re.findall(r"%\(\w+\)s", text))


def ambiguous(text: str) -> list[str]:
    """Characters that some terminals draw one cell wide and others two."""
    return [c for c in text if unicodedata.east_asian_width(c) == "A"]


def run(*argv: str, **environment: str) -> str:
    env = {**os.environ, "COLUMNS": "80", "TERM": "xterm", **environment}
    done = subprocess.run(
        [sys.executable, "-m", "tui_installer", *argv],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.stdout


def clicks_english(output: str) -> list[str]:
    """The pieces of click's own sentences that an output still holds in English."""
    pieces = {
        piece.strip()
        for message in entries("messages")
        for text in texts(message.id)
        for piece in re.split(r"\{[^}]*\}|%\(\w+\)s", text)
    }
    return sorted(piece for piece in pieces if len(piece) > 4 and piece in output)


@pytest.mark.parametrize("domain", DOMAINS)
def test_entries_are_those_of_the_sources(domain: str) -> None:
    wanted = {message.id for message in list(script("translations").extract(domain))[1:]}
    there = {message.id for message in entries(domain)}
    again = "run: packaging/translations update"
    assert not wanted - there, f"missing; {again}"
    assert not there - wanted, f"stale; {again}"
    assert not script("translations").read(domain).obsolete, f"stale; {again}"


@pytest.mark.parametrize("domain", DOMAINS)
def test_po_is_written_as_update_writes_it(domain: str) -> None:
    po = (script("translations").FOLDER / f"{domain}.po").read_bytes()
    assert po == script("translations").po_bytes(script("translations").merged(domain)), (
        "run: packaging/translations update"
    )


def test_a_value_alone_is_no_sentence() -> None:
    """`verbatim(value)` says it."""
    alone = re.compile(r"\{\w+\}")
    assert [m.id for m in entries("tui_installer") if alone.fullmatch(str(m.id))] == []


def test_update_shows_what_a_new_sentence_stands_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    translations = script("translations")
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    sentence = "the pod network is set up"
    found = Message("the pod network was set up here", "这里已配置好 Pod 网络")
    old, new = Catalog(), Catalog()
    for catalog, message in ((old, found), (new, Message(sentence))):
        catalog[message.id] = message
    (tmp_path / "tui_installer.po").write_bytes(translations.po_bytes(old))
    monkeypatch.setattr(translations, "extract", lambda _domain: new)
    translations.update()
    told = capsys.readouterr().out
    assert sentence in told
    assert f"instead of: {found.id}" in told
    assert str(found.string) in told


@pytest.mark.parametrize("domain", DOMAINS)
def test_mo_belongs_to_the_po(domain: str) -> None:
    mo = (script("translations").FOLDER / f"{domain}.mo").read_bytes()
    assert mo == script("translations").mo_bytes(domain), "run: packaging/translations compile"


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_entry_is_translated(domain: str) -> None:
    assert [m.id for m in entries(domain) if script("translations").is_empty(m)] == []
    assert [m.id for m in entries(domain) if m.fuzzy] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_placeholders_are_the_same(domain: str) -> None:
    for message in entries(domain):
        for translated in texts(message.string):
            assert placeholders(translated) == placeholders(texts(message.id)[-1]), message.id


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_character_is_of_ambiguous_width(domain: str) -> None:
    for message in entries(domain):
        for text in [*texts(message.id), *texts(message.string)]:
            assert ambiguous(text) == [], text


def test_chinese_is_set_as_chinese() -> None:
    """Full-width punctuation, and a blank between Chinese and Latin letters or digits."""
    for message in entries("tui_installer"):
        for text in texts(message.string):
            assert not re.search(r"[\u4e00-\u9fff][,;!?]", text), text
            plain = re.sub(r"\{\w+\}", "x", text)
            assert not re.search(r"[\u4e00-\u9fff][a-z0-9]", plain, re.I), text
            assert not re.search(r"[a-z0-9][\u4e00-\u9fff]", plain, re.I), text


def test_every_marked_sentence_is_a_plain_literal() -> None:
    """What is put together elsewhere cannot be found, and stays English."""
    files, marks = script("translations").sources("tui_installer")
    calls = [(path, *call) for path in files for call in script("translations").marked(path, marks)]
    assert len(calls) > 300
    wrong = [
        f"{path}:{line}"
        for path, line, args in calls
        if script("translations").literal(args) is None
    ]
    assert wrong == []


@pytest.mark.parametrize("verb", VERBS)
def test_help_is_chinese_and_fits(verb: str) -> None:
    output = run("--lang", "zh", *verb.split(), "--help")
    assert "用法" in output
    assert "选项" in output
    assert clicks_english(output) == []
    assert [line for line in output.splitlines() if width(line) > 80] == []


@pytest.mark.parametrize("argv", WRONG, ids=" ".join)
def test_a_usage_error_is_chinese(argv: list[str]) -> None:
    output = run(*argv, LC_ALL="zh_CN.UTF-8")
    assert "错误：" in output
    assert clicks_english(output) == []


def test_english_stays_english() -> None:
    output = run("--lang", "en", "apply", "--help", LC_ALL="zh_CN.UTF-8", LANGUAGE="zh_CN")
    assert "Usage:" in clicks_english(output)
    assert re.search(r"[\u4e00-\u9fff]", output) is None
