"""Completion in bash: of our own command, equal to what the program takes, and of kubectl."""

from __future__ import annotations

import os
import pty
import subprocess
from contextlib import suppress
from pathlib import Path

import click
import pytest

from tui_installer import registry
from tui_installer.cli.main import group
from tui_installer.render.bash import kubectl_completion
from tui_installer.text.language import Language

ROOT = Path(__file__).parents[2]
OURS = ROOT / "assets/completion/tui-installer.bash"
TOP = group(Language("en"))
COMMANDS = {name: c for name, c in TOP.commands.items() if not c.hidden}
# What bash does on Tab: words as it splits them, then what the registered function leaves.
ASK = """
source "$1"; shift
[ "$(complete -p tui-installer)" = "complete -F _tui_installer tui-installer" ] || exit 9
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_tui_installer tui-installer "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def offered(*words: str, path: str = os.environ["PATH"], folder: Path = ROOT) -> list[str]:
    """What is offered for the last of these words; click adds --help to every command."""
    argv = ["bash", "--norc", "-c", ASK, "bash", str(OURS), "tui-installer", *words]
    done = subprocess.run(
        argv, cwd=folder, env={"PATH": path}, check=True, capture_output=True, text=True
    )
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1] if done.stdout.strip() else []


def options(command: click.Command) -> dict[str, click.Option]:
    return {
        name: option
        for option in command.get_params(click.Context(command))
        if isinstance(option, click.Option)
        for name in option.opts
    }


def test_the_first_word_is_a_command_or_an_option_of_all() -> None:
    assert sorted(offered("")) == sorted([*COMMANDS, *options(TOP)])
    assert offered("a") == ["apply", "attach"]
    assert "engine" not in offered("")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_its_options(command: str) -> None:
    wanted = sorted(options(COMMANDS[command]))
    assert sorted(offered(command, "")) == wanted
    wanted = [name for name in wanted if name.startswith("--")]
    assert sorted(offered(command, "--")) == wanted
    assert sorted(offered("--lang", "zh", command, "--")) == wanted
    assert sorted(offered("--lang", "=", "zh", command, "--")) == wanted


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (command, name)
        for command, row in COMMANDS.items()
        for name, option in options(row).items()
        if not option.is_flag
    ],
)
def test_after_an_option_comes_its_value(command: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "node.toml").touch()
    (tmp_path / "a folder").mkdir()
    kind = options(COMMANDS[command])[name].type
    if isinstance(kind, click.Choice):
        wanted = sorted(kind.choices)
    elif name == "--accept":
        wanted = sorted(check.id for check in registry.checks())
    elif isinstance(kind, click.FloatRange):
        wanted = ["1", "20", "5"]
    else:
        wanted = ["a folder", "node.toml"]
    path = f"{installed(tmp_path.parent / f'{tmp_path.name}-opt')}:{os.environ['PATH']}"
    assert sorted(offered(command, name, "", path=path, folder=tmp_path)) == wanted
    assert sorted(offered(command, name, "=", path=path, folder=tmp_path)) == wanted
    first = wanted[0]
    assert first in offered(command, name, "=", first[:2], path=path, folder=tmp_path)
    assert first in offered(command, "--lang", "en", name, first[:1], path=path, folder=tmp_path)
    long = [option for option in options(COMMANDS[command]) if option.startswith("--")]
    assert sorted(offered(command, name, first, "--", path=path)) == sorted(long)


def installed(folder: Path) -> Path:
    """The program as a bundle lays it out, and the folder on the PATH with the link to it."""
    (folder / "tui/bin").mkdir(parents=True)
    (folder / "tui/app").mkdir()
    (folder / "tui/app/tui_installer").symlink_to(ROOT / "tui_installer")
    program = folder / "tui/bin/tui-installer"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    (folder / "bin").mkdir()
    (folder / "bin/tui-installer").symlink_to(program)
    return folder / "bin"


def test_nothing_is_offered_for_what_is_not_there() -> None:
    assert offered("no-such-command", "") == []
    assert offered("check", "--no") == []
    assert offered("apply", "--accept", "", path="/usr/bin:/bin") == []


# A kubectl as small as can be: it prints the functions that complete its words.
KUBECTL = """#!/bin/sh
[ "$*" = "completion bash" ] || exit 1
echo asked >>"$(dirname "$0")/asked"
echo 'begin() { mapfile -t COMPREPLY < <(compgen -W "get describe" -- "$2"); }'
echo 'complete -F begin kubectl'
"""


def at_a_prompt(folder: Path, *lines: str) -> str:
    """What an interactive bash that has read kubectl's file shows after these lines."""
    (folder / "kubectl.bash").write_text(kubectl_completion())
    env = {"PATH": f"{folder}:{os.environ['PATH']}", "TERM": "dumb", "PROMPT_COMMAND": "echo READY"}
    ours, theirs = pty.openpty()
    shell = subprocess.Popen(
        ["bash", "--norc", "--noprofile", "-i"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=env,
        start_new_session=True,
    )
    os.close(theirs)
    shown, left = b"", ["source kubectl.bash", *lines, "exit"]
    with suppress(OSError):  # The line is closed: the shell has ended.
        while piece := os.read(ours, 4096):
            shown += piece
            if left and shown.count(b"READY") > len(lines) + 2 - len(left):
                os.write(ours, f"{left.pop(0)}\n".encode())
    os.close(ours)
    shell.wait()
    return shown.decode()


def test_kubectl_is_asked_at_the_first_tab_and_once(tmp_path: Path) -> None:
    program = tmp_path / "kubectl"
    program.write_text(KUBECTL)
    program.chmod(0o755)
    assert "loader" in at_a_prompt(tmp_path, "echo load''er")
    assert not (tmp_path / "asked").exists(), "a login waits for kubectl"
    # Tab, then ":" is put before the line, so that it is seen and does nothing.
    shown = at_a_prompt(tmp_path, "kubectl ge\t\x01: ", "kubectl de\t\x01: ")
    assert ": kubectl get" in shown
    assert ": kubectl describe" in shown
    assert (tmp_path / "asked").read_text() == "asked\n"


def test_without_kubectl_a_tab_still_finds_files(tmp_path: Path) -> None:
    program = tmp_path / "kubectl"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    (tmp_path / "pods.yaml").touch()
    shown = at_a_prompt(tmp_path, "kubectl po\t\x01: ")
    assert ": kubectl pods.yaml" in shown
    assert "loop" not in shown
