"""The commands as a person or a script meets them, before any of them does its work."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.calls import Call, Ended
from tui_installer import __version__
from tui_installer.cli import commands, main
from tui_installer.cli.command import Command
from tui_installer.cli.commands import attach
from tui_installer.exits import Exit, ExitCode
from tui_installer.model.text import T
from tui_installer.text.language import Language, chosen

VERBS = [name for name, c in main.group(Language()).commands.items() if not c.hidden]
LANGUAGES = ("en", "zh")


def attach_is(monkeypatch: pytest.MonkeyPatch, run: Callable[[Language], int]) -> None:
    """Lets the command do this instead."""
    monkeypatch.setattr(attach, "COMMAND", Command(run, attach.COMMAND.summary))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_help_with_an_example(call: Call, verb: str, language: str) -> None:
    for argv in ([verb, "--help", "--lang", language], ["--lang", language, verb, "--help"]):
        ended = call(*argv)
        assert ended.code == ExitCode.DONE
        assert f"tui-installer {verb}" in ended.out.splitlines()[-1]
        assert ended.err == ""
        assert any("\u4e00" <= c <= "\u9fff" for c in ended.out) == (language == "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_verbs(call: Call, language: str) -> None:
    ended = call("--help", "--lang", language)
    assert ended.code == ExitCode.DONE
    listed = {line.split()[0] for line in ended.out.splitlines() if line.startswith("  ")}
    assert listed >= set(VERBS)
    assert "engine" not in ended.out


def test_the_engine_is_there_and_hidden() -> None:
    assert main.group(Language()).commands["engine"].hidden


NEW = """
from tui_installer.cli.command import Command, option
from tui_installer.exits import ExitCode
from tui_installer.model.text import T

COMMAND = Command(
    lambda say, code: ExitCode(code),
    T("Ends with a code."),
    "tui-installer leave --code 4",
    (option("--code", type=int, text=T("The code.")),),
)
"""


def test_a_file_is_a_command_and_loaded_when_it_is_called(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "leave.py").write_text(NEW)
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(tmp_path)])
    module = f"{commands.__name__}.leave"
    try:
        assert call("--version").code == call("stop", "--help").code == ExitCode.DONE
        assert module not in sys.modules
        assert call("leave", "--code", "4") == Ended(ExitCode.BUSY, "", "")
        assert any(
            line.split() == ["leave", "Ends", "with", "a", "code."]
            for line in call("--help").out.splitlines()
        )
        assert call("leave", "--help").out.endswith("Example: tui-installer leave --code 4\n")
        assert "leave" in call("leav").err, "a slip is put right"
    finally:
        sys.modules.pop(module, None)
    (tmp_path / "leave.py").unlink()
    assert call("leave").code == ExitCode.USAGE


def test_what_is_no_file_of_a_command_is_none(call: Call) -> None:
    assert "__init__" not in main.group(Language()).commands
    for name in ("__init__", "../main", "", "main"):
        assert call(name).code == ExitCode.USAGE


def test_the_version(call: Call) -> None:
    assert call("--version").out == f"tui-installer {__version__}\n"


USAGES = {
    "an unknown verb": ["aply"],
    "an unknown option": ["check", "--nosuch"],
    "an option of another verb": ["check", "--yes"],
    "a missing option": ["plan"],
    "a missing value": ["plan", "--answers"],
    "a word too much": ["stop", "now"],
    "an unknown language": ["--lang", "fr", "check"],
    "a missing file": ["plan", "--answers", "/nosuch/answers.toml"],
    "a folder for a file": ["plan", "--answers", "/"],
    "a missing file of apply": ["apply", "--answers", "/nosuch/answers.toml", "--yes"],
}


@pytest.mark.parametrize("argv", USAGES.values(), ids=USAGES.keys())
@pytest.mark.parametrize("language", LANGUAGES)
def test_wrong_usage(call: Call, argv: list[str], language: str) -> None:
    ended = call(*argv, *([] if "--lang" in argv else ["--lang", language]))
    assert ended.code == ExitCode.USAGE
    assert ended.err.strip()
    assert ended.out == ""


def test_wrong_answers_are_told_with_their_line(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "node.toml"
    path.write_text('[node]\nrole = "worker"\nhostname = "centos_master"\n')
    ended = call("plan", "--answers", str(path))
    assert ended.code == ExitCode.USAGE
    assert f"{path}:3: node.hostname: " in ended.err
    assert "centos-master" in ended.err


@pytest.mark.parametrize("code", [code for code in ExitCode if code is not ExitCode.DONE])
def test_the_code_that_a_verb_ends_with(
    call: Call, monkeypatch: pytest.MonkeyPatch, code: ExitCode
) -> None:
    def run(_say: Language) -> int:
        raise Exit(code, T("because of {this}", this="that"))

    attach_is(monkeypatch, run)
    ended = call("attach")
    assert ended.code == code
    assert ended.err == "because of that\n"


def test_a_code_that_a_verb_returns(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    attach_is(monkeypatch, lambda _say: ExitCode.FAILED)
    assert call("attach").code == ExitCode.FAILED


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_an_interrupted_call(
    call: Call, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """A closed window sends its signal twice, and neither cuts short what is still to be put in order."""
    tidy: list[bool] = []

    def run(_say: Language) -> int:
        try:
            signal.raise_signal(number)
        finally:
            signal.raise_signal(signal.SIGHUP)
            tidy.append(True)
        return ExitCode.DONE

    attach_is(monkeypatch, run)
    assert call("attach").code == ExitCode.INTERRUPTED
    assert tidy
    # Nobody listens any more, so that another Ctrl+C ends what is left of the process, and without a traceback.
    assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL


# Python prints what is raised there, and goes on.
FINALIZED = """
import signal, sys
from tui_installer.cli import main
from tui_installer.cli.command import Command
from tui_installer.cli.commands import attach
from tui_installer.model.text import T
class Thing:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
attach.COMMAND = Command(lambda _say: Thing() and 0, T("x"))
sys.argv = ["tui-installer", "attach"]
sys.exit(main.main())
"""


def test_ctrl_c_in_a_finalizer_is_not_lost() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FINALIZED], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.INTERRUPTED, "", "")


def test_what_comes_of_an_interruption_is_no_fault(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(_say: Language) -> int:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            raise RuntimeError("Error calling __set_name__") from error
        return ExitCode.DONE

    attach_is(monkeypatch, run)
    assert call("attach") == Ended(ExitCode.INTERRUPTED, "", "")


def test_a_fault_of_the_program_goes_into_a_file(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def run(_say: Language) -> int:
        raise ZeroDivisionError("a mistake")

    attach_is(monkeypatch, run)
    ended = call("attach")
    assert ended.code == ExitCode.FAILED
    report = next(tmp_path.glob("tui-installer-fault-*"))
    assert str(report) in ended.err
    assert "ZeroDivisionError: a mistake" in report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600


CHOICES = [
    (["check"], {}, "en"),
    (["check"], {"LANG": "zh_CN.UTF-8"}, "zh"),
    (["check"], {"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
    (["check"], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
    (["check"], {"LANG": "zh_CN.UTF-8", "TERM": "linux"}, "en"),
    (["check"], {"LANG": "zh_CN.UTF-8", "TERM": "xterm-256color"}, "zh"),
    (["check", "--lang", "zh"], {"TERM": "linux"}, "zh"),
    (["--lang=zh", "check"], {}, "zh"),
    (["check", "--lang", "en"], {"LANG": "zh_CN.UTF-8"}, "en"),
    (["check", "--lang"], {}, "en"),
    (["check", "--lang", "fr"], {"LANG": "zh_CN.UTF-8"}, "zh"),
    (["check"], {"LANG": "de_DE.UTF-8"}, "en"),
    (["check"], {"LANG": "zh_CN.utf8", "TERM": "vte-256color"}, "zh"),
    (["check"], {"LANG": "zh_CN.UTF-8", "TERM": "vt220"}, "en"),
    (["check"], {"LANG": "zh_CN.GBK", "TERM": "xterm"}, "en"),
    (["check"], {"LANG": "zh_CN.GB18030", "TERM": "xterm"}, "en"),
    (["check"], {"LANG": "zh_CN", "TERM": "xterm"}, "en"),
    (["check"], {"LANG": "zh_CN.UTF-8", "LC_CTYPE": "zh_CN.GB18030"}, "en"),
    (["check", "--lang", "zh"], {"LANG": "zh_CN.GBK"}, "zh"),
]

KEPT = [
    ([], {"LANG": "en_US.UTF-8"}, "zh", "zh"),
    ([], {"LANG": "zh_CN.UTF-8"}, "en", "en"),
    ([], {"LANG": "zh_CN.UTF-8"}, "fr", "zh"),
    (["--lang", "en"], {"LANG": "en_US.UTF-8"}, "zh", "en"),
    ([], {"LANG": "en_US.UTF-8", "TERM": "linux"}, "zh", "en"),
]


@pytest.mark.parametrize(("argv", "environment", "code"), CHOICES)
def test_the_language(argv: list[str], environment: dict[str, str], code: str) -> None:
    assert chosen(argv, environment) == Language(code)


@pytest.mark.parametrize(("argv", "environment", "kept", "code"), KEPT)
def test_the_language_that_was_chosen_before(
    argv: list[str], environment: dict[str, str], kept: str, code: str
) -> None:
    assert chosen(argv, environment, kept) == Language(code)
