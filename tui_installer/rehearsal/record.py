"""Recording of the machine that this program runs on, without its secrets."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tui_installer import __version__
from tui_installer.host import files, machine, shell
from tui_installer.host.content_store import CONTENTS
from tui_installer.host.facts import files as files_reader
from tui_installer.host.gather import gather, readers
from tui_installer.host.look import Look
from tui_installer.host.scope import Scope
from tui_installer.model.facts import NotRead, Sources
from tui_installer.rehearsal.codec import encode
from tui_installer.rehearsal.kept import KeptFile
from tui_installer.rehearsal.recording import VERSION, RecordedAnswer, Recording
from tui_installer.rehearsal.scrub import clean, kept, marked

# Files to keep besides those that steps and checks name: our own records, and kubeadm's files.
KEPT = (
    "/etc/os-release",
    "/etc/centos-release",
    "/etc/tui-installer/*",
    "/var/lib/tui-installer/*",
    "/var/lib/tui-installer/runs/*/*",
    "/var/lib/tui-installer/runs/*/output/*",
    "/etc/kubernetes/*",
    "/etc/kubernetes/*/*",
    "/etc/kubernetes/pki/etcd/*",
    "/etc/cni/net.d/*",
    "/var/lib/kubelet/*",
    "/var/lib/kubelet/pki/*",
    "/run/chrony/chronyd.pid",
)
# The objects of a cluster, and files in a home, may hold any secret; the facts hold the needed parts.
UNHEARD = ("kubectl", "setpriv")
# Answers that others than the readers of facts ask for: these commands run in a rehearsal too.
ASKED = (CONTENTS,)
TOKENS = ("kubeadm", "token", "list", "-o", "json", "--kubeconfig", "/etc/kubernetes/admin.conf")


@contextmanager
def listening() -> Iterator[list[RecordedAnswer]]:
    """Collects every reading command within the block, with its output."""
    heard: list[RecordedAnswer] = []
    lock = threading.Lock()

    def hear(argv: tuple[str, ...], output: shell.Output) -> None:
        if argv[0] in UNHEARD:
            return
        row = RecordedAnswer(
            list(argv), output.code, clean(output.out).split("\n"), clean(output.err).split("\n")
        )
        with lock:
            heard.append(row)

    shell.listener = hear
    try:
        yield heard
    finally:
        shell.listener = None


def take(scope: Scope, sources: Sources) -> Recording:
    """Records all that the program can read of this machine. Blocks for some seconds.

    Raises NotRead where a part cannot be read now: a recording is complete, or there is none.
    """
    topics = [t for t, module in readers().items() if not getattr(module, "FILES", False)]
    with listening() as heard:
        facts_read = gather(topics, scope)
        for unread in facts_read.unread.values():
            raise NotRead(unread)
        found_files = kept_files(replace(scope, patterns=(*KEPT, *scope.patterns)))
        tokens = list(_tokens())
    facts = {topic.__name__: encode(facts_read[topic]) for topic in topics}
    facts["Sources"] = encode(sources)
    return Recording(
        VERSION,
        program=__version__,
        recorded=datetime.now(UTC).isoformat(timespec="seconds").removesuffix("+00:00"),
        facts=clean(json.loads(json.dumps(facts))),
        files=dict(sorted(found_files.items())),
        commands=[*(row for row in _once(heard) if tuple(row.argv) in ASKED), *tokens],
    )


def _once(heard: list[RecordedAnswer]) -> list[RecordedAnswer]:
    return list({tuple(row.argv): row for row in heard}.values())


def _tokens() -> Iterator[RecordedAnswer]:
    """Yields the join tokens of a control plane, as marks."""
    if machine.at(TOKENS[-1]).exists():
        output = shell.output(*TOKENS)
        yield RecordedAnswer(
            list(TOKENS), output.code, marked(output.out).split("\n"), clean(output.err).split("\n")
        )


def kept_files(scope: Scope) -> dict[str, KeptFile | None]:
    """Returns the files in this scope, and those of their folders that others may not read."""
    by_path = {path: keep(path) for path in files_reader.read(Look.of(scope)).by_path}
    for path in list(by_path):
        for folder in Path(path).parents:
            if str(folder) not in by_path and not _open(folder):
                by_path[str(folder)] = KeptFile(None, _mode(str(folder)), folder=True)
    return {path: file for path, file in by_path.items() if file is not None}


def _open(folder: Path) -> bool:
    return stat.S_IMODE(machine.at(folder).stat().st_mode) == 0o755


def _mode(path: str) -> str:
    return f"{stat.S_IMODE(machine.at(path).stat().st_mode):04o}"


def keep(path: str) -> KeptFile | None:
    """Returns one file in its recorded form; None if it is gone or unreadable."""
    try:
        file = files.read(path)
    except OSError:
        return None
    if file is None:
        return None
    text = kept(path, file.text)
    return KeptFile(None if text is None else text.split("\n"), f"{file.mode:04o}")
