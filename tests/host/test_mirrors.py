"""Mirrors are asked as yum and containerd will ask them; what is wrong with one is said in words."""

from __future__ import annotations

import gzip
import platform
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tui_installer import assets
from tui_installer.host import mirrors
from tui_installer.model.facts import SourceReply, Sources

RELEASE = replace(assets.asked("1.25.0", docker=False), packages={"containerd.io": "1.6.6"})
STABLE = f"/7/{platform.machine()}/stable"
REPOMD = b"""<repomd xmlns="http://linux.duke.edu/metadata/repo">
<data type="filelists"><location href="repodata/f.xml.gz"/></data>
<data type="primary"><location href="repodata/p.xml.gz"/></data></repomd>"""


def primary(version: str) -> bytes:
    return gzip.compress(
        f"""<metadata xmlns="http://linux.duke.edu/metadata/common">
<package><name>containerd.io</name><version epoch="0" ver="{version}" rel="3.1.el7"/></package>
</metadata>""".encode()
    )


def repository(version: str = "1.6.6") -> dict[str, bytes]:
    return {
        f"{STABLE}/repodata/repomd.xml": REPOMD,
        f"{STABLE}/repodata/p.xml.gz": primary(version),
    }


@contextmanager
def served(files: dict[str, bytes], status: int = 404, tls: Path | None = None) -> Iterator[str]:
    """A server of these files; all else has that status. Yields its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = files.get(self.path)
            self.send_response(status if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # A client that goes away is no fault of the server's.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The program lies where install.sh puts it, with its keys."""
    monkeypatch.setattr(assets, "INSTALLED", str(tmp_path))
    for need in ("docker_ce", "kubernetes"):
        key = Path(assets.key(need).path)
        key.parent.mkdir(exist_ok=True)
        key.touch()
    return tmp_path


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def reply(url: str) -> SourceReply:
    told: list[tuple[str, SourceReply]] = []
    found = mirrors.ask_each(
        {"docker_ce": [url]}, RELEASE, lambda need, one: told.append((need, one))
    )
    assert told == [("docker_ce", found.replies["docker_ce"][0])]
    return told[0][1]


def test_a_mirror_that_has_everything() -> None:
    with served(repository()) as url:
        found = reply(url)
    assert found.good
    assert found.latency is not None
    assert (found.name, found.url, found.detail) == (url, url, "")


def test_a_mirror_that_lacks_something() -> None:
    with served(repository("1.7.0")) as url:
        found = reply(url)
    assert found.answered
    assert found.missing == ("containerd.io-1.6.6",)


@pytest.mark.parametrize(
    ("files", "status", "told"),
    [
        ({}, 403, f"HTTP 403 Forbidden: http://HOST{STABLE}/repodata/repomd.xml"),
        ({}, 404, "HTTP 404 Not Found"),
        ({}, 502, "HTTP 502 Bad Gateway"),
        ({f"{STABLE}/repodata/repomd.xml": b"<html>"}, 404, "list of packages cannot be read"),
        ({f"{STABLE}/repodata/repomd.xml": b"<a/>"}, 404, "no list of packages in http://HOST"),
        (
            {**repository(), f"{STABLE}/repodata/p.xml.gz": b"no gzip"},
            404,
            "list of packages cannot be read",
        ),
        (
            {**repository(), f"{STABLE}/repodata/p.xml.gz": primary("1")[:50]},
            404,
            "list of packages cannot be read",
        ),
    ],
)
def test_an_answer_that_is_of_no_use(files: dict[str, bytes], status: int, told: str) -> None:
    with served(files, status) as url:
        found = reply(url)
    assert not found.answered
    assert not found.silent
    assert told in str(found.detail).replace(url.removeprefix("http://"), "HOST")


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    found = reply(f"http://127.0.0.1:{port}")
    assert str(found.detail) == "connection refused"
    assert not found.unresolved
    assert found.unreached


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirrors, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found = reply(f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert "no answer in" in str(found.detail)
    assert found.unreached


def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nobody")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    with served(repository(), tls=certificate(tmp_path)) as url:
        found = reply(url)
    assert "certificate is not trusted: self-signed certificate" in str(found.detail)
    assert not found.silent, "no other network makes it a good one"


def test_a_server_without_tls() -> None:
    with served(repository()) as url:
        found = reply(url.replace("http:", "https:"))
    assert "no secure connection" in str(found.detail)
    assert not found.silent


def unknown(_host: str, *_rest: object) -> None:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    found = reply("https://mirrors.example.org/docker-ce")
    assert found.unresolved
    assert found.silent
    assert str(found.detail) == "its name cannot be looked up"
    assert Sources({"docker_ce": (found,)}).unresolved


def test_a_name_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is still looked up is not waited for."""
    go_on = threading.Event()
    monkeypatch.setattr(mirrors, "PATIENCE", 0.1)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: go_on.wait())
    found = mirrors.ask({need: ["auto"] for need in assets.NEEDS}, RELEASE)
    go_on.set()
    assert found.unresolved
    replies = [reply for row in found.replies.values() for reply in row]
    assert len(replies) > 10
    assert all("name server" in str(reply.detail) for reply in replies)


def test_the_name_server_is_not_at_fault_when_one_name_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not Sources().unresolved
    bad = SourceReply("a", "https://a.b", unresolved=True)
    assert not Sources({"centos": (bad,), "images": (SourceReply("b", "https://b.c"),)}).unresolved
    assert Sources({"centos": (bad,), "images": (bad,)}).unresolved


def test_a_proxy_looks_names_up_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = f"http://mirrors.example.org{STABLE}/repodata/repomd.xml"
    files = {wanted: b"<a/>"}
    with served(files) as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        found = reply("http://mirrors.example.org")
    assert not found.unresolved
    assert "no list of packages" in str(found.detail)


@pytest.mark.parametrize(
    "url", ["http://[::1", "http://a b", "ftp://127.0.0.1", "http://" + "x" * 70]
)
def test_what_is_no_url(url: str) -> None:
    found = reply(url)
    assert not found.answered
    assert not found.silent
    assert str(found.detail)


def test_each_source_is_told_and_the_good_ones_stand_first() -> None:
    told: list[SourceReply] = []
    with served(repository()) as good, served({}) as bad:
        wanted = {"docker_ce": [bad, good, f"{good}/"]}
        each = mirrors.ask_each(wanted, RELEASE, lambda _need, reply: told.append(reply))
        first = mirrors.ask(wanted, RELEASE)
    assert sorted(r.good for r in told) == [False, True, True]
    assert [(r.name, r.good) for r in each.replies["docker_ce"]] == [
        (good, True),
        (f"{good}/", True),
        (bad, False),
    ]
    assert [r.name for r in first.replies["docker_ce"]] == [good, bad], "it waits for one good one"


def test_a_fault_of_the_caller_is_not_lost() -> None:
    def tell(_need: str, _reply: SourceReply) -> None:
        raise ZeroDivisionError

    with served(repository()) as url, pytest.raises(ZeroDivisionError):
        mirrors.ask_each({"docker_ce": [url, url]}, RELEASE, tell)


def test_docker_is_asked_for_where_it_is_wanted() -> None:
    """The exact versions, beside containerd: a mirror without them is no good then."""
    wanted = replace(assets.asked("1.25.0", docker=True), packages={"containerd.io": "1.6.6"})
    with served(repository()) as url:
        found = mirrors.ask({"docker_ce": [url]}, wanted).replies["docker_ce"][0]
    assert found.missing == (
        "docker-ce-20.10.24",
        "docker-ce-cli-20.10.24",
        "docker-ce-rootless-extras-20.10.24",
    )
