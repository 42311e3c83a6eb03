"""What is recorded holds no secret."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tui_installer.host.rehearsal import scrub

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"before\n{KEY}\nafter", "MIIEow"),
        ("    client-key-data: LS0tLS1CRUdJTg==\n", "LS0tLS1CRUdJTg"),
        ("kubeadm join --token abcdef.0123456789abcdef --x", "0123456789abcdef"),
        ("token: abcdef.0123456789abcdef", "0123456789abcdef"),
        ("proxy=http://user:hunter22@proxy:3128/", "hunter22"),
        ("password = hunter22\n", "hunter22"),
        ('"auth": "dXNlcjpodW50ZXIyMg=="', "dXNlcjpodW50ZXIyMg"),
        ("--certificate-key " + "a1" * 32, "a1a1a1"),
    ],
)
def test_secrets_become_stars(text: str, secret: str) -> None:
    assert secret not in scrub.clean(text)
    assert "***" in scrub.clean(text)


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1 localhost\n10.77.0.31 master01\n",
        "gpgcheck=1\nbaseurl=https://mirrors.aliyun.com/x\n",
        "sandbox_image = 'registry.aliyuncs.com/google_containers/pause:3.8'",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert scrub.clean(text) == text


@pytest.mark.parametrize(
    ("path", "out"),
    [
        ("/etc/kubernetes/pki/ca.key", True),
        ("/etc/kubernetes/pki/etcd/server.key", True),
        ("/var/lib/kubelet/pki/kubelet-client-current.pem", True),
        ("/etc/kubernetes/pki/ca.crt", False),
        ("/etc/hosts", False),
    ],
)
def test_files_of_keys_are_left_out(path: str, out: bool) -> None:
    assert scrub.left_out(path) is out


def test_tokens_that_a_rehearsal_needs_become_marks() -> None:
    text = '{"token": "abcdef.0123456789abcdef", "expires": "2026-11-26T05:00:00Z"}'
    now = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    assert scrub.marked(text, now) == '{"token": "<token>", "expires": "<+86400 s>"}'
