"""Name lookup, and explanations of why something on the network cannot be reached."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress

from tui_installer.model.text import T, Text


async def look_up(host: str, patience: float) -> None:
    """Looks a name up. Raises OSError or UnicodeError; TimeoutError after `patience` seconds.

    It uses a thread of its own: the loop has few, and waits for them at its end.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[OSError | UnicodeError | None] = loop.create_future()

    def finish(error: OSError | UnicodeError | None) -> None:
        if not done.done():
            done.set_result(error)

    def ask() -> None:
        error: OSError | UnicodeError | None = None
        try:
            socket.getaddrinfo(host, None)
        except (OSError, UnicodeError) as failed:
            error = failed
        with suppress(RuntimeError):  # Nobody waits any more, the loop is closed.
            loop.call_soon_threadsafe(finish, error)

    threading.Thread(target=ask, daemon=True).start()
    async with asyncio.timeout(patience):
        if (error := await done) is not None:
            raise error


def _behind(error: BaseException) -> Iterator[BaseException]:
    """Yields the error and all its causes: libraries wrap the system's errors."""
    yield error
    for inner in (error.__cause__ or error.__context__, *getattr(error, "exceptions", ())):
        if inner is not None:
            yield from _behind(inner)


def _of_system(error: BaseException) -> Text | None:
    match error:
        case socket.gaierror():
            return T("its name cannot be looked up")
        case ssl.SSLCertVerificationError():
            return T("its certificate is not trusted: {why}", why=error.verify_message)
        case ssl.SSLError():
            return T("no secure connection: {why}", why=getattr(error, "reason", "") or str(error))
        case ConnectionRefusedError():
            return T("connection refused")
        case ConnectionResetError():
            return T("connection cut off")
        case OSError(errno=errno.EHOSTUNREACH | errno.ENETUNREACH):
            return T("no way there: {why}", why=error.strerror)
    return None


def unprotected(error: BaseException) -> bool:
    """Tells whether a server was there, but no secure connection came about."""
    causes = tuple(_behind(error))
    cut = any(isinstance(cause, ssl.SSLEOFError) for cause in causes)
    return not cut and any(isinstance(cause, ssl.SSLError) for cause in causes)


def why(error: BaseException) -> Text | None:
    """Explains why something could not be reached; None for an error of another kind."""
    return next((said for cause in _behind(error) if (said := _of_system(cause))), None)
