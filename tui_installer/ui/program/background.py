"""Work in the background: in threads, so that no key waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from tui_installer.ui.program.faults import Faultless

Result = TypeVar("Result")


class Working(Faultless[None]):
    """A program that does its work in threads."""

    # The number of jobs that have not returned yet.
    at_work = 0

    def background(
        self,
        work: Callable[[], Result],
        then: Callable[[Result], None],
        failed: Callable[[Exception], bool] | None = None,
    ) -> None:
        """Does work in a thread of its own and passes the result to `then`.

        `failed` gets an exception and returns whether it has handled it; others are faults of this program.
        The thread does not delay the end of the program.
        """

        def run() -> None:
            try:
                result = work()
            except Exception as error:
                self.call_later(self._broken, error, failed)
            else:
                self.call_later(self._back, then, result)

        self.at_work += 1
        threading.Thread(target=run, daemon=True).start()

    def _back(self, then: Callable[[Result], None], result: Result) -> None:
        self.at_work -= 1
        then(result)

    def _broken(self, error: Exception, failed: Callable[[Exception], bool] | None) -> None:
        self.at_work -= 1
        if failed is None or not failed(error):
            raise error
