"""Nothing that leaves the program shows a secret, in whatever form it got there."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.captures import lines
from tui_installer.model.secret import STARS, Redactor, Secret

TOKEN = "zktp5j.fgb53hon9hd6xs29"
PASSWORD = 'pa"ss\\wörd/1'
KEY = "79b6ac2c59793c440f86023004c34acc53c8d4e96e3e78ca1d9abdbaadcd36f0"


def test_a_secret_is_stars_in_every_form_of_printing() -> None:
    secret = Secret(PASSWORD)
    printed = (str(secret), repr(secret), f"{secret}", repr([secret]), ascii(secret))
    assert all(PASSWORD not in text and STARS in text for text in printed)
    assert secret.reveal() == PASSWORD


def test_secrets_compare_by_value() -> None:
    assert Secret("a") == Secret("a")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != "a"


def test_a_known_secret_goes() -> None:
    redact = Redactor([Secret(PASSWORD), Secret(TOKEN)])
    text = f"login {PASSWORD} and {TOKEN}, and its half {TOKEN[7:]}"
    clean = redact(text)
    assert PASSWORD not in clean
    assert TOKEN[7:] not in clean
    assert "login " in clean


def test_a_secret_goes_out_of_json_too() -> None:
    redact = Redactor([Secret(PASSWORD)])
    for ascii_only in (True, False):
        line = json.dumps({"argv": ["login", PASSWORD]}, ensure_ascii=ascii_only)
        assert json.loads(redact(line)) == {"argv": ["login", STARS]}


@given(
    secret=st.text(st.characters(codec="utf-8"), min_size=12, max_size=60),
    before=st.binary(max_size=40),
    after=st.binary(max_size=40),
)
def test_a_secret_goes_out_of_base64_at_every_alignment(
    secret: str, before: bytes, after: bytes
) -> None:
    coded = base64.b64encode(before + secret.encode() + after).decode()
    clean = Redactor([Secret(secret)])(coded)
    assert STARS in clean
    # Of the coded secret itself at most the characters at its two ends are left.
    assert len(clean) - len(STARS) <= len(coded) - (len(secret.encode()) * 4 // 3 - 4)


@pytest.mark.parametrize("lead", [0, 1, 2])
def test_base64_of_a_line_that_holds_the_token(lead: int) -> None:
    coded = base64.b64encode(b"x" * lead + TOKEN.encode() + b" tail").decode()
    assert STARS in Redactor([Secret(TOKEN)])(coded)


@pytest.mark.parametrize(
    "line",
    [
        f"[bootstrap-token] Using token: {TOKEN}",
        f"kubeadm join 10.77.0.31:6443 --token {TOKEN} \\",
        f"--token={TOKEN}",
        f'"{TOKEN}"',
        f"({TOKEN})",
        f"{TOKEN},{TOKEN}",
    ],
)
def test_a_token_goes_by_its_shape_and_its_public_half_stays(line: str) -> None:
    clean = Redactor()(line)
    assert TOKEN[7:] not in clean
    assert TOKEN[:6] in clean


@pytest.mark.parametrize(
    "line",
    [
        "kube-apiserver.v1.25.0",
        "registry.aliyuncs.com/google_containers/pause:3.8",
        "sha256:8412afc89ca640d2666f269a6de1a4493203cebb9f0268ac8879a7182094faf8",
        "https://10.77.0.31:6443/api/v1/namespaces/kube-public/configmaps/cluster-info",
        "io.containerd.grpc.v1.cri",
        "",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert Redactor([Secret(TOKEN)])(line) == line


def test_a_certificate_key_goes() -> None:
    redact = Redactor()
    printed = [
        redact(line) for line in lines("upload-certs") + lines("token-create-certificate-key")
    ]
    assert not any(KEY in line or "d5055711c9b2603" in line for line in printed)
    assert any("sha256:8412afc89ca640d2" in line for line in printed), "the pin is public"


def test_no_token_is_left_of_what_kubeadm_init_prints() -> None:
    clean = "\n".join(map(Redactor(), lines("init-ok")))
    assert TOKEN[7:] not in clean
    assert "zktp5j" in clean


@given(st.text(), st.lists(st.text(max_size=20).map(Secret), max_size=3))
def test_filtering_twice_changes_nothing_more(text: str, secrets: list[Secret]) -> None:
    redact = Redactor(secrets)
    once = redact(text)
    assert redact(once) == once or any("*" in s.reveal() for s in secrets)
