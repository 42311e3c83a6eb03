"""Player of a command that changes a machine, as a reference run has recorded it: a program of its own.

It runs in the stead of yum, systemctl or kubeadm: it prints their output in their time, writes their files,
and ends with their exit code. It reports a command that no reference run holds as unknown.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import accumulate
from pathlib import Path

from tui_installer.host import machine
from tui_installer.host.content_store import CONTENT, CONTENTS
from tui_installer.rehearsal import taints
from tui_installer.rehearsal.as_applied import Applied
from tui_installer.rehearsal.effect import Effect, Moment, effect_of
from tui_installer.rehearsal.effects import become
from tui_installer.rehearsal.stand_in import Rehearsal, named
from tui_installer.rehearsal.state import RehearsedState, change, changing
from tui_installer.render.packages import CACHES

# The exit code of a command that no reference run holds.
NOT_RECORDED = 97
CACHE = f"{CACHES[0]}/rehearsal/packages"
STEP = 0.2


def main() -> int:
    """Plays the command, whose script is the file in front of it; returns the recorded exit code."""
    rehearsal = named(os.environ)
    if rehearsal is None:
        sys.stderr.write("nothing is rehearsed here\n")
        return 2
    machine.use(rehearsal)
    script, argv = Path(sys.argv[1]), tuple(sys.argv[2:])
    if taints.asked(argv):
        with changing(rehearsal.folder) as state:
            code, printed = taints.play(state, argv)
        sys.stdout.write(printed)
        return code
    told = json.loads(script.read_text(encoding="utf-8"))
    effects, unknown = [effect_of(row) for row in told["effects"]], told["unknown"]
    code = 0
    for effect in effects:
        _play(rehearsal, argv, effect, told["calico"])
        code = code or effect.code
    if unknown or not effects:
        what = " ".join(unknown or argv)
        print(f"rehearsal: no reference run holds this: {what}")  # noqa: T201 - it is a command's output
        return NOT_RECORDED
    return code


# --- playing ----------------------------------------------------------------------------------------


def _play(rehearsal: Rehearsal, argv: tuple[str, ...], effect: Effect, calico: Applied) -> None:
    """Plays an effect in the recorded time, divided by the speed of the rehearsal."""
    speed = rehearsal.about.speed
    began = time.monotonic()
    fetch = _fetch(rehearsal, argv, effect)
    # The order of moments is kept, even within one hundredth of a second.
    ends = accumulate((moment.at for moment in effect.moments), max)
    moments = zip(ends, effect.moments, strict=True)
    events: list[tuple[float, str | Moment]] = [*effect.prints, *moments]
    for at, what in sorted(events, key=lambda row: row[0]):
        _wait(began, at / speed, effect, fetch)
        if isinstance(what, Moment):
            become(rehearsal, what, calico)
        else:
            sys.stdout.write(what)
            sys.stdout.flush()
    _wait(began, effect.seconds / speed, effect, fetch)
    if fetch:
        fetch.grow(1.0)


def _wait(began: float, until: float, effect: Effect, fetch: Fetch | None) -> None:
    while (left := began + until - time.monotonic()) > 0:
        if fetch and effect.seconds:
            fetch.grow(1 - left / max(until, 0.01))
        time.sleep(min(left, STEP))


# --- bytes, for the program's meters ------------------------------------------------------------------


def _fetch(rehearsal: Rehearsal, argv: tuple[str, ...], effect: Effect) -> Fetch | None:
    if not effect.fetched:
        return None
    if argv[0] == "crictl":
        return _Image(rehearsal, argv[-1], effect.fetched)
    return Fetch(effect.fetched)


class Fetch:
    """A download of packages: a sparse file in yum's cache that has only the size."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.file = self.place()
        self.file.parent.mkdir(parents=True, exist_ok=True)

    def place(self) -> Path:
        """Returns the path of the file whose bytes are counted."""
        return machine.at(CACHE) / f"{os.getpid()}.rpm"

    def grow(self, share: float) -> None:
        """Sets the file to that share of all bytes."""
        with suppress(OSError), self.file.open("ab") as file:
            file.truncate(int(self.size * min(max(share, 0.0), 1.0)))


class _Image(Fetch):
    """A download of an image: a manifest with one layer, which grows in containerd's store."""

    def __init__(self, rehearsal: Rehearsal, name: str, size: int) -> None:
        import hashlib  # it loads slowly, and only an image needs it

        self.digest = hashlib.sha256(name.encode()).hexdigest()
        super().__init__(size)
        (self.file.parent / "ref").write_text(f"layer-sha256:{self.digest}", encoding="utf-8")
        layers = {"layers": [{"digest": f"sha256:{self.digest}", "size": size}]}
        blobs = machine.at(CONTENT) / "blobs/sha256"
        blobs.mkdir(parents=True, exist_ok=True)
        manifest = hashlib.sha256(self.digest.encode()).hexdigest()
        (blobs / manifest).write_text(json.dumps(layers), encoding="utf-8")
        self._mark(rehearsal, manifest, name)

    def place(self) -> Path:
        return machine.at(CONTENT) / "ingest" / self.digest / "data"

    def _mark(self, rehearsal: Rehearsal, manifest: str, name: str) -> None:
        """Labels the manifest with its repository, as containerd does."""
        host, _, path = name.partition("/")
        line = f"sha256:{manifest}\t-\t-\tcontainerd.io/distribution.source.{host}={path.partition(':')[0]}\n"

        def how(state: RehearsedState) -> None:
            before: Mapping[tuple[str, ...], tuple[int, str, str]] = state.commands
            printed = before.get(CONTENTS, (0, "", ""))[1]
            state.commands[CONTENTS] = (0, printed + line, "")

        change(rehearsal.folder, how)

    def grow(self, share: float) -> None:
        super().grow(share)
        if share >= 1.0:
            with suppress(OSError):
                self.file.rename(machine.at(CONTENT) / "blobs/sha256" / self.digest)


if __name__ == "__main__":
    raise SystemExit(main())
