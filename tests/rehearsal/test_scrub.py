"""What is recorded holds no secret."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.host import runs
from tui_installer.model.answers import from_flat
from tui_installer.model.answers_file import dump_values, parse
from tui_installer.model.request import Request, load
from tui_installer.model.secret import STARS
from tui_installer.model.text import T
from tui_installer.rehearsal import recording, scrub

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


def test_an_address_whose_host_is_named_after_a_secret_stays_one() -> None:
    lines = (
        'images = "auth.corp.example:5000/k8s"',
        'docker_io = ["https://token.corp:8443", "https://secret.corp:5000/x"]',
    )
    for line in lines:
        assert scrub.kept("/etc/tui-installer/answers.toml", f"{line}\n") == f"{line}\n"
    row = '{"mirrors": {"images": "auth.corp.example:5000/k8s"}}'
    assert scrub.kept(f"{OWN}/request.json", row) == row
    for line in ('password = "auth.corp:5000"', "password = secret.corp:5000"):
        assert "5000" not in str(scrub.kept("/etc/tui-installer/answers.toml", f"{line}\n"))


def test_no_digest_of_a_file_is_kept() -> None:
    """By it, what stands there in the place of the stars could be guessed."""
    row = '{"kind": "change-started", "step": "x", "n": 1, "digest": "sha256:0123"}'
    assert json.loads(str(scrub.kept(f"{OWN}/journal.jsonl", row))) == {
        "kind": "change-started",
        "step": "x",
        "n": 1,
    }


# One of every kind that `kept` tells apart, and of every kind of file of our own.
OWN = "/var/lib/tui-installer/runs/r0001-20261130T120000Z"
PATHS = (
    "/etc/hosts",
    "/etc/yum.repos.d/own.repo",
    "/etc/kubernetes/pki/ca.crt",
    "/etc/kubernetes/admin.conf",
    "/var/lib/kubelet/config.yaml",
    "/etc/tui-installer/answers.toml",
    "/etc/tui-installer/kubeadm-config.yaml",
    "/var/lib/tui-installer/draft.toml",
    "/var/lib/tui-installer/proof.json",
    f"{OWN}/answers.toml",
    f"{OWN}/journal.jsonl",
    f"{OWN}/output/packages.log",
    f"{OWN}/request.json",
)


@given(secret=SECRETS, form=st.sampled_from(FORMATS), path=st.sampled_from(PATHS))
def test_no_format_no_character_and_no_file_lets_a_secret_through(
    secret: str, form: str, path: str
) -> None:
    word = "".join(c for c in secret if c not in " <>")
    text = form.format(bare=secret, toml=json.dumps(secret), json=json.dumps(secret), word=word)
    # As a line of a journal holds it: what was printed, a sentence, and a line that was cut short.
    event = {"kind": "step-ended", "tail": [text], "error": {"text": "{a}", "params": {"a": text}}}
    journal = f"{json.dumps(event)}\n{json.dumps({'x': 1, 'password': secret})}\n"
    for cleaned in (
        scrub.clean([text])[0],
        scrub.clean({"a": text})["a"],
        scrub.kept(path, text) or "",
        scrub.kept(path, journal) or "",
        scrub.kept(path, journal[:-3]) or "",
    ):
        assert secret not in cleaned
        assert word not in cleaned
        assert "Zq" not in cleaned
        assert "7w" not in cleaned


def test_of_our_own_files_who_a_url_logs_in_as_is_left_out_and_they_stay_what_they_are() -> None:
    """They are read again by a rehearsal: answers that can be used, events that can be told, words that are found."""
    url = "https://ops:hunter22@mirror.corp/docker-ce"
    values: dict[str, object] = {
        "node.role": "worker",
        "mirrors.docker_ce": url,
        "mirrors.docker_io": [url],
    }
    there = f"https://{STARS}@mirror.corp/docker-ce"
    cleaned: dict[str, object] = {
        **values,
        "mirrors.docker_ce": there,
        "mirrors.docker_io": [there],
    }
    kept = scrub.kept("/etc/tui-installer/answers.toml", dump_values(values)) or ""
    assert parse(kept.encode()).values == cleaned
    request = scrub.kept(f"{OWN}/request.json", Request(from_flat(values)).dump()) or ""
    assert load(request).answers == from_flat(cleaned)
    sentence = T("the join token of {name} has ended", name="password: x").to_json()
    event = {"version": 1, "kind": "step-ended", "error": sentence, "tail": ["password = hunter22"]}
    journal = scrub.kept(f"{OWN}/journal.jsonl", json.dumps(event) + "\n") or ""
    assert list(runs.events(journal)) == [
        {
            **event,
            "error": {**sentence, "params": {"name": f"password: {STARS}"}},
            "tail": [f"password = {STARS}"],
        }
    ]
    assert scrub.kept(f"{OWN}/output/packages.log", "password = hunter22") == f"password = {STARS}"


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
