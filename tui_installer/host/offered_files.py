"""Files offered where nobody has logged in: those of one folder of ours, and of removable disks."""

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
# Nothing on the disk may run, count as a device, or change.
OPTIONS = "ro,nosuid,nodev,noexec"
# The supported file systems, each with the option that keeps the kernel from replaying an unfinished journal onto
# the disk: read-only alone does not. Others are skipped; CentOS' kernel has no such option for btrfs, for one.
KINDS = {
    **dict.fromkeys(("vfat", "exfat", "ntfs", "iso9660", "udf", "ext2"), ""),
    **{"ext3": ",noload", "ext4": ",noload", "xfs": ",norecovery"},
}
# The size in bytes up to which a file may be an answers file or a join command, and the number of files that are
# read per folder.
LARGEST = 100_000
MOST = 500


@dataclass(frozen=True)
class Offered:
    """A file: its name, its place (a folder or a device), and its content."""

    name: str
    place: str
    raw: bytes


def every() -> list[Offered]:
    """Lists all small plain files of these places. Blocks while it mounts and reads disks; raises no error."""
    offered = _in_folder(machine.at(places.SAVED), str(machine.at(places.SAVED)))
    for device in machine.here().removable():
        with _mounted(device) as folder:
            offered += _in_folder(folder, device) if folder else []
    return offered


def _in_folder(folder: Path, place: str) -> list[Offered]:
    """Lists a folder's own files; skips subfolders and links."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if _plain(entry))[:MOST]
    except OSError:
        return []
    offered = []
    for name in names:
        try:
            raw = files.bounded(folder / name, LARGEST)
        except OSError:
            continue
        if len(raw) <= LARGEST:
            offered.append(Offered(name, place, raw))
    return offered


def _plain(entry: os.DirEntry[str]) -> bool:
    try:
        return stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode)
    except OSError:
        return False


def removable() -> list[str]:
    """Lists the devices with files: the partitions of each removable disk, or the disk itself.

    It skips floppy drives: without a disk they delay a mount, and the kernel writes over the screen.
    """
    devices: list[str] = []
    for disk in sorted(BLOCKS.glob("*")):
        try:
            out = (disk / "removable").read_text().strip() == "1"
            there = (disk / "size").read_text().strip() != "0"
        except OSError:
            continue
        if out and there and not disk.name.startswith("fd"):
            parts = sorted(part.parent.name for part in disk.glob("*/partition"))
            devices += [f"/dev/{name}" for name in parts or [disk.name]]
    return devices


@contextmanager
def _mounted(device: str) -> Iterator[Path | None]:
    """Mounts the device and yields the folder; None if it has no supported file system."""
    folder = machine.at(places.MEDIA)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kind = shell.output("blkid", "-p", "-o", "value", "-s", "TYPE", device).out.strip()
    if kind not in KINDS:
        yield None
        return
    options = OPTIONS + KINDS[kind]
    output = shell.output("mount", "-o", options, device, str(folder), "-t", kind)
    try:
        yield folder if output.code == 0 else None
    finally:
        # A mount that timed out may have succeeded later.
        if output.code in (0, shell.TIMED_OUT):
            shell.output("umount", "-l", str(folder))
