"""README.md and docs/: what they name is there, and what is there is named. New pages are held to it by being there."""

from __future__ import annotations

import re
from contextlib import suppress

import click
import pytest

from tests.support.pages import EVERY, NAME, OPTION, PAGES, ROOT, Page, calls, literals
from tests.support.scripts import script
from tui_installer.cli.main import group
from tui_installer.exits import ExitCode
from tui_installer.model.answers import QUESTIONS, SECTIONS
from tui_installer.model.answers_file import parse
from tui_installer.text.language import Language
from tui_installer.ui.program.app import Screens

TOP = group(Language("en"))
VERBS = {name: command for name, command in TOP.commands.items() if not command.hidden}
INSTALL = (ROOT / "install.sh").read_text(encoding="utf-8")
CODES = set(map(int, ExitCode))


# ---- commands and options ----


def options(command: click.Command) -> set[str]:
    """What a command takes, with what every command takes."""
    rows = (param for param in command.params if isinstance(param, click.Option))
    return {"--help", *(word for row in rows for word in row.opts)}


def of_installer() -> set[str]:
    """The options that install.sh knows."""
    return set(re.findall(r"(--[a-z-]+)\)", INSTALL)) | {"--help"}


def test_the_program_has_what_this_looks_for() -> None:
    assert {"check", "apply", "status"} <= set(VERBS)
    assert {"--accept", "--json", "--lang", "--help"} <= options(VERBS["apply"])
    assert {"--no-start", "--uninstall"} <= of_installer()
    assert {0, 1, 2, 3} < CODES


@EVERY
def test_every_call_names_a_command_that_there_is(page: Page) -> None:
    words = [call for line in page.code for call in calls(line)]
    verbs = {call[0] for call in words if call and re.fullmatch(r"[a-z]\S*", call[0])}
    assert verbs <= set(VERBS)


@EVERY
def test_every_option_is_one_of_its_command(page: Page) -> None:
    wrong = []
    for line in page.code:
        for verb, rest in told(line):
            known = options(VERBS[verb]) if verb else options(TOP)
            wrong += [f"{verb} {word}" for word in OPTION.findall(rest) if word not in known]
        if "install.sh" in line:
            rest = line.partition("install.sh")[2]
            wrong += [word for word in OPTION.findall(rest) if word not in of_installer()]
    assert wrong == []


def told(line: str) -> list[tuple[str, str]]:
    """The command and all that stands behind it; a span may leave out the program's own name."""
    found = []
    for call in calls(line):
        if not call or call[0].startswith("-"):
            found.append(("", " ".join(call)))
        elif call[0] in VERBS:
            found.append((call[0], " ".join(call[1:])))
    first, _, rest = line.partition(" ")
    return [*found, (first, rest)] if first in VERBS else found


@EVERY
def test_an_option_by_itself_is_known_to_some_command(page: Page) -> None:
    known = options(TOP) | of_installer() | set().union(*(options(c) for c in VERBS.values()))
    alone = {m[0] for span in page.spans if (m := re.match(r"--[a-z][a-z-]*", span))}
    assert alone <= known


@EVERY
def test_every_call_in_a_block_could_be_typed(page: Page) -> None:
    for block in page.blocks:
        for line in block.text.splitlines():
            for call in calls(line):
                typed(call)


def typed(words: list[str]) -> None:
    """Reads a call as click would; raises what it says of a wrong one."""
    name = words[0] if words else ""
    if name and not name.startswith("-"):
        context = click.Context(TOP, info_name=NAME)
        _, command, rest = TOP.resolve_command(context, words)
        assert command is not None
        command.make_context(name, rest, parent=context)
    elif name:
        with suppress(click.exceptions.Exit):  # it shows the version, or the help, and ends
            TOP.make_context(NAME, words)


@pytest.mark.parametrize(
    "words",
    [
        ["aply", "--answers", "node.toml"],
        ["apply", "--answer-file", "node.toml"],
        ["apply", "--yes"],
        ["plan", "--answers", "a", "b"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_could_not_be_typed(words: list[str]) -> None:
    with pytest.raises(click.UsageError):
        typed(words)


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_and_every_option_is_documented(verb: str) -> None:
    texts = [rest for page in PAGES for line in page.code for v, rest in told(line) if v == verb]
    assert texts, "no page shows it"
    alone = {span for page in PAGES for span in page.spans}
    shown = set(OPTION.findall(" ".join(texts))) | alone
    # What every command has needs no word at each of them.
    long = {option for option in options(VERBS[verb]) if option.startswith("--")}
    assert long - {"--help", "--lang"} <= shown


def test_every_option_of_the_installer_is_documented() -> None:
    shown = " ".join(line for page in PAGES for line in page.code)
    assert of_installer() - {"--help"} <= set(OPTION.findall(shown))


# ---- exit codes ----


def named_codes(page: Page) -> set[int]:
    """In sentences, and in the columns that are headed so."""
    said = re.findall(r"\bexits? (?:with )?(?:codes? )?(\d+)\b", page.prose.replace("\n", " "))
    columns = [
        row[table[0].index("exit code")]
        for table in page.tables
        if "exit code" in table[0]
        for row in table[1:]
    ]
    assert all(cell.isdigit() for cell in columns)
    return {int(code) for code in (*said, *columns)}


@EVERY
def test_every_exit_code_is_one_of_the_program(page: Page) -> None:
    assert named_codes(page) <= CODES


def codes_of(name: str) -> list[list[str]]:
    return next(page for page in PAGES if page.name == name).table("exit code", "means")


@pytest.mark.parametrize("name", ["README.md", "docs/exit-codes.md"])
def test_every_exit_code_is_explained(name: str) -> None:
    assert [int(row[0]) for row in codes_of(name)] == sorted(CODES)
    assert all(len(row[1]) > 3 for row in codes_of(name))


def test_every_command_has_its_exit_codes() -> None:
    page = next(page for page in PAGES if page.name == "docs/exit-codes.md")
    rows = page.table("command", "exit code")
    assert {row[0].strip("`") for row in rows if row[0].startswith("`")} == {*VERBS, "install.sh"}
    assert all(row[2] for row in rows)


def test_the_exit_codes_of_the_installer_are_the_programs() -> None:
    said = re.search(r"(?m)^FAILED=.*$", INSTALL)
    assert said is not None
    for word in said[0].split():
        name, _, value = word.partition("=")
        assert ExitCode[name] == int(value)


# ---- keys ----

CHORD = re.compile(r"\b(?:Ctrl|Alt|Shift)\+\w+")


def bound() -> set[str]:
    """Every key with Ctrl that the screens know, as it is written for people."""
    keys = {f"{key}" for key in literals("ui") if re.fullmatch(r"(ctrl|alt|shift)\+\w+", key)}
    return {"+".join(part.capitalize() for part in key.split("+")) for key in keys}


def of_app() -> set[str]:
    """The keys of every screen."""
    keys = [
        binding if isinstance(binding, tuple) else (binding.key,) for binding in Screens.BINDINGS
    ]
    return {"+".join(part.capitalize() for part in key[0].split("+")) for key in keys}


@EVERY
def test_every_key_is_bound(page: Page) -> None:
    assert set(CHORD.findall(page.text)) <= bound()


def test_every_key_of_all_screens_is_in_the_readme() -> None:
    assert len(of_app()) > 4
    assert of_app() <= bound()
    assert of_app() <= set(CHORD.findall(PAGES[0].text))


# ---- answers ----

FILES = ("toml", "yml")
KEY = re.compile(rf"({'|'.join(SECTIONS)})\.([a-z_]+)\b(?![.\w])")


@EVERY
def test_every_key_of_the_answers_is_one_that_there_is(page: Page) -> None:
    named = {f"{section}.{key}" for span in page.spans for section, key in KEY.findall(span)}
    # A file may be called after a section.
    assert {name for name in named if name.split(".")[1] not in FILES} <= set(QUESTIONS)


def test_the_answers_are_documented() -> None:
    """Every key has its row, made of its record."""
    page = next(page for page in PAGES if page.name == "docs/answers.md")
    made = script("answers-table")
    assert made.TABLE.search(page.text)
    assert made.page(page.text) == page.text, "run: packaging/answers-table"


@EVERY
def test_answers_in_blocks_are_taken(page: Page) -> None:
    for block in page.blocks:
        if block.info.startswith("toml"):
            assert parse(block.text.encode()).values
