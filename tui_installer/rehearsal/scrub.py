"""Scrubber of secrets in a recording."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from fnmatch import fnmatch
from hashlib import sha256
from typing import Any

from tui_installer.model.secret import STARS, TOKEN
from tui_installer.rehearsal.state import AHEAD
from tui_installer.rehearsal.state import TOKEN as MARK

# Of these files, a recording holds only their existence and their modes: no step and no check reads their
# content. Calico's manifest is long, and the program can make it again.
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
# A public part of the join command.
PUBLIC = ("/etc/kubernetes/pki/ca.crt",)
# These files are only compared with each other.
COMPARED = ("/etc/kubernetes/admin.conf", "*/.kube/config", "*/.kube/config.~*~")
# These files are ours, and a rehearsal reads them: each has to stay JSON.
OBJECTS = (
    "/var/lib/tui-installer/*.json",
    "/var/lib/tui-installer/*.jsonl",
    "/etc/tui-installer/*.json",
)
_WORDS = "token|password|passwd|passphrase|psk|secret|auth|bearer|credential|key-data|api-?key|access-?key"
_NAMED = re.compile(rf"(?i)(?:{_WORDS})[\w.-]*$")
_Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]
_RULES: tuple[_Rule, ...] = (
    (
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL
        ),
        STARS,
    ),
    (re.compile(r"(certificate[- ]key[\s:=]+)[0-9a-f]{64}"), rf"\g<1>{STARS}"),
    (re.compile(r"(://)[^\s\"'<>]*@"), rf"\g<1>{STARS}@"),
)
# The rule covers the line to its end: only its reader knows where a secret ends.
_LINE: _Rule = (
    re.compile(rf"(?im)^(.*?(?:{_WORDS})[\w.-]*\\?[\"']?\s*(?:[:=]|\s)\s*)(\S.*?)([\s,;}}\])]*)$"),
    lambda found: found[1] + _starred(found[2]) + found[3],
)
# A host's name may contain a word for a secret, and its port is no secret: as a value, and as a setting of the
# answers.
_HOST = r"(?:https?://)?[\w-]+(?:\.[\w-]+)+:\d{1,5}(?:/[\w./-]*)?"
_ADDRESS = re.compile(_HOST)
_SETTING = re.compile(
    rf'(?m)^((?![\w-]*(?i:{_WORDS}))[\w-]+ = (?:"{_HOST}"|\[(?:"{_HOST}"(?:, )?)+\]))$'
)
# RFC 3339, as kubeadm prints it.
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def _starred(value: str) -> str:
    """Returns stars, in quotes if the value had some, so that the rest of the file can be parsed."""
    quote = value[0] if value[0] in "\"'" else ""
    return f"{quote}{STARS}{quote}"


def _among(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


def kept(path: str, text: str) -> str | None:
    """Returns the text that a recording may keep of a file; None for nothing."""
    if _among(path, COMPARED):
        return f"sha256 {sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()}\n"
    if _among(path, LEFT_OUT) and not _among(path, PUBLIC):
        return None
    if _among(path, OBJECTS):
        return "\n".join(map(_object, text.split("\n")))
    parts = _SETTING.split(text)
    return "".join(part if number % 2 else str(clean(part)) for number, part in enumerate(parts))


def _object(line: str) -> str:
    """Cleans one line of JSON value by value; treats an incomplete one as any other line."""
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return str(clean(line))
    cleaned = clean(document)
    if isinstance(cleaned, dict) and cleaned.get("kind") == "change-started":
        # The digest of a whole file would allow guesses at the text behind the stars.
        cleaned.pop("digest", None)
    return line if cleaned == document else json.dumps(cleaned)


def clean(value: Any) -> Any:
    """Returns the value with stars instead of keys, passwords and tokens in its texts."""
    if isinstance(value, dict):
        sentence = value.keys() <= {"text", "params"}
        return {key: _under(key, one, sentence=sentence) for key, one in value.items()}
    if isinstance(value, list):
        return [clean(one) for one in value]
    if not isinstance(value, str) or _ADDRESS.fullmatch(value):
        return value
    return _text(value, (_LINE, *_RULES))


def _under(key: str, value: Any, *, sentence: bool) -> Any:
    if isinstance(value, str) and _NAMED.search(key):
        return STARS if value else value
    if sentence and key == "text":
        # This is the template of one of our sentences, and its id in the catalogue; its values are in "params".
        return _text(value, _RULES) if isinstance(value, str) else clean(value)
    return clean(value)


def _text(text: str, rules: Iterable[_Rule]) -> str:
    for pattern, instead in rules:
        text = pattern.sub(instead, text)
    return _without_tokens(text)


def _without_tokens(text: str) -> str:
    return TOKEN.sub(rf"\1.{STARS}", text)


def marked(text: str, now: datetime | None = None) -> str:
    """Returns a list of join tokens with marks; a rehearsal replaces them by its own token and instants."""
    now = now or datetime.now(UTC)

    def ahead(found: re.Match[str]) -> str:
        seconds = (datetime.fromisoformat(found[0]) - now).total_seconds()
        return f"{AHEAD}{seconds:.0f} s>"

    return _INSTANT.sub(ahead, TOKEN.sub(MARK, text))
