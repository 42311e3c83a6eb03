"""Live view of a finished node: its proofs, its join tokens, its past runs.

The methods that read the machine block; the screens call them from threads, and pass the results to
the methods that do not block.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tui_installer.host import drafts, last_answers, runs, tokens
from tui_installer.host.gather import gather
from tui_installer.host.scope import Scope
from tui_installer.host.tokens import BootstrapToken
from tui_installer.model.answers import WORKER, Answers, flat, runs_control_plane
from tui_installer.model.answers_file import dump_values
from tui_installer.model.check import Judged, Verdict, broken, ok, unknown, warn
from tui_installer.model.facts import Facts, NotRead, Proved, Workloads
from tui_installer.model.outcome import Outcome
from tui_installer.model.progress import seconds_between
from tui_installer.model.standing import Standing, standing_of
from tui_installer.model.text import T, Text
from tui_installer.node import health
from tui_installer.node.health import NodeStatus
from tui_installer.proofs import ordinary_pods

# A token's end is known to the minute; reading it starts kubeadm.
TOKENS_EVERY = 60.0
# Seconds that a token must last, where there is no other.
ENOUGH = 4 * 3600
# The answers that a further node takes over; it learns the rest from the cluster.
SHARED = ("mirrors.", "options.")
KEPT = ("cluster.kubernetes", "cluster.network", "cluster.calico_mode")


@dataclass(frozen=True)
class SeenNode:
    """One look at this node, and when it began; `token` None: its tokens could not be read."""

    status: NodeStatus
    token: Verdict | None
    at: datetime


@dataclass(frozen=True)
class Room:
    """Whether a node takes users' pods.

    `kept`: kubeadm's taint keeps them off this one; `alone`: there is no worker, as far as is known.
    `why`: the reason why the cluster could not be read.
    """

    verdict: Verdict
    kept: bool = False
    alone: bool = False
    why: Text | str | None = None

    @property
    def waits(self) -> bool:
        """True if users' pods wait, as far as is known."""
        return self.verdict.outcome is Outcome.WARN


@dataclass(frozen=True)
class PastRun:
    """One past run, as its journal shows it."""

    folder: Path
    standing: Standing

    @property
    def seconds(self) -> float:
        """The seconds of its last pass."""
        standing = self.standing
        return seconds_between(standing.pass_begun, standing.ended or standing.at)


@dataclass(frozen=True)
class Came:
    """The result of a proof: when it ended, after how many seconds, its rows; `why` the reason if it failed to run."""

    at: datetime
    seconds: float
    rows: tuple[Judged, ...]
    why: Text | None = None


@dataclass
class Tending:
    """The live view of this node, updated by `look()`."""

    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    seen: SeenNode | None = None
    # A proof with traffic that is in progress: since when, and its results so far.
    proving_since: float | None = None
    proved: dict[str, Judged] = field(default_factory=dict)
    # The last proof that was asked for here; None: none has ended.
    came: Came | None = None
    _token: Verdict | None = None
    _asked: float | None = None

    def look(self, *, everything: bool = False) -> SeenNode:
        """Reads this node; sends nothing. Blocks. Reads the tokens once a minute."""
        at, status = self.now(), health.look()
        return SeenNode(status, self._of_tokens(status, anew=everything), at)

    def _of_tokens(self, status: NodeStatus, *, anew: bool) -> Verdict | None:
        if not runs_control_plane(status.role):
            return None
        if Workloads not in status.facts or not status.facts[Workloads].answers:
            self._asked = None
            return unknown(T("the API server does not answer"))
        if anew or self._asked is None or self.clock() - self._asked >= TOKENS_EVERY:
            self._token, self._asked = _tokens(self.now()), self.clock()
        return self._token

    def begin(self) -> None:
        """Marks the beginning of a proof."""
        self.proving_since = self.clock()
        self.proved = {}
        self.came = None

    def take(self, row: Judged) -> None:
        """Adds the result of one proof."""
        self.proved = {**self.proved, row.check.id: row}

    def prove(self, tell: Callable[[Judged], None]) -> SeenNode:
        """Reads the node, then sends traffic; calls `tell` with each proof as it ends. Blocks for a minute or two."""
        at, status = self.now(), health.prove(tell)
        return SeenNode(status, self._of_tokens(status, anew=False), at)

    def end(self, seen: SeenNode) -> None:
        """Stores the results of the proof that has ended."""
        self.came = Came(self.now(), self._proved_for, tuple(self.proved.values()))
        self.seen = seen
        self.proving_since = None
        self.proved = {}

    def fail(self, why: Text) -> None:
        """Stores why the proof could not run; earlier results stay."""
        self.came = Came(self.now(), self._proved_for, tuple(self.proved.values()), why)
        self.proving_since = None
        self.proved = {}

    @property
    def _proved_for(self) -> float:
        return self.clock() - self.proving_since if self.proving_since is not None else 0.0

    @property
    def age(self) -> float:
        """Seconds since the last look began; 0 before the first."""
        return seconds_between(self.seen.at, self.now()) if self.seen else 0.0


def last_proof() -> Proved:
    """Returns the last recorded proof, as far as it can be read. Blocks for a moment."""
    return gather((Proved,), Scope()).get(Proved, Proved())


def room(answers: Answers) -> Room:
    """Returns whether a node takes ordinary pods now. Blocks for a moment."""
    return room_in(answers, gather((Workloads,), Scope(answers)))


def room_in(answers: Answers, facts: Facts) -> Room:
    """Returns the same from facts that were already read."""
    try:
        verdict = ordinary_pods.judge(answers, facts)
        workloads = facts[Workloads]
    except NotRead as error:
        return Room(broken(error), why=error.unread.why)
    own = workloads.node(answers.node.hostname)
    alone = all(node.control_plane for node in workloads.nodes)
    return Room(verdict, ordinary_pods.tainted(own), alone)


def past_runs() -> list[PastRun]:
    """Returns every run of this machine, the newest first. Blocks."""
    return [PastRun(run, standing_of(runs.read_events(run))) for run in reversed(runs.every())]


def save_for_next(path: Path, *, replace: bool) -> None:
    """Writes the answers with which a worker of this cluster begins.

    Raises OSError; FileExistsError before it replaces a file.
    """
    last = last_answers.last().answers
    values = flat(last) if last else {}
    taken = {k: v for k, v in values.items() if k.startswith(SHARED) or k in KEPT}
    text = dump_values({"node.role": WORKER, **taken})
    drafts.put(path, text, mode=0o600, replace=replace)


# --- tokens ---------------------------------------------------------------------------------------


def _tokens(now: datetime) -> Verdict:
    try:
        return judge_tokens(tokens.alive(now), now)
    except tokens.NoTokens as error:
        return unknown(error.text)


def judge_tokens(live: Sequence[BootstrapToken], now: datetime) -> Verdict:
    """Judges whether a server can join for some hours yet, and whether no token lasts for ever."""
    endless = [token for token in live if token.ends is None]
    if endless:
        return warn(
            T("{name} never ends", name=endless[0].id),
            why=T("who has it can add a server to this cluster at any time"),
            cure=T("kubeadm token delete {name}; a new one takes a second", name=endless[0].id),
        )
    if not live:
        return ok(T("none; a new one takes a second"))
    last = max(live, key=lambda token: seconds_between(now, token.ends))
    left = {"name": last.id, "left": _left(seconds_between(now, last.ends))}
    if seconds_between(now, last.ends) < ENOUGH and len(live) == 1:
        return warn(
            T("{name} ends in {left}; there is no other", **left),
            why=T("it is needed only while servers join"),
            cure=T("where one is still to join, make a new one; that takes a second"),
        )
    return ok(T("{name} ends in {left}", **left))


def _left(seconds: float) -> Text:
    hours, rest = divmod(int(seconds), 3600)
    return T("{hours} h {minutes} min", hours=hours, minutes=rest // 60)
