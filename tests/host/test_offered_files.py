"""What may be chosen where nobody has logged in: small plain files of two places, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.machine import Fake
from tui_installer.host import offered_files, shell
from tui_installer.host.machine import at, use
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model import places
from tui_installer.preflight.saved_answers import answers_offered, joins_offered

JOIN = f"kubeadm join 10.1.2.3:6443 --token abcdef.0123456789abcdef --discovery-token-ca-cert-hash sha256:{'ab' * 32}\n"


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Our folder, with a bit of everything; and a computer on which nothing is plugged in."""
    use(ThisMachine(tmp_path))
    folder = at(places.SAVED)
    folder.mkdir(parents=True)
    secret = tmp_path / "shadow"
    secret.write_text("root:$6$abcdefgh$XyZ0:19000:0:99999:7:::\n")
    (folder / "node.toml").write_text('[node]\nrole = "worker"\n')
    (folder / "mistaken.toml").write_text('[node]\nrole = "boss"\n')
    (folder / "other.toml").write_text('[database]\npassword = "x"\n')
    (folder / "notes.txt").write_text("the password is x\n")
    (folder / "join.txt").write_text(f"on the master:\n{JOIN}")
    (folder / "copied").write_bytes(secret.read_bytes())
    (folder / "link.toml").symlink_to(secret)
    (folder / "huge.toml").write_text("[node]\n" + "#" * offered_files.LARGEST)
    (folder / "deeper").mkdir()
    (folder / "deeper/node.toml").write_text('[node]\nrole = "worker"\n')
    os.mkfifo(folder / "pipe.toml")
    monkeypatch.setattr(offered_files, "BLOCKS", tmp_path / "block")
    return folder


@pytest.mark.usefixtures("saved")
def test_answers_files_and_join_commands_and_no_others() -> None:
    assert [choice.name for choice in answers_offered()] == ["mistaken.toml", "node.toml"]
    assert [choice.name for choice in joins_offered()] == ["join.txt"]
    assert "shadow" not in str([choice.name for choice in offered_files.every()])


def disk(blocks: Path, name: str, *, removable: bool, parts: tuple[str, ...] = ()) -> None:
    (blocks / name).mkdir(parents=True)
    (blocks / name / "removable").write_text(f"{int(removable)}\n")
    (blocks / name / "size").write_text("1000\n")
    for part in parts:
        (blocks / name / part).mkdir()
        (blocks / name / part / "partition").write_text("1\n")


def test_what_is_plugged_in_is_read_and_left(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk(tmp_path / "block", "sda", removable=False, parts=("sda1",))
    disk(tmp_path / "block", "sdb", removable=True, parts=("sdb1", "sdb2"))
    disk(tmp_path / "block", "sdc", removable=True)
    disk(tmp_path / "block", "sr0", removable=True)
    disk(tmp_path / "block", "fd0", removable=True)
    # A log of btrfs would be played back, and what nobody knows may have one.
    disk(tmp_path / "block", "sdd", removable=True)
    disk(tmp_path / "block", "sde", removable=True)
    told, programs = tmp_path / "told", tmp_path / "bin"
    programs.mkdir()
    stick = f'echo "[node]" >"$4/stick.toml"; echo "$*" >>{told}'
    for name, does in (
        (
            "blkid",
            "case $6 in *sdb1) echo ext4;; *sdb2) echo vfat;; *sdc) echo xfs;; *sdd) echo btrfs;; "
            "*sr0) echo iso9660;; *) exit 2;; esac",
        ),
        ("mount", f'case $3 in *sdb2) echo "wrong fs type" >&2; exit 32;; esac\n{stick}'),
        ("umount", f'rm -f "$2"/*; echo "umount $*" >>{told}'),
    ):
        (programs / name).write_text(f"#!/bin/sh\n{does}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setattr(shell, "PATH", f"{programs}:{shell.PATH}")
    found = [(choice.name, choice.place) for choice in answers_offered()]
    names = ("sdb1", "sdc", "sr0")
    assert found[2:] == [("stick.toml", f"/dev/{name}") for name in names]
    folder = at(places.MEDIA)
    wanted = []
    kinds = ("ext4", "xfs", "iso9660")
    for name, kind, unplayed in zip(names, kinds, (",noload", ",norecovery", ""), strict=True):
        mounted = f"-o ro,nosuid,nodev,noexec{unplayed} /dev/{name} {folder} -t {kind}"
        wanted += [mounted, f"umount -l {folder}"]
    assert told.read_text().splitlines() == wanted
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_disk_that_is_given_up_does_not_stay_mounted(saved: Path, tmp_path: Path) -> None:
    disk(tmp_path / "block", "sdb", removable=True)
    called: list[str] = []

    def output(*argv: str) -> shell.Output:
        called.append(argv[0])
        return shell.Output(shell.TIMED_OUT if argv[0] == "mount" else 0, "vfat\n")

    use(Fake(tmp_path, prints=output))
    assert {choice.place for choice in offered_files.every()} == {str(saved)}
    assert called == ["blkid", "mount", "umount"]
