"""No secret leaves the machine in a bundle, in whatever form; what a helper needs stays."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from tests.support.planted import FILES, KEY, SECRETS, TOKEN, leaks, log
from tui_installer.model.secret import STARS
from tui_installer.report.contents import TextForm
from tui_installer.report.part import BundlePart
from tui_installer.report.search import Search, values

KNOWN = {one for text in FILES.values() for one in values(text)}
SEARCH = Search(KNOWN)


def test_the_leaks_would_be_found() -> None:
    assert {leak.secret for leak in leaks(log())} == set(SECRETS)


def test_a_log_keeps_its_harmless_lines_and_no_secret() -> None:
    part = SEARCH(BundlePart("log", log()))
    assert leaks(part.text) == []
    assert part.left_out is None
    assert part.text.count("harmless before") == log().count("harmless before")
    assert "kubeadm join 10.77.0.11:6443 --token" in part.text


def test_lines_of_a_key_are_known_one_by_one() -> None:
    """As a journal has them, each behind its own time; and a password that a URL had to escape."""
    body = [f"MIIE{n:02}{'abcdefghijklmnop' * 3}{n:02}" for n in range(30)]
    key = "\n".join(("-----BEGIN PRIVATE KEY-----", *body, "-----END PRIVATE KEY-----"))
    search = Search({*values(key), *values("proxy = http://u:p%40ss%2Fword@proxy:3128")})
    log = "".join(f"Dec 01 master01 app[1]: {line}\n" for line in body)
    assert "MIIE" not in search(BundlePart("log", log)).text
    assert "p@ss" not in search(BundlePart("log", "tried p@ss/word\n")).text


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_masked_or_left_out(path: str) -> None:
    part = SEARCH(BundlePart(path, FILES[path], TextForm.SETTINGS))
    assert leaks(part.text) == []


def test_a_file_whose_places_are_known_stays_what_it_is() -> None:
    part = SEARCH(
        BundlePart("config.toml", FILES["/etc/containerd/config.toml"], TextForm.SETTINGS)
    )
    assert part.left_out is None
    assert f'password = "{STARS}"' in part.text
    assert 'sandbox_image = "registry.k8s.io/pause:3.8"' in part.text
    hosts = FILES["/etc/containerd/certs.d/harbor.corp.lan/hosts.toml"]
    assert (
        'capabilities = ["pull"]' in SEARCH(BundlePart("hosts.toml", hosts, TextForm.SETTINGS)).text
    )


@pytest.mark.parametrize("form", [TextForm.SETTINGS, TextForm.PLAIN])
@pytest.mark.parametrize(
    "text",
    [KEY, json.dumps({"text": KEY}), quote(KEY), base64.b64encode(KEY.encode()).decode()],
    ids=["plain", "json", "url", "base64"],
)
def test_a_file_with_a_key_is_left_out_whoever_made_the_key(text: str, form: TextForm) -> None:
    part = Search()(BundlePart("file", f"# remark\n{text}\n", form))
    assert (part.text, part.left_out is None) == ("", False)
    assert "private key" in str(part.left_out)


@pytest.mark.parametrize(
    "secret",
    [
        f"token {TOKEN}",
        "password: hunter2hunter2",
        '"password":"hunter2"',
        '\\"token\\":\\"hunter2\\"',
        "--password hunter2",
        "https://user:hunter2@host/",
        "Authorization: Basic aHVudGVyMjpodW50ZXIy",
        "curl -u user:hunter2 https://host",
        "root:$6$saltsalt$hunter2hunter2:18000",
        "auth = hunter2",
        "API_KEY=hunter2",
    ],
)
def test_what_no_file_of_this_machine_holds_is_known_by_its_form(secret: str) -> None:
    text = Search()(BundlePart("log", f"first\nnow {secret}\nlast\n")).text
    assert "hunter2" not in text
    assert TOKEN not in text
    assert "aHVudGVyMj" not in text
    assert "first\n" in text
    assert text.endswith("last\n")


@pytest.mark.parametrize(
    "line",
    [
        'E1130 kubelet.go:2448] "Error getting node" err="node \\"master01\\" not found"',
        'could not find a JWS signature in the cluster-info ConfigMap for token ID "abcdef"',
        "invalid bearer token: not found",
        "- --authorization-mode=Node,RBAC",
        "- --enable-bootstrap-token-auth=true",
        "- --service-account-key-file=/etc/kubernetes/pki/sa.pub",
        "- --tls-private-key-file=/etc/kubernetes/pki/apiserver.key",
        "secretName: calico-typha",
        "Image: docker-pullable://registry.k8s.io/pause@sha256:" + "ab" * 32,
        "net.ipv4.tcp_syncookies = 1",
        "authorization:\n  mode: Webhook\n  webhook:\n    cacheAuthorizedTTL: 0s",
        "I1201 00:35:33.328633 1 tokencleaner.go:123] Starting token cleaner controller",
        "x509: certificate signed by unknown authority",
        "certificate-authority-data: "
        + base64.b64encode(b"-----BEGIN CERTIFICATE-----\nMIIC5zCCAc+gAwIBAgIBADANBgkq\n").decode(),
        "containerd.io-1.6.33-3.1.el7.x86_64",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    for form in (TextForm.LINES, TextForm.PLAIN):
        part = SEARCH(BundlePart("text", f"{line}\n", form))
        assert (part.text, part.left_out) == (f"{line}\n", None)


def test_facts_lose_the_secret_and_keep_their_form() -> None:
    value = {"Logs": {"lines": {"kubelet": [f"joined with {TOKEN}", "all is well"]}}, "n": 3}
    cleaned = SEARCH.within(value)
    assert leaks(json.dumps(cleaned)) == []
    assert cleaned["Logs"]["lines"]["kubelet"][1] == "all is well"
    assert cleaned["n"] == 3
