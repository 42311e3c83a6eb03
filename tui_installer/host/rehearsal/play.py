"""Plays a command that changes a machine, as a reference run has recorded it: a program of its own.

It stands where yum, systemctl or kubeadm would: it prints what they have printed, in their time, writes what they
have written, and ends as they did. What no reference run holds it does not know, and says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from tui_installer.host.rehearsal import reference
from tui_installer.host.rehearsal.current import Rehearsal, current, enter
from tui_installer.host.rehearsal.kept import KeptFile, put
from tui_installer.host.rehearsal.reference import Effect, Moment, Run, adapted
from tui_installer.host.rehearsal.state import State, change
from tui_installer.model import places

# The runs in which everything was left as it is suggested.
USUAL = ("first-control-plane", "worker")
# The exit code of a command that no reference run holds.
NOT_RECORDED = 97
# The file of a proof, and when it was made.
PROOF = "/var/lib/tui-installer/proof.json"
_AT = re.compile(r'"at": [\d.]+')
CACHE = "/var/cache/yum/rehearsal/packages"
CONTENT = "/var/lib/containerd/io.containerd.content.v1.content"
STEP = 0.2


def main() -> int:
    """The command's whole life; its exit code is the recorded one."""
    enter()
    rehearsal = current()
    if rehearsal is None:
        sys.stderr.write("nothing is rehearsed here\n")
        return 2
    argv = tuple(sys.argv[1:])
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


def _runs(rehearsal: Rehearsal, role: str) -> Iterator[tuple[str, Run]]:
    """Those that the recording names, then those of the same role, first the one with every default."""
    first = rehearsal.about.runs
    loaded = [(name, reference.load(name)) for name in reference.names()]
    yield from sorted(
        loaded, key=lambda row: (row[0] not in first, row[1].role != role, row[0] not in USUAL)
    )


def values_now(rehearsal: Rehearsal) -> dict[str, str]:
    """What this node is called, has and is to be, for reference runs of a node that was called otherwise."""
    try:
        node = tomllib.loads(places.ANSWERS.read_text(encoding="utf-8"))["node"]
    except (OSError, ValueError, KeyError):
        return {}
    card = str(node.get("interface", ""))
    nics = rehearsal.state.facts["Network"]["nics"]
    held: list[str] = next((nic["addresses"] for nic in nics if nic["name"] == card), [])
    own = str(node.get("address", "")) or next(iter(held), "")
    return {
        "hostname": str(node.get("hostname", "")),
        "interface": card,
        "address": own.partition("/")[0],
        "role": str(node.get("role", "")),
    }


def _effects(rehearsal: Rehearsal, argv: tuple[str, ...]) -> tuple[list[Effect], list[str]]:
    """What is to be played, and what is not known."""
    now = values_now(rehearsal)
    runs = list(_runs(rehearsal, now.get("role", "")))
    key = "\0".join(argv)
    times = rehearsal.state.played.get(key, 0)
    change(rehearsal.folder, lambda state: state.played.update({key: times + 1}))
    if found := reference.closest(argv, runs, now, times):
        return [adapted(found[0], found[1].values, now)], []
    several, unknown = reference.closest_install(argv, runs)
    return [_only(adapted(f, run.values, now), argv) for f, run in several], unknown


def _only(effect: Effect, argv: tuple[str, ...]) -> Effect:
    """Of a transaction that installed more: without what this one does not ask for."""
    more = {_name(p) for p in reference.packages(effect.argv)} - {
        _name(p) for p in reference.packages(argv)
    }
    return replace(
        effect, moments=[replace(m, facts=_without(m.facts, more)) for m in effect.moments]
    )


def _name(package: str) -> str:
    """The name of NAME-VERSION."""
    return package.rpartition("-")[0] or package


def _without(facts: dict[str, Any], names: set[str]) -> dict[str, Any]:
    installed = facts.get("Packages", {}).get("installed")
    if not isinstance(installed, dict):
        return facts
    kept = {name: value for name, value in installed.items() if name not in names}
    return {**facts, "Packages": {**facts["Packages"], "installed": kept}}


# --- playing ----------------------------------------------------------------------------------------


def _play(rehearsal: Rehearsal, argv: tuple[str, ...], effect: Effect) -> None:
    """In the recorded time, divided by the speed of the rehearsal."""
    speed, began = rehearsal.about.speed, time.monotonic()
    fetch = _fetch(argv, effect)
    # What was seen later stays later, though both may have been seen in the same hundredth.
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


def become(rehearsal: Rehearsal, moment: Moment) -> None:
    """What has become other by now becomes other here."""
    for path, file in moment.files.items():
        if file is None:
            with suppress(OSError):
                places.at(path).unlink()
        else:
            put(rehearsal.root, path, _proved_now(file) if path == PROOF else file)

    def how(state: State) -> None:
        state.change(moment.facts, moment.commands)
        if "Calico" in moment.facts:
            from tui_installer.host.rehearsal.as_applied import as_applied  # slow to load

            state.facts["Calico"] = as_applied(state.facts["Calico"])

    if moment.facts or moment.commands:
        change(rehearsal.folder, how)


def _proved_now(file: KeptFile) -> KeptFile:
    """A proof holds from the moment in which it was made."""
    lines = [_AT.sub(f'"at": {time.time()}', line) for line in file.text or []]
    return replace(file, text=lines)


def after_write(rehearsal: Rehearsal, path: str) -> None:
    """What a node has become by that one of its files was written."""
    now = values_now(rehearsal)
    if (found := reference.of_file(path, _runs(rehearsal, now.get("role", "")))) is None:
        return
    for moment in adapted(found[0], found[1].values, now).moments:
        become(rehearsal, moment)


# --- bytes, where the program counts them -------------------------------------------------------------


def _fetch(argv: tuple[str, ...], effect: Effect) -> Fetch | None:
    if not effect.fetched:
        return None
    return _Image(argv[-1], effect.fetched) if argv[0] == "crictl" else Fetch(effect.fetched)


class Fetch:
    """Packages on their way: a file in yum's cache that has no bytes, only their number."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.file = self.place()
        self.file.parent.mkdir(parents=True, exist_ok=True)

    def place(self) -> Path:
        """Where the bytes are counted."""
        return places.at(CACHE) / f"{os.getpid()}.rpm"

    def grow(self, share: float) -> None:
        """That share of all bytes is here."""
        with suppress(OSError), self.file.open("ab") as file:
            file.truncate(int(self.size * min(max(share, 0.0), 1.0)))


class _Image(Fetch):
    """An image on its way: a manifest with one layer, which grows among containerd's."""

    def __init__(self, name: str, size: int) -> None:
        self.digest = hashlib.sha256(name.encode()).hexdigest()
        super().__init__(size)
        (self.file.parent / "ref").write_text(f"layer-sha256:{self.digest}", encoding="utf-8")
        layers = {"layers": [{"digest": f"sha256:{self.digest}", "size": size}]}
        blobs = places.at(CONTENT) / "blobs/sha256"
        blobs.mkdir(parents=True, exist_ok=True)
        manifest = hashlib.sha256(self.digest.encode()).hexdigest()
        (blobs / manifest).write_text(json.dumps(layers), encoding="utf-8")
        self._mark(manifest, name)

    def place(self) -> Path:
        return places.at(CONTENT) / "ingest" / self.digest / "data"

    def _mark(self, manifest: str, name: str) -> None:
        """containerd says whose a manifest is."""
        from tui_installer.host.meters import CONTENTS

        host, _, path = name.partition("/")
        line = f"sha256:{manifest}\t-\t-\tcontainerd.io/distribution.source.{host}={path.partition(':')[0]}\n"

        def how(state: State) -> None:
            before: Mapping[tuple[str, ...], tuple[int, str, str]] = state.commands
            said = before.get(CONTENTS, (0, "", ""))[1]
            state.commands[CONTENTS] = (0, said + line, "")

        rehearsal = current()
        assert rehearsal is not None
        change(rehearsal.folder, how)

    def grow(self, share: float) -> None:
        super().grow(share)
        if share >= 1.0:
            with suppress(OSError):
                self.file.rename(places.at(CONTENT) / "blobs/sha256" / self.digest)


if __name__ == "__main__":
    raise SystemExit(main())
