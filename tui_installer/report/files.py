"""The files of a bundle: those of the list, each as far as it can be read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from tui_installer.host import machine
from tui_installer.host.files import LARGEST, bounded, end
from tui_installer.model.text import T, Text, verbatim
from tui_installer.report.contents import KeptFiles
from tui_installer.report.part import BundlePart, cut

FOLDER = "files"


def parts(kept: Iterable[KeptFiles]) -> Iterator[BundlePart]:
    """Yields a part for every file that is there, and for every folder that cannot be read."""
    for one in kept:
        folder = machine.at(one.pattern.partition("*")[0].rpartition("/")[0] or "/")
        if "*" in one.pattern and (why := _closed(folder)):
            yield BundlePart(_name(folder), unread=why)
            continue
        paths = list(machine.here().root.glob(one.pattern.lstrip("/")))
        for path in sorted(sorted(paths, key=_changed)[-one.newest :]):
            yield _read(path, one)


def _name(path: Path) -> str:
    return f"{FOLDER}/{path.relative_to(machine.here().root)}"


def _closed(folder: Path) -> Text | None:
    """Returns why a folder cannot be read; glob takes such a folder for an empty one."""
    try:
        os.scandir(folder).close()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return verbatim(error.strerror or str(error))
    return None


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _read(path: Path, kept: KeptFiles) -> BundlePart:
    name = _name(path)
    try:
        if not path.is_file():
            return BundlePart(name, form=kept.form, unread=T("it is no plain file"))
        if not kept.end:
            text, too_many = cut(bounded(path, LARGEST), kept.most, end=False)
        else:
            size = path.stat().st_size
            text = end(path, kept.most)
            too_many = max(0, size - kept.most)
            text = text.partition("\n")[2] if too_many else text
    except OSError as error:
        return BundlePart(name, form=kept.form, unread=verbatim(error.strerror or str(error)))
    return BundlePart(name, text, kept.form, cut=too_many)
