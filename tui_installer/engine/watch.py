"""Watcher of a step that waits for others: it reports their progress, and names what holds them up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tui_installer.engine.workshop import Workshop
from tui_installer.model.cause import Cause, all_causes, known_cause
from tui_installer.model.diagnosis import evidence, last_errors
from tui_installer.model.outcome import Outcome
from tui_installer.model.step import Watched

EVERY = 2.0
# Seconds after which an uninterrupted cause is hopeless: waiting does not cure it.
HOPELESS = 45.0


@dataclass
class Watcher:
    """One step's wait, with a look every two seconds in a thread of its own."""

    shop: Workshop
    step: str
    look: Callable[[], Watched]
    cause: Cause | None = None
    # The cause comes from a diagnosis of the node, and its evidence tells more than the command's own lines.
    diagnosing: bool = False
    # The last errors of the components, by their names.
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _since: float = 0.0
    _told: dict[str, Any] | None = None
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Watcher:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        self.once()

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            self.once()

    def once(self) -> None:
        """Looks once more; a failed look must not end the step."""
        with suppress(Exception):
            self.take(self.look())

    def _diagnosed(self, seen: Watched) -> Cause | None:
        """Returns the first failure that the facts tell, a lasting one before others; no state that others bring about."""
        if seen.facts is None:
            return None
        said = evidence(seen.facts)
        self.said = last_errors(said)
        causes = all_causes(self.shop.known_causes, said)
        failures = [c for c in causes if c.severity is Outcome.FAIL and not c.general]
        lasting = (cause for cause in failures if cause.lasting)
        return next(lasting, next(iter(failures), None))

    def take(self, seen: Watched) -> None:
        """Keeps what the look has found, and journals it where it is new."""
        cause = (
            seen.cause
            or known_cause(self.shop.known_causes, "pod", seen.evidence)
            or self._diagnosed(seen)
        )
        if cause is None or self.cause is None or cause.id != self.cause.id:
            self._since = time.monotonic()
        self.cause = cause
        self.diagnosing = seen.facts is not None
        long = time.monotonic() - self._since > HOPELESS
        passing = self.diagnosing and cause is not None and not cause.lasting
        if cause is not None and long and not passing:
            self.shop.hopeless[self.step] = cause
        if passing and not long:
            # While it starts, a healthy control plane too is refused, and says so in many words.
            cause = None
        event: dict[str, Any] = {"rows": [row.to_json() for row in seen.rows]}
        if cause is not None:
            event["cause"] = {"title": cause.title.to_json(), "cure": cause.cure.to_json()}
        if event != self._told:
            self._told = event
            self.shop.journal.write("state", durable=False, step=self.step, **event)
