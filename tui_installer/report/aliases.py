"""Stand-ins for names and addresses: the same one for the same input, so that what belongs together can still be seen.

Addresses that share a network share one afterwards. The ranges that every cluster of this guide has stay, for they tell
nothing and causes speak of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import Any

# Names that nobody is known by, and words of which a bundle is full.
COMMON = frozenset(
    [
        "root",
        "admin",
        "administrator",
        "user",
        "users",
        "test",
        "guest",
        "nobody",
        "localhost",
        "localdomain",
        "local",
        "node",
        "nodes",
        "master",
        "worker",
        "server",
        "host",
        "docker",
        "containerd",
        "kubelet",
        "kube",
        "kubernetes",
        "etcd",
        "centos",
        "redhat",
        "rocky",
        "almalinux",
        "debian",
        "ubuntu",
        "linux",
        "ec2-user",
        "vagrant",
        "ansible",
        "system",
        "default",
        "control-plane",
        "cluster",
        "name",
        "home",
        "data",
        "none",
        "null",
        "true",
        "false",
        "api",
        "internal",
        "lan",
        "com",
        "net",
        "org",
        "io",
        "cn",
        "svc",
        "pod",
    ]
)
# The hosts that the whole world knows; below them there are no others.
PUBLIC = (
    "docker.io", "docker.com", "k8s.io", "k8s.gcr.io", "gcr.io", "quay.io", "ghcr.io", "kubernetes.io", "github.com",
    "githubusercontent.com", "centos.org", "fedoraproject.org", "pool.ntp.org", "aliyun.com", "aliyuncs.com",
    "daocloud.io", "tuna.tsinghua.edu.cn", "ustc.edu.cn", "google.com", "googleapis.com", "redhat.com",
    "projectcalico.org", "tigera.io", "cluster.local", "microsoft.com", "mcr.microsoft.com", "nvidia.com", "nvcr.io",
)  # fmt: skip
UNCHANGED = tuple(
    map(ip_network, ("0.0.0.0/8", "127.0.0.0/8", "10.96.0.0/12", "10.244.0.0/16", "224.0.0.0/3"))
)
# In these the first parts tell nothing: everybody has them.
PRIVATE = {10: 1, 192: 2, 169: 2, 172: 1}
# A word may begin behind an escape of JSON or of a URL, whose last character is a letter.
_BEGIN = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"
_V4 = re.compile(r"(?:(?<!\d)(?<!\d\.)|(?<=%[0-9A-Fa-f]{2}))(\d{1,3}(?:\.\d{1,3}){3})(?!\d|\.\d)")
_V6 = re.compile(r"(?<![\w:.])((?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4})(?![\w:])")
_MAC = re.compile(r"(?<![\w:])((?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2})(?![\w:])")
_URL_HOST = re.compile(r"://(?:[^\s/@\"']*@)?([A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9])(?=[:/\"'\s]|$)")


class Aliases:
    """A map of names and addresses to stand-ins, which grows as it is asked."""

    def __init__(self, hosts: Iterable[str], users: Iterable[str]) -> None:
        """Takes the names that are to be replaced wherever they stand as a word."""
        self._number = self._domains = 0
        self._macs: dict[str, str] = {}
        self._v6: dict[str, str] = {}
        self._parts: dict[tuple[int, ...], dict[int, int]] = {}
        self._names: dict[str, str] = {}
        for host in sorted(hosts):
            self._host(host)
        for number, user in enumerate(sorted(u for u in set(users) if _telling(u)), 1):
            self._names.setdefault(user.lower(), f"user-{number}")
        self._words: re.Pattern[str] | None = None

    def learn(self, text: str) -> None:
        """Takes the hosts of a text's URLs, but for those of the whole world."""
        for host in set(_URL_HOST.findall(text)):
            if "." in host and not re.fullmatch(r"[\d.]+", host):
                self._host(host)
        self._words = None

    def _host(self, name: str) -> None:
        name = name.lower().strip(".")
        if not _telling(name) or name in self._names or re.fullmatch(r"[\d.:]+", name):
            return
        if any(f".{name}".endswith(f".{known}") for known in PUBLIC):
            return
        short, dot, domain = name.partition(".")
        if not dot:
            self._number += 1
            self._names[name] = f"host-{self._number}"
            return
        # The machine by its short name, and others of its domain, can still be recognised.
        self._host(short)
        if _telling(domain) and domain not in self._names:
            self._domains += 1
            self._names[domain] = f"domain-{self._domains}.example"
        head, tail = self._names.get(short, short), self._names.get(domain, domain)
        self._names[name] = f"{head}.{tail}"

    def __call__(self, text: str) -> str:
        """Returns the text with stand-ins."""
        if self._words is None:
            ordered = sorted(self._names, key=len, reverse=True)
            joined = "|".join(map(re.escape, ordered)) or r"(?!)"
            self._words = re.compile(rf"(?i){_BEGIN}(?:{joined})(?![A-Za-z0-9])")
        text = self._words.sub(lambda match: self._names[match[0].lower()], text)
        text = _MAC.sub(self._mac, text)
        text = _V4.sub(lambda match: self._address(match[1]), text)
        return _V6.sub(self._address_6, text)

    def within(self, value: Any) -> Any:
        """Returns a value of JSON with stand-ins in all its texts, and in names that are no names of ours."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, dict):
            return {self._key(key): self.within(one) for key, one in value.items()}
        return [self.within(one) for one in value] if isinstance(value, list) else value

    def _key(self, key: str) -> str:
        return self(key) if re.search(r"[./:\d-]", key) else key

    def _mac(self, match: re.Match[str]) -> str:
        mac = match[1].lower()
        if mac in ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "ee:ee:ee:ee:ee:ee"):
            return match[1]
        number = len(self._macs) + 1
        return self._macs.setdefault(mac, f"02:00:00:00:{number >> 8 & 255:02x}:{number & 255:02x}")

    def _address(self, text: str) -> str:
        try:
            address = IPv4Address(text)
        except ValueError:
            return text
        octets = [int(part) for part in text.split(".")]
        if octets[0] == 255 or any(address in network for network in UNCHANGED):
            return text
        same = PRIVATE.get(octets[0], 0) if address.is_private else 0
        before = tuple(octets[:same])
        # Of a public address the first two parts together become one.
        stand_in = [*before] if same else [100, self._part((), octets[0] << 8 | octets[1])]
        for place in range(len(stand_in), 4):
            before, own = tuple(octets[:place]), octets[place]
            # The ends of a network stay what they are.
            stand_in.append(own if own in (0, 255) else self._part(before, own))
        return ".".join(map(str, stand_in))

    def _part(self, before: tuple[int, ...], own: int) -> int:
        """Returns the stand-in of one part of an address within its network."""
        known = self._parts.setdefault(before, {})
        if own not in known:
            used = {*known.values(), *RESERVED.get(before, ())}
            known[own] = next((n for n in range(1, 255) if n not in used), 254)
        return known[own]

    def _address_6(self, match: re.Match[str]) -> str:
        try:
            address = IPv6Address(match[1])
        except ValueError:
            return match[1]
        if address.is_loopback or address.is_unspecified or address.is_multicast:
            return match[1]
        head = "fe80" if address.is_link_local else "2001:db8"
        return self._v6.setdefault(address.compressed, f"{head}::{len(self._v6) + 1:x}")


# Parts that would lead into a range that stays, or out of the private one.
RESERVED: dict[tuple[int, ...], tuple[int, ...]] = {
    (10,): (*range(96, 112), 244),
    (172,): (*range(16),),
}


def _telling(name: str) -> bool:
    return len(name) > 1 and name.lower() not in COMMON and not name.isdigit()
