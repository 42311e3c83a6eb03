"""What is secret in a pasted text is masked, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.captures import capture
from tui_installer.model.pasted_text import masked, repaired

KEY = "d5055711c9b26030861de385e933d813325f19963c506d1d5d70ed03d4b84b85"
PIN = "8412afc89ca640d2666f269a6de1a4493203cebb9f0268ac8879a7182094faf8"
STARS = "*" * 16

MASKED = {
    "a token alone": ("6hhzv0.0123456789abcdef", f"6hhzv0.{STARS}"),
    "one that is being typed": ("6hhzv0.01", "6hhzv0.**"),
    "only its public half": ("6hhzv0.", "6hhzv0."),
    "too long": ("6hhzv0.0123456789abcdefgh", f"6hhzv0.{STARS}**"),
    "in capitals": ("6HHZV0.0123456789ABCDEF", f"6HHZV0.{STARS}"),
    "with a wrong first half": ("--token 6hhz.0123456789abcdef", f"--token 6hhz.{STARS}"),
    "without its dot": ("--token 6hhzv00123456789abcdef", f"--token 6hhzv0{STARS}"),
    "with a wrong character": ("--token=6hhzv0.01_3!56", "--token=6hhzv0.**_*!**"),
    "glued to the next flag": (
        "6hhzv0.0123456789abcdef--discovery-token-ca-cert-hash",
        f"6hhzv0.{STARS}--discovery-token-ca-cert-hash",
    ),
    "over two lines": ("6hhzv0.01234567\n89abcdef x", f"6hhzv0.{'*' * 8}\n{'*' * 8} x"),
    "over two lines of Windows": ("6hhz\r\nv0.0123456789abcdef", f"6hhz\r\nv0.{STARS}"),
    "with a backslash": ("6hhzv0.01234567\\\n> 89abcdef", f"6hhzv0.{'*' * 8}\\\n> {'*' * 8}"),
    "full-width": ("６ｈｈｚｖ０．０１２３４５６７８９ａｂｃｄｅｆ", f"６ｈｈｚｖ０．{STARS}"),
    "with an ideographic full stop": ("6hhzv0。01", "6hhzv0。**"),
    "with invisible characters": ("6hhzv0.01\u200b23", "6hhzv0.**\u200b**"),
    "between escape sequences": ("6hhzv0.01\x1b[1m23", "6hhzv0.**\x1b[1m**"),
    "inside an escape sequence": ("\x1b]0;6hhzv0.0123\x07", "\x1b]0;6hhzv0.****\x07"),
    "a certificate key": (f"--certificate-key {KEY}", "--certificate-key " + "*" * 64),
    "one that is being typed ": ("--certificate-key d505", "--certificate-key ****"),
    "one whose flag is broken": (f"--certificate-k\ney {KEY}", "--certificate-k\ney " + "*" * 64),
}


@pytest.mark.parametrize(("text", "wanted"), MASKED.values(), ids=MASKED.keys())
def test_what_is_secret_is_masked(text: str, wanted: str) -> None:
    assert masked(text) == wanted


PUBLIC = {
    "an address": "kubeadm join 192.168.40.180:6443 --token ",
    "a host whose name begins as a token may": "kubeadm join master.lab:6443 --token ",
    "a longer name of one": "kubeadm join master.lab.example.com:6443",
    "a prompt": "[root@master.lab ~]# kubeadm join",
    "our own card": "# /etc/hosts needs 192.168.40.180 master.lab; ends 2026-11-24 10:17 CST",
    "a pin": f"--discovery-token-ca-cert-hash sha256:{PIN}",
    "a pin without its kind": f"--discovery-token-ca-cert-hash {PIN}",
    "a pin over two lines": f"sha256:{PIN[:20]}\n{PIN[20:]}",
    "a pin after its line": f"-hash \\\n sha256:\n{PIN}",
    "a sentence": "Then run it on the worker.\nkubeadm join 10.0.0.1:6443",
    "the place of a token": "--token <token>",
    "a token that is missing": f"--token --discovery-token-ca-cert-hash sha256:{PIN}",
    "an address of the web": "see https://github.com/kubernetes",
}


@pytest.mark.parametrize("text", PUBLIC.values(), ids=PUBLIC.keys())
def test_what_is_public_stays(text: str) -> None:
    assert masked(text) == text


def test_the_output_of_kubeadm_init() -> None:
    text = capture("init-ok")
    assert masked(text) == text.replace("fgb53hon9hd6xs29", STARS)
    assert "fgb53hon9hd6xs29" in text


@pytest.mark.parametrize("name", ["token-create-certificate-key", "upload-certs"])
def test_the_keys_of_the_real_tools(name: str) -> None:
    found = [line for line in masked(capture(name)).split() if len(line) == 64]
    assert found == ["*" * 64]


@given(st.text(max_size=200))
def test_the_length_stays(text: str) -> None:
    now = masked(text)
    assert len(now) == len(text)
    assert all(new in (old, "*") for new, old in zip(now, text, strict=True))
    assert len(repaired(text)[0]) == len(repaired(text)[1])
