"""Work in the background: in threads, so that no key waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from tui_installer.ui.program.faults import Faultless

Result = TypeVar("Result")


class Working(Faultless[None]):
    """A program that does its work beside the screen."""

    # Pieces of work that have not come back yet.
    at_work = 0

    def background(
        self,
        work: Callable[[], Result],
        then: Callable[[Result], None],
        failed: Callable[[Exception], bool] | None = None,
    ) -> None:
        """Does work in a thread of its own and hands over what came of it.

        `failed` gets an exception and says whether it is dealt with; others are faults of this program.
        The thread does not hold up the end of the program.
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
