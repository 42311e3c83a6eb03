"""Question to a time server for the time (RFC 4330); only screens use it."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Callable

from tui_installer.host import name_lookup
from tui_installer.model.explained import Explained
from tui_installer.model.facts import NtpReply
from tui_installer.model.text import T, verbatim

PORT = 123
# Seconds for the name lookup and the answer together.
PATIENCE = 2.0
# Seconds between 1900, where NTP begins to count, and 1970.
EPOCH = 2_208_988_800
# Leap, version, mode; stratum; ignored fields; four times of 32.32 bits.
PACKET = struct.Struct("!BB22x4Q")
ASK, ANSWER = 4 << 3 | 3, 4
# The highest stratum of a synchronized server.
DEEPEST = 15


class Useless(Explained):
    """The server answered, but not with a time."""


def _ticks(seconds: float) -> int:
    return int((seconds + EPOCH) * (1 << 32))


def _seconds(ticks: int) -> float:
    return ticks / (1 << 32) - EPOCH


def offset(packet: bytes, sent: float, came: float) -> float:
    """Returns the seconds from our clock to the server's. Raises Useless for any other packet."""
    if len(packet) < PACKET.size:
        raise Useless(T("its answer is no time"))
    kind, stratum, _reference, origin, received, answered = PACKET.unpack_from(packet)
    if kind & 7 != ANSWER or origin != _ticks(sent):
        raise Useless(T("its answer is no time"))
    if stratum == 0:
        raise Useless(T("it refuses to be asked"))
    if kind >> 6 == 3 or stratum > DEEPEST:
        raise Useless(T("it does not have the time itself"))
    return ((_seconds(received) - sent) + (_seconds(answered) - came)) / 2


def _one(address: tuple[object, ...], family: int, limit: float, now: Callable[[], float]) -> float:
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        asking.settimeout(limit)
        asking.connect(address)
        sent = now()
        asking.send(PACKET.pack(ASK, 0, 0, 0, 0, _ticks(sent)))
        packet = asking.recv(512)
        return offset(packet, sent, now())


def ask(server: str, port: int = PORT, now: Callable[[], float] = time.time) -> NtpReply:
    """Asks the server for its time; blocks for two seconds at most, and raises nothing."""
    end = time.monotonic() + PATIENCE
    try:
        asyncio.run(name_lookup.look_up(server, PATIENCE))
        endpoints = socket.getaddrinfo(server, port, type=socket.SOCK_DGRAM)
        family, _, _, _, address = endpoints[0]
        began = time.monotonic()
        off = _one(address, family, max(end - began, 0.05), now)
        return NtpReply(server, time.monotonic() - began, off)
    except TimeoutError:
        return NtpReply(server, detail=T("no answer in {seconds} s", seconds=int(PATIENCE)))
    except Useless as useless:
        return NtpReply(server, detail=useless.text)
    except (OSError, UnicodeError) as error:
        return NtpReply(server, detail=name_lookup.why(error) or verbatim(str(error)))
