"""Reader of network cards, addresses and routes (IPv4)."""

from __future__ import annotations

import ipaddress
import socket
from fnmatch import fnmatch

import psutil

from tui_installer.host.look import Look
from tui_installer.model.facts import Network, Nic, Route

TOPIC = Network
SCRIPTS = "/etc/sysconfig/network-scripts/ifcfg-"
CARDS = "/sys/class/net"
# Cards that libvirt, docker, podman, LXD, kernel tunnels and pod networks make. A missing device is no proof:
# bonds, bridges to a real card and a container's own card have none either.
SOFTWARE = (
    *(
        "docker*",
        "br-????????????",
        "virbr*",
        "vnet*",
        "lxcbr*",
        "lxdbr*",
        "podman*",
        "dummy*",
        "ifb*",
    ),
    *("veth*", "cni*", "cali*", "flannel*", "cilium*", "lxc*", "weave*", "vxlan*", "kube-*"),
    *(
        "nodelocaldns",
        "tunl*",
        "gre0",
        "gretap0",
        "erspan0",
        "sit0",
        "ip6tnl0",
        "ip_vti0",
        "ip6_vti0",
    ),
)


def _address(row: psutil._common.snicaddr) -> str:  # type: ignore[name-defined]
    return str(ipaddress.IPv4Interface(f"{row.address}/{row.netmask or 32}"))


def made_by_software(name: str) -> bool:
    """Tells by its name whether a card is a bridge, a tunnel or one end of a pair, without a way to other machines."""
    return any(fnmatch(name, pattern) for pattern in SOFTWARE)


def _driver(look: Look, name: str) -> str:
    """Returns the driver's name from the device; a card without a device has none."""
    rows = look.hint(f"{CARDS}/{name}/device/uevent").splitlines()
    return next((r.partition("=")[2] for r in rows if r.startswith("DRIVER=")), "")


def _nic(
    look: Look,
    name: str,
    rows: list[psutil._common.snicaddr],  # type: ignore[name-defined]
    stats: psutil._common.snicstats | None,  # type: ignore[name-defined]
) -> Nic:
    up = stats is not None and stats.isup
    # /sys refuses to tell the carrier of a card that is down; elsewhere without an answer, a card that is up has
    # a cable.
    carrier = look.hint(f"{CARDS}/{name}/carrier") or ("1" if up else "0")
    return Nic(
        name,
        tuple(_address(r) for r in rows if r.family == socket.AF_INET),
        up=up,
        dhcp="dhcp" in look.text(SCRIPTS + name).lower(),
        link=carrier == "1",
        speed=stats.speed if stats else 0,
        driver=_driver(look, name),
        mtu=stats.mtu if stats else 0,
        mac=next((r.address for r in rows if r.family == psutil.AF_LINK), ""),
        software=made_by_software(name),
    )


def _nics(look: Look) -> tuple[Nic, ...]:
    stats, found = psutil.net_if_stats(), psutil.net_if_addrs().items()
    return tuple(_nic(look, name, rows, stats.get(name)) for name, rows in found if name != "lo")


def _number(text: str) -> str:
    """Converts an address of /proc/net/route, which holds little-endian hexadecimal numbers."""
    return str(ipaddress.IPv4Address(int(text, 16).to_bytes(4, "little")))


def _routes(text: str) -> list[tuple[int, Route, str]]:
    """Returns each route that is up as metric, route, gateway."""
    rows = [line.split() for line in text.splitlines()[1:]]
    return [
        (
            int(r[6]),
            Route(str(ipaddress.IPv4Network(f"{_number(r[1])}/{_number(r[7])}")), r[0]),
            _number(r[2]) if int(r[2], 16) else "",
        )
        for r in rows
        if len(r) >= 8 and int(r[3], 16) & 1
    ]


def read(look: Look) -> Network:
    """Reads the cards, /proc/net/route and /etc/resolv.conf."""
    routes = _routes(look.text("/proc/net/route"))
    defaults = sorted((m, r.nic, g) for m, r, g in routes if r.destination == "0.0.0.0/0")
    resolv = [line.split() for line in look.text("/etc/resolv.conf").splitlines()]
    return Network(
        nics=_nics(look),
        routes=tuple(r for _, r, _ in routes),
        default_nic=defaults[0][1] if defaults else "",
        gateway=defaults[0][2] if defaults else "",
        nameservers=tuple(r[1] for r in resolv if len(r) > 1 and r[0] == "nameserver"),
    )
