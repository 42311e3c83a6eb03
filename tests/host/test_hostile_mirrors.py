"""A mirror may be anybody's: whatever it answers, it is bounded in bytes, memory and time."""

from __future__ import annotations

import gzip
import json
import resource
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.host.test_mirrors import (
    RELEASE,
    STABLE,
    certificate,
    installed,
    no_proxy,
    repository,
    served,
)
from tui_installer.host import mirrors, package_list
from tui_installer.host.package_list import Index, PackagesDocument, Unpacked, UnreadableList

__all__ = ["installed", "no_proxy"]
PLACE = f"{STABLE}/repodata/p.xml.gz"
Answer = Callable[[BaseHTTPRequestHandler], None]
# Seconds; only a test that fails waits as long.
LONG = 120.0
# Asks all these mirrors at once; prints what is said of each, and by how many MB that made the process grow.
ASK = """
import json, resource, sys
from dataclasses import replace
from tui_installer import assets
from tui_installer.host import mirrors, package_list
mirrors.PATIENCE, assets.INSTALLED, *urls = float(sys.argv[1]), *sys.argv[2:]
release = replace(assets.asked("1.25.0", docker=False), packages={"containerd.io": "1.6.6"})
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
mirrors.ask({"docker_ce": ["http://127.0.0.1:9/"]}, release)
before, told = peak(), {}
mirrors.ask_each({"docker_ce": urls}, release, lambda need, reply: told.update({reply.url: reply}))
print(json.dumps([{url: [reply.good, str(reply.detail)] for url, reply in told.items()}, peak() - before]))
"""


@contextmanager
def answering(paths: dict[str, Answer], tls: Path | None = None) -> Iterator[str]:
    """A server that has something of its own to say at these paths."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths[self.path](self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def ask(patience: float, place: Path, *urls: str) -> tuple[dict[str, tuple[bool, str]], int]:
    """In a process of its own with the memory of a small machine: of each whether it is good, why not; MB."""

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    done = subprocess.run(
        [sys.executable, "-c", ASK, str(patience), str(place), *urls],
        preexec_fn=small,
        capture_output=True,
        text=True,
        check=True,
    )
    told, grown = json.loads(done.stdout)
    return told, grown


def sent(body: bytes, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def endless(status: int, piece: bytes, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        while True:
            handler.wfile.write(piece)

    return answer


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """A byte, and then none for longer than anybody waits."""
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b"<")
    handler.wfile.flush()
    threading.Event().wait(LONG)


def leading(to: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


INDEX = f"{STABLE}/repodata/repomd.xml"


def packed(body: bytes) -> bytes:
    """As small as it must be to come at once; smaller would only take longer to make."""
    return gzip.compress(body, compresslevel=1)


def hostile() -> dict[str, tuple[str, Answer, str]]:
    """What a mirror may say: where, how, and what is then said of it."""
    bomb = packed(b"<metadata>" + b" " * (200 << 20))
    around = packed(b" " * (100 << 20))
    circle = endless(302, b" " * 65536, Location=INDEX)
    entity = b'<!DOCTYPE a [<!ENTITY x "ha">]><a>&x;</a>'
    return {
        "a bomb": (PLACE, sent(bomb), "cannot be read"),
        "no end of the index": (INDEX, endless(200, b" " * 65536), "more than 1 MB"),
        "no end of the list": (PLACE, endless(200, gzip.compress(b"")), "cannot be read"),
        "a bomb around the index": (
            INDEX,
            sent(around, Content_Encoding="gzip"),
            "cannot be read",
        ),
        "no end of a way": (INDEX, circle, "without end"),
        "in a circle": (INDEX, leading(INDEX), "without end"),
        "100,000 levels": (INDEX, sent(b"<a>" * 100_000), "cannot be read"),
        "an entity": (INDEX, sent(entity), "cannot be read"),
    }


def test_whatever_they_answer_takes_little(installed: Path) -> None:
    """All at once, and beside them one that is good: nobody keeps it from its turn."""
    usual, cases = {path: sent(body) for path, body in repository().items()}, hostile()
    with ExitStack() as servers:
        urls = {
            case: servers.enter_context(answering(usual | {path: answer}))
            for case, (path, answer, _) in cases.items()
        }
        good = servers.enter_context(answering(usual))
        told, grown = ask(LONG, installed, *urls.values(), good)
    assert told.pop(good)[0]
    for case, url in urls.items():
        assert told[url][0] is False, case
        assert cases[case][2] in told[url][1], case
    assert grown < 64, "MB"


def test_a_byte_and_no_more_is_given_up(installed: Path) -> None:
    with answering({INDEX: dripping}) as url:
        # On a busy machine the first byte may take its time.
        for patience in (1, 4, 16):
            told, _ = ask(patience, installed, url)
            if "no answer in" in told[url][1]:
                break
    assert not told[url][0]
    assert f"no answer in {patience} s" in told[url][1]


def test_nobody_is_followed_from_tls_to_a_place_without(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server with a good certificate leads elsewhere: there anybody on the way could answer."""
    pem = certificate(tmp_path)
    monkeypatch.setattr(mirrors, "_trust", unchecked)
    with served(repository()) as plain:
        to = f"{plain}{INDEX}"
        with answering({INDEX: leading(to)}, tls=pem) as url:
            found = mirrors.ask({"docker_ce": [url]}, RELEASE).replies["docker_ce"][0]
    assert not found.answered
    assert not found.silent
    assert f"leads from https:// to {to}" in str(found.detail)


def unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def test_a_mirror_without_the_key_is_of_no_use(installed: Path) -> None:
    """The key never comes from the mirror; that it is missing is said before anything is fetched."""
    (installed / "keys/docker-ce.gpg").unlink()
    with served(repository()) as url:
        found = mirrors.ask({"docker_ce": [url]}, RELEASE).replies["docker_ce"][0]
    assert not found.good
    assert not found.silent
    assert f"{installed}/keys/docker-ce.gpg" in str(found.detail)


def test_a_list_of_the_right_size_may_be_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    largest = 3 << 20
    monkeypatch.setattr(package_list, "LARGEST", largest)
    unpacked, whole = Unpacked(), 0
    packed = gzip.compress(b" " * largest)
    for start in range(0, len(packed), 1000):
        whole += sum(map(len, unpacked.pieces(packed[start : start + 1000])))
    unpacked.end()
    assert whole == largest
    with pytest.raises(UnreadableList):
        list(Unpacked().pieces(gzip.compress(b" " * (largest + 1))))


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_list_in_pieces_is_the_same_list(size: int) -> None:
    """Wherever the pieces end: in a name, in a tag, in an attribute."""
    text = b"""<metadata xmlns="http://linux.duke.edu/metadata/common"
 xmlns:rpm="http://linux.duke.edu/metadata/rpm"><package type="rpm"><name>a&amp;b</name>
<version epoch="0" ver="1.2" rel="1"/><format><rpm:entry name="x" ver="9"/></format></package>
<package><name>other</name><version ver="1.2"/></package><package><name>none</name></package></metadata>"""
    packages = PackagesDocument(frozenset({"a&b-1.2", "other-9", "none-1.2"}))
    for start in range(0, len(text), size):
        packages.feed(text[start : start + size])
    packages.feed(b"", last=True)
    assert packages.found == {"a&b-1.2"}


def test_an_index_that_is_cut_short() -> None:
    with pytest.raises(UnreadableList):
        Index().feed(b"<repomd><data>", last=True)
