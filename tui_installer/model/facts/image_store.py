"""Facts about the images on this machine, as ctr, crictl and docker see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tui_installer.model.text import Text

# The namespace of containerd in which the kubelet and crictl look; docker's; that of a bare `ctr`.
KUBELETS, DOCKERS, BARE = "k8s.io", "moby", "default"


class Content(StrEnum):
    """How much of an image's content is in containerd's store, in ctr's words (1.6, `ctr images check`)."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reference:
    """A name of an image in one namespace of containerd.

    `digest` is that of the manifest or index; `size` is the compressed content in bytes, as ctr rounds it. `managed`
    tells that CRI has labelled it; `unpacked` is about the snapshotter that CRI uses.
    """

    namespace: str
    name: str
    digest: str
    content: Content = Content.UNKNOWN
    blobs: str = ""
    size: int | None = None
    unpacked: bool | None = None
    platforms: tuple[str, ...] = ()
    managed: bool | None = None


@dataclass(frozen=True)
class CriImage:
    """An image as crictl shows it; `id` is the digest of its configuration, `size` its compressed bytes."""

    id: str
    tags: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    size: int = 0
    pinned: bool = False


@dataclass(frozen=True)
class DockerImage:
    """An image in docker's own store; `size` is docker's text for the unpacked size."""

    id: str
    name: str
    size: str = ""


@dataclass(frozen=True)
class Use:
    """A container that was made from an image, and its pod."""

    image: str
    container: str
    pod: str
    namespace: str
    running: bool = True


@dataclass(frozen=True)
class Download:
    """A download that containerd has begun and not ended; `size` is ctr's text for the bytes so far."""

    namespace: str
    reference: str
    size: str = ""


@dataclass(frozen=True)
class Lease:
    """What keeps content in containerd's store that no image names; `ends` is empty if it has no end."""

    namespace: str
    id: str
    ends: str = ""


@dataclass(frozen=True)
class ImageStore:
    """The images in every namespace of containerd, in CRI, and in docker.

    None stands for a view that is not known, or that this machine does not have; `unread` holds the reasons by
    source: "ctr", "ctr -n NAMESPACE", "crictl", "docker".
    """

    namespaces: tuple[str, ...] = ()
    references: tuple[Reference, ...] | None = None
    cri: tuple[CriImage, ...] | None = None
    uses: tuple[Use, ...] | None = None
    docker: tuple[DockerImage, ...] | None = None
    downloads: tuple[Download, ...] = ()
    leases: tuple[Lease, ...] = ()
    unread: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class ImageNames(ImageStore):
    """The same without what ctr looks up for each image: digests, platforms, content, leases and downloads are left out.

    With 2,000 images that takes ctr more than ten seconds, the names a tenth of one.
    """
