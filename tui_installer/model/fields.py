"""The kinds of value in the answers file, with their explanations of mistakes."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass

from tui_installer.model.text import T, Text

Check = Callable[[object], Text | None]

# Patterns match the whole text: `$` would allow a line end.
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
# The name becomes part of a file's name, and of a file that a shell reads.
_NIC = re.compile(r"[A-Za-z0-9_][-A-Za-z0-9_.@+]{0,14}")
# kubeadm accepts no capitals here (util/endpoint.go, ParseHostPort).
_ENDPOINT = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?:[0-9]{1,5}")
# No valid value is longer; a longer one could not be a file's name either.
LONGEST = 2000
# A host ends where every program ends it: some take the part after ?, # or \\ for the host.
_HOST = r"[^\s/?#\\]+"
_URL = re.compile(rf"https?://{_HOST}(/\S*)?")
_MANIFEST = re.compile(rf"/\S+|https://{_HOST}/\S+")
_REPOSITORY = re.compile(r"[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*")
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")


@dataclass(frozen=True)
class FieldKind:
    """A kind of value of the answers file.

    `right` describes right values, `wrong` explains a wrong one, `words` are those of docs/answers.md.
    """

    right: Text
    wrong: Check
    words: str = ""


def offered_hostname(name: str) -> str:
    """Returns the nearest name that Kubernetes accepts; empty if no part of it can be kept."""
    parts = [re.sub(r"[^a-z0-9-]+", "-", part.lower()).strip("-") for part in name.split(".")]
    labels = [part[:63].strip("-") for part in parts if part]
    return ".".join(labels)[:253].strip("-.")


def hostname_problem(name: str) -> Text | None:
    """Explains why Kubernetes would refuse this node name (RFC 1123 subdomain); None if it would not."""
    if len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.split(".")):
        return None
    offer = offered_hostname(name)
    if offer:
        return T('small letters, digits, "-" and "." only; for example "{offer}"', offer=offer)
    return T('small letters, digits, "-" and "." only')


def _text(test: Callable[[str], Text | None]) -> Check:
    def check(value: object) -> Text | None:
        if not isinstance(value, str):
            return T('text in quotes, like "..."')
        return test(value) or unwritable(value)

    return check


def unwritable(value: str) -> Text | None:
    """Explains why no value may hold this text; None if one may."""
    if not value.isprintable():
        return T("characters that can be printed")
    return None if len(value) <= LONGEST else T("at most {most} characters", most=LONGEST)


def one_of(*words: str) -> FieldKind:
    """Accepts one of these words."""
    right = T("one of: {words}", words=", ".join(f'"{w}"' for w in words))
    *first, last = (f'`"{word}"`' for word in words)
    documented = f"{', '.join(first)} or {last}"
    return FieldKind(right, lambda value: None if value in words else right, documented)


def flag() -> FieldKind:
    """Accepts true or false."""
    right = T("true or false")
    return FieldKind(
        right, lambda value: None if isinstance(value, bool) else right, "`true` or `false`"
    )


def _pattern(pattern: re.Pattern[str], right: Text) -> FieldKind:
    return FieldKind(right, _text(lambda value: None if pattern.fullmatch(value) else right))


def network_card() -> FieldKind:
    """Accepts the name of a network card."""
    return _pattern(_NIC, T('the name of a network card, like "ens33"'))


def version() -> FieldKind:
    """Accepts a version of Kubernetes; another check tells whether it is known."""
    return _pattern(_VERSION, T('a version like "1.25.0"'))


def subnet(right: Text, shortest: int, longest: int) -> FieldKind:
    """Accepts an IPv4 network with a prefix length in this range."""

    def test(value: str) -> Text | None:
        try:
            network = ipaddress.IPv4Network(value)
        except ValueError:
            return right
        # Kubernetes parses a prefix length, but no mask.
        whole = str(network) == value and shortest <= network.prefixlen <= longest
        return None if whole and not _unusable(network) else right

    return FieldKind(right, _text(test))


def _unusable(network: ipaddress.IPv4Network) -> bool:
    """Tells whether the kernel routes these addresses nowhere, or to this machine itself."""
    return (
        network.is_multicast
        or network.is_loopback
        or network.is_link_local
        or network.is_reserved
        or network.network_address.packed[0] == 0
    )


def _endpoint(value: str) -> Text | None:
    right = T('empty, or "host:port" in front of the control planes, like "cluster-endpoint:6443"')
    if value == "":
        return None
    good = _ENDPOINT.fullmatch(value) and 0 < int(value.rpartition(":")[2]) < 65536
    return None if good else right


def endpoint() -> FieldKind:
    """Accepts an empty value, or a host and a port."""
    return FieldKind(T('empty, or "host:port"'), _text(_endpoint))


def _ntp_server(value: str) -> Text | None:
    right = T('empty, or a host name or an IPv4 address, like "ntp.aliyun.com"')
    # Digits alone have to form a whole address.
    if value.replace(".", "").isdigit():
        try:
            return right if _unusable(ipaddress.IPv4Network(value)) else None
        except ValueError:
            return right
    return right if value and hostname_problem(value) else None


def time_server() -> FieldKind:
    """Accepts an empty value, or a host's name or address."""
    return FieldKind(T("empty, or a host name or an IPv4 address"), _text(_ntp_server))


def own_interface_problem(value: str) -> Text | None:
    """Explains why a card cannot have this ADDRESS/PREFIX; None if it can."""
    right = T('an IPv4 address with its prefix length, like "192.168.40.180/24"')
    try:
        card = ipaddress.IPv4Interface(value)
    except ValueError:
        return right
    if str(card) != value or not 1 <= card.network.prefixlen <= 31:
        return right
    if _unusable(ipaddress.IPv4Network(card.ip)):
        return T("an address that a card can have; {address} is none", address=str(card.ip))
    edges = (card.network.network_address, card.network.broadcast_address)
    if card.network.prefixlen < 31 and card.ip in edges:
        return T(
            "an address inside of {network}; {address} stands for the network itself",
            network=str(card.network),
            address=str(card.ip),
        )
    return None


def host_problem(value: str) -> Text | None:
    """Explains why this is not the IPv4 address of another machine; None if it is."""
    right = T('an IPv4 address, like "192.168.40.2"')
    try:
        address = ipaddress.IPv4Address(value)
    except ValueError:
        return right
    return right if _unusable(ipaddress.IPv4Network(address)) else None


def gateway_problem(value: str, own: str) -> Text | None:
    """Explains why a card with that ADDRESS/PREFIX cannot have this gateway; None if it can."""
    if problem := host_problem(value):
        return problem
    card = ipaddress.IPv4Interface(own)
    if ipaddress.IPv4Address(value) == card.ip:
        return T("the address of another machine; {address} is this one", address=value)
    if ipaddress.IPv4Address(value) not in card.network:
        return T("an address inside of {network}", network=str(card.network))
    return own_interface_problem(f"{value}/{card.network.prefixlen}")


def _or_empty(test: Callable[[str], Text | None], right: Text) -> FieldKind:
    return FieldKind(right, _text(lambda value: test(value) if value else None))


def own_address() -> FieldKind:
    """Accepts an empty value, or an address with its prefix length."""
    return _or_empty(own_interface_problem, T('empty, or an address like "192.168.40.180/24"'))


def gateway() -> FieldKind:
    """Accepts an empty value, or the address of another machine."""
    return _or_empty(host_problem, T('empty, or an IPv4 address, like "192.168.40.2"'))


def name_servers() -> FieldKind:
    """Accepts a list of addresses, which may be empty."""
    right = T('a list of IPv4 addresses, like ["223.5.5.5"], or [] for none')

    def check(value: object) -> Text | None:
        good = isinstance(value, list) and all(
            isinstance(v, str) and host_problem(v) is None for v in value
        )
        return None if good else right

    return FieldKind(right, check)


def packages_mirror() -> FieldKind:
    """Accepts a known mirror of packages, or a URL."""
    right = T('"auto", a name from assets/mirrors.toml, or a URL')

    def test(value: str) -> Text | None:
        return None if _NAME.fullmatch(value) or _URL.fullmatch(value) else right

    return FieldKind(right, _text(test))


def images_mirror() -> FieldKind:
    """Accepts a known source of images, or a repository."""
    right = T(
        '"auto", a name from assets/mirrors.toml, or a repository without https://, '
        'like "registry.aliyuncs.com/google_containers"'
    )

    def test(value: str) -> Text | None:
        repository = "." in value and _REPOSITORY.fullmatch(value)
        return None if _NAME.fullmatch(value) or repository else right

    return FieldKind(right, _text(test))


def docker_io() -> FieldKind:
    """Accepts a list of URLs, which may be empty; a file may also say "auto"."""
    right = T('"auto", [] for none, or a list of URLs, like ["https://docker.m.daocloud.io"]')

    def check(value: object) -> Text | None:
        if value == "auto":
            return None
        good = isinstance(value, list) and all(
            isinstance(v, str) and not unwritable(v) and _URL.fullmatch(v) for v in value
        )
        return None if good else right

    return FieldKind(right, check)


def hostname() -> FieldKind:
    """Accepts a name that Kubernetes allows for a node."""
    return FieldKind(T('small letters, digits, "-" and "." only'), _text(hostname_problem))


def _manifest(value: str) -> Text | None:
    right = T('empty, a file like "/root/calico.yaml", or a URL that begins with https://')
    good = _MANIFEST.fullmatch(value) and ".." not in value.split("/")
    return None if good else right


def manifest() -> FieldKind:
    """Accepts an empty value, or the place of Calico's manifest."""
    right = T('empty, a file like "/root/calico.yaml", or a URL that begins with https://')
    return _or_empty(_manifest, right)
