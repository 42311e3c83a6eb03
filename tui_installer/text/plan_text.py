"""A plan as text for a person: the differences in a file, and the whole plan as a shell script."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Callable, Iterator

from tui_installer.host.facts.remains import EMPTIED, ETCD
from tui_installer.host.reset_backup import MANIFEST, SAVED
from tui_installer.model.change import RunCommand, WriteFile
from tui_installer.model.ending import Ending
from tui_installer.model.event import clears
from tui_installer.model.plan import Plan
from tui_installer.model.secret import Secret
from tui_installer.model.text import T, Text
from tui_installer.text.words import WORDS

# More lines than any file has, so that the whole file is shown.
WHOLE = 10**6


def difference(change: WriteFile, around: int = 1) -> Iterator[str]:
    """Yields removed and added lines, with `around` unchanged lines around them; stars for a secret."""
    if isinstance(change.content, Secret):
        return iter([f"+ {change.content}"])
    before = (change.before or "").splitlines()
    lines = difflib.unified_diff(before, change.content.splitlines(), n=around, lineterm="")
    # The first two lines name the files.
    return (line for number, line in enumerate(lines) if number > 1)


def script(plan: Plan, say: Callable[[Text], str]) -> Iterator[str]:
    """Yields the plan as the lines of a shell script that a person can read and run."""
    yield "#!/bin/bash"
    yield "set -euo pipefail"
    for planned in plan.steps:
        rest = "" if planned.changes else f": {say(planned.unknown or WORDS[Ending.NOTHING])}"
        yield ""
        # A comment stays on one line, because the shell must not run what a reason quotes.
        yield " ".join(f"# {say(planned.step.title)}{rest}".split())
        for change in planned.changes:
            if isinstance(change, RunCommand) and clears(change.argv):
                yield from _before_reset(say)
            yield f"# {' '.join(say(change.why).split())}"
            if isinstance(change, RunCommand):
                redirection = f" <{_word(change.stdin)}" if change.stdin else ""
                yield " ".join(map(_word, change.argv)) + redirection
            else:
                yield from _file(change, say)


def _before_reset(say: Callable[[Text], str]) -> Iterator[str]:
    """Yields what the engine does before it deletes a cluster: it takes a copy and unmounts everything there."""
    why = T("save what kubeadm reset deletes, and unmount what it would delete through")
    yield f"# {' '.join(say(why).split())}"
    yield "trap 'echo \"stopped at line $LINENO\" >&2; systemctl start kubelet' ERR"
    yield "systemctl stop kubelet"
    yield f"[ ! -e {MANIFEST} ] || grep -q 'path: {ETCD}$' {MANIFEST}"
    yield "saved=$(mktemp -d /root/before-reset.XXXXXX)"
    yield f"for folder in {' '.join(SAVED)}; do"
    yield '    if [ -e "$folder" ]; then mkdir -p "$saved$folder"; cp -pRL "$folder/." "$saved$folder"; fi'
    yield "done"
    yield f"for folder in {' '.join(EMPTIED)}; do"
    yield '    folder=$(readlink -m "$folder")/'
    yield """    awk -v folder="$folder" 'index($5, folder) == 1 { print $5 }' /proc/self/mountinfo | tac | xargs -r -n 1 umount"""
    yield "done"
    yield "trap - ERR"


def _word(word: str) -> str:
    """Quotes a word for bash; spells unprintable characters, which a reader's terminal could obey, by their bytes."""
    if word.isprintable():
        return shlex.quote(word)
    raw = word.encode("utf-8", "surrogateescape")
    return (
        "$'"
        + "".join(chr(b) if 32 <= b < 127 and b not in b"'\\" else f"\\x{b:02x}" for b in raw)
        + "'"
    )


def _file(change: WriteFile, say: Callable[[Text], str]) -> Iterator[str]:
    path = _word(change.path)
    if isinstance(change.content, Secret):
        yield (
            "# "
            + say(
                T(
                    "this file holds the join token: write it yourself, mode 0600, and remove it afterwards"
                )
            )
        )
        yield f"test -s {path}"
        return
    yield f"mkdir -p {_word(change.path.rpartition('/')[0])}"
    lines = change.content.split("\n")
    if all(line.replace("\t", "").isprintable() for line in lines):
        mark = "END"
        while mark in change.content:
            mark += "_"
        yield f"cat >{path} <<'{mark}'"
        yield from lines[:-1] if lines[-1] == "" else lines
        yield mark
    else:
        yield f"printf %s {_word(change.content)} >{path}"
    yield f"chmod {change.mode:04o} {path}"
