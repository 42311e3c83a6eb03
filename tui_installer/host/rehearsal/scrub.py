"""Takes secrets out of what is recorded."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from fnmatch import fnmatch

from tui_installer.host.rehearsal.state import AHEAD
from tui_installer.host.rehearsal.state import TOKEN as MARK
from tui_installer.model.secret import STARS, TOKEN

# Nothing of these is kept but that they are there. Calico's manifest is long, and made again of the program's own.
LEFT_OUT = (
    "/etc/tui-installer/calico.yaml",
    "*.key",
    "*/pki/*.pem",
    "/etc/shadow*",
    "*/.docker/config.json",
)
_RULES = (
    (
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL
        ),
        STARS,
    ),
    (
        re.compile(
            r"((?:client-key-data|token|password|passwd|psk|secret|auth)\"?\s*[:=]\s*\"?)[^\s\"<*]{6,}",
            re.IGNORECASE,
        ),
        rf"\g<1>{STARS}",
    ),
    (re.compile(r"(certificate[- ]key[\s:=]+)[0-9a-f]{64}"), rf"\g<1>{STARS}"),
    (re.compile(r"(://[^/\s:@]+:)[^/\s@]+@"), rf"\g<1>{STARS}@"),
)
# RFC 3339, as kubeadm prints it.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def left_out(path: str) -> bool:
    """Whether nothing of that file may be kept."""
    return any(fnmatch(path, pattern) for pattern in LEFT_OUT)


def clean(text: str) -> str:
    """The text with stars in the place of keys, passwords and tokens."""
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    return TOKEN.sub(rf"\1.{STARS}", text)


def marked(text: str, now: datetime | None = None) -> str:
    """A list of join tokens with marks, in whose place a rehearsal puts a token and instants of its own."""
    now = now or datetime.now(UTC)

    def ahead(found: re.Match[str]) -> str:
        seconds = (datetime.fromisoformat(found[0]) - now).total_seconds()
        return f"{AHEAD}{seconds:.0f} s>"

    return _INSTANT.sub(ahead, TOKEN.sub(MARK, text))
