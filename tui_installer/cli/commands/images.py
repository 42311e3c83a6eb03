"""`images`: the images as ctr, crictl and docker see them, and what is wrong with the difference."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tui_installer.cli.command import JSON, Command
from tui_installer.exits import Exit, ExitCode
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T, Text
from tui_installer.text.language import Language
from tui_installer.text.measure import pad, size
from tui_installer.text.stdout import show, show_json
from tui_installer.text.words import VERDICT, WORDS

if TYPE_CHECKING:
    from tui_installer.model.image import Finding, LocalImage, Row
    from tui_installer.node.images import ImagesSeen

INCOMPLETE = T(
    "no difference is found, but not everything could be read; run it as root, or again in a minute"
)


def run(say: Language, as_json: bool) -> int:
    """Returns 0 if nothing is wrong, 1 if a FAIL was found; 3 if none was, and a view of the images is not known."""
    from tui_installer.node import images

    found = images.look()
    if as_json:
        show_json(_json(say, found))
    else:
        _lines(say, found)
    if any(row.outcome is Outcome.FAIL for row in found.rows):
        return ExitCode.FAILED
    if found.seen.store.unread:
        raise Exit(ExitCode.REFUSED, INCOMPLETE, told=as_json)
    return ExitCode.DONE


def _json(say: Language, found: ImagesSeen) -> dict[str, Any]:
    from tui_installer.effective.settings import in_force

    seen = found.seen
    missing = {one.name for one in found.missing}
    return {
        "version": 1,
        "images": [_image(say, row) for row in found.rows if row.image.somewhere],
        "required": [
            {
                "name": one.name,
                "present": one.name not in missing if seen.knows_what_is_there else None,
                "bytes": one.size,
            }
            for one in seen.needed
        ],
        "absent": [_image(say, row) for row in found.rows if row.known and not row.image.somewhere],
        "config": in_force(seen.facts),
        "downloads": [vars(one) for one in seen.store.downloads],
        "leases": [vars(one) for one in seen.store.leases],
        "unread": {source: say(why) for source, why in seen.store.unread.items()},
    }


def _image(say: Language, row: Row) -> dict[str, Any]:
    image = row.image
    namespaces = dict.fromkeys(reference.namespace for reference in image.references)
    return {
        "name": image.name,
        "names": list(image.names),
        "id": image.id,
        "digest": image.digest,
        "size": image.size,
        "namespaces": list(namespaces),
        "crictl": image.cri is not None,
        "docker": bool(image.docker),
        "needed": bool(image.needed),
        "used_by": [f"{use.namespace}/{use.pod}/{use.container}" for use in image.uses],
        "findings": [
            {
                "id": finding.id,
                "severity": finding.severity,
                "cause": say(finding.cause),
                "cure": say(finding.cure),
                "commands": [shlex.join(command) for command in finding.commands],
            }
            for finding in row.findings
        ],
    }


def _lines(say: Language, found: ImagesSeen) -> None:
    seen = found.seen
    show(say(_summary(found)))
    for row in found.rows:
        sign = pad(say(WORDS[row.outcome]), VERDICT)
        show(f"{sign} {row.image.name}   {', '.join(_views(say, row.image))}")
        for finding in row.findings:
            _finding(say, finding)
    for download in seen.store.downloads:
        show(
            say(
                T(
                    "A download is running: {reference}, {size} so far",
                    reference=download.reference,
                    size=download.size,
                )
            )
        )
    for lease in seen.store.leases:
        show(
            say(
                T(
                    "The lease {id} in the namespace {namespace} keeps content that no image names",
                    id=lease.id,
                    namespace=lease.namespace,
                )
            )
        )
    reasons: dict[str, list[str]] = {}
    for source, why in seen.store.unread.items():
        reasons.setdefault(say(why), []).append(source)
    for reason, sources in reasons.items():
        show(f"{pad(say(WORDS['unknown']), VERDICT)} {', '.join(sources)}: {reason}")


def _summary(found: ImagesSeen) -> Text:
    """Returns the numbers of images, of those that differ, and of those that are missing."""
    count = sum(1 for row in found.rows if row.image.somewhere)
    differ = sum(1 for row in found.rows if row.outcome in (Outcome.FAIL, Outcome.WARN))
    if not found.missing:
        return T("Images: {count}. With a difference: {differ}.", count=count, differ=differ)
    return T(
        "Images: {count}. With a difference: {differ}. Needed and missing: {missing}, about {size} to fetch.",
        count=count,
        differ=differ,
        missing=len(found.missing),
        size=size(sum(one.size for one in found.missing if one.size is not None)),
    )


def _views(say: Language, image: LocalImage) -> Iterable[str]:
    """Yields what each tool has: names in each namespace, crictl, docker; and whether the image is needed."""
    if image.needed:
        yield say(T("needed"))
    if image.size:
        yield size(image.size)
    counts: dict[str, int] = {}
    for reference in image.references:
        counts[reference.namespace] = counts.get(reference.namespace, 0) + 1
    for namespace, count in counts.items():
        yield f"ctr -n {namespace}: {count}"
    yield "crictl" if image.cri else say(T("not in crictl"))
    if image.docker:
        yield f"docker ({image.docker[0].size})"


def _finding(say: Language, finding: Finding) -> None:
    show(f"    {say(finding.cause)}   [{finding.id}]")
    show(f"    > {say(finding.cure)}")
    for command in finding.commands:
        show(f"      {shlex.join(command)}")


COMMAND = Command(
    run,
    T(
        "Shows every image as ctr, crictl and docker see it, and names what differs, with cause and cure. Changes nothing."
    ),
    "tui-installer images",
    (JSON,),
)
