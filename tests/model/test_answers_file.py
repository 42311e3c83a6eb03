"""The answers file: every mistake is told at its line, and what is written is read back."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui_installer.model.answers import AS_IT_IS, QUESTIONS, Answers, Mirrors, flat
from tui_installer.model.answers_file import (
    AnswersError,
    Given,
    Mistake,
    parse,
    shown,
)

WORKER = '[node]\nrole = "worker"\n'


def mistakes(text: str | bytes) -> list[Mistake]:
    with pytest.raises(AnswersError) as error:
        parse(text.encode() if isinstance(text, str) else text)
    assert error.value.mistakes, "an error without a mistake tells nobody anything"
    assert all(str(row.right) for row in error.value.mistakes)
    return error.value.mistakes


def only(text: str | bytes) -> Mistake:
    found = mistakes(text)
    assert len(found) == 1
    return found[0]


def test_the_role_alone_is_enough() -> None:
    given = parse(WORKER.encode())
    assert given.values == {"node.role": "worker"}
    assert given.lines["node.role"] == 2


def test_a_whole_file() -> None:
    text = b"""\xef\xbb\xbf# as Windows saves it\r
[node]\r
role = "first-control-plane"  # a remark\r
hostname = "master01"\r
[mirrors]\r
docker_io = ["https://docker.m.daocloud.io"]\r
images = "registry.aliyuncs.com/google_containers"\r
centos = "https://mirrors.example.org/centos"\r
[cluster]\r
endpoint = "cluster-endpoint:6443"\r
[options]\r
time_sync = false\r
"""
    given = parse(text)
    assert given.values["mirrors.docker_io"] == ["https://docker.m.daocloud.io"]
    assert given.values["options.time_sync"] is False
    assert given.lines["cluster.endpoint"] == 10


def test_dotted_keys_are_answers_too() -> None:
    given = parse(b'node.role = "worker"\n"options"."docker" = false\n')
    assert given.values == {"node.role": "worker", "options.docker": False}
    assert given.lines["node.role"] == 1


# The text after the role; the line, the key and what is told of it.
WRONG: dict[str, tuple[str, int, str, str]] = {
    "unknown key": ("hostnam = 'a'\n", 3, "node.hostnam", "hostname"),
    "unknown key, nothing near": ("zzzz = 1\n", 3, "node.zzzz", "interface"),
    "unknown section": ("[clusters]\nx = 1\n", 3, "clusters", "cluster"),
    "unknown top key": ("[x]\n", 3, "x", "node"),
    "number for a text": ("hostname = 7\n", 3, "node.hostname", '"'),
    "text for a flag": ('[options]\ntime_sync = "yes"\n', 4, "options.time_sync", "true"),
    "list for a text": ("interface = ['a']\n", 3, "node.interface", '"'),
    "date for a text": ("hostname = 2026-11-23\n", 3, "node.hostname", '"'),
    "table for a text": ("hostname = { a = 1 }\n", 3, "node.hostname", '"'),
    "underscore in the name": (
        "hostname = 'centos_master'\n",
        3,
        "node.hostname",
        "centos-master",
    ),
    "capitals in the name": ("hostname = 'Master01'\n", 3, "node.hostname", "master01"),
    "name with a line end": ('hostname = "a\\n"\n', 3, "node.hostname", "-"),
    "name too long": (f"hostname = '{'a' * 64}'\n", 3, "node.hostname", "a" * 63),
    "empty name": ("hostname = ''\n", 3, "node.hostname", "letters"),
    "card with a blank": ("interface = 'ens 33'\n", 3, "node.interface", "ens33"),
    "card with a line end": ('interface = "ens33\\n"\n', 3, "node.interface", "ens33"),
    "address without a prefix": ("address = '10.0.0.5'\n", 3, "node.address", "/24"),
    "address of a whole network": ("address = '10.0.0.0/24'\n", 3, "node.address", "10.0.0.0/24"),
    "address with a mask": ("address = '10.0.0.5/255.0.0.0'\n", 3, "node.address", "/24"),
    "address of multicast": ("address = '224.0.0.5/24'\n", 3, "node.address", "224.0.0.5"),
    "gateway in another network": (
        "address = '10.0.0.5/24'\ngateway = '10.0.1.1'\n",
        4,
        "node.gateway",
        "10.0.0.0/24",
    ),
    "gateway that is the card": (
        "address = '10.0.0.5/24'\ngateway = '10.0.0.5'\n",
        4,
        "node.gateway",
        "10.0.0.5",
    ),
    "gateway without an address": ("gateway = '10.0.0.1'\n", 3, "node.gateway", "node.address"),
    "name servers without an address": ("dns = ['10.0.0.1']\n", 3, "node.dns", "node.address"),
    "name server by its name": (
        "address = '10.0.0.5/24'\ndns = ['dns.example.org']\n",
        4,
        "node.dns",
        "223.5.5.5",
    ),
    "name server in the place of a list": (
        "address = '10.0.0.5/24'\ndns = '223.5.5.5'\n",
        4,
        "node.dns",
        "list",
    ),
    "a word that is none of the choices": (
        "[options]\nfirewall = 'on'\n",
        4,
        "options.firewall",
        "off",
    ),
    "version without its last part": (
        "[cluster]\nkubernetes = '1.25'\n",
        4,
        "cluster.kubernetes",
        "1.25.0",
    ),
    "version with a v": (
        "[cluster]\nkubernetes = 'v1.25.0'\n",
        4,
        "cluster.kubernetes",
        "1.25.0",
    ),
    "subnet without a prefix": (
        "[cluster]\npod_subnet = '10.244.0.0'\n",
        4,
        "cluster.pod_subnet",
        "/16",
    ),
    "subnet with a mask": (
        "[cluster]\npod_subnet = '172.16.0.0/255.255.0.0'\n",
        4,
        "cluster.pod_subnet",
        "/16",
    ),
    "subnet of a single host": (
        "[cluster]\npod_subnet = '10.244.0.1/16'\n",
        4,
        "cluster.pod_subnet",
        "/16",
    ),
    "subnet too small": (
        "[cluster]\npod_subnet = '10.244.0.0/25'\n",
        4,
        "cluster.pod_subnet",
        "/24",
    ),
    "subnet too large": (
        "[cluster]\nservice_subnet = '10.0.0.0/8'\n",
        4,
        "cluster.service_subnet",
        "/12",
    ),
    "subnet of IPv6": ("[cluster]\npod_subnet = 'fd00::/64'\n", 4, "cluster.pod_subnet", "IPv4"),
    "subnet of multicast": (
        "[cluster]\npod_subnet = '224.0.0.0/16'\n",
        4,
        "cluster.pod_subnet",
        "/16",
    ),
    "subnet of the loopback": (
        "[cluster]\npod_subnet = '127.0.0.0/16'\n",
        4,
        "cluster.pod_subnet",
        "/16",
    ),
    "overlapping subnets": (
        "[cluster]\npod_subnet = '10.96.0.0/16'\nservice_subnet = '10.96.0.0/12'\n",
        4,
        "cluster.pod_subnet",
        "10.96.0.0/16",
    ),
    "a subnet that overlaps the default": (
        "[cluster]\nservice_subnet = '10.240.0.0/12'\n",
        4,
        "cluster.service_subnet",
        "10.244.0.0/16",
    ),
    "endpoint without a port": ("[cluster]\nendpoint = 'a'\n", 4, "cluster.endpoint", "host:port"),
    "endpoint with an impossible port": (
        "[cluster]\nendpoint = 'a:70000'\n",
        4,
        "cluster.endpoint",
        "host:port",
    ),
    "endpoint as a URL": (
        "[cluster]\nendpoint = 'https://a:6443'\n",
        4,
        "cluster.endpoint",
        "host:port",
    ),
    "a time server by its URL": (
        "[options]\nntp_server = 'ntp://ntp.aliyun.com'\n",
        4,
        "options.ntp_server",
        "ntp.aliyun.com",
    ),
    "half an address of a time server": (
        "[options]\nntp_server = '10.0.7'\n",
        4,
        "options.ntp_server",
        "IPv4",
    ),
    "a time server that is nobody": (
        "[options]\nntp_server = '0.0.0.0'\n",
        4,
        "options.ntp_server",
        "IPv4",
    ),
    "a lock that is a word": (
        "[options]\nlock_versions = 'yes'\n",
        4,
        "options.lock_versions",
        "true or false",
    ),
    "mirror without a scheme": (
        "[mirrors]\ncentos = 'mirrors.aliyun.com/centos'\n",
        4,
        "mirrors.centos",
        "URL",
    ),
    "a host that ends for each program elsewhere": (
        "[mirrors]\ncentos = 'http://127.0.0.1#@evil.lab/centos'\n",
        4,
        "mirrors.centos",
        "URL",
    ),
    "a host that ends for each program elsewhere, in a list": (
        "[mirrors]\ndocker_io = ['http://127.0.0.1\\@evil.lab']\n",
        4,
        "mirrors.docker_io",
        "URL",
    ),
    "mirror of images with a scheme": (
        "[mirrors]\nimages = 'https://registry.aliyuncs.com/google_containers'\n",
        4,
        "mirrors.images",
        "https://",
    ),
    "one mirror in the place of a list": (
        "[mirrors]\ndocker_io = 'https://a.b'\n",
        4,
        "mirrors.docker_io",
        "list",
    ),
    "a list with something else in it": (
        "[mirrors]\ndocker_io = ['https://a.b', 3]\n",
        4,
        "mirrors.docker_io",
        "list",
    ),
    "a section that is none": ("[[cluster]]\n", 0, "cluster", "[cluster]"),
    "key twice": ("role = 'worker'\n", 3, "node.role", "2"),
    "section twice": ("[node]\nhostname = 'a'\n", 3, "node", "1"),
    "a line without quotes": ("hostname = master01\n", 3, "", "key"),
    "a line without a value": ("hostname =\n", 3, "", "key"),
    "YAML": ("hostname: master01\n", 3, "", "key"),
    "an open text": ('hostname = "master01\n', 3, "", "key"),
}


@pytest.mark.parametrize(("rest", "line", "key", "told"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_told_with_its_line_and_what_would_be_right(
    rest: str, line: int, key: str, told: str
) -> None:
    mistake = only(WORKER + rest)
    assert (mistake.line, mistake.key) == (line, key)
    assert told in str(mistake.right)


def test_a_section_in_the_place_of_a_key() -> None:
    assert only("node = 1\n").key == "node"


def test_all_mistakes_are_told_at_once() -> None:
    found = mistakes("[node]\nrole = 'boss'\nhostname = 'A'\n[options]\nselinux = 'on'\n")
    assert [(m.line, m.key) for m in found] == [
        (2, "node.role"),
        (3, "node.hostname"),
        (5, "options.selinux"),
    ]
    assert found[0].found == '"boss"'
    assert "first-control-plane" in str(found[0].right)


@pytest.mark.parametrize("text", ["", "[node]\n", "# nothing\n", "[cluster]\n"])
def test_the_role_must_be_there(text: str) -> None:
    mistake = only(text)
    assert mistake.key == "node.role"
    assert "worker" in str(mistake.right)


@pytest.mark.parametrize(
    "noise", [b"\xff\xfe" * 2048, b"\0" * 4096, b"x" * 4096, bytes(range(256)) * 16, b"[" * 4096]
)
def test_noise(noise: bytes) -> None:
    assert len(only(noise).found) <= 60


def test_a_file_far_too_large() -> None:
    assert "70000" in only(b"#" * 70_000).found


def test_a_broken_byte_is_told_at_its_line() -> None:
    assert only(b"[node]\nrole = 'worker'\nhostname = '\xb0'\n").line == 3


def test_a_found_value_cannot_harm_the_screen() -> None:
    mistake = only(WORKER + 'hostname = "\\u001b[31m\\u009b\\u202e' + "x" * 300 + '"\n')
    assert mistake.found.isprintable()
    assert len(mistake.found) <= 60


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
@example(b"[node]\nrole='worker'\n[node.a]\n")
@example(b"node.role.x = 1")
@example(b"a = {a.b = 1, a = 2}")
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for text in (raw, WORKER.encode() + raw):
        try:
            assert isinstance(parse(text), Given)
        except AnswersError as error:
            assert error.mistakes


def test_every_field_has_a_default_that_it_takes() -> None:
    """All but the mirrors, which are found out."""
    open_ended = {f"mirrors.{key}" for key in vars(Mirrors())} | {"node.interface", AS_IT_IS}
    defaults = flat(Answers())
    assert set(defaults) == set(QUESTIONS)
    wrong = {
        k: v for k, v in defaults.items() if k not in open_ended and QUESTIONS[k].kind.wrong(v)
    }
    assert wrong == {}
    assert all(
        QUESTIONS[key].kind.wrong("auto") is None for key in QUESTIONS if key.startswith("mirrors.")
    )


def test_a_worker_is_not_asked_about_ordinary_pods() -> None:
    """At the line of the key; a draft keeps what was typed before the role was changed."""
    text = b"[node]\nrole = 'worker'\n[cluster]\npods_on_control_plane = false\n"
    with pytest.raises(AnswersError) as caught:
        parse(text)
    (mistake,) = caught.value.mistakes
    assert (mistake.line, mistake.key, mistake.found) == (4, AS_IT_IS, "false")
    assert "control plane" in str(mistake.right)
    assert parse(text, whole=False).values[AS_IT_IS] is False
    assert parse(text.replace(b"worker", b"first-control-plane")).values[AS_IT_IS] is False


def test_shown() -> None:
    assert shown("a") == '"a"'
    assert shown(True) == "true"
    assert shown(["a", 1]) == '["a", 1]'
    assert shown(None)
