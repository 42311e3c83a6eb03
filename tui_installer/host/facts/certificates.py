"""The certificates of this node, and when they end."""

from __future__ import annotations

import base64
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from tui_installer.host.files import LARGEST, bounded
from tui_installer.host.look import Look
from tui_installer.model.facts import Certificate, Certificates

TOPIC = Certificates
PKI = Path("/etc/kubernetes/pki")
KUBELET = Path("/var/lib/kubelet/pki/kubelet-client-current.pem")
CONFIGS = Path("/etc/kubernetes")
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_DATA = re.compile(rb"client-certificate-data:\s*(\S+)")


def _files() -> Iterator[tuple[str, bytes]]:
    """Every certificate in PEM, with the name that people know it by."""
    for path in (*sorted(PKI.glob("**/*.crt")), KUBELET):
        try:
            raw = bounded(path, LARGEST)
        except OSError:
            continue
        name = "kubelet" if path == KUBELET else str(path.relative_to(PKI).with_suffix(""))
        yield from ((name, pem) for pem in _PEM.findall(raw)[:1])
    for path in sorted(CONFIGS.glob("*.conf")):
        try:
            found = _DATA.search(bounded(path, LARGEST))
            pem = base64.b64decode(found[1]) if found else b""
        except (OSError, ValueError):
            continue
        if pem:
            yield path.name, pem


def _ends(pem: bytes) -> float | None:
    from cryptography import x509  # slow to load, and only a proof and the status need it

    with warnings.catch_warnings():
        # kubeadm gives its CA the serial number 0.
        warnings.simplefilter("ignore")
        try:
            return x509.load_pem_x509_certificate(pem).not_valid_after_utc.timestamp()
        except ValueError:
            return None


def read(_look: Look) -> Certificates:
    """The one that ends first stands first."""
    rows = ((name, _ends(pem)) for name, pem in _files())
    found = [Certificate(name, ends) for name, ends in rows if ends is not None]
    return Certificates(tuple(sorted(found, key=lambda row: row.ends)))
