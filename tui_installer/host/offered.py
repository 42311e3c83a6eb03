"""Files that may be chosen where nobody has logged in: in one folder of ours, and on what is plugged in."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tui_installer.host import files, machine, shell
from tui_installer.model import places

BLOCKS = Path("/sys/block")
# Nothing on it runs, counts as a device, or is changed.
OPTIONS = "ro,nosuid,nodev,noexec"
# The file systems that are looked at, with what keeps a journal that was not finished from being played back onto the
# disk: read-only alone does not. Others are passed over; CentOS' kernel has no such word for btrfs, for one.
KINDS = {
    **dict.fromkeys(("vfat", "exfat", "ntfs", "iso9660", "udf", "ext2"), ""),
    **{"ext3": ",noload", "ext4": ",noload", "xfs": ",norecovery"},
}
# Bytes of a file that may be an answers file or a join command, and how many files of a folder are looked at.
LARGEST = 100_000
MOST = 500


@dataclass(frozen=True)
class Offered:
    """A file: its name, where it lies (a folder, or a device), and what is in it."""

    name: str
    place: str
    raw: bytes


def every() -> list[Offered]:
    """All small plain files of these places. Blocks while disks are mounted and read; raises no error."""
    found = _in_folder(machine.at(places.SAVED), str(machine.at(places.SAVED)))
    for device in machine.here().removable():
        with _mounted(device) as folder:
            found += _in_folder(folder, device) if folder else []
    return found


def _in_folder(folder: Path, place: str) -> list[Offered]:
    """Its own files; what lies deeper, or is a link, is passed over."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if _plain(entry))[:MOST]
    except OSError:
        return []
    found = []
    for name in names:
        try:
            raw = files.bounded(folder / name, LARGEST)
        except OSError:
            continue
        if len(raw) <= LARGEST:
            found.append(Offered(name, place, raw))
    return found


def _plain(entry: os.DirEntry[str]) -> bool:
    try:
        return stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)
    except OSError:
        return False


def removable() -> list[str]:
    """The devices that hold files: the partitions of each disk that can be taken out, or the disk itself.

    A floppy drive is passed over: without a disk it keeps a mount waiting, and the kernel writes over the screen.
    """
    found: list[str] = []
    for disk in sorted(BLOCKS.glob("*")):
        try:
            out = (disk / "removable").read_text().strip() == "1"
            there = (disk / "size").read_text().strip() != "0"
        except OSError:
            continue
        if out and there and not disk.name.startswith("fd"):
            parts = sorted(part.parent.name for part in disk.glob("*/partition"))
            found += [f"/dev/{name}" for name in parts or [disk.name]]
    return found


@contextmanager
def _mounted(device: str) -> Iterator[Path | None]:
    """A folder in which it can be read meanwhile; None if it holds nothing that could be."""
    folder = machine.at(places.MEDIA)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kind = shell.output("blkid", "-p", "-o", "value", "-s", "TYPE", device).out.strip()
    if kind not in KINDS:
        yield None
        return
    options = OPTIONS + KINDS[kind]
    said = shell.output("mount", "-o", options, device, str(folder), "-t", kind)
    try:
        yield folder if said.code == 0 else None
    finally:
        # One that was given up may have come to its end all the same.
        if said.code in (0, shell.TIMED_OUT):
            shell.output("umount", "-l", str(folder))
