"""The commands: reads what was asked, and turns outcomes into exit codes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import click

from tui_installer import __version__, faults
from tui_installer.exits import Exit, ExitCode
from tui_installer.model.text import T, Text
from tui_installer.stdout import show, show_json
from tui_installer.text.language import Language, chosen, speak

# What ends a command before its time: Ctrl+C, a line or a terminal that is gone, somebody else.
ENDING = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)


def main() -> int:
    """Carries out a command; its exit code. A fault of the program is written to a file, and never shown as a traceback.

    When this returns a signal ends the process as it ends any other.
    """
    language = chosen(sys.argv[1:], os.environ)
    speak(language)
    sys.unraisablehook = _swallowed
    try:
        try:
            for number in ENDING:
                # Not what a shell lets its jobs in the background ignore.
                if number != signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
                    signal.signal(number, _end)
            return _carry_out(language)
        finally:
            _hear_no_more(signal.SIG_DFL)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED


def _carry_out(language: Language) -> int:
    try:
        code = group(language).main(standalone_mode=False, prog_name="tui-installer")
        return code if isinstance(code, int) else ExitCode.DONE
    except Exit as end:
        if not end.told and end.code in (ExitCode.USAGE, ExitCode.REFUSED, ExitCode.BUSY):
            _refuse(end.reasons or ([language(end.text)] if end.text else []))
        _say(language, end.text)
        return end.code
    except click.ClickException as error:
        _refuse([error.format_message()])
        error.show()
        return ExitCode.USAGE
    except click.Abort:
        return ExitCode.INTERRUPTED
    except Exception as error:
        if signal.getsignal(signal.SIGTERM) is not _end:
            # Where a class is made, for instance, Python makes another exception of the one that a signal raises.
            return ExitCode.INTERRUPTED
        path = faults.report(error)
        _say(language, T("this program has a fault; report it with the file {path}", path=path))
        return ExitCode.FAILED


def _end(_number: int, _frame: FrameType | None) -> None:
    """The first signal ends the command in good order; only another Ctrl+C cuts that short, and nothing is told then."""
    _hear_no_more(signal.SIG_IGN)
    raise KeyboardInterrupt


def _swallowed(what: sys.UnraisableHookArgs) -> None:
    """What is raised in a finalizer, for instance, Python only prints; Ctrl+C that came there is not to be lost."""
    if isinstance(what.exc_value, KeyboardInterrupt):
        os._exit(ExitCode.INTERRUPTED)
    sys.__unraisablehook__(what)


def _hear_no_more(others: signal.Handlers) -> None:
    """From now on Ctrl+C ends the process, and `others` is what becomes of the other signals."""
    for number in ENDING:
        if signal.getsignal(number) is _end:
            signal.signal(number, signal.SIG_DFL if number == signal.SIGINT else others)


def _refuse(reasons: Sequence[str]) -> None:
    """A program that asked for JSON gets an object in every case."""
    if "--json" in sys.argv[1:]:
        show_json({"version": 1, "refused": list(reasons)})


def _say(language: Language, text: Text | None) -> None:
    if text is not None:
        show(language(text), error=True)


def group(language: Language) -> click.Group:
    """All commands, their help in the language."""
    say = language
    top = click.Group(
        name="tui-installer",
        help=say(
            T(
                "Makes this CentOS 7.9 server a Kubernetes 1.25 node: checks the server, shows every change, makes it, and verifies it."
            )
        ),
        epilog=say(
            T(
                "Without a command: full-screen pages. Example: tui-installer check --answers node.toml"
            )
        ),
        params=[_language_option(language)],
    )
    top.params.append(_version_option(language))
    for command in (_check, _plan, _apply, _attach, _stop, _status, _record, _rehearse):
        top.add_command(command(language))
    top.add_command(click.Command("engine", callback=_engine, hidden=True))
    return top


def _language_option(language: Language) -> click.Option:
    return click.Option(
        ["--lang"],
        type=click.Choice(["zh", "en"]),
        expose_value=False,
        help=language(T("Language: zh or en.")),
    )


def _version_option(language: Language) -> click.Option:
    def tell(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
        if wanted:
            click.echo(f"tui-installer {__version__}")
            context.exit()

    help_text = language(T("Shows the version."))
    return click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=tell,
        help=help_text,
    )


def _answers_option(say: Language, *, required: bool) -> click.Option:
    text = say(T("The answers file (TOML)."))
    return click.Option(
        ["--answers"], type=click.Path(path_type=Path), required=required, metavar="F", help=text
    )


def _json_option(say: Language) -> click.Option:
    return click.Option(
        ["--json", "as_json"], is_flag=True, help=say(T("Prints JSON for programs."))
    )


def _command(
    say: Language,
    name: str,
    callback: Callable[..., Any],
    text: Text,
    example: str,
    *options: click.Option,
) -> click.Command:
    return click.Command(
        name,
        callback=callback,
        help=say(text),
        epilog=say(T("Example: {example}", example=example)),
        params=[*options, _language_option(say)],
    )


def _check(say: Language) -> click.Command:
    def check(answers: Path | None, as_json: bool) -> int:
        from tui_installer import verbs

        return verbs.check(say, answers, as_json)

    return _command(
        say,
        "check",
        check,
        T("Checks whether this machine can become a node. Changes nothing."),
        "tui-installer check --answers node.toml",
        _answers_option(say, required=False),
        _json_option(say),
    )


def _plan(say: Language) -> click.Command:
    def plan(answers: Path, diff: bool, shell: bool, as_json: bool) -> int:
        from tui_installer import verbs

        return verbs.plan(
            say, answers, "json" if as_json else "shell" if shell else "diff" if diff else ""
        )

    return _command(
        say,
        "plan",
        plan,
        T("Shows every file and command of a run. Changes nothing."),
        "tui-installer plan --answers node.toml --diff",
        _answers_option(say, required=True),
        click.Option(
            ["--diff"], is_flag=True, help=say(T("Shows the changed lines of each file."))
        ),
        click.Option(
            ["--shell"],
            is_flag=True,
            help=say(T("Prints a shell script to read and to run.")),
        ),
        _json_option(say),
    )


def _join_and_accept(say: Language) -> tuple[click.Option, click.Option]:
    return (
        click.Option(
            ["--join"],
            metavar="F2",
            help=say(T("File with the join command of a worker; - reads it from stdin.")),
        ),
        click.Option(
            ["--accept"],
            metavar="CHECK",
            multiple=True,
            help=say(T("Accepts this check's FAIL; can be repeated.")),
        ),
    )


def _apply(say: Language) -> click.Command:
    def apply(answers: Path, join: str | None, accept: tuple[str, ...], **flags: bool) -> int:
        from tui_installer import verbs

        return verbs.apply(say, verbs.Order(answers, join, accept, **flags))

    return _command(
        say,
        "apply",
        apply,
        T(
            "Checks the machine and makes it a node. A closed window or a lost connection does not stop the run."
        ),
        "tui-installer apply --answers node.toml --yes",
        _answers_option(say, required=True),
        *_join_and_accept(say),
        click.Option(
            ["--yes"], is_flag=True, help=say(T("Starts without a question; accepts no FAIL."))
        ),
        click.Option(
            ["--detach"], is_flag=True, help=say(T("Returns as soon as the run has started."))
        ),
        _json_option(say),
    )


def _attach(say: Language) -> click.Command:
    def attach(as_json: bool) -> int:
        from tui_installer import verbs

        return verbs.attach(say, as_json)

    text = T("Follows the run in progress, or prints the last one. Ctrl+C does not stop the run.")
    return _command(say, "attach", attach, text, "tui-installer attach", _json_option(say))


def _stop(say: Language) -> click.Command:
    def stop() -> int:
        from tui_installer import verbs

        return verbs.stop(say)

    text = T("Stops the run at the next safe point. It can be resumed.")
    return _command(say, "stop", stop, text, "tui-installer stop")


def _status(say: Language) -> click.Command:
    def status(prove: bool, as_json: bool) -> int:
        from tui_installer import verbs

        return verbs.status(say, prove=prove, as_json=as_json)

    return _command(
        say,
        "status",
        status,
        T("Tells what this node is and whether it works. Only reads, unless --prove is given."),
        "tui-installer status --prove",
        click.Option(
            ["--prove"],
            is_flag=True,
            help=say(T("Sends test traffic too, from test pods that are removed again.")),
        ),
        _json_option(say),
    )


def _record(say: Language) -> click.Command:
    def record(output: Path, as_json: bool) -> int:
        from tui_installer import recorded

        return recorded.record(say, output, as_json)

    return _command(
        say,
        "record",
        record,
        T("Records this machine for a rehearsal elsewhere, without its secrets. Changes nothing."),
        "tui-installer record -o server1.json",
        click.Option(
            ["-o", "--output"],
            type=click.Path(path_type=Path),
            required=True,
            metavar="F",
            help=say(T("The file to write; it must not be there yet.")),
        ),
        _json_option(say),
    )


def _rehearse(say: Language) -> click.Command:
    def rehearse(
        machine: str,
        answers: Path | None,
        join: str | None,
        accept: tuple[str, ...],
        speed: float,
        as_json: bool,
    ) -> int:
        if answers is None:
            if join or accept or as_json:
                raise click.UsageError(say(T("--join, --accept and --json need --answers")))
            from tui_installer.viewer import rehearsal

            return rehearsal(say, machine, speed)
        from tui_installer import recorded

        order = recorded.Rehearsal(machine, answers, join, accept, speed, as_json)
        return recorded.rehearse(say, order)

    text = T(
        "The whole program on a recorded machine; changes nothing here. With --answers in plain lines: checks and plan of that machine, and a run whose effects are assumed."
    )
    command = _command(
        say,
        "rehearse",
        rehearse,
        text,
        "tui-installer rehearse server1.json --answers node.toml",
        _answers_option(say, required=False),
        *_join_and_accept(say),
        click.Option(
            ["--speed"],
            type=click.FloatRange(0.1, 1000),
            default=1.0,
            metavar="N",
            help=say(T("So many times as fast as recorded.")),
        ),
        _json_option(say),
    )
    machine = click.Argument(["machine"], required=False, default="fresh", metavar="[MACHINE]")
    command.params.insert(0, machine)
    return command


def _engine() -> int:
    from tui_installer.engine import main as engine

    return engine.main()
