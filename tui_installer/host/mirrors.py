"""Questions to mirrors about their contents, in parallel; only front ends import it, never the engine."""

from __future__ import annotations

import asyncio
import json
import platform
import re
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.request import getproxies

import httpx

from tui_installer import assets
from tui_installer.assets import Release, location
from tui_installer.host import name_lookup
from tui_installer.host.package_list import Index, PackagesDocument, Unpacked, UnreadableList
from tui_installer.model.explained import Explained
from tui_installer.model.facts import SourceReply, Sources
from tui_installer.model.text import T, Text, verbatim
from tui_installer.render.packages.repositories import kubernetes_key, kubernetes_url

# The file of authorities that yum, curl and containerd on this machine trust as well.
AUTHORITIES = ("/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt")
CONTAINERD = "containerd.io"
PATIENCE = 8.0
# Bytes that a list of packages may have, and any other answer.
LARGEST, SMALL = 32 << 20, 1 << 20
# One label of a host name (RFC 1035); it forbids "_", which people use.
LABEL = re.compile(r"[\w-]{1,63}", re.ASCII)
# The longest chain of redirects.
LONGEST_WAY = 10
# Asks for the file as stored: a compressed transfer could be unpacked to any size.
AS_IT_IS = {"Accept-Encoding": "identity"}
MANIFESTS = ", ".join(
    (
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
    )
)


class MirrorRefused(Explained):
    """The mirror answered, but not with the requested content."""


def _trust() -> ssl.SSLContext:
    bundle = next((path for path in AUTHORITIES if Path(path).exists()), None)
    context = ssl.create_default_context(cafile=bundle)
    # A company's authority often lacks an extension that only this flag demands. yum, curl and containerd do
    # without it, and this question is whether they will succeed.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _status(response: httpx.Response) -> MirrorRefused:
    said = f"{response.status_code} {response.reason_phrase}".strip()
    return MirrorRefused(T("HTTP {status}: {url}", status=said, url=str(response.url)))


@asynccontextmanager
async def _answer(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    headers: Mapping[str, str],
    query: Mapping[str, str] | None = None,
) -> AsyncIterator[httpx.Response]:
    """Yields the answer at the end of the redirects, and reads no body of the answers on the way.

    It follows no redirect from https:// to http://, where anybody on the network could answer.
    """
    request = client.build_request(method, url, params=query, headers=headers)
    for _ in range(LONGEST_WAY):
        response = await client.send(request, stream=True)
        try:
            if (there := response.next_request) is None:
                yield response
                return
        finally:
            await response.aclose()
        if request.url.scheme == "https" and there.url.scheme != "https":
            raise MirrorRefused(T("it leads from https:// to {url}", url=str(there.url)))
        request = there
    raise MirrorRefused(T("it leads from one address to the next without end: {url}", url=url))


async def _pieces(
    client: httpx.AsyncClient, url: str, most: int, query: Mapping[str, str] | None = None
) -> AsyncIterator[bytes]:
    """Yields the body of a URL piece by piece; refuses more than `most` bytes."""
    async with _answer(client, "GET", url, AS_IT_IS, query) as response:
        if response.status_code != 200:
            raise _status(response)
        size = 0
        async for piece in response.aiter_raw():
            size += len(piece)
            if size > most:
                raise MirrorRefused(T("more than {size} MB: {url}", size=most >> 20, url=url))
            yield piece


async def _body(
    client: httpx.AsyncClient, url: str, most: int, query: Mapping[str, str] | None = None
) -> bytes:
    return b"".join([piece async for piece in _pieces(client, url, most, query)])


async def _index(client: httpx.AsyncClient, url: str) -> str:
    """Returns the URL of a repository's package list (from repodata/repomd.xml)."""
    index = Index()
    index.feed(await _body(client, f"{url}repodata/repomd.xml", SMALL), last=True)
    if not index.place:
        raise MirrorRefused(T("no list of packages in {url}", url=url))
    return url + index.place


async def _missing(client: httpx.AsyncClient, url: str, wanted: Sequence[str]) -> list[str]:
    """Returns those packages, as name-version, that a repository lacks."""
    packages, unpacked = PackagesDocument(frozenset(wanted)), Unpacked()
    async for packed in _pieces(client, await _index(client, url), LARGEST):
        for piece in unpacked.pieces(packed):
            packages.feed(piece)
            # This lets other tasks run, and the time limit take effect.
            await asyncio.sleep(0)
    unpacked.end()
    packages.feed(b"", last=True)
    return [package for package in wanted if package not in packages.found]


def _need_key(url: str) -> None:
    """Requires the key that came with this program; yum would miss it only after all downloads."""
    path = Path(url.removeprefix("file://"))
    if not path.is_file():
        raise MirrorRefused(
            T(
                "the key of its packages is not here: {path}. Install tui-installer from its bundle, which brings it",
                path=str(path),
            )
        )


def _basearch(url: str) -> str:
    return url.replace("$basearch", platform.machine())


async def _centos(client: httpx.AsyncClient, root: str, _release: Release) -> list[str]:
    """Checks three indexes: the trees are frozen, so where an index exists, its packages exist."""
    trees = [_basearch(f"{root}/{folder}/$basearch/") for folder in ("os", "updates", "extras")]
    await asyncio.gather(*(_index(client, tree) for tree in trees))
    return []


async def _docker_ce(client: httpx.AsyncClient, root: str, release: Release) -> list[str]:
    _need_key(assets.key("docker_ce").url)
    wanted = {CONTAINERD: release.packages[CONTAINERD], **release.docker}
    return await _missing(
        client, _basearch(f"{root}/7/$basearch/stable/"), [f"{n}-{v}" for n, v in wanted.items()]
    )


async def _kubernetes(client: httpx.AsyncClient, root: str, release: Release) -> list[str]:
    key = kubernetes_key(root, assets.key("kubernetes").url)
    if key.startswith("file://"):
        _need_key(key)
    else:
        await _body(client, key, SMALL)
    wanted = [f"{n}-{v}" for n, v in release.packages.items() if n != CONTAINERD]
    return await _missing(client, _basearch(kubernetes_url(root)), wanted)


async def _token(client: httpx.AsyncClient, challenge: str) -> dict[str, str]:
    """Returns the token that a registry issues to anybody (Docker's token authentication)."""
    parameters = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    if not parameters.get("realm", "").startswith("https://"):
        return {}
    query = {k: parameters[k] for k in ("service", "scope") if k in parameters}
    answer = json.loads(await _body(client, parameters["realm"], SMALL, query))
    if not isinstance(answer, dict):
        return {}
    return {"Authorization": f"Bearer {answer.get('token') or answer.get('access_token', '')}"}


async def _holds(client: httpx.AsyncClient, root: str, image: str, query: str = "") -> bool:
    """Tells whether a registry has NAME:TAG; `root` is its URL up to the name."""
    name, _, tag = image.rpartition(":")
    url = f"{root}/{name}/manifests/{tag}{query}"
    headers = {"Accept": MANIFESTS}
    for challenged in (False, True):
        async with _answer(client, "HEAD", url, headers) as response:
            status, challenge = response.status_code, response.headers.get("www-authenticate", "")
            if status not in (200, 401, 403, 404):
                raise _status(response)
        if status != 401 or challenged:
            break
        headers |= await _token(client, challenge)
    return status == 200


async def _images(client: httpx.AsyncClient, repository: str, release: Release) -> list[str]:
    host, _, path = repository.partition("/")
    root = f"https://{host}/v2/{path}".rstrip("/")
    names = [image.reference(repository).removeprefix(f"{repository}/") for image in release.images]
    held = await asyncio.gather(*(_holds(client, root, name) for name in names))
    return [n.rpartition("/")[2] for n, there in zip(names, held, strict=True) if not there]


async def _docker_io(client: httpx.AsyncClient, url: str, release: Release) -> list[str]:
    """Checks the pod network's images; names the registry in the query, as containerd does when it asks a mirror."""
    names = [f"{image.name}:{image.tag}" for image in release.calico.images]
    asked = (_holds(client, f"{url}/v2", name, "?ns=docker.io") for name in names)
    held = await asyncio.gather(*asked)
    return [name for name, there in zip(names, held, strict=True) if not there]


Tell = Callable[[str, SourceReply], None]
One = Callable[[str, str], Awaitable[SourceReply]]
Ask = Callable[[httpx.AsyncClient, str, Release], Awaitable[list[str]]]
ASK: dict[str, Ask] = {
    "centos": _centos,
    "docker_ce": _docker_ce,
    "kubernetes": _kubernetes,
    "images": _images,
    "docker_io": _docker_io,
}
ERRORS = (
    httpx.HTTPError,
    httpx.InvalidURL,
    MirrorRefused,
    OSError,
    ValueError,
    RecursionError,
    UnreadableList,
)


def _why(error: BaseException) -> Text:
    """Explains why a mirror could not be used."""
    match error:
        case MirrorRefused():
            return error.text
        case httpx.ConnectTimeout():
            return T("no connection in {seconds} s", seconds=int(PATIENCE / 2))
        case httpx.TimeoutException() | TimeoutError():
            return T("no answer in {seconds} s", seconds=int(PATIENCE))
        case httpx.InvalidURL() | httpx.UnsupportedProtocol():
            return T("this is not a URL")
        case UnreadableList():
            return T("its list of packages cannot be read")
    return name_lookup.why(error) or verbatim(str(error) or type(error).__name__)


def _unreached(error: BaseException) -> bool:
    """Tells whether the failure was one of the network, which another network might not have."""
    lost = isinstance(error, (httpx.NetworkError, httpx.TimeoutException, TimeoutError))
    return lost and not name_lookup.unprotected(error)


def _need_host(url: str) -> None:
    """Requires a name that a machine can have on some network. Raises httpx.InvalidURL."""
    host = _parsed(url).raw_host.decode("ascii").removesuffix(".")
    fits = ":" in host or all(LABEL.fullmatch(label) for label in host.split("."))
    if not fits:
        raise httpx.InvalidURL(url)


def _parsed(url: str) -> httpx.URL:
    return httpx.URL(url if "//" in url else f"https://{url}")


async def _unresolved(url: str) -> Text | None:
    """Explains why a name cannot be looked up; None if it can, or if a proxy looks names up."""
    if {"http", "https", "all"} & getproxies().keys():
        return None
    try:
        await name_lookup.look_up(_parsed(url).host, PATIENCE / 2)
    except TimeoutError:
        return T("the name server gives no answer in {seconds} s", seconds=int(PATIENCE / 2))
    except OSError as error:
        return _why(error)
    return None


async def _ask(client: httpx.AsyncClient, need: str, name: str, release: Release) -> SourceReply:
    url, began = location(need, name), time.monotonic()
    try:
        _need_host(url)
        if unresolved := await _unresolved(url):
            return SourceReply(name, url, detail=unresolved, unresolved=True)
        async with asyncio.timeout(PATIENCE):
            missing = await ASK[need](client, url, release)
    except ERRORS as error:
        return SourceReply(name, url, detail=_why(error), unreached=_unreached(error))
    return SourceReply(name, url, True, tuple(missing), time.monotonic() - began)


async def _need(need: str, names: Sequence[str], ask: One, tell: Tell | None) -> list[SourceReply]:
    """Asks all sources of a need; stops at the first good one of the list, unless `tell` wants each reply."""

    async def one(name: str) -> SourceReply:
        reply = await ask(need, name)
        if tell:
            tell(need, reply)
        return reply

    tasks = [asyncio.create_task(one(name)) for name in names]
    replies = []
    try:
        for task in tasks:
            replies.append(await task)
            if replies[-1].good and need != "docker_io" and tell is None:
                break
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return sorted(replies, key=lambda reply: not reply.good)


async def replies(
    wanted: Mapping[str, Sequence[str]], ask: One, tell: Tell | None = None
) -> Sources:
    """Collects the replies of `ask(need, name)`; "auto" stands for all known sources."""
    names = {
        need: [n for name in some for n in (assets.mirrors(need) if name == "auto" else [name])]
        for need, some in wanted.items()
    }
    rows = await asyncio.gather(*(_need(need, some, ask, tell) for need, some in names.items()))
    return Sources({need: tuple(row) for need, row in zip(names, rows, strict=True)})


async def _all(
    wanted: Mapping[str, Sequence[str]], release: Release, tell: Tell | None = None
) -> Sources:
    limits = httpx.Timeout(PATIENCE, connect=PATIENCE / 2)
    async with httpx.AsyncClient(verify=_trust(), timeout=limits) as client:
        return await replies(wanted, lambda need, name: _ask(client, need, name, release), tell)


def ask(wanted: Mapping[str, Sequence[str]], release: Release) -> Sources:
    """Returns the replies of the named sources of each need; "auto" stands for all known sources."""
    return asyncio.run(_all(wanted, release))


def ask_each(wanted: Mapping[str, Sequence[str]], release: Release, tell: Tell) -> Sources:
    """Works like `ask`, but waits for every source, and calls `tell(need, reply)` at each reply.

    `tell` runs in the caller's own thread and must not block: the other replies wait for it.
    """
    return asyncio.run(_all(wanted, release, tell))
