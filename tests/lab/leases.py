"""A DHCP server that gives everybody the same lease: python3 leases.py CARD ADDRESS GATEWAY DNS."""

import socket
import sys

MAGIC = b"\x63\x82\x53\x63"
DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5
SECONDS = 120


def option(number: int, value: bytes) -> bytes:
    """One option of RFC 2132."""
    return bytes([number, len(value)]) + value


def kind(packet: bytes) -> int:
    """The type of a client's message; 0 if it is none."""
    at = packet.find(MAGIC) + len(MAGIC)
    while 0 < at < len(packet) - 2 and packet[at] != 255:
        if packet[at] == 53:
            return packet[at + 2]
        at += 2 + packet[at + 1] if packet[at] else 1
    return 0


def reply(packet: bytes, answer: int, address: str, gateway: str, dns: str) -> bytes:
    """An offer or an acknowledgement (RFC 2131), to be broadcast."""
    own = socket.inet_aton(gateway)
    head = b"\x02\x01\x06\x00" + packet[4:8] + b"\x00\x00\x80\x00" + bytes(4)
    head += socket.inet_aton(address) + own + bytes(4) + packet[28:44] + bytes(192)
    options = [
        option(53, bytes([answer])),
        option(54, own),
        option(51, SECONDS.to_bytes(4, "big")),
        option(1, socket.inet_aton("255.255.255.0")),
        option(3, own),
        option(6, socket.inet_aton(dns)),
    ]
    return head + MAGIC + b"".join(options) + b"\xff"


def main(card: str, address: str, gateway: str, dns: str) -> None:
    """Says when it is ready, and answers until it is killed."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, card.encode())
        server.bind(("", 67))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            packet = server.recv(2048)
            answer = {DISCOVER: OFFER, REQUEST: ACK}.get(kind(packet))
            if answer:
                server.sendto(reply(packet, answer, address, gateway, dns), ("255.255.255.255", 68))


if __name__ == "__main__":
    main(*sys.argv[1:])
