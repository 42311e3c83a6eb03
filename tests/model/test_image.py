"""Names are grouped by image, and the worst image comes first."""

from __future__ import annotations

from dataclasses import replace

from tests.support.images import (
    ETCD,
    ID,
    MANIFEST,
    PAUSE,
    SOURCE,
    in_cri,
    in_docker,
    pulled,
    reference,
    seen,
    used,
)
from tui_installer.model.facts.image_store import Reference
from tui_installer.model.image import Finding, ImageViews, KnownFinding, LocalImage, images, rows
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T
from tui_installer.registry import findings


def test_three_names_of_a_pull_are_one_image() -> None:
    (image,) = images(seen(*pulled(), cri=(in_cri(ETCD),), needed=(ETCD,), uses=(used(),)))
    assert (image.id, image.name, image.digest, image.size) == (ID, ETCD, MANIFEST, 1000)
    assert len(image.references) == 3
    assert image.names == image.needed == (ETCD,)
    assert image.uses == (used(),)
    assert image.there


def test_namespaces_share_an_image_by_its_manifest() -> None:
    (image,) = images(seen(*pulled(), reference("x/y:1", "default"), cri=(in_cri(ETCD),)))
    assert [len(image.inside(name)) for name in ("k8s.io", "default", "moby")] == [3, 1, 0]


def test_docker_shares_an_image_by_its_id() -> None:
    (image,) = images(seen(*pulled(), cri=(in_cri(ETCD),), docker=(in_docker("docker.io/e:1"),)))
    assert image.names == (ETCD, "docker.io/e:1")


def test_a_container_may_name_its_image_by_digest() -> None:
    use = replace(used(), image=f"{SOURCE}/etcd@{MANIFEST}")
    (image,) = images(seen(*pulled(), cri=(in_cri(ETCD),), uses=(use,)))
    assert image.uses == (use,)


def test_an_image_that_only_ctr_knows_has_no_id() -> None:
    (image,) = images(seen(reference(namespace="default")))
    assert (image.id, image.there) == ("", False)


def test_a_needed_name_without_an_image_is_listed() -> None:
    found = images(seen(*pulled(), needed=(PAUSE,)))
    assert [image.name for image in found] == [ETCD, PAUSE]


def test_an_image_without_a_tag_is_called_by_what_it_has() -> None:
    digest = f"{SOURCE}/etcd@{MANIFEST}"
    assert images(seen(reference(digest), reference(ID)))[0].name == f"{SOURCE}/etcd@d1d1d1d1d1d1d"
    assert images(seen(reference(ID)))[0].name == "<none> 1d1d1d1d1d1d1"


def test_the_worst_comes_first_and_then_what_is_needed() -> None:
    def judge(image: LocalImage, _seen: ImageViews) -> Finding | None:
        if "bad" not in image.name:
            return None
        return Finding("bad", Outcome.FAIL, T("bad"), T("mend it"))

    names = ("a/z:1", "b/bad:1", "c/needed:1")
    made = [reference(name, digest=f"sha256:{n:064x}") for n, name in enumerate(names)]
    found = rows([KnownFinding("bad", judge)], seen(*made, needed=("c/needed:1",)))
    assert [row.image.name for row in found] == ["b/bad:1", "c/needed:1", "a/z:1"]
    assert [row.outcome for row in found] == [Outcome.FAIL, Outcome.OK, Outcome.OK]


def test_names_without_digests_are_grouped_by_what_cri_says() -> None:
    names = [replace(one, digest="") for one in (*pulled(), reference("x/y:1", "default"))]
    found = images(seen(*names, cri=(in_cri(ETCD),), needed=(ETCD,)))
    assert [(image.id, image.name, len(image.references)) for image in found] == [
        (ID, ETCD, 3),
        ("", "x/y:1", 1),
    ]
    assert told_by_names(*names) == []


def told_by_names(*names: Reference) -> list[str]:
    judged = seen(*names[:-1], cri=(in_cri(ETCD),), needed=(ETCD,))
    return [finding.id for row in rows(findings(), judged) for finding in row.findings]
