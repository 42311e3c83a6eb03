"""Bootstrap tokens of this control plane's cluster, and the pin of its CA."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tui_installer.host import files, machine, shell
from tui_installer.model.explained import Explained
from tui_installer.model.join_parts import TOKEN
from tui_installer.model.printable import clean
from tui_installer.model.secret import Redactor, Secret
from tui_installer.model.text import T

ADMIN = "/etc/kubernetes/admin.conf"
CA = Path("/etc/kubernetes/pki/ca.crt")
# A file of certificates is far smaller.
LARGEST = 1 << 20
LIFE = "24h0m0s"
# kubeadm join needs a token for two purposes: to find the cluster, then to request a certificate.
USAGES = frozenset({"signing", "authentication"})
GROUP = "system:bootstrappers:kubeadm:default-node-token"
NEVER = datetime.max.replace(tzinfo=UTC)


class NoTokens(Explained):
    """Tokens cannot be read or made; `text` says why."""


@dataclass(frozen=True)
class BootstrapToken:
    """A token that lets a server join, and its end; None: it never ends."""

    token: Secret
    ends: datetime | None = None

    @property
    def id(self) -> str:
        """The public half of the token."""
        return self.token.reveal().partition(".")[0]


def _kubeadm(*words: str) -> str:
    result = shell.output("kubeadm", "token", *words, "--kubeconfig", ADMIN)
    if result.code == 0:
        return result.out
    if result.code == shell.NOT_FOUND:
        raise NoTokens(T("kubeadm is not installed"))
    if result.code == shell.TIMED_OUT:
        raise NoTokens(T("the API server does not answer"))
    lines = [line for line in map(clean, result.err.splitlines()) if line]
    first = Redactor()(lines[0]) if lines else f"kubeadm: {result.code}"
    raise NoTokens(T("kubeadm says: {said}", said=first))


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yields the objects that kubeadm prints one after the other, without a list around them."""
    decoder = json.JSONDecoder()
    at = 0
    while match := re.compile(r"\S").search(text, at):
        value, at = decoder.raw_decode(text, match.start())
        yield value


def parse(text: str) -> list[BootstrapToken]:
    """Returns those tokens of `kubeadm token list -o json` with which a worker can join. Raises ValueError."""
    tokens = []
    for row in _objects(text):
        ends = datetime.fromisoformat(row["expires"]) if "expires" in row else None
        if set(row.get("usages", ())) >= USAGES and GROUP in row.get("groups", ()):
            tokens.append(BootstrapToken(Secret(row["token"]), ends))
    return tokens


def _known() -> list[BootstrapToken]:
    try:
        return parse(_kubeadm("list", "-o", "json"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoTokens(T("kubeadm's list of tokens cannot be read")) from error


def alive(now: datetime) -> list[BootstrapToken]:
    """Returns the tokens that have not expired. Raises NoTokens."""
    return [token for token in _known() if token.ends is None or token.ends > now]


def live() -> BootstrapToken | None:
    """Returns the token that expires last; None if all have expired. Raises NoTokens."""
    lives = alive(datetime.now(UTC))
    return max(lives, key=lambda token: token.ends or NEVER, default=None)


def new() -> BootstrapToken:
    """Makes a token that is valid for a day. Raises NoTokens."""
    printed = re.search(TOKEN, _kubeadm("create", "--ttl", LIFE))
    token = Secret(printed[0]) if printed else None
    made = next((candidate for candidate in _known() if candidate.token == token), None)
    if made is None:
        raise NoTokens(T("kubeadm has made a token, but the cluster does not know it"))
    return made


def pins() -> tuple[str, ...]:
    """Returns the pin of each certificate in the cluster's CA file. Raises NoTokens."""
    # These load slowly, and only a control plane's last screen needs them.
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    try:
        with warnings.catch_warnings():
            # kubeadm gives its CA the serial number 0, of which cryptography warns.
            warnings.simplefilter("ignore")
            certificates = x509.load_pem_x509_certificates(files.bounded(machine.at(CA), LARGEST))
    except OSError as error:
        raise NoTokens(
            T("{path} cannot be read: {reason}", path=str(CA), reason=error.strerror)
        ) from error
    except ValueError as error:
        raise NoTokens(T("{path} holds no certificate", path=str(CA))) from error
    keys = (
        one.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for one in certificates
    )
    return tuple(f"sha256:{hashlib.sha256(key).hexdigest()}" for key in keys)
