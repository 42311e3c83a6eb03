"""Images for tests: names in containerd, in CRI and in docker, of one image each."""

from __future__ import annotations

from typing import Any

from tui_installer.model.facts.image_store import (
    KUBELETS,
    Content,
    CriImage,
    DockerImage,
    ImageStore,
    Reference,
    Use,
)
from tui_installer.model.image import ImageViews, Needed

SOURCE = "registry.aliyuncs.com/google_containers"
PAUSE = f"{SOURCE}/pause:3.8"
ETCD = f"{SOURCE}/etcd:3.5.4-0"
ID, MANIFEST = "sha256:" + "1d" * 32, "sha256:" + "d1" * 32


def reference(name: str = ETCD, namespace: str = KUBELETS, **more: Any) -> Reference:
    """A whole, unpacked image's name, unless `more` says otherwise."""
    given: dict[str, Any] = {
        "digest": MANIFEST,
        "content": Content.COMPLETE,
        "blobs": "2/2",
        "size": 1000,
        "unpacked": True,
        "platforms": ("linux/amd64",),
        "managed": True,
    }
    return Reference(namespace, name, **{**given, **more})


def pulled(name: str = ETCD, **more: Any) -> tuple[Reference, ...]:
    """The three names that a pull through CRI makes: tag, digest and id."""
    place = name.rpartition(":")[0]
    return tuple(reference(one, **more) for one in (name, f"{place}@{MANIFEST}", ID))


def in_cri(*tags: str, digests: tuple[str, ...] = (f"{SOURCE}/etcd@{MANIFEST}",)) -> CriImage:
    """The image as crictl shows it."""
    return CriImage(ID, tags, digests, 1000)


def in_docker(name: str = ETCD) -> DockerImage:
    """The image in docker's store."""
    return DockerImage(ID, name, "2.5kB")


def used() -> Use:
    """A running container of the image."""
    return Use(ID, "etcd", "etcd-master01", "kube-system")


def seen(
    *references: Reference,
    cri: tuple[CriImage, ...] | None = (),
    needed: tuple[str, ...] = (),
    **more: Any,
) -> ImageViews:
    """What is judged; `uses`, `docker`, `unread` and so on are the store's."""
    outer = {name: more.pop(name) for name in ("sandbox", "member", "facts") if name in more}
    store = ImageStore(references=references, cri=cri, **{"uses": (), **more})
    return ImageViews(store, needed=tuple(Needed(name, 1000) for name in needed), **outer)


def differing() -> ImageStore:
    """A node's images, of which the first container of every pod has a short name, and others differ in other ways."""
    whole, cri = [], []
    for number, name in enumerate(
        (
            "kube-apiserver:v1.25.0",
            "kube-proxy:v1.25.0",
            "etcd:3.5.4-0",
            "coredns:v1.9.3",
            "pause:3.8",
        )
    ):
        digest, own = f"sha256:{number + 7:064x}", f"sha256:{number + 99:064x}"
        full = f"{SOURCE}/{name}"
        part = name.startswith("etcd")
        state: dict[str, Any] = {"content": Content.INCOMPLETE, "blobs": "1/2"} if part else {}
        size = (number + 1) * 7_310_000
        whole += [reference(one, digest=digest, size=size, **state) for one in (full, own)]
        cri.append(CriImage(own, (full,), (f"{SOURCE}/x@{digest}",), size))
    short = reference("short:1", digest=whole[-1].digest)
    stray = reference(
        "docker.io/calico/cni:v3.24.5", "default", digest=f"sha256:{5:064x}", size=87_000_000
    )
    unnamed = CriImage(f"sha256:{4:064x}", (), (), 311_000)
    uses = tuple(Use(cri[n].id, "c", f"p{n}-master01", "kube-system") for n in range(3))
    return ImageStore(("default", KUBELETS), (*whole, short, stray), (*cri, unnamed), uses)
