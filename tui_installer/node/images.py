"""A look at the images of this node: what ctr, crictl and docker have, what is needed, and what differs."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from tui_installer import registry
from tui_installer.assets import image_bytes
from tui_installer.host import last_answers
from tui_installer.host.gather import gather
from tui_installer.host.patience import Patience
from tui_installer.host.scope import Scope
from tui_installer.model.answers import Answers
from tui_installer.model.facts import (
    Cri,
    Disk,
    Facts,
    ImageNames,
    ImageStore,
    KubeletSettings,
    Kubernetes,
    System,
)
from tui_installer.model.image import ImageViews, Needed, Row, rows
from tui_installer.steps.images import references

TOPICS = (Cri, Disk, KubeletSettings, Kubernetes, System)
# Seconds for each question: a person waits, and a program that hangs is a finding itself.
QUICK = 5.0
# The kernel's words for an architecture, and those of images.
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True)
class ImagesSeen:
    """The images, the worst first; what they were judged by; and how many seconds the look took."""

    rows: tuple[Row, ...]
    seen: ImageViews
    seconds: float = 0.0

    @property
    def missing(self) -> tuple[Needed, ...]:
        """The needed images that the kubelet cannot use; none where what is there is not known."""
        if not self.seen.knows_what_is_there:
            return ()
        there = {name for row in self.rows if row.image.there for name in row.image.needed}
        return tuple(one for one in self.seen.needed if one.name not in there)


def look() -> ImagesSeen:
    """Reads this machine. It only reads; a view that does not answer is named in the store."""
    return _look(ImageStore)


def look_at_names() -> ImagesSeen:
    """Reads what can be had at once: names without digests, so that nothing is found that depends on content."""
    return _look(ImageNames)


def _look(topic: type[ImageStore]) -> ImagesSeen:
    began = time.monotonic()
    facts = gather((*TOPICS, topic), Scope(patience=Patience(QUICK)))
    seen = of(facts, last_answers.last().answers, topic)
    return ImagesSeen(rows(registry.findings(), seen), seen, time.monotonic() - began)


def of(facts: Facts, answers: Answers | None, topic: type[ImageStore] = ImageStore) -> ImageViews:
    """Returns what the findings are judged by: the answers of the last run say what is needed, and containerd itself."""
    store = facts.get(topic, ImageStore())
    if topic in facts.unread:
        store = ImageStore(unread={"ctr": facts.unread[topic].text})
    member = Kubernetes in facts and facts[Kubernetes].member
    sandbox = facts[Cri].sandbox_image if Cri in facts else ""
    names = references(answers) if answers else ()
    if member and sandbox:
        names = (*names, sandbox)
    arch = facts[System].arch if System in facts else ""
    return ImageViews(
        store,
        facts,
        tuple(_needed(names)),
        sandbox,
        ARCHITECTURES.get(arch, arch or "amd64"),
        member,
    )


def _needed(names: Iterable[str]) -> Iterable[Needed]:
    for name in dict.fromkeys(names):
        yield Needed(name, image_bytes(name))
