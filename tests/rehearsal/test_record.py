"""What is kept of a machine, and what is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_installer.host import shell
from tui_installer.host.machine import use
from tui_installer.host.scope import Scope
from tui_installer.host.this_machine import ThisMachine
from tui_installer.rehearsal import record
from tui_installer.rehearsal.kept import LEFT_OUT, KeptFile, put

KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQ\n-----END EC PRIVATE KEY-----\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine of the test's making."""
    use(ThisMachine(tmp_path))
    for path, text in {
        "etc/hosts": "127.0.0.1 localhost",
        "etc/kubernetes/pki/ca.key": KEY,
        "etc/kubernetes/pki/ca.crt": "a certificate\n",
        "etc/kubernetes/manifests/etcd.yaml": "env: secret",
        "etc/kubernetes/admin.conf": "server: https://x\n    client-key-data: c2VjcmV0\n",
        "etc/tui-installer/calico.yaml": "long\n",
        "etc/shells": "nobody asks for it",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "etc/kubernetes/pki/ca.key").chmod(0o600)
    (tmp_path / "etc/kubernetes/pki").chmod(0o700)
    return tmp_path


def kept() -> dict[str, KeptFile]:
    found = record.kept_files(Scope(patterns=("/etc/hosts", *record.KEPT)))
    return {path: file for path, file in found.items() if file is not None}


@pytest.mark.usefixtures("root")
def test_files_are_kept_line_by_line_with_their_modes() -> None:
    found = kept()
    assert found["/etc/hosts"].text == ["127.0.0.1 localhost"]
    assert found["/etc/kubernetes/pki/ca.crt"].text == ["a certificate", ""]
    assert found["/etc/kubernetes/manifests/etcd.yaml"].text is None
    assert found["/etc/kubernetes/pki/ca.key"].mode == "0600"
    assert "/etc/shells" not in found


@pytest.mark.usefixtures("root")
def test_keys_are_there_and_not_told() -> None:
    found = kept()
    assert found["/etc/kubernetes/pki/ca.key"].text is None
    assert found["/etc/tui-installer/calico.yaml"].text is None
    assert "c2VjcmV0" not in "\n".join(found["/etc/kubernetes/admin.conf"].text or [])
    assert (found["/etc/kubernetes/admin.conf"].text or [""])[0].startswith("sha256 ")


@pytest.mark.usefixtures("root")
def test_folders_that_are_closed_stay_closed() -> None:
    found = kept()
    assert found["/etc/kubernetes/pki"].folder
    assert found["/etc/kubernetes/pki"].mode == "0700"
    assert "/etc" not in found


def test_what_was_kept_is_put_as_it_was(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    for path, file in sorted(kept().items()):
        put(other, path, file)
    for path in ("etc/hosts", "etc/kubernetes/pki/ca.crt"):
        assert (other / path).read_bytes() == (root / path).read_bytes()
    key = other / "etc/kubernetes/pki/ca.key"
    assert (key.read_text(), key.stat().st_mode & 0o777) == (LEFT_OUT, 0o600)


def test_reading_commands_are_heard_while_it_records() -> None:
    with record.listening() as heard:
        shell.output("sh", "-c", "echo token=abcdef.0123456789abcdef; exit 3")
        shell.output("kubectl", "get", "secrets")
    shell.output("echo", "afterwards")
    assert [(row.argv[0], row.code) for row in heard] == [("sh", 3)]
    assert "0123456789abcdef" not in "\n".join(heard[0].out)
