"""The terminal by its variables and its device."""

from __future__ import annotations

import pytest

from tui_installer.text.language import chosen
from tui_installer.ui.terminal.capabilities import Terminal, terminal_of

SSH = "/dev/pts/0"
UTF8 = {"LANG": "en_US.UTF-8"}
CHINESE = {"LANG": "zh_CN.UTF-8"}


def at(term: str, tty: str = SSH, **environment: str) -> Terminal:
    return terminal_of({"TERM": term, **(environment or UTF8)}, tty)


def test_a_usual_terminal() -> None:
    assert at("xterm-256color") == Terminal()
    assert at("xterm-256color").usable


@pytest.mark.parametrize(
    ("term", "poor"),
    [
        ("linux", True),
        ("linux-16color", True),
        ("ansi", True),
        ("vt100", True),
        ("vt220", True),
        ("vte-256color", False),
        ("xterm", False),
        ("screen-256color", False),
        ("putty", False),
    ],
)
def test_poor(term: str, poor: bool) -> None:
    found = at(term)
    assert found.poor == poor
    assert found.draws_chinese == (not poor)
    assert found.box_lines("en") == (not poor)
    assert found.usable


LOCALES = [
    ({"LANG": "zh_CN.UTF-8"}, True),
    ({"LANG": "zh_CN.utf8"}, True),
    ({"LC_CTYPE": "UTF-8"}, True),
    ({"LANG": "zh_CN.GBK"}, False),
    ({"LANG": "zh_CN.GB18030"}, False),
    ({"LANG": "zh_CN"}, False),
    ({"LANG": "C"}, False),
    ({"HOME": "/root"}, False),
    ({"LANG": "zh_CN.UTF-8", "LC_CTYPE": "zh_CN.GBK"}, False),
    ({"LANG": "zh_CN.GBK", "LC_ALL": "zh_CN.UTF-8"}, True),
    ({"LC_ALL": "C", "LC_CTYPE": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8"}, False),
    ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, True),
]


@pytest.mark.parametrize(("locale", "draws"), LOCALES)
def test_the_locale_says_whether_chinese_can_be_drawn(locale: dict[str, str], draws: bool) -> None:
    found = terminal_of({"TERM": "xterm", **locale}, SSH)
    assert found.draws_chinese == draws
    assert found.box_lines("en") == draws
    assert not found.box_lines("zh")


@pytest.mark.parametrize("term", ["linux", "vt220", "ansi", "xterm", "vte"])
@pytest.mark.parametrize("locale", [locale for locale, _ in LOCALES])
def test_no_terminal_starts_in_a_language_that_it_cannot_draw(
    locale: dict[str, str], term: str
) -> None:
    environment = {"TERM": term, **locale}
    found = terminal_of(environment, SSH)
    assert chosen([], environment).code == "en" or found.draws_chinese


@pytest.mark.parametrize(
    ("term", "environment", "colours"),
    [
        ("xterm", {}, True),
        ("linux", {}, True),
        ("ansi", {}, True),
        ("vt100", {}, False),
        ("vt220", {}, False),
        ("vt220", {"COLORTERM": "1"}, True),
        ("xterm-mono", {}, False),
        ("xterm", {"NO_COLOR": "1"}, False),
        ("xterm", {"NO_COLOR": "1", "COLORTERM": "truecolor"}, False),
    ],
)
def test_colours(term: str, environment: dict[str, str], colours: bool) -> None:
    assert terminal_of({"TERM": term, **environment}, SSH).colours == colours


@pytest.mark.parametrize(
    ("tty", "term", "serial", "console"),
    [
        (SSH, "xterm", False, False),
        ("/dev/ttyS0", "vt220", True, False),
        ("/dev/ttyAMA0", "xterm", True, False),
        ("/dev/ttyUSB1", "vt102", True, False),
        ("/dev/hvc0", "vt220", True, False),
        ("/dev/tty1", "linux", False, True),
        ("/dev/tty63", "linux", False, True),
        ("/dev/tty64", "linux", False, False),
        ("/dev/tty0", "linux", False, False),
        ("/dev/tty", "linux", False, False),
        ("/dev/console", "linux", False, True),
        ("/dev/console", "vt220", True, False),
    ],
)
def test_the_line(tty: str, term: str, serial: bool, console: bool) -> None:
    found = at(term, tty)
    assert (found.serial, found.console) == (serial, console)


@pytest.mark.parametrize(
    ("environment", "tty", "reason"),
    [
        ({}, SSH, "TERM is not set"),
        ({"TERM": ""}, SSH, "TERM is not set"),
        ({"TERM": "dumb"}, SSH, "TERM is dumb"),
        ({"TERM": "unknown"}, SSH, "TERM is unknown"),
        ({"TERM": "xterm"}, "", "there is no terminal here"),
    ],
)
def test_without_screens_plain_lines_are_named(
    environment: dict[str, str], tty: str, reason: str
) -> None:
    found = terminal_of(environment, tty)
    assert not found.usable
    said = str(found.why_not)
    assert said.startswith(reason)
    assert "tui-installer apply --answers" in said
    assert "tui-installer attach" in said
