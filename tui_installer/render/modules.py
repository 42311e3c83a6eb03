"""The kernel modules that a node needs, and the file that loads them at every boot."""

from __future__ import annotations

from tui_installer.model.facts import System

ALWAYS = ("overlay", "br_netfilter")
IPVS = ("ip_vs", "ip_vs_rr", "ip_vs_wrr", "ip_vs_sh")


def modules(system: System, *, ipvs: bool) -> tuple[str, ...]:
    """Returns module names; below kernel 4.19 ipvs needs conntrack under its old name (kube-proxy, ipvs)."""
    if not ipvs:
        return ALWAYS
    conntrack = "nf_conntrack_ipv4" if system.kernel_version < (4, 19) else "nf_conntrack"
    return (*ALWAYS, *IPVS, conntrack)


def load_at_boot(names: tuple[str, ...]) -> str:
    """Returns a file for /etc/modules-load.d: one name a line."""
    return "".join(f"{name}\n" for name in names)
