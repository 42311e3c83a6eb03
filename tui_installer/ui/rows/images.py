"""Rows of the images: the list, and everything that is known of one."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import TypeVar

from tui_installer.model.facts.image_store import BARE, DOCKERS, KUBELETS, Content
from tui_installer.model.image import Finding, ImageViews, LocalImage, Needed
from tui_installer.model.image import Row as ImageRow
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import NO_TEXT, T, Text, listed, verbatim
from tui_installer.text import measure
from tui_installer.text.words import WORDS
from tui_installer.ui.rows.cells import WIDE, Row, Say, broken, lines, rows_of

# Cells of the columns right of the name; the namespaces are those that every machine may have.
SIGN, NEEDED, CRICTL = 8, 8, 9
NAMESPACES = {KUBELETS: 8, BARE: 8, DOCKERS: 6}
DIGEST = 22
NOTHING = "--"
# A place of images that so many share is shortened in the list.
SHARED = 3


class ImageChoice(Enum):
    """Which images are shown."""

    ALL = T("all")
    DIFFERENT = T("different")
    NEEDED = T("needed")


class ImageOrder(Enum):
    """The order of the images."""

    WORST = T("worst first")
    NAME = T("by name")
    SIZE = T("largest first")


_Setting = TypeVar("_Setting", bound=Enum)


def following(setting: _Setting) -> _Setting:
    """Returns the next setting; the first after the last."""
    settings = list(type(setting))
    return settings[(settings.index(setting) + 1) % len(settings)]


def chosen(rows: Iterable[ImageRow], choice: ImageChoice, order: ImageOrder) -> list[ImageRow]:
    """Returns the rows of a choice in an order; they come with the worst first."""
    kept = [row for row in rows if _belongs(row, choice)]
    if order is ImageOrder.NAME:
        return sorted(kept, key=lambda row: row.image.name)
    if order is ImageOrder.SIZE:
        return sorted(kept, key=lambda row: -(row.image.size or 0))
    return kept


def _belongs(row: ImageRow, choice: ImageChoice) -> bool:
    if choice is ImageChoice.DIFFERENT:
        return row.outcome is not Outcome.OK
    return choice is ImageChoice.ALL or bool(row.image.needed)


def shared_place(rows: Iterable[ImageRow]) -> str:
    """Returns the registry and folder that most images share, which the list shortens to R/; empty if few do."""
    places = Counter(row.image.name.rpartition("/")[0] for row in rows if "/" in row.image.name)
    place, count = next(iter(places.most_common(1)), ("", 0))
    return place if count >= SHARED and len(place) > 2 else ""


def place_line(place: str) -> Text:
    """Returns what R stands for."""
    return T("R = {place}", place=place) if place else NO_TEXT


def heads(say: Say, width: int) -> Row:
    """Returns the titles of the columns."""
    titles: list[tuple[str, int]] = [
        (say(T("needed")), NEEDED),
        ("crictl", CRICTL),
        *NAMESPACES.items(),
    ]
    row: Row = [(measure.fit("", SIGN), ""), (measure.fit(say(T("Image")), _room(width)), "bold")]
    row += [(measure.fit(title, cells), "bold") for title, cells in titles]
    return [*row, (say(T("manifest")), "bold")] if width >= WIDE else row


def _room(width: int) -> int:
    """Returns the cells for the name."""
    rest = SIGN + NEEDED + CRICTL + sum(NAMESPACES.values())
    return max(width - rest - (DIGEST if width >= WIDE else 0), 12)


def image_row(row: ImageRow, seen: ImageViews, place: str, say: Say, width: int) -> Row:
    """Returns one image: its sign, its name, whether it is needed, and what each tool has."""
    image, room = row.image, _room(width)
    name = short_name(image.name, place)
    cells: Row = [
        (measure.fit(say(WORDS[row.outcome]), SIGN), row.outcome),
        (
            measure.fit(
                measure.cut(name + "~" if measure.width(name) >= room else name, room - 1), room
            ),
            "",
        ),
        (measure.fit(say(T("yes")) if image.needed else say(T("no")), NEEDED), ""),
        (measure.fit(_in_cri(image, seen), CRICTL), ""),
    ]
    for namespace, wide in NAMESPACES.items():
        cells.append((measure.fit(_in(image, seen, namespace, say), wide), ""))
    if width >= WIDE:
        cells.append((image.digest.removeprefix("sha256:")[: DIGEST - 2], ""))
    return cells


def short_name(name: str, place: str) -> str:
    """Returns a name with R in the place of what most images share."""
    return f"R/{name.removeprefix(f'{place}/')}" if place and name.startswith(f"{place}/") else name


def _in_cri(image: LocalImage, seen: ImageViews) -> str:
    if image.cri is not None:
        return measure.size(image.cri.size)
    return "?" if seen.store.cri is None else NOTHING


def _in(image: LocalImage, seen: ImageViews, namespace: str, say: Say) -> str:
    """Returns the number of names in a namespace; a word where a part of the content is missing."""
    names = image.inside(namespace)
    if not names:
        known = seen.store.references is not None and f"ctr -n {namespace}" not in seen.store.unread
        return NOTHING if known else "?"
    if any(name.content in (Content.INCOMPLETE, Content.UNAVAILABLE) for name in names):
        return say(T("part"))
    return str(len(names))


def searched(row: ImageRow) -> str:
    """Returns the words that `/` searches."""
    image = row.image
    uses = (f"{use.namespace}/{use.pod}" for use in image.uses)
    return " ".join((image.name, *image.names, image.id, image.digest, *uses))


def hint(row: ImageRow) -> Text:
    """Returns the worst finding with its cure; else what is normal about the image."""
    if not row.known:
        return T("This node needs it. Whether it is there is not known.")
    if row.findings:
        worst = row.findings[0]
        return lines([T("{cause}.", cause=worst.cause), T("Cure: {cure}.", cure=worst.cure)])
    image = row.image
    if image.uses:
        return T("In order. Pods that use it: {pods}.", pods=listed(_pods(image)))
    if image.needed:
        return T("In order. This node needs it; no container uses it now.")
    return T(
        "In order. No container uses it and this node does not need it: it takes {size}.",
        size=measure.size(image.size or 0),
    )


def _pods(image: LocalImage) -> list[Text]:
    pods = dict.fromkeys(f"{use.namespace}/{use.pod}" for use in image.uses)
    return [verbatim(pod) for pod in pods]


def whole(row: ImageRow, say: Say, width: int) -> list[Row]:
    """Returns everything that is known of an image; commands begin in the first column, to copy."""
    image = row.image
    drawn: list[Row] = [[]]
    for finding in row.findings:
        drawn += [*finding_rows(finding, say, width), []]
    drawn += _facts(image, say, width)
    if image.references:
        drawn += [[], [(say(T("Names in containerd")), "bold")]]
        for one in image.references:
            line = f"{one.namespace}  {one.name}  {one.content} {one.blobs}".rstrip()
            drawn += [[(piece, "")] for piece in broken(line, width)]
    if image.uses:
        drawn += [[], [(say(T("Containers")), "bold")]]
        for use in image.uses:
            state = "" if use.running else say(T("ended"))
            line = f"{use.namespace}/{use.pod}/{use.container}  {state}".rstrip()
            drawn += [[(piece, "")] for piece in broken(line, width)]
    return drawn


def finding_rows(finding: Finding, say: Say, width: int) -> list[Row]:
    """Returns a finding with its cure, and the commands of the cure."""
    sign = f"{say(WORDS[finding.severity])}  "
    drawn = rows_of(f"{sign}{say(finding.cause)}.", width, str(finding.severity), indent=0)
    drawn += rows_of(say(T("Cure: {cure}.", cure=finding.cure)), width, indent=0)
    for command in finding.commands:
        drawn += [[(piece, "bold")] for piece in broken(shlex.join(command), width)]
    return drawn


def _facts(image: LocalImage, say: Say, width: int) -> list[Row]:
    platforms = dict.fromkeys(one for name in image.references for one in name.platforms)
    unpacked = {name.unpacked for name in image.inside(KUBELETS)} - {None}
    rows: list[tuple[Text, str]] = [
        (T("Name"), image.name),
        (T("Id"), image.id or "?"),
        (T("Manifest"), image.digest or "?"),
        (T("Platforms"), ", ".join(platforms) or "?"),
        (T("Content, compressed"), measure.size(image.size) if image.size is not None else "?"),
        (
            T("Unpacked for CRI"),
            say(T("yes") if True in unpacked else T("no")) if unpacked else "?",
        ),
    ]
    rows += [
        (T("In docker, unpacked"), f"{one.name or image.id} {one.size}") for one in image.docker
    ]
    wide = max(measure.width(say(title)) for title, _ in rows) + 2
    drawn: list[Row] = []
    for title, value in rows:
        if wide + measure.width(value) <= width:
            drawn.append([(measure.fit(say(title), wide), "bold"), (value, "")])
        else:
            # A digest that is to be copied stands in one line, from the first column.
            drawn += [[(say(title), "bold")], *([(piece, "")] for piece in broken(value, width))]
    return drawn


def all_commands(rows: Sequence[ImageRow], say: Say, width: int) -> list[Row]:
    """Returns every finding with the commands of its cure."""
    drawn: list[Row] = []
    for row in rows:
        for finding in row.findings:
            drawn += [[], [(row.image.name, "bold")], *finding_rows(finding, say, width)]
    return drawn


def sentence(rows: Sequence[ImageRow], missing: Sequence[Needed], *, known: bool = True) -> Text:
    """Returns the counts, and the bytes to fetch as far as they are known. `known` False: no tool has told its images."""
    differ = sum(1 for row in rows if row.outcome in (Outcome.FAIL, Outcome.WARN))
    count = sum(1 for row in rows if row.image.somewhere)
    if not known:
        return T("Which images there are is not known.")
    if not count and not missing:
        return T("There are no images on this machine yet.")
    if not missing:
        return T("Images: {count}, different: {differ}.", count=count, differ=differ)
    sizes = [one.size for one in missing if one.size is not None]
    if len(sizes) < len(missing):
        return T(
            "Images: {count}, different: {differ}, missing: {missing}.",
            count=count,
            differ=differ,
            missing=len(missing),
        )
    return T(
        "Images: {count}, different: {differ}, missing: {missing} ({size} to fetch).",
        count=count,
        differ=differ,
        missing=len(missing),
        size=measure.size(sum(sizes)),
    )


def state(choice: ImageChoice, order: ImageOrder, seconds: float | None) -> Text:
    """Returns what is shown if it is not everything; else how long the look took. None: it is not over."""
    if seconds is None:
        return T("Their content is being looked at.")
    if (choice, order) != (ImageChoice.ALL, ImageOrder.WORST):
        return T("Shown: {choice}, {order}.", choice=choice.value, order=order.value)
    return T("Read in {seconds} s.", seconds=f"{seconds:.1f}")
