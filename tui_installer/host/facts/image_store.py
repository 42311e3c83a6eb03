"""Reader of all images: by ctr in every namespace of containerd, by crictl, and by docker where it runs.

Every command only reads. Names may hold anything, so a line of ctr's tables is cut where its digest stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

from tui_installer.host.content_store import SOCKET
from tui_installer.host.facts import docker as docker_facts
from tui_installer.host.facts.containerd import INFO, PROGRAM, asked, no_json
from tui_installer.host.facts.cri import parse as parse_cri
from tui_installer.host.look import Look, last_line, who
from tui_installer.model.facts import NotRead, Unread
from tui_installer.model.facts.image_store import (
    Content,
    CriImage,
    DockerImage,
    Download,
    ImageStore,
    Lease,
    Reference,
    Use,
)

TOPIC = ImageStore
CTR = ("ctr", "-a", SOCKET, "--connect-timeout", "3s")
CTR_PROGRAM = "/usr/bin/ctr"
DOCKER_IMAGES = ("docker", "images", "--no-trunc", "--format", "{{json .}}")
# The snapshotter of containerd's default configuration.
OVERLAYFS = "overlayfs"
MANAGED = "io.cri-containerd.image=managed"
# containerd's answers may be long where there are thousands of images.
LONGEST = 20.0
WORKERS = 8
_DIGEST = r"(?P<digest>sha256:[0-9a-f]{64})"
_NAME = r"^(?P<name>\S.*?)\s+(?:[\w.+/-]+\s+)?"
# `ctr images check`, 1.6: REF TYPE DIGEST STATUS SIZE UNPACKED
_CHECKED = re.compile(
    rf"{_NAME}{_DIGEST}\s+(?P<content>[a-z]+)(?: \((?P<blobs>[\d/?]+)\))?\s+"
    r"(?:[\d.]+ [KMGT]?i?B/)?(?P<size>[\d.]+ [KMGT]?i?B|\S+)\s+(?P<unpacked>true|false)\s*$"
)
# `ctr images ls`, 1.6: REF TYPE DIGEST SIZE PLATFORMS LABELS
_LISTED = re.compile(
    rf"{_NAME}{_DIGEST}\s+(?:[\d.]+ [KMGT]?i?B|\S+)\s+(?P<platforms>\S+)\s+(?P<labels>.*)$"
)
_UNITS = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
_Told = TypeVar("_Told")


def read(look: Look) -> ImageStore:
    """Asks every tool; a view that does not answer is None, with its reason. Raises NotRead where none answers."""
    with ThreadPoolExecutor(WORKERS) as pool:
        snapshotter = pool.submit(told, _snapshotter, look)
        return views(
            look, pool, lambda name: _inside(look, pool, name, known(snapshotter.result()))
        )


def views(look: Look, pool: ThreadPoolExecutor, inside: Callable[[str], ImageStore]) -> ImageStore:
    """Asks crictl, docker and ctr side by side; `inside` returns what ctr has in a namespace, or raises NotRead.

    Raises NotRead where none of them answers.
    """
    cri = pool.submit(told, _cri, look)
    uses = pool.submit(told, _uses, look)
    docker = pool.submit(told, _docker, look)
    namespaces = told(_namespaces, look)
    here = known(namespaces) or ()
    parts = {name: told(inside, name) for name in here}
    whole = [part for part in parts.values() if not isinstance(part, Unread)]
    replies = {
        "ctr": namespaces,
        **{f"ctr -n {name}": part for name, part in parts.items()},
        "crictl": cri.result(),
        "crictl ps": uses.result(),
        "docker": docker.result(),
    }
    if isinstance(namespaces, Unread) and all(
        isinstance(replies[name], Unread) for name in ("crictl", "docker")
    ):
        raise NotRead(namespaces)
    references = tuple(one for part in whole for one in part.references or ())
    return ImageStore(
        namespaces=here,
        references=None if isinstance(namespaces, Unread) else references,
        cri=known(cri.result()),
        uses=known(uses.result()),
        docker=known(docker.result()),
        downloads=tuple(one for part in whole for one in part.downloads),
        leases=tuple(one for part in whole for one in part.leases),
        unread={name: one.text for name, one in replies.items() if isinstance(one, Unread)},
    )


def told(ask: Callable[..., _Told], *given: Any) -> _Told | Unread:
    """Returns an answer, or the reason why there is none."""
    try:
        return ask(*given)
    except NotRead as error:
        return error.unread


def known(answer: _Told | Unread) -> _Told | None:
    """Returns an answer; None where there is none."""
    return None if isinstance(answer, Unread) else answer


def ctr(look: Look, *words: str) -> str:
    """Runs ctr, which must answer. Raises NotRead."""
    return look.answer(*CTR, *words, codes=(0,), longest=LONGEST).out


def _namespaces(look: Look) -> tuple[str, ...]:
    return tuple(name for name in ctr(look, "namespaces", "ls", "-q").split() if name)


def _checked(look: Look, *words: str) -> str:
    """Returns the table of `ctr images check`, which ends with 1 if one image is for other machines only. Raises NotRead."""
    reply = look.answer(*CTR, *words, longest=LONGEST)
    if reply.code and not reply.out.startswith("REF"):
        raise NotRead(Unread(who("ctr"), last_line(reply)))
    return reply.out


def _inside(
    look: Look, pool: ThreadPoolExecutor, namespace: str, snapshotter: str | None
) -> ImageStore:
    """Reads one namespace: its names, running downloads and leases. Raises NotRead."""
    here, style = ("-n", namespace), snapshotter or OVERLAYFS
    checked = pool.submit(_checked, look, *here, "images", "check", "--snapshotter", style)
    listed = pool.submit(ctr, look, *here, "images", "ls")
    active = pool.submit(ctr, look, *here, "content", "active")
    leases = pool.submit(ctr, look, *here, "leases", "ls")
    return ImageStore(
        references=tuple(references(namespace, checked.result(), listed.result())),
        downloads=tuple(_downloads(namespace, active.result())),
        leases=tuple(_leases(namespace, leases.result())),
    )


def references(namespace: str, checked: str, listed: str) -> Iterator[Reference]:
    """Yields the names in the tables of `ctr images check` and `ctr images ls`."""
    details = {m["name"]: m for line in listed.splitlines()[1:] if (m := _LISTED.match(line))}
    known = set()
    for line in checked.splitlines()[1:]:
        if not (match := _CHECKED.match(line)):
            continue
        word, name = match["content"], match["name"]
        known.add(name)
        yield _detailed(
            Reference(
                namespace,
                name,
                match["digest"],
                Content(word) if word in list(Content) else Content.UNKNOWN,
                match["blobs"] or "",
                size(match["size"]),
                match["unpacked"] == "true",
            ),
            details.get(name),
        )
    for name, more in details.items():
        if name not in known:
            yield _detailed(Reference(namespace, name, more["digest"]), more)


def _detailed(reference: Reference, more: re.Match[str] | None) -> Reference:
    if more is None:
        return reference
    platforms = tuple(one for one in more["platforms"].split(",") if "/" in one)
    return replace(reference, platforms=platforms, managed=MANAGED in more["labels"])


def size(text: str) -> int | None:
    """Returns the bytes of ctr's text for a size, `15.9 MiB`; None for another text."""
    number, _, unit = text.partition(" ")
    try:
        return round(float(number) * _UNITS[unit])
    except (ValueError, KeyError):
        return None


def _downloads(namespace: str, text: str) -> Iterator[Download]:
    """Yields the rows of `ctr content active`: REF SIZE AGE."""
    for line in text.splitlines()[1:]:
        if words := line.split():
            yield Download(namespace, words[0], words[1] if len(words) > 1 else "")


def _leases(namespace: str, text: str) -> Iterator[Lease]:
    """Yields the rows of `ctr leases ls`: ID, CREATED AT, LABELS."""
    for line in text.splitlines()[1:]:
        if words := line.split():
            ends = re.search(r"containerd\.io/gc\.expire=([^,\s]+)", line)
            yield Lease(namespace, words[0], ends[1] if ends else "")


def _crictl(look: Look, *words: str) -> dict[str, Any]:
    """Returns crictl's JSON. Raises NotRead where there is no crictl, no CRI, or no JSON."""
    if not look.exists(PROGRAM):
        raise NotRead(Unread(who(PROGRAM), "no such file or directory", lasting=True))
    reply = asked(look, *words)
    if reply.code:
        raise NotRead(Unread(who("crictl"), last_line(reply), lasting=True))
    try:
        answer: dict[str, Any] = json.loads(reply.out)
        return answer
    except ValueError as error:
        raise NotRead(no_json(error)) from error


def _snapshotter(look: Look) -> str:
    reply = asked(look, *INFO)
    try:
        return parse_cri(reply.out).snapshotter or OVERLAYFS
    except (ValueError, AttributeError, TypeError):
        return OVERLAYFS


def _cri(look: Look) -> tuple[CriImage, ...]:
    return tuple(cri_images(_crictl(look, "images", "-o", "json")))


def cri_images(answer: dict[str, Any]) -> Iterator[CriImage]:
    """Yields the images of `crictl images -o json`; sizes are texts there."""
    for row in answer.get("images") or ():
        yield CriImage(
            str(row.get("id") or ""),
            tuple(row.get("repoTags") or ()),
            tuple(row.get("repoDigests") or ()),
            _number(row.get("size")),
            row.get("pinned") is True,
        )


def _number(value: object) -> int:
    return int(text) if (text := str(value)).isdecimal() else 0


def _uses(look: Look) -> tuple[Use, ...]:
    return tuple(uses(_crictl(look, "ps", "-a", "-o", "json")))


def uses(answer: dict[str, Any]) -> Iterator[Use]:
    """Yields the containers of `crictl ps -a -o json`."""
    for row in answer.get("containers") or ():
        labels = row.get("labels") or {}
        yield Use(
            str(row.get("imageRef") or ""),
            str((row.get("metadata") or {}).get("name") or ""),
            str(labels.get("io.kubernetes.pod.name") or ""),
            str(labels.get("io.kubernetes.pod.namespace") or ""),
            row.get("state") == "CONTAINER_RUNNING",
        )


def full_name(short: str) -> str:
    """Returns the name of an image of docker with its registry, which docker leaves out for docker.io."""
    first, slash, _ = short.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return short
    return f"docker.io/{short}" if slash else f"docker.io/library/{short}"


def _docker(look: Look) -> tuple[DockerImage, ...] | None:
    """Asks docker only if it runs: a question to its socket would start it."""
    state = look.answer(*docker_facts.ACTIVE)
    if not state.out.strip():
        raise NotRead(Unread(who("systemctl"), state.err.strip() or "--"))
    if state.out.strip() != "active":
        return None
    reply = look.answer(*DOCKER_IMAGES, codes=(0,))
    return tuple(docker_images(reply.out.splitlines()))


def docker_images(lines: Iterable[str]) -> Iterator[DockerImage]:
    """Yields the images of `docker images --format '{{json .}}'`, a line each."""
    for line in lines:
        try:
            row = json.loads(line)
        except ValueError:
            continue
        named = "<none>" not in (row.get("Repository"), row.get("Tag"))
        name = full_name(f"{row.get('Repository')}:{row.get('Tag')}") if named else ""
        yield DockerImage(str(row.get("ID") or ""), name, str(row.get("Size") or ""))
