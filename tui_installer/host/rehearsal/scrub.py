"""Takes secrets out of what is recorded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from fnmatch import fnmatch
from hashlib import sha256
from typing import Any

from tui_installer.host.rehearsal.state import AHEAD
from tui_installer.host.rehearsal.state import TOKEN as MARK
from tui_installer.model.secret import STARS, TOKEN

# Of these only that they are there, and their modes: no step and no check reads what is in them. Calico's manifest
# is long, and made again of the program's own.
LEFT_OUT = (
    "/etc/tui-installer/calico.yaml",
    "/etc/kubernetes/*",
    "/etc/cni/*",
    "/var/lib/kubelet/*",
    "*.key",
    "*/pki/*.pem",
    "/etc/shadow*",
    "*/.docker/config.json",
)
# What a join command is made of, and public.
PUBLIC = ("/etc/kubernetes/pki/ca.crt",)
# Only whether they are the same as another one is asked.
COMPARED = ("/etc/kubernetes/admin.conf", "*/.kube/config", "*/.kube/config.~*~")
# Ours: secrets are taken out before anything of it is written.
OURS = ("/etc/tui-installer/*", "/var/lib/tui-installer/*")
_WORDS = "token|password|passwd|passphrase|psk|secret|auth|bearer|credential|key-data|api-?key|access-?key"
_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL
        ),
        STARS,
    ),
    # All up to the end of the line: what ends a secret, nobody but its reader knows.
    (
        re.compile(
            rf"(?im)^(.*?(?:{_WORDS})[\w.-]*\\?[\"']?\s*(?:[:=]|\s)\s*)(\S.*?)([\s,;}}\])]*)$"
        ),
        lambda found: found[1] + _starred(found[2]) + found[3],
    ),
    (re.compile(r"(certificate[- ]key[\s:=]+)[0-9a-f]{64}"), rf"\g<1>{STARS}"),
    (re.compile(r"(://)[^\s\"'<>]*@"), rf"\g<1>{STARS}@"),
)
# RFC 3339, as kubeadm prints it.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def _starred(value: str) -> str:
    """A quoted value stays one, for whoever reads the rest of the file."""
    quote = value[0] if value[0] in "\"'" else ""
    return f"{quote}{STARS}{quote}"


def _among(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


def kept(path: str, text: str) -> str | None:
    """What may be kept of a file's text; None for nothing of it."""
    if _among(path, COMPARED):
        return f"sha256 {sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()}\n"
    if _among(path, LEFT_OUT) and not _among(path, PUBLIC):
        return None
    return _without_tokens(text) if _among(path, OURS) else clean(text)


def clean(value: Any) -> Any:
    """The text, or a value with texts in it, with stars in the place of keys, passwords and tokens."""
    if isinstance(value, dict):
        return {key: clean(one) for key, one in value.items()}
    if isinstance(value, list):
        return [clean(one) for one in value]
    if not isinstance(value, str):
        return value
    for pattern, instead in _RULES:
        value = pattern.sub(instead, value)
    return _without_tokens(value)


def _without_tokens(text: str) -> str:
    return TOKEN.sub(rf"\1.{STARS}", text)


def marked(text: str, now: datetime | None = None) -> str:
    """A list of join tokens with marks, in whose place a rehearsal puts a token and instants of its own."""
    now = now or datetime.now(UTC)

    def ahead(found: re.Match[str]) -> str:
        seconds = (datetime.fromisoformat(found[0]) - now).total_seconds()
        return f"{AHEAD}{seconds:.0f} s>"

    return _INSTANT.sub(ahead, TOKEN.sub(MARK, text))
