"""Faults of the screens: they reach the caller, and none is printed over the terminal."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from textual.app import App
from textual.worker import WorkerFailed
from typing_extensions import override

Result = TypeVar("Result")


class Faultless(App[Result]):
    """An app that ends at the first unhandled exception, restores the terminal and keeps the exception."""

    @property
    def fault(self) -> BaseException | None:
        """The exception that ended the app; None if a person left it."""
        error = self._exception
        return error.error if isinstance(error, WorkerFailed) else error

    def show_until_left(self) -> Result | None:
        """Runs until a person leaves; raises the exception that ended it otherwise, after restoring the terminal."""
        try:
            return self.run(mouse=False)
        finally:
            if self.fault is not None:
                raise self.fault

    def _on_load(self) -> None:
        asyncio.get_running_loop().set_exception_handler(self._stray)

    def _stray(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handles the exception of a task that nobody awaited."""
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
