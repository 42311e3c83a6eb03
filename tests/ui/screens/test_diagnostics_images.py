"""Diagnostics, the page "Images": the list, what is shown of an image, and what comes while it is being read."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from tests.support.images import ETCD, PAUSE, SOURCE, in_cri, pulled, reference, seen, used
from tests.support.machine import Fake
from tests.support.screens.fits import fits
from tests.support.screens.stage import until
from tests.support.screens.watching import Watch, watch
from tui_installer.model.facts import Cri, ImageNames, Kubernetes, Unread
from tui_installer.model.facts.image_store import Content, ImageStore
from tui_installer.model.text import verbatim
from tui_installer.node import images as node_images
from tui_installer.ui.frame.details import Details
from tui_installer.ui.screens.diagnostics import Diagnostics
from tui_installer.ui.screens.diagnostics_images import ImagesTab

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("shanghai")]

OTHER = [reference(f"{SOURCE}/x{n}:1", "buildkit", digest=f"sha256:{n:064x}") for n in range(3)]
STORE = seen(
    *pulled(content=Content.INCOMPLETE, blobs="1/2"),
    *pulled(PAUSE, digest="sha256:" + "cd" * 32)[:2],
    *OTHER,
    cri=(in_cri(ETCD),),
    uses=(used(),),
).store
NAMES = ImageNames(
    **vars(
        replace(
            STORE,
            references=tuple(
                replace(one, digest="", content=Content.UNKNOWN) for one in STORE.references or ()
            ),
        )
    )
)

SILENT = Unread(verbatim("containerd"), "no answer in 5 s", silent=True)


@pytest.fixture
def node(machine: Fake) -> Fake:
    """A node that lacks the image of every pod's first container in CRI."""
    machine.set(
        STORE, NAMES, Kubernetes(kubelet_conf=True), Cri(sandbox_image=f"{SOURCE}/pause:3.9")
    )
    return machine


async def opened(play: Watch, *pressed: str) -> ImagesTab:
    play.app.over(Diagnostics("diagnostics_images"))
    await play.settle()
    await play.press(*pressed)
    shown = next(s for s in play.app.screen_stack if isinstance(s, Diagnostics))
    assert isinstance(shown.tab, ImagesTab)
    return shown.tab


async def test_the_worst_image_comes_first_with_its_cure(node: Fake) -> None:
    async with watch() as play:
        await opened(play)
        assert "missing: 1." in play.text
        assert "R = registry.aliyuncs.com/google_containers" in play.text
        line = next(line for line in play.text.splitlines() if "> FAIL" in line)
        assert "R/pause:3.9" in line
        assert "no new pod starts" in play.text.replace("\n", " ")


async def test_enter_shows_everything_and_the_commands_to_copy(node: Fake) -> None:
    async with watch() as play:
        await opened(play, "enter")
        rows = play.screen(Details).draw(play.app.language, 78)
        text = "\n".join("".join(span for span, _ in row) for row in rows)
        assert f"\ncrictl pull {SOURCE}/pause:3.9\n" in text
        await play.press("escape")
        assert "R/pause:3.9" in play.text


async def test_f_filters_and_s_sorts(node: Fake) -> None:
    async with watch() as play:
        tab = await opened(play)
        count = len(tab.listing.items)
        await play.press("f")
        assert 0 < len(tab.listing.items) < count
        assert "Shown: different, worst first." in play.text
        await play.press("f")
        assert [row.image.name for row in tab.listing.items] == [f"{SOURCE}/pause:3.9"]
        await play.press("f", "s")
        names = [row.image.name for row in tab.listing.items]
        assert names == sorted(names)
        await play.press("slash")
        await play.press(*"etcd", "enter")
        assert tab.listing.item is not None
        assert tab.listing.item.image.name == ETCD


async def test_names_are_shown_before_the_content_is_known(
    node: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    look = node_images.look

    def slow() -> node_images.ImagesSeen:
        assert go_on.wait(20)
        return look()

    monkeypatch.setattr(node_images, "look", slow)
    async with watch() as play:
        play.app.over(Diagnostics("diagnostics_images"))
        await until(play, "Their content is being looked at")
        assert "R/etcd:3.5.4-0" in play.text
        assert "part" not in play.text
        go_on.set()
        await until(play, "Read in")
        assert "part" in play.text


async def test_a_view_that_does_not_answer_is_named(node: Fake) -> None:
    node.set(replace(STORE, cri=None, unread={"crictl": SILENT.text}))
    async with watch() as play:
        await opened(play)
        assert "crictl: not known: containerd did not answer" in play.text.replace("\n", " ")
        assert "?" in play.text


async def test_a_machine_without_images(node: Fake) -> None:
    node.set(ImageStore(references=(), cri=()), ImageNames(references=(), cri=()), Kubernetes())
    async with watch() as play:
        await opened(play, "enter", "f", "s")
        assert "There are no images on this machine yet." in play.text


async def test_a_machine_of_which_nothing_is_known(node: Fake) -> None:
    node.topics |= {ImageStore: SILENT, ImageNames: SILENT}
    node.set(Kubernetes(), Cri())
    async with watch() as play:
        await opened(play)
        assert "Which images there are is not known." in play.text
        assert "ctr: not known: containerd did not answer" in play.text


async def test_read_again_keeps_the_pointer_on_its_image(node: Fake) -> None:
    async with watch() as play:
        tab = await opened(play, "down")
        here = tab.listing.item
        node.set(
            replace(
                STORE,
                references=(
                    *(STORE.references or ()),
                    reference("a.b/c:1", digest="sha256:" + "0a" * 32),
                ),
            )
        )
        await play.press("ctrl+r")
        await play.settle()
        assert tab.listing.item is not None
        assert here is not None
        assert tab.listing.item.image.name == here.image.name


async def test_it_fits(node: Fake) -> None:
    async with watch() as play:
        await opened(play)
        texts = await fits(play)
        assert all("R/pause:3.9" in text for text in texts)
