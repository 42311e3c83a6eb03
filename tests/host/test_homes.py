"""What lies in somebody's home is read with the rights of that one."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui_installer.host.facts import files as reader
from tui_installer.host.look import Look
from tui_installer.host.shell import Child
from tui_installer.model.change import acting_as
from tui_installer.model.facts import NotRead, Person

# Seconds; only a test that fails waits as long.
LONG = 120.0

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
CONFIG = "~/.kube/config"


@pytest.fixture
def ada() -> Iterator[Person]:
    """Somebody with a home, which is nobody's else."""
    nobody = pwd.getpwnam("nobody")
    made = subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True)
    home = Path(made.stdout.strip())
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    (home / ".kube").mkdir()
    os.chown(home / ".kube", nobody.pw_uid, nobody.pw_gid)
    yield Person("ada", nobody.pw_uid, nobody.pw_gid, str(home))
    subprocess.run(["rm", "-rf", str(home)], check=True)


def look(person: Person) -> Look:
    return Look(patterns=(CONFIG,), people=(person,))


def test_what_is_there_and_what_is_not(ada: Person) -> None:
    path = f"{ada.home}/.kube/config"
    assert reader.read(look(ada)).text(path) is None
    Path(path).write_text("mine\n")
    assert reader.read(look(ada)).text(path) == "mine\n"


def test_a_link_leads_no_further_than_its_owner_may_go(ada: Person, tmp_path: Path) -> None:
    """Neither to read nor to write."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "config").write_text("secret\n")
    (closed / "config").chmod(0o600)
    folder = Path(ada.home) / ".kube"
    folder.rmdir()
    folder.symlink_to(closed)
    with pytest.raises(NotRead):
        reader.read(look(ada)).text(f"{folder}/config")
    argv = (*acting_as(ada), "install", "-d", "-m", "750", str(folder))
    child = Child(argv, tmp_path / "raw", {})
    assert child.wait(LONG)
    assert (closed.stat().st_uid, closed.stat().st_mode & 0o777) == (0, 0o700)


def test_a_file_that_is_closed_to_them_is_handed_over(ada: Person, tmp_path: Path) -> None:
    admin, path = tmp_path / "admin.conf", f"{ada.home}/.kube/config"
    admin.write_text("admin\n")
    admin.chmod(0o600)
    argv = (*acting_as(ada), "dd", f"of={path}", "conv=fsync")
    child = Child(argv, tmp_path / "raw", {}, str(admin))
    assert child.wait(LONG)
    assert child.code == 0
    assert (Path(path).read_text(), Path(path).stat().st_uid) == ("admin\n", ada.uid)
