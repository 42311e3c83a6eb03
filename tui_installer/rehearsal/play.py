"""Player of a command that changes a machine, as a reference run has recorded it: a program of its own.

It runs in the stead of yum, systemctl or kubeadm: it prints their output in their time, writes their files,
and ends with their exit code. It reports a command that no reference run holds as unknown.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from tui_installer.host import machine
from tui_installer.host.content_store import CONTENT, CONTENTS
from tui_installer.rehearsal import reference, taints
from tui_installer.rehearsal.effects import become, runs_for, values_now
from tui_installer.rehearsal.reference import Effect, Moment, adapted
from tui_installer.rehearsal.stand_in import Rehearsal, named
from tui_installer.rehearsal.state import RehearsedState, change, changing
from tui_installer.render.packages import CACHES, installs

# The exit code of a command that no reference run holds.
NOT_RECORDED = 97
CACHE = f"{CACHES[0]}/rehearsal/packages"
STEP = 0.2


def main() -> int:
    """Plays the command; returns the recorded exit code."""
    rehearsal = named(os.environ)
    if rehearsal is None:
        sys.stderr.write("nothing is rehearsed here\n")
        return 2
    machine.use(rehearsal)
    argv = tuple(sys.argv[1:])
    if taints.asked(argv):
        with changing(rehearsal.folder) as state:
            code, printed = taints.play(state, argv)
        sys.stdout.write(printed)
        return code
    effects, unknown = _effects(rehearsal, argv)
    code = 0
    for effect in effects:
        _play(rehearsal, argv, effect)
        code = code or effect.code
    if unknown or not effects:
        what = " ".join(unknown or argv)
        print(f"rehearsal: no reference run holds this: {what}")  # noqa: T201 - it is a command's output
        return NOT_RECORDED
    return code


def _effects(rehearsal: Rehearsal, argv: tuple[str, ...]) -> tuple[list[Effect], list[str]]:
    """Returns the effects to play, and the unknown packages."""
    now = values_now(rehearsal)
    role = now.get("role", "")
    key = "\0".join(argv)
    times = rehearsal.state.played.get(key, 0)
    change(rehearsal.folder, lambda state: state.played.update({key: times + 1}))
    if closest := reference.closest(argv, runs_for(rehearsal, role), now, times):
        return [adapted(closest[0], closest[1].values, now)], []
    several, unknown = reference.closest_install(argv, runs_for(rehearsal, role))
    return [_only(adapted(f, run.values, now), argv) for f, run in several], unknown


def _only(effect: Effect, argv: tuple[str, ...]) -> Effect:
    """Removes the other packages from the effect of a transaction that installed more."""
    more = {_name(p) for p in installs(effect.argv)} - {_name(p) for p in installs(argv)}
    return replace(
        effect, moments=[replace(m, facts=_without(m.facts, more)) for m in effect.moments]
    )


def _name(package: str) -> str:
    """Returns the name of NAME-VERSION."""
    return package.rpartition("-")[0] or package


def _without(facts: dict[str, Any], names: set[str]) -> dict[str, Any]:
    installed = facts.get("Packages", {}).get("installed")
    if not isinstance(installed, dict):
        return facts
    remaining = {name: value for name, value in installed.items() if name not in names}
    return {**facts, "Packages": {**facts["Packages"], "installed": remaining}}


# --- playing ----------------------------------------------------------------------------------------


def _play(rehearsal: Rehearsal, argv: tuple[str, ...], effect: Effect) -> None:
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
            become(rehearsal, what)
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
