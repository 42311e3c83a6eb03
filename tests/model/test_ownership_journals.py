"""After every event of whole journals, in every state of a node, a plan with `kubeadm reset` has its right to it."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import product
from pathlib import Path

import pytest

from tests.model.test_outlook import FILES
from tests.model.test_ownership import API, Machine, with_theirs
from tests.support.journals import Tape
from tui_installer.host import runs
from tui_installer.model.event import Event, makes
from tui_installer.model.facts import Past, Remains
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.steps.kubeadm_init import STEP as INIT
from tui_installer.steps.kubeadm_join import STEP as JOIN

TREES = Path(__file__).parent.parent / "data/tree-0.1.0"


def _making(events: Sequence[Event]) -> Event:
    return next(e for e in events if makes(tuple(e.get("change", {}).get("argv", ()))))


def _ends(event: Event, making: Event) -> bool:
    key = (making["step"], making["n"])
    return event["kind"] == "change-ended" and (event["step"], event["n"]) == key


def _written_at(making: Event) -> int:
    """When that kubeadm has written its files, in nanoseconds."""
    return round(datetime.fromisoformat(making["t"]).timestamp() * 1e9) + 10**9


def _proving(events: Sequence[Event]) -> list[Event]:
    """The same journal, with what the engine sees before and after a kubeadm that makes a node."""
    found: list[Event] = []
    making = _making(events)
    at = _written_at(making)
    for event in events:
        if event is making:
            found.append({**event, "before": {"ca": "", "files": {}, "traces": []}})
            continue
        if _ends(event, making):
            seen = {"ca": "ours", "files": dict.fromkeys(FILES, at), "latest": at / 1e9 + 1}
            found.append({**event, "kind": "kubeadm-left", **seen})
        found.append(event)
    return found


def _states(at: int) -> dict[str, Remains]:
    stamps = dict.fromkeys(FILES, at)
    ours = Remains(True, "ours", stamps, etcd_data=True, kubelet_conf=True, latest=at / 1e9 + 1)
    hour = {path: stamp + 3600 * 10**9 for path, stamp in stamps.items()}
    return {
        "ours": ours,
        "used": with_theirs(ours, "objects"),
        "mounted": with_theirs(ours, "mounts"),
        "unreadable": replace(ours, unread=(T("x"),)),
        "another CA": replace(ours, ca="another", files=hour),
        "joined anew by hand": replace(ours, files=hour),
        "built by hand": replace(ours, ca="theirs", files=hour, objects=("/registry/x",)),
    }


def _of_0_1_0(tree: str) -> list[Event]:
    """The journal of the first run that this version has left on a node."""
    with tarfile.open(TREES / f"{tree}.tar.gz") as archive:
        names = sorted(name for name in archive.getnames() if name.endswith("/journal.jsonl"))
        file = archive.extractfile(names[0])
        assert file is not None
        return list(runs.events(file.read().decode()))


TAPES: dict[str, tuple[Step, Callable[[], Sequence[Event]]]] = {
    "init": (INIT, lambda: Tape.done().events),
    "init-failed": (INIT, lambda: Tape.failed().events),
    "join": (JOIN, lambda: Tape.done("worker").events),
    "0.1.0-finished": (INIT, lambda: _of_0_1_0("finished")),
    "0.1.0-cut-off": (INIT, lambda: _of_0_1_0("cut-off")),
}


@pytest.mark.parametrize("name", TAPES)
def test_after_every_event_of_a_journal_a_reset_has_its_right(name: str) -> None:
    """With what 0.1.0 wrote, and with what is written now; whatever the API server does."""
    step, make = TAPES[name]
    machine, seen = Machine(), set()
    machine.step = step
    old = [e for e in make() if e["kind"] not in ("progress", "child-started")]
    making = _making(old)
    states = _states(_written_at(making))
    for proof, events in ((False, old), (True, _proving(old))):
        known: Past | None = None
        for count in range(len(events) + 1):
            machine.events, before = events[:count], known
            known = machine._past()
            if known == before:  # a plan reads no more of a journal than this
                continue
            begun = any(makes(tuple(e.get("change", {}).get("argv", ()))) for e in machine.events)
            well = any(_ends(e, making) and e["code"] == 0 for e in machine.events)
            for (state, machine.remains), machine.api in product(states.items(), API):
                if machine._plans_a_reset():
                    seen.add(state)
                    assert proof and begun and not well, (count, state, machine.api)
    assert seen == {"ours"}, "a test that never sees one shows nothing"
