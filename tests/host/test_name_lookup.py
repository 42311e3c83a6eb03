"""Why something cannot be reached is found behind what libraries make of it."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import threading

import pytest

from tui_installer.host import name_lookup


def wrapped(error: BaseException) -> BaseException:
    """As anyio and httpx do it: a group inside an error that is the cause of another."""
    try:
        try:
            try:
                raise BaseExceptionGroup("several", [ValueError("no matter"), error])
            except BaseExceptionGroup as group:
                raise OSError("All connection attempts failed") from group
        except OSError as first:
            raise RuntimeError("[Errno 111]") from first
    except RuntimeError as last:
        return last


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "its name cannot be"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "connection refused"),
        (ConnectionResetError(errno.ECONNRESET, "x"), "connection cut off"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "no way there: No route to host"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "Network is unreachable"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong"), "no secure connection"),
    ],
)
def test_what_the_system_said(error: BaseException, told: str) -> None:
    assert told in str(name_lookup.why(error))
    assert name_lookup.why(wrapped(error)) == name_lookup.why(error)


@pytest.mark.parametrize("error", [ValueError("x"), OSError(errno.ENOSPC, "x"), TimeoutError()])
def test_errors_of_another_kind(error: Exception) -> None:
    assert name_lookup.why(error) is None


def test_a_name_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def known(host: str, _port: None) -> None:
        asked.append(host)

    monkeypatch.setattr(socket, "getaddrinfo", known)
    asyncio.run(name_lookup.look_up("mirrors.example.org", 5))
    assert asked == ["mirrors.example.org"]


@pytest.mark.parametrize("error", [socket.gaierror(-2, "unknown"), UnicodeError("label too long")])
def test_a_name_that_is_not(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def unknown(_host: str, _port: None) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(type(error)):
        asyncio.run(name_lookup.look_up("mirrors.example.org", 5))


def test_an_answer_that_comes_too_late_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    threads: list[threading.Thread] = []

    def slow(_host: str, _port: None) -> None:
        threads.append(threading.current_thread())
        go_on.wait()

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with pytest.raises(TimeoutError):
        asyncio.run(name_lookup.look_up("mirrors.example.org", 0.05))
    go_on.set()
    for thread in threads:
        thread.join()
