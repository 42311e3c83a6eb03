"""The events of a run on an artificial clock: what the steps do to a fresh server, in parallel where they can."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Self

from tests.support.cases import answers_of, cases, facts_of
from tui_installer import __version__, registry
from tui_installer.assets import image_bytes
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand
from tui_installer.model.ending import Ending
from tui_installer.model.event import Event
from tui_installer.model.step import Step

BEGUN = datetime(2026, 11, 23, 10, 12, tzinfo=UTC)
CONTROL_PLANE, WORKER = "first-control-plane", "worker"
HOSTS = {
    CONTROL_PLANE: ("centos-master", "192.168.40.180"),
    WORKER: ("centos-node1", "192.168.40.181"),
}
# Bytes a second of the line, and for each transaction of yum the bytes and the seconds to install.
IMAGE_LINE, YUM_LINE = 4_100_000, 9_800_000
TRANSACTIONS = {
    "containerd.io-1.6.6": (45_000_000, 6.0),
    "kubeadm-1.25.0": (51_000_000, 18.0),
    "ipvsadm": (130_000, 1.5),
}
# Seconds of the other commands; a missing one takes 0.1.
SECONDS = {
    "systemctl restart": 2.1,
    "systemctl enable": 0.4,
    "kubeadm init": 58.0,
    "kubeadm join": 14.0,
    "kubectl apply": 1.4,
    "kubectl wait": 18.0,
    "kubectl rollout": 3.0,
    "tui-installer status": 9.0,
}
UNPACKING = 0.8
NEVER = 1e9


def answers(role: str, network: str = "none") -> Answers:
    """Returns the answers of that server."""
    given = {"node.role": role, "node.hostname": HOSTS[role][0], "cluster.network": network}
    return answers_of({"answers": given})


@cache
def steps_of(role: str, network: str = "none") -> tuple[Step, ...]:
    """Returns the steps of that server, in the order of the screens."""
    return tuple(step for step in registry.steps() if step.applies(answers(role, network)))


@cache
def changes_of(role: str, name: str, network: str = "none") -> tuple[Change, ...]:
    """Returns what a step does on such a server when it is fresh."""
    step = next(step for step in steps_of(role, network) if step.id == name)
    found = cases("steps").get(f"{step.id}/fresh", {}).get("facts", {})
    nic = {"name": "ens33", "addresses": [f"{HOSTS[role][1]}/24"]}
    facts = {"Network": {"nics": [nic], "default_nic": "ens33"}, **found}
    known = facts_of({"facts": facts}, step.reads, step.files)
    return tuple(step.changes(answers(role, network), known))


@dataclass
class Pass:
    """The state before one pass over the steps: steps with nothing to do, bytes of images still missing
    (None: of all), and the second at which the source of an image falls silent."""

    nothing: Collection[str] = ()
    images: Mapping[str, int] | None = None
    silent: Mapping[str, float] = field(default_factory=dict)


@dataclass
class Line:
    """The line that several pulls share."""

    totals: Mapping[str, int]
    silent: Mapping[str, float]
    done: dict[str, float] = field(default_factory=dict)

    def second(self, at: float) -> None:
        """Advances one second; every missing image gets its share."""
        names = [n for n in self.totals if not self.here(n)]
        moving = [
            n for n in names if at < self.silent.get(n.rpartition("/")[2].partition(":")[0], NEVER)
        ]
        for name in moving:
            came = self.done.get(name, 0) + IMAGE_LINE / len(moving)
            self.done[name] = min(came, self.totals[name])

    def here(self, name: str) -> bool:
        """Tells whether every byte of it has arrived."""
        return self.done.get(name, 0) >= self.totals[name]

    def progress(self, readings: Sequence[int], still: int) -> dict[str, Any]:
        """Returns the keys of a progress event."""
        parts = [
            {"name": name, "done": int(self.done.get(name, 0)), "total": total}
            for name, total in self.totals.items()
        ]
        return {
            "done": readings[-1],
            "total": sum(self.totals.values()),
            "rate": (readings[-1] - readings[0]) // (len(readings) - 1),
            "still": still,
            "parts": parts,
        }


class Timeline:
    """Events on a clock that counts seconds from `begun`; with a pod network where one is named."""

    def __init__(
        self, role: str = CONTROL_PLANE, begun: datetime = BEGUN, network: str = "none"
    ) -> None:
        self.role, self.begun, self.network = role, begun, network
        self.steps = steps_of(role, network)
        self.run = begun.strftime("%Y%m%dT%H%M%SZ")
        self.rows: list[tuple[float, dict[str, Any]]] = []
        self._looked_at = 0.0
        self._reached: dict[str, float] = {}
        self._yum_free = 0.0
        self._pid = 2300

    @property
    def clock(self) -> float:
        """The second of the last event, or that at which the run is read."""
        return max(self.rows[-1][0] if self.rows else 0.0, self._looked_at)

    @property
    def now(self) -> datetime:
        """The time at which the run is read."""
        return self.begun + timedelta(seconds=self.clock)

    @property
    def events(self) -> list[Event]:
        """The journal, in order."""
        return [{"version": 1, "t": self._time(at), **row} for at, row in self.rows]

    def add(self, after: float, kind: str, **rest: Any) -> Self:
        """Adds one event, that many seconds after the last."""
        self._put(self.clock + after, kind, **rest)
        return self

    def begin(self, after: float = 0, *, resumed: bool = False) -> Self:
        """Begins a pass over all steps."""
        return self.add(
            after,
            "run-started",
            run=self.run,
            program=__version__,
            by="root",
            steps=[step.id for step in self.steps],
            resumed=resumed,
            pid=2201 + resumed,
            start=f"{48211 + resumed}",
        )

    def work(self, found: Pass | None = None, but: str = "") -> Self:
        """Lets all steps but one do their work, each as soon as it may."""
        found, start = found or Pass(), self.clock
        waiting = [step for step in self.steps if step.id != but]
        self._reached, self._yum_free = {}, start
        while waiting:
            step = min(waiting, key=lambda step: self._begins(step, start))
            waiting.remove(step)
            self._step(step, self._begins(step, start), found)
        self.rows.sort(key=lambda row: row[0])
        return self

    def until(self, seconds: float) -> Self:
        """Cuts the journal at that second."""
        self.rows = [row for row in self.rows if row[0] <= seconds]
        self._looked_at = seconds
        return self

    def cut_off(self, command: str, after: float) -> Self:
        """Cuts the journal that many seconds after that command began."""
        argv = command.split()
        began = (
            at
            for at, row in self.rows
            if row["kind"] == "change-started"
            and row["change"].get("argv", [])[: len(argv)] == argv
        )
        return self.until(next(began) + after)

    def stop(self) -> Self:
        """Ends the changes and steps in progress, as the engine does when asked to."""
        begun = {(r["step"], r["n"]): at for at, r in self.rows if r["kind"] == "change-started"}
        ended = {(r["step"], r["n"]) for _, r in self.rows if r["kind"] == "change-ended"}
        left = {r["step"]: at for at, r in self.rows if r["kind"] == "step-started"}
        for _, row in self.rows:
            left.pop(row["step"], None) if row["kind"] == "step-ended" else None
        now = self.clock
        for (step, n), at in begun.items():
            if (step, n) not in ended:
                self._put(now, "change-ended", step=step, n=n, code=-1, seconds=round(now - at, 1))
        for step, at in left.items():
            self._put(
                now, "step-ended", step=step, outcome=Ending.STOPPED, seconds=round(now - at, 1)
            )
        return self

    def end(self, outcome: str) -> Self:
        """Ends the run."""
        return self.add(0.1, "run-ended", outcome=outcome)

    def number(self, step: str) -> int:
        """Returns the number of the step's last change."""
        rows = [r for _, r in self.rows if r["kind"] == "change-started" and r["step"] == step]
        return int(rows[-1]["n"]) if rows else 0

    def missing_images(self) -> dict[str, int]:
        """Returns the missing bytes of each missing image."""
        last = [row for _, row in self.rows if row.get("parts")][-1]
        left = {part["name"]: part["total"] - part["done"] for part in last["parts"]}
        return {name: count for name, count in left.items() if count}

    def _time(self, at: float) -> str:
        moment = self.begun + timedelta(milliseconds=round(at * 1000))
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _put(self, at: float, kind: str, **rest: Any) -> None:
        self.rows.append((at, {"kind": kind, **rest}))

    def _begins(self, step: Step, start: float) -> float:
        """Returns when it may begin; not before the journal holds what it waits for."""
        present = {step.id for step in self.steps}
        after = [name for name in step.after if name.partition("/")[0] in present]
        ends = [self._reached.get(n, self._reached.get(n.partition("/")[0], NEVER)) for n in after]
        return max(ends, default=start + 0.4)

    def _step(self, step: Step, at: float, found: Pass) -> None:
        self._put(at, "step-started", step=step.id)
        changes = () if step.id in found.nothing else changes_of(self.role, step.id, self.network)
        end = at + 0.1
        if changes:
            made = self._changes(step, changes, at, found)
            self._put(made + 0.05, "step-verifying", step=step.id)
            end = made + 0.3
        outcome = Ending.DONE if changes else Ending.NOTHING
        self._put(end, "step-ended", step=step.id, outcome=outcome, seconds=round(end - at, 1))
        self._reached[step.id] = end

    def _changes(self, step: Step, changes: Sequence[Change], at: float, found: Pass) -> float:
        pulls = [c for c in changes if isinstance(c, RunCommand) and c.meter == "images"]
        if pulls:
            at = self._pull(step.id, pulls, at, found)
        for i, change in enumerate(changes):
            if change in pulls:
                continue
            at = self._change(step.id, change, at)
            if change.reaches and change.reaches not in {c.reaches for c in changes[i + 1 :]}:
                self._reached[f"{step.id}/{change.reaches}"] = at
        return at

    def _start(self, step: str, change: Change, at: float) -> int:
        n = self.number(step) + 1
        self._put(at, "change-started", step=step, n=n, change=change.to_json())
        if isinstance(change, RunCommand):
            self._pid += 7
            start = f"{48300 + int(at * 100)}"
            self._put(at, "child-started", step=step, n=n, pid=self._pid, start=start)
        return n

    def _change(self, step: str, change: Change, at: float) -> float:
        command = change if isinstance(change, RunCommand) else None
        yum = bool(command and command.resource == "yum")
        if yum and at < self._yum_free:
            what = {"text": "another step that uses {name}", "params": {"name": "yum"}}
            self._put(at + 0.1, "waiting", step=step, what=what)
            at = self._yum_free
        n, seconds = self._start(step, change, at), 0.0
        if command:
            seconds = self._yum(step, command, at) if yum else _seconds(command)
        self._put(at + seconds, "change-ended", step=step, n=n, code=0, seconds=round(seconds, 1))
        self._yum_free = at + seconds if yum else self._yum_free
        return at + seconds

    def _yum(self, step: str, change: RunCommand, at: float) -> float:
        """Takes three seconds to read the lists, then time for the bytes, then for the installation."""
        known = (row for name, row in TRANSACTIONS.items() if name in change.argv)
        total, install = next(known, (300_000, 1.0))
        fetch, before = total / YUM_LINE, 0
        for second in range(1, int(3 + fetch + install) + 1):
            done = min(max(second - 3, 0) * YUM_LINE, total)
            self._put(
                at + second,
                "progress",
                step=step,
                done=done,
                total=total if second >= 3 else None,
                rate=done - before if second > 1 else None,
                still=0 if done else second - 1,
            )
            before = done
        return 3 + fetch + install

    def _pull(self, step: str, pulls: Sequence[RunCommand], at: float, found: Pass) -> float:
        wanted = [p for p in pulls if found.images is None or p.target in found.images]
        totals = found.images or {p.target: image_bytes(p.target) or 0 for p in wanted}
        numbers = {p.target: self._start(step, p, at) for p in wanted}
        line, readings, still, second = Line(totals, found.silent), [0], 0, 0
        # Longer than any scene: a silent source never ends.
        while numbers and second < 200:
            second += 1
            line.second(at + second)
            done = sum(int(n) for n in line.done.values())
            still = still + 1 if done == readings[-1] else 0
            readings = [*readings[-9:], done]
            self._put(at + second, "progress", step=step, **line.progress(readings, still))
            end = second + UNPACKING
            for name in [n for n in numbers if line.here(n)]:
                rest = {"n": numbers.pop(name), "code": 0, "seconds": round(end, 1)}
                self._put(at + end, "change-ended", step=step, **rest)
        return at + second + UNPACKING


def _seconds(change: RunCommand) -> float:
    words = change.argv[:2]
    if words[0] == "kubectl":
        words = (words[0], *(w for w in change.argv if w in ("apply", "rollout", "wait")))
    return SECONDS.get(" ".join(words), 0.1)
