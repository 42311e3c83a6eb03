"""What is recorded holds no secret."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.host.rehearsal import recording, scrub
from tui_installer.model.secret import STARS

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
    ("path", "all_of_it"),
    [
        ("/etc/kubernetes/pki/ca.key", False),
        ("/etc/kubernetes/pki/etcd/server.key", False),
        ("/etc/kubernetes/token.csv", False),
        ("/etc/kubernetes/manifests/etcd.yaml", False),
        ("/var/lib/kubelet/pki/kubelet-client-current.pem", False),
        ("/etc/kubernetes/pki/ca.crt", True),
        ("/etc/hosts", True),
    ],
)
def test_files_that_nobody_reads_are_left_out(path: str, all_of_it: bool) -> None:
    assert scrub.kept(path, "text\n") == ("text\n" if all_of_it else None)


def test_of_a_kubeconfig_is_kept_whether_it_is_the_same() -> None:
    one, same, other = (
        scrub.kept(path, text)
        for path, text in (
            ("/etc/kubernetes/admin.conf", "server: https://x"),
            ("/root/.kube/config", "server: https://x"),
            ("/home/ada/.kube/config", "server: https://y"),
        )
    )
    assert one == same != other
    assert one is not None
    assert "server" not in one


# Of every alphabet that a secret may have, with what has ended a pattern too early: * < @ / : blanks and quotes.
SECRETS = st.text(
    st.sampled_from("abcXYZ019!#$%&()*+-./:;<=>?@[]^_{|}~ "), min_size=5, max_size=40
).map(lambda text: f"Zq{text.strip()}7w")
FORMATS = (
    "password = {toml}\n",
    "  [plugins.x.auth]\n    password = {toml}\nnext = 1\n",
    "password={bare}\nenabled=1\n",
    "    password: {bare}\n    next: 1\n",
    '{{"auths": {{"r": {{"auth": {json}}}}}}}',
    "Authorization: Bearer {bare}\n",
    "proxy=http://user:{bare}@proxy:3128/\n".replace("{bare}", "{word}"),
    "baseurl=https://{word}@git.corp/x\n",
    "PASSPHRASE={bare}\n",
    "identity-token {bare}\n",
)


@given(secret=SECRETS, form=st.sampled_from(FORMATS))
def test_no_format_and_no_character_lets_a_secret_through(secret: str, form: str) -> None:
    word = "".join(c for c in secret if c not in " <>")
    text = form.format(bare=secret, toml=json.dumps(secret), json=json.dumps(secret), word=word)
    for cleaned in (scrub.clean(text), scrub.clean([text])[0], scrub.clean({"a": text})["a"]):
        assert secret not in cleaned
        assert word not in cleaned
        assert "Zq" not in cleaned
        assert "7w" not in cleaned


def test_what_is_quoted_stays_so_for_whoever_reads_the_rest() -> None:
    text = '[a.auth]\npassword = "x y*z" # why\nnext = "b"\n'
    assert tomllib.loads(scrub.clean(text))["a"]["auth"]["next"] == "b"
    assert json.loads(scrub.clean('{"auth": "abc", \n"next": 1}')) == {"auth": STARS, "next": 1}


@pytest.mark.parametrize("name", recording.names())
def test_a_shipped_machine_holds_no_more_than_is_recorded(name: str) -> None:
    told = recording.load(recording.place(name))
    assert scrub.clean(told.facts) == told.facts
    for path, file in told.files.items():
        text = "\n".join((file.text if file else None) or [])
        assert text.startswith("sha256 ") or scrub.kept(path, text) in (text, None)
        assert text == "" or scrub.kept(path, text) is not None, path


def test_tokens_that_a_rehearsal_needs_become_marks() -> None:
    text = '{"token": "abcdef.0123456789abcdef", "expires": "2026-11-26T05:00:00Z"}'
    now = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    assert scrub.marked(text, now) == '{"token": "<token>", "expires": "<+86400 s>"}'
