"""Reader of this node's certificates and their end dates."""

from __future__ import annotations

import base64
import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from tui_installer.host.files import LARGEST, bounded
from tui_installer.host.look import MISSING, Look, closed
from tui_installer.model.facts import Certificate, Certificates, Closed, NotRead
from tui_installer.model.text import T, verbatim

TOPIC = Certificates
PKI = Path("/etc/kubernetes/pki")
KUBELET = Path("/var/lib/kubelet/pki/kubelet-client-current.pem")
CONFIGS = Path("/etc/kubernetes")
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_DATA = re.compile(rb"client-certificate-data:\s*(\S+)")


def _below(folder: Path) -> Iterator[Path]:
    """Yields every file below the folder in order. Raises OSError where it cannot read a folder."""

    def refuse(error: OSError) -> None:
        if not isinstance(error, MISSING):
            raise error

    for where, folders, names in os.walk(folder, onerror=refuse):
        folders.sort()
        yield from (Path(where) / name for name in sorted(names))


def _raw(path: Path) -> bytes:
    try:
        return bounded(path, LARGEST)
    except MISSING:
        return b""


def _files(look: Look) -> Iterator[tuple[Path, str, bytes]]:
    """Yields each PEM certificate with its file and its common name. Raises OSError."""
    for path in (*(p for p in _below(PKI) if p.suffix == ".crt"), KUBELET):
        name = "kubelet" if path == KUBELET else str(path.relative_to(PKI).with_suffix(""))
        yield from ((path, name, pem) for pem in _PEM.findall(_raw(path))[:1])
    for path in (CONFIGS / name for name in look.names(str(CONFIGS)) if name.endswith(".conf")):
        if (client_data := _DATA.search(_raw(path))) and (pem := _decoded(client_data[1])):
            yield path, path.name, pem


def _decoded(data: bytes) -> bytes:
    try:
        return base64.b64decode(data)
    except ValueError:
        return data


def _certificate(path: Path, name: str, pem: bytes) -> Certificate:
    """Raises NotRead for a file that holds no certificate: nobody knows when it ends."""
    from cryptography import x509  # it loads slowly, and only a proof and the status need it

    with warnings.catch_warnings():
        # kubeadm gives its CA the serial number 0, of which cryptography warns.
        warnings.simplefilter("ignore")
        try:
            found = x509.load_pem_x509_certificate(pem)
            ends = found.not_valid_after_utc
        except ValueError as error:
            why = T("it holds no certificate")
            raise NotRead(Closed(verbatim(str(path)), why)) from error
        try:
            names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except (x509.ExtensionNotFound, ValueError):
            return Certificate(name, ends.timestamp())
    return Certificate(name, ends.timestamp(), tuple(str(one.value) for one in names))


def read(look: Look) -> Certificates:
    """Returns the certificates, the earliest end first.

    Raises NotRead if any of them cannot be read: it may be the one that ends first.
    """
    try:
        certificates = [_certificate(*row) for row in _files(look)]
    except OSError as error:
        raise closed(str(error.filename), error) from error
    return Certificates(tuple(sorted(certificates, key=lambda row: row.ends)))
