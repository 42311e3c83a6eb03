"""Tokens are read and made by kubeadm itself, and are seen nowhere on the way."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.captures import capture
from tui_installer.host import shell, tokens
from tui_installer.host.tokens import BootstrapToken, NoTokens
from tui_installer.model.secret import Secret

FILES = Path(__file__).parent.parent / "data/files"
FOREVER = BootstrapToken(Secret("aaaaaa.0123456789abcdef"))
NEW = "aout6e.ct5q8pqna6de2ny2"


class Kubeadm:
    """A program in its place that prints what the real one has printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prints("list", "")
        self.prints("create", "")
        program = folder / "kubeadm"
        program.write_text(
            f'#!/bin/sh\necho "$*" >>{folder}/calls\ncat {folder}/$2\n'
            f"cat {folder}/$2.err >&2\nexit $(cat {folder}/$2.code)\n"
        )
        program.chmod(0o755)

    def prints(self, verb: str, out: str, err: str = "", code: int = 0) -> None:
        (self.folder / verb).write_text(out)
        (self.folder / f"{verb}.err").write_text(err)
        (self.folder / f"{verb}.code").write_text(str(code))

    @property
    def calls(self) -> str:
        return (self.folder / "calls").read_text()


@pytest.fixture
def kubeadm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kubeadm:
    monkeypatch.setattr(shell, "PATH", f"{tmp_path}:{shell.PATH}")
    return Kubeadm(tmp_path)


def row(token: str, expires: str, usages: str = '"authentication", "signing"') -> str:
    return (
        f'{{"token": "{token}", "expires": "{expires}", "usages": [{usages}], '
        '"groups": ["system:bootstrappers:kubeadm:default-node-token"]}'
    )


def test_what_kubeadm_lists() -> None:
    found = tokens.parse(capture("token-list-json"))
    assert len(found) == 5
    assert found[0] == BootstrapToken(
        Secret("69eg2e.ocvsmlyx9u31mvue"), datetime(2026, 11, 24, 8, 43, 28, tzinfo=UTC)
    )
    assert found[1] == FOREVER
    assert "ocvsmlyx9u31mvue" not in repr(found)


def test_the_token_that_holds_longest(kubeadm: Kubeadm) -> None:
    kubeadm.prints("list", capture("token-list-json"))
    assert tokens.live() == FOREVER
    assert "--kubeconfig /etc/kubernetes/admin.conf" in kubeadm.calls
    early, late = row("bbbbbb." + "b" * 16, "2101-01-01T00:00:00Z"), "2102-01-01T00:00:00Z"
    kubeadm.prints("list", f"{early}\n{row(NEW, late)}\n{early}\n")
    assert tokens.live() == BootstrapToken(Secret(NEW), datetime(2102, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "listed",
    [
        "",
        row(NEW, "2020-01-01T00:00:00Z"),
        row(NEW, "2102-01-01T00:00:00Z", '"signing"'),
        '{"token": "0tbpp2.c6uqyw3nfsqwn5f0", "expires": "2102-01-01T00:00:00Z"}',
        row(NEW, "2102-01-01T00:00:00Z").replace("default-node-token", "other"),
    ],
)
def test_no_token_that_a_server_could_join_with(kubeadm: Kubeadm, listed: str) -> None:
    kubeadm.prints("list", listed)
    assert tokens.live() is None


def test_a_new_token(kubeadm: Kubeadm) -> None:
    kubeadm.prints("create", capture("token-create"))
    kubeadm.prints("list", capture("token-list-json"))
    assert tokens.new() == BootstrapToken(
        Secret(NEW), datetime(2026, 11, 24, 8, 43, 28, tzinfo=UTC)
    )
    assert "token create --ttl 24h0m0s" in kubeadm.calls
    assert NEW not in kubeadm.calls, "no token in the arguments of a program"


def test_a_new_token_that_the_cluster_does_not_know(kubeadm: Kubeadm) -> None:
    for printed in (capture("token-create"), "something else\n"):
        kubeadm.prints("create", printed)
        with pytest.raises(NoTokens) as error:
            tokens.new()
        assert NEW[7:] not in str(error.value)


def test_no_token_gets_into_a_log(kubeadm: Kubeadm, caplog: pytest.LogCaptureFixture) -> None:
    kubeadm.prints("create", capture("token-create"))
    kubeadm.prints("list", capture("token-list-json"))
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").debug("this one is seen")
        tokens.new()
        tokens.live()
    assert "this one is seen" in caplog.text
    assert NEW[7:] not in caplog.text
    assert FOREVER.token.reveal()[7:] not in caplog.text


@pytest.mark.parametrize("listed", ["{", "[]", '{"token"}', '{"expires": "tomorrow"}', "{} x"])
def test_a_list_that_cannot_be_read(kubeadm: Kubeadm, listed: str) -> None:
    kubeadm.prints("list", listed)
    with pytest.raises(NoTokens):
        tokens.live()


def test_what_kubeadm_says_is_told(kubeadm: Kubeadm) -> None:
    kubeadm.prints("list", "", capture("token-no-adminconf"), 1)
    with pytest.raises(NoTokens) as error:
        tokens.live()
    assert str(error.value.text) == (
        "kubeadm says: failed to load admin kubeconfig: open /root/.kube/config: "
        "no such file or directory"
    )
    kubeadm.prints("list", "", f"\n\x1b[31mtoken {NEW} is bad\n", 1)
    with pytest.raises(NoTokens) as error:
        tokens.live()
    assert str(error.value.text) == "kubeadm says: token aout6e.**************** is bad"
    kubeadm.prints("list", "", "", 3)
    with pytest.raises(NoTokens, match="kubeadm: 3"):
        tokens.live()


def test_no_kubeadm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "PATH", str(tmp_path))
    with pytest.raises(NoTokens, match="not installed"):
        tokens.live()


def test_the_pin_is_that_of_the_real_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its CA has the serial number 0, as kubeadm makes it."""
    monkeypatch.setattr(tokens, "CA", FILES / "ca.crt")
    (pin,) = tokens.pins()
    assert pin in capture("token-create-print-join")


def test_several_authorities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "CA", tmp_path / "ca.crt")
    tokens.CA.write_bytes((FILES / "ca.crt").read_bytes() * 2)
    assert len(tokens.pins()) == 2


def test_no_authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "CA", tmp_path / "ca.crt")
    with pytest.raises(NoTokens, match="No such file"):
        tokens.pins()
    tokens.CA.write_text("nothing of the kind")
    with pytest.raises(NoTokens, match="holds no certificate"):
        tokens.pins()
