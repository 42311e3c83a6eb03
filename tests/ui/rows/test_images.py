"""The list of images fits its width in both languages, and an image tells all that is known of it."""

from __future__ import annotations

import pytest

from tests.support.images import (
    ETCD,
    ID,
    PAUSE,
    SOURCE,
    in_cri,
    in_docker,
    pulled,
    reference,
    seen,
    used,
)
from tui_installer.model.facts.image_store import Content
from tui_installer.model.image import ImageViews, Needed, rows
from tui_installer.model.text import T
from tui_installer.registry import findings
from tui_installer.text.language import Language
from tui_installer.ui.rows import images
from tui_installer.ui.rows.cells import Row, width_of
from tui_installer.ui.rows.images import ImageChoice, ImageOrder

BUSY = seen(
    *pulled(),
    reference(PAUSE, "default", digest="sha256:" + "ab" * 32),
    *(reference(f"{SOURCE}/x{n}:1", digest=f"sha256:{n:064x}") for n in range(3)),
    cri=(in_cri(ETCD),),
    docker=(in_docker(),),
    uses=(used(),),
    needed=(ETCD, PAUSE),
)


def words(row: Row) -> list[str]:
    return "".join(text for text, _ in row).split()


def drawn(judged: ImageViews, name: str, width: int = 78, language: str = "en") -> list[str]:
    row = next(one for one in rows(findings(), judged) if one.image.name == name)
    return words(images.image_row(row, judged, SOURCE, Language(language), width))


def whole(judged: ImageViews, width: int = 78) -> str:
    row = rows(findings(), judged)[0]
    return "\n".join(
        "".join(text for text, _ in one) for one in images.whole(row, Language("en"), width)
    )


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [78, 130])
def test_every_row_fits(language: str, width: int) -> None:
    say = Language(language)
    assert width_of(images.heads(say, width)) <= width
    for row in rows(findings(), BUSY):
        assert width_of(images.image_row(row, BUSY, SOURCE, say, width)) <= width


def test_a_row_tells_what_each_tool_has() -> None:
    assert drawn(BUSY, ETCD) == ["ok", "R/etcd:3.5.4-0", "yes", "1", "kB", "3", "--", "--"]
    assert drawn(BUSY, PAUSE) == ["FAIL", "R/pause:3.8", "yes", "--", "--", "1", "--"]
    assert drawn(BUSY, ETCD, 130)[-1] == "d1d1d1d1d1d1d1d1d1d1"


def test_what_is_not_known_is_no_nothing() -> None:
    unknown = seen(*pulled(), cri=None, unread={"ctr -n default": T("x")})
    assert drawn(unknown, ETCD)[-4:] == ["?", "3", "?", "--"]


def test_an_incomplete_image_shows_it() -> None:
    part = seen(*pulled(content=Content.INCOMPLETE, blobs="1/2"), cri=(in_cri(ETCD),))
    assert drawn(part, ETCD)[-3] == "part"


def test_the_place_that_most_share_is_shortened() -> None:
    found = rows(findings(), BUSY)
    assert images.shared_place(found) == SOURCE
    assert images.shared_place(found[:1]) == ""
    assert images.short_name("docker.io/calico/cni:v3", SOURCE) == "docker.io/calico/cni:v3"


def test_the_hint_is_the_worst_finding_else_what_is_normal() -> None:
    found = {row.image.name: str(images.hint(row)) for row in rows(findings(), BUSY)}
    assert "Cure: copy it" in found[PAUSE]
    assert "kube-system/etcd-master01" in found[ETCD]
    idle = rows(findings(), seen(*pulled(), cri=(in_cri(ETCD),), needed=(ETCD,)))[0]
    assert "needs it" in str(images.hint(idle))
    spare = rows(findings(), seen(*pulled(), cri=(in_cri(ETCD),)))[0]
    assert "it takes 1 kB" in str(images.hint(spare))


def test_everything_that_is_known_of_an_image() -> None:
    text = whole(seen(*pulled(), cri=(in_cri(ETCD),), docker=(in_docker(),), uses=(used(),)))
    for part in (ID, "linux/amd64", "1 kB", "kube-system/etcd-master01/etcd", f"{ETCD} 2.5kB"):
        assert part in text
    assert text.count("k8s.io  ") == 3


def test_commands_stand_whole_in_their_line() -> None:
    text = whole(seen(*pulled(PAUSE), reference("short:1"), cri=(in_cri(PAUSE),)))
    assert "\nctr -n k8s.io images rm short:1\nsystemctl restart containerd\n" in text


def test_a_choice_and_an_order() -> None:
    found = rows(findings(), BUSY)
    assert [r.image.name for r in images.chosen(found, ImageChoice.NEEDED, ImageOrder.WORST)] == [
        PAUSE,
        ETCD,
    ]
    assert [r.image.name for r in images.chosen(found, ImageChoice.NEEDED, ImageOrder.NAME)] == [
        ETCD,
        PAUSE,
    ]
    assert ETCD not in [
        r.image.name for r in images.chosen(found, ImageChoice.DIFFERENT, ImageOrder.SIZE)
    ]
    assert len(images.chosen(found, ImageChoice.ALL, ImageOrder.WORST)) == len(found)
    assert images.following(ImageChoice.ALL) is ImageChoice.DIFFERENT
    assert images.following(ImageOrder.SIZE) is ImageOrder.WORST


def test_the_counts() -> None:
    found = rows(findings(), BUSY)
    counts = "Images: 5, different: 4, missing: "
    assert str(images.sentence(found, [Needed(PAUSE, 311_000)])) == f"{counts}1 (311 kB to fetch)."
    unknown = [Needed(PAUSE, 311_000), Needed("a/b:1")]
    assert str(images.sentence(found, unknown)) == f"{counts}2."
    assert str(images.sentence(found, [])) == "Images: 5, different: 4."
    assert str(images.sentence((), [])) == "There are no images on this machine yet."


def test_nothing_is_said_of_what_is_not_known() -> None:
    found = rows(findings(), seen(cri=None, needed=(PAUSE,), unread={"ctr -n k8s.io": T("x")}))
    assert str(images.sentence(found, [], known=False)) == "Which images there are is not known."
    assert "is not known" in str(images.hint(found[0]))


def test_what_is_shown_of_them() -> None:
    assert "is being looked at" in str(images.state(ImageChoice.ALL, ImageOrder.WORST, None))
    assert str(images.state(ImageChoice.ALL, ImageOrder.WORST, 0.31)) == "Read in 0.3 s."
    assert "needed, worst first" in str(images.state(ImageChoice.NEEDED, ImageOrder.WORST, 0.3))
