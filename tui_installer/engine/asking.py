"""Repeated questions for an unknown fact, with a message and a limit."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from tui_installer.engine.apply import StepFailed, Stopped
from tui_installer.engine.workshop import Workshop
from tui_installer.model.facts import NotRead, Unread
from tui_installer.model.outcome import PENDING
from tui_installer.model.step import Watched, WatchedRow
from tui_installer.model.text import T

# Seconds until a silent service is given up; by then its patience has doubled twice.
SILENT = 90.0
# A service that refuses at once may be starting; kubeadm itself waits this long for an API server.
REFUSING = 240.0
# Seconds between two questions; the pause grows.
FIRST_PAUSE, LAST_PAUSE = 1.0, 15.0
TICK = 0.1


@dataclass
class Asking:
    """A step's wait for a fact, from its first unanswered question on."""

    shop: Workshop
    step: str
    _began: float = field(default_factory=time.monotonic)
    _pause: float = field(default_factory=lambda: FIRST_PAUSE)
    _told: Unread | None = None

    def wait(self, error: NotRead) -> bool:
        """Pauses before the next question; returns False when the limit is over and the step decides without an answer.

        Raises StepFailed where no step can decide without it, or Stopped.
        """
        unread = error.unread
        if unread.lasting:
            cure = T("nothing of it was changed; look at it, then apply again")
            raise StepFailed(unread.text, cure)
        waited = time.monotonic() - self._began
        if waited > (SILENT if unread.silent and not error.waits else REFUSING):
            if error.waits:
                return False
            title = T(
                "{who} did not answer, asked again and again for {seconds} s: {why}",
                who=unread.who,
                seconds=round(waited),
                why=unread.why,
            )
            cure = T(
                "whether there is anything left to do here is not known; find out why {who} does not answer, then apply again",
                who=unread.who,
            )
            raise StepFailed(title, cure)
        if self._told is None or self._told.who != unread.who:
            self._told = unread
            what = T("an answer of {who}: {why}", who=unread.who, why=unread.why)
            self.shop.journal.write("waiting", step=self.step, what=what.to_json())
        end = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LAST_PAUSE)
        while time.monotonic() < end:
            if self.shop.stopping() or self.shop.failed:
                raise Stopped
            time.sleep(TICK)
        return True


def unseen(unread: Unread) -> Watched:
    """Returns the state to show for a step that waits for others while none of them can be seen."""
    return Watched((WatchedRow(unread.who, PENDING, T("no answer yet: {why}", why=unread.why)),))
