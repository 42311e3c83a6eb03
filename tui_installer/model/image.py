"""One image as ctr, crictl and docker see it together, and the findings about what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tui_installer.model.facts import Facts
from tui_installer.model.facts.image_store import (
    KUBELETS,
    CriImage,
    DockerImage,
    ImageStore,
    Reference,
    Use,
)
from tui_installer.model.outcome import WORST_FIRST, Outcome
from tui_installer.model.text import Text

ID = "sha256:"
# What a manifest is called by its digest: NAME@sha256:...
BY_DIGEST = "@sha256:"
SHORT = 13


@dataclass(frozen=True)
class Needed:
    """An image that this node needs; `size` are its compressed bytes (None: not known)."""

    name: str
    size: int | None = None


@dataclass(frozen=True)
class LocalImage:
    """One image with all its names; `id` is the digest of its configuration, empty where only ctr knows it.

    `needed` are those of its names, or names without an image, that this node needs.
    """

    id: str = ""
    references: tuple[Reference, ...] = ()
    cri: CriImage | None = None
    docker: tuple[DockerImage, ...] = ()
    uses: tuple[Use, ...] = ()
    needed: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names with a tag, the needed ones first, each once."""
        tags = [r.name for r in self.references if not _by_digest(r.name)]
        tags += self.cri.tags if self.cri else ()
        tags += [one.name for one in self.docker if one.name]
        return tuple(dict.fromkeys((*self.needed, *tags)))

    @property
    def name(self) -> str:
        """The name for a list; `<none>` with the beginning of the id where it has none."""
        if self.names:
            return self.names[0]
        if digests := [r.name for r in self.references if BY_DIGEST in r.name]:
            name, _, digest = digests[0].partition(BY_DIGEST)
            return f"{name}@{digest[:SHORT]}"
        return f"<none> {(self.id or self.digest).removeprefix(ID)[:SHORT]}"

    @property
    def digest(self) -> str:
        """The digest of the manifest or index; empty where it is not known."""
        if self.references:
            return self.references[0].digest
        digests = self.cri.digests if self.cri else ()
        return digests[0].rpartition("@")[2] if digests else ""

    @property
    def size(self) -> int | None:
        """The compressed content in bytes, as crictl says it, else as ctr does; None where neither does."""
        if self.cri and self.cri.size:
            return self.cri.size
        return next((r.size for r in self.references if r.size is not None), None)

    def inside(self, namespace: str) -> tuple[Reference, ...]:
        """Returns its names in one namespace of containerd."""
        return tuple(r for r in self.references if r.namespace == namespace)

    @property
    def somewhere(self) -> bool:
        """Some tool has it."""
        return bool(self.references or self.cri or self.docker)

    @property
    def there(self) -> bool:
        """The kubelet can use it: CRI knows it, or would if it were asked."""
        return bool(self.inside(KUBELETS) or self.cri)


def _by_digest(name: str) -> bool:
    return name.startswith(ID) or BY_DIGEST in name


@dataclass(frozen=True)
class ImageViews:
    """What the findings are judged by: the store, the facts beside it, and what this node needs.

    `sandbox` is the image of every pod's first container as containerd's configuration in force names it; empty
    where that is not known. `machine` is the architecture in the words of images: amd64, arm64.
    """

    store: ImageStore
    facts: Facts = field(default_factory=Facts)
    needed: tuple[Needed, ...] = ()
    sandbox: str = ""
    machine: str = "amd64"
    # False: no cluster's node yet, so what is missing comes with the installation.
    member: bool = True

    @property
    def knows_names(self) -> bool:
        """ctr has told every name in the kubelet's namespace."""
        unread = self.store.unread
        return self.store.references is not None and f"ctr -n {KUBELETS}" not in unread

    @property
    def knows_what_is_there(self) -> bool:
        """An image that neither ctr nor crictl shows is not there for the kubelet."""
        return self.knows_names or self.store.cri is not None

    @cached_property
    def known_to_ctr(self) -> frozenset[str]:
        """Every name in the kubelet's namespace."""
        rows = self.store.references or ()
        return frozenset(r.name for r in rows if r.namespace == KUBELETS)


@dataclass(frozen=True)
class Finding:
    """A difference in our words: its cause, its cure, and the commands that make the cure, to copy."""

    id: str
    severity: Outcome
    cause: Text
    cure: Text
    commands: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class KnownFinding:
    """A kind of difference; `judge` returns the finding about an image, or None."""

    id: str
    judge: Callable[[LocalImage, ImageViews], Finding | None]


@dataclass(frozen=True)
class Row:
    """An image with what was found about it, the worst first."""

    image: LocalImage
    findings: tuple[Finding, ...] = ()
    # False: whether this machine has it is not known.
    known: bool = True

    @property
    def outcome(self) -> Outcome:
        """The worst of its findings."""
        if not self.known:
            return Outcome.UNKNOWN
        found = [finding.severity for finding in self.findings]
        return min(found, key=WORST_FIRST.index, default=Outcome.OK)


def rows(known: Iterable[KnownFinding], seen: ImageViews) -> tuple[Row, ...]:
    """Returns all images with their findings: the worst first, then those needed, then by name."""
    known = tuple(known)
    made = [
        Row(image, _findings(known, image, seen), image.somewhere or seen.knows_what_is_there)
        for image in images(seen)
    ]
    return tuple(
        sorted(
            made,
            key=lambda row: (
                WORST_FIRST.index(row.outcome),
                not row.image.needed,
                row.image.name,
            ),
        )
    )


def _findings(
    known: Iterable[KnownFinding], image: LocalImage, seen: ImageViews
) -> tuple[Finding, ...]:
    told = [found for one in known if (found := one.judge(image, seen))]
    return tuple(sorted(told, key=lambda found: WORST_FIRST.index(found.severity)))


def images(seen: ImageViews) -> list[LocalImage]:
    """Groups names by image; a needed name without an image is an image of its own."""
    store = seen.store
    references = store.references or ()
    cri = {one.id: one for one in store.cri or ()}
    id_of = _ids(store)
    groups: dict[str, list[Reference]] = {}
    for one in references:
        key = one.name if one.name.startswith(ID) else id_of.get(one.digest or one.name)
        groups.setdefault(key or one.digest or one.name, []).append(one)
    docker: dict[str, list[DockerImage]] = {}
    for other in store.docker or ():
        docker.setdefault(other.id, []).append(other)
    uses: dict[str, list[Use]] = {}
    for use in store.uses or ():
        uses.setdefault(id_of.get(use.image, use.image), []).append(use)
    wanted = dict.fromkeys(one.name for one in seen.needed)
    ids = {*cri, *docker, *id_of.values()}
    made = []
    for key in dict.fromkeys((*groups, *cri, *docker)):
        image = LocalImage(
            key if key in ids else "",
            tuple(groups.get(key, ())),
            cri.get(key),
            tuple(docker.get(key, ())),
            tuple(uses.get(key, ())),
        )
        made.append(_needing(image, wanted))
    found = {name for image in made for name in image.needed}
    return [*made, *(LocalImage(needed=(name,)) for name in wanted if name not in found)]


def _ids(store: ImageStore) -> dict[str, str]:
    """Maps digests of manifests, and names that CRI has, to the id of their image."""
    told = store.cri or ()
    names = {name: one.id for one in told for name in (*one.tags, *one.digests)}
    # A second manifest of the same configuration has the same id.
    rows = store.references or ()
    return names | {r.digest: r.name for r in rows if r.digest and r.name.startswith(ID)}


def _needing(image: LocalImage, wanted: Mapping[str, None]) -> LocalImage:
    needed = tuple(name for name in wanted if name in image.names)
    if not needed:
        return image
    return LocalImage(image.id, image.references, image.cri, image.docker, image.uses, needed)
