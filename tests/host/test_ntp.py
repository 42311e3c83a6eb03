"""A time server is asked once, and what it says is not believed without a look."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tui_installer.host import ntp
from tui_installer.host.ntp import ANSWER, PACKET, Useless, _ticks

NOW = 1795428732.0
Reply = Callable[[bytes], bytes | None]


@contextmanager
def server(reply: Reply) -> Iterator[int]:
    """A server on this machine that gives one answer; yields its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)

        def serve() -> None:
            asked, client = sock.recvfrom(512)
            if (said := reply(asked)) is not None:
                sock.sendto(said, client)

        thread = threading.Thread(target=serve)
        thread.start()
        yield sock.getsockname()[1]
        thread.join()


def answer(asked: bytes, ahead: float = 0.0, kind: int = ANSWER, stratum: int = 2) -> bytes:
    origin = PACKET.unpack_from(asked)[-1]
    there = _ticks(NOW + ahead)
    return PACKET.pack(kind, stratum, 0, origin, there, there)


@pytest.mark.parametrize("ahead", [0.0, 0.4, -7200.0])
def test_how_far_the_clock_is_off(ahead: float) -> None:
    with server(lambda asked: answer(asked, ahead)) as port:
        found = ntp.ask("127.0.0.1", port, lambda: NOW)
    assert found.latency is not None
    assert found.offset == pytest.approx(ahead, abs=1e-6)
    assert (found.server, found.detail) == ("127.0.0.1", "")


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (lambda asked: b"short", "its answer is no time"),
        (lambda asked: asked, "its answer is no time"),
        (lambda asked: answer(PACKET.pack(0, 0, 0, 0, 0, 7)), "its answer is no time"),
        (lambda asked: answer(asked, stratum=0), "it refuses to be asked"),
        (lambda asked: answer(asked, stratum=16), "it does not have the time itself"),
        (lambda asked: answer(asked, kind=ANSWER | 3 << 6), "it does not have the time itself"),
    ],
)
def test_an_answer_that_is_no_time(reply: Reply, told: str) -> None:
    with server(reply) as port:
        found = ntp.ask("127.0.0.1", port, lambda: NOW)
    assert found.latency is None
    assert str(found.detail) == told


def test_a_server_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ntp, "PATIENCE", 0.2)
    with server(lambda _asked: None) as port:
        found = ntp.ask("127.0.0.1", port)
    assert found.latency is None
    assert "no answer in" in str(found.detail)


def test_a_machine_without_a_server() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    assert str(ntp.ask("127.0.0.1", port).detail) == "connection refused"


def test_a_name_that_is_not_there() -> None:
    assert str(ntp.ask("nosuch.invalid").detail) == "its name cannot be looked up"


def test_half_a_packet() -> None:
    with pytest.raises(Useless):
        ntp.offset(b"", NOW, NOW)
