"""Faults of the screens reach the caller; none is printed over the terminal."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from textual.app import App
from textual.worker import WorkerFailed
from typing_extensions import override

Result = TypeVar("Result")


class Faultless(App[Result]):
    """An app that ends at the first exception that nobody handled, gives the terminal back and keeps the exception."""

    @property
    def fault(self) -> BaseException | None:
        """What ended it; None if it was left."""
        error = self._exception
        return error.error if isinstance(error, WorkerFailed) else error

    def show_until_left(self) -> Result | None:
        """Runs until it is left; raises what ended it otherwise, with the terminal as it was before."""
        try:
            return self.run(mouse=False)
        finally:
            if self.fault is not None:
                raise self.fault

    def _on_load(self) -> None:
        asyncio.get_running_loop().set_exception_handler(self._stray)

    def _stray(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """An exception of a task that nobody waited for."""
        error = context.get("exception")
        if isinstance(error, Exception) and self._running:
            self._handle_exception(error)

    @override
    def _handle_exception(self, error: Exception) -> None:
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    @override
    async def _shutdown(self) -> None:
        try:
            await super()._shutdown()
        finally:
            if self._driver is not None:
                self._driver.close()
