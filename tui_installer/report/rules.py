"""The forms of secrets, and where they stand in a text: keys, tokens, passwords under their names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

from tui_installer.model.secret import CERTIFICATE_KEY, TOKEN
from tui_installer.model.text import T, Text

# Whatever begins so is the place of a secret that was taken out already.
_OPEN = r"(?!\*{4})"
# Words in the name of a value that is secret; the soft ones stand in sentences too.
_HARD = r"password|passwd|passphrase|psk|key[-_]?data|api[-_]?key|access[-_]?key|certificate[-_]?key|private[-_]?key"
_SOFT = r"token|secret|credential|bearer|set-cookie|session[-_]?key"
_WHOLE = r"(?<![\w-])(?:_?auth|authorization|proxy-authorization)(?![\w-])"
# What stands before the word in a name tells nothing, and to look for it would take long.
_NAME = rf"(?:(?:{_HARD}|{_SOFT})[\w.-]{{0,40}}|{_WHOLE})"
# A name with such an end holds no secret, but says where or of which kind one is.
_HARMLESS = re.compile(
    r"(?i)(?:file|files|path|dir|directory|mode|names?|types?|ttl|ids?|kinds?|enabled|expiration|lifetime"
    r"|webhook|issuers?|url|version|timeout|length|policy|driver|store|provider|controller|cleaner|cleanup|\.go)$"
)
_QUOTED = r'"(?P<double>(?:\\.|[^"\\\n])*)"'
_SINGLE = r"'(?P<single>[^'\n]*)'"
_ESCAPED = r'\\+"(?P<escaped>(?:(?!\\+").)*)\\+"'
_LIST = r"\[(?P<list>[^\]]{1,4000})\]"
_BLOCK = r"[|>][-+0-9]*[ \t]*\n(?P<block>(?:[ \t]+\S.*(?:\n|\Z))+)"
_REST = r"(?P<rest>[^\s\"'\[{][^\n]*)"
_WORD = r"(?P<word>[^\s\"'\[{][^\s\"']*)"
_BETWEEN = r"(?P<between>\\*[\"']?[ \t]*(?::|=>?)[ \t]*)"


def _assignment(last: str) -> re.Pattern[str]:
    values = "|".join((_QUOTED, _SINGLE, _ESCAPED, _LIST, _BLOCK, last))
    return re.compile(rf"(?i)(?P<name>{_NAME}){_BETWEEN}(?:{values})")


@dataclass(frozen=True)
class SecretPlace:
    """A secret in a text: from `start` to before `end`."""

    start: int
    end: int
    what: Text


Rule = Callable[[str], Iterator[SecretPlace]]
PRIVATE_KEY = T("a private key")
PASSWORD = T("a password, key or token under its name")
TOKEN_OF_JOIN = T("a bootstrap token")
WEB_TOKEN = T("a web token (JWT)")
CERTIFICATE_KEY_OF_JOIN = T("a certificate key")
IN_URL = T("a password in a URL")
IN_HEADER = T("credentials of a request")
HASH = T("the hash of a password")
OF_A_SERVICE = T("the key of a service")
KNOWN = T("a secret of this machine")


def _pattern(what: Text, pattern: str, flags: int = 0, needles: tuple[str, ...] = ("",)) -> Rule:
    """Returns a rule; a text without any of the needles has no match, which is far quicker to see."""
    compiled = re.compile(pattern, flags)

    def places(text: str) -> Iterator[SecretPlace]:
        if not any(needle in text for needle in needles):
            return
        for match in compiled.finditer(text):
            yield SecretPlace(match.start("secret"), match.end("secret"), what)

    return places


_HALF = re.compile(r"(?:\.|%2[Ee])[a-z0-9]{16}(?![a-z0-9])")


def _tokens(text: str) -> Iterator[SecretPlace]:
    if not _HALF.search(text):
        return
    for match in TOKEN.finditer(text):
        yield SecretPlace(match.start(2), match.end(2), TOKEN_OF_JOIN)


def _certificate_keys(text: str) -> Iterator[SecretPlace]:
    for match in CERTIFICATE_KEY.finditer(text):
        yield SecretPlace(match.start(2), match.end(2), CERTIFICATE_KEY_OF_JOIN)


_VALUES = ("double", "single", "escaped", "list", "block", "rest", "word")
_RANDOM = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])\S{10,}")
_BEGIN = re.compile(rf"{_HARD}|{_SOFT}|_?auth|proxy-auth")
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
_HARD_NAME = re.compile(rf"(?i){_HARD}|authorization|auth$")


def _assigned(pattern: re.Pattern[str], *, prose: bool) -> Rule:
    def places(text: str) -> Iterator[SecretPlace]:
        for match in _matches(pattern, text):
            group = next(g for g in _VALUES if match.groupdict().get(g) is not None)
            value = match[group]
            if _harmless(match["name"], value):
                continue
            if prose and group == "word" and _sentence(match, value):
                continue
            yield SecretPlace(match.start(group), match.end(group), PASSWORD)

    return places


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yields the matches; it looks for the words alone first, in small letters, which is far quicker."""
    end = 0
    for word in _BEGIN.finditer(text.translate(_SMALL)):
        if word.start() >= end and (match := pattern.match(text, word.start())):
            end = match.end()
            yield match


def _harmless(name: str, value: str) -> bool:
    empty = value.strip(" \t,;\"'") in ("", "null", "none", "true", "false", "{}", "[]")
    return empty or value.lstrip(" \t\"'").startswith("****") or bool(_HARMLESS.search(name))


def _sentence(match: re.Match[str], value: str) -> bool:
    """Tells whether a word before a colon is one of a sentence and no name: "invalid token: not found"."""
    colon = match["between"].strip() == ":" and match["between"].endswith((" ", "\t"))
    return colon and not _HARD_NAME.search(match["name"]) and not _RANDOM.fullmatch(value)


# `- name: DB_PASSWORD` and, on the next line, `value: x`; the same in JSON.
_VARIABLE = (
    rf"(?i)\\*[\"']?name\\*[\"']?\s*:\s*\\*[\"']?[\w.-]*(?:{_HARD}|{_SOFT})[\w.-]*\\*[\"']?,?\s+"
    rf"\\*[\"']?value\\*[\"']?\s*:\s*\\*[\"']?(?P<secret>{_OPEN}[^\s\"'\\,}}]+[^\n\"'\\}}]*)"
)
_FLAG = rf"(?i)--[\w-]*(?:{_HARD}|token|secret)(?:\s+|=)(?P<secret>{_OPEN}[^\s\"'\\-][^\s\"'\\]*)"
STRONG: tuple[Rule, ...] = (
    _pattern(
        PRIVATE_KEY,
        r"(?P<secret>-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
        r"(?:.*?-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|.*\Z))",
        re.DOTALL,
        ("PRIVATE KEY",),
    ),
    _tokens,
    _certificate_keys,
    _pattern(CERTIFICATE_KEY_OF_JOIN, r"(?m)^[ \t]*(?P<secret>[0-9a-f]{64})[ \t]*$"),
    _pattern(
        WEB_TOKEN,
        r"(?P<secret>\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?)",
        needles=("eyJ",),
    ),
    # An image with its digest has an @ too.
    _pattern(
        IN_URL,
        rf"://(?P<secret>{_OPEN}[^\s\"'<>/@]*(?::[^\s\"'<>]*)?)@(?!sha256:)",
        needles=("://",),
    ),
    _pattern(
        IN_HEADER,
        rf"(?i)authorization\\*[\"']?[ \t]*[:=][ \t]*\[?[ \t]*\\*[\"']?(?P<secret>{_OPEN}[^\s\"'\\\]\[][^\n\"'\\\]]*)",
        needles=("uthorization", "UTHORIZATION"),
    ),
    _pattern(
        IN_HEADER,
        r"(?i:\b(?:bearer|basic))\s+(?P<secret>(?=\S*[A-Z0-9+/_=-])(?=\S*[a-zA-Z])[A-Za-z0-9+/_.=~-]{12,})",
        needles=("earer", "EARER", "asic", "ASIC"),
    ),
    _pattern(
        HASH,
        r"(?P<secret>\$(?:1|2[abxy]|5|6|y|apr1)\$[./A-Za-z0-9$,=]{8,})",
        needles=("$1$", "$2", "$5$", "$6$", "$y$", "$apr1$"),
    ),
    _pattern(
        OF_A_SERVICE,
        r"(?P<secret>\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|sk-[\w-]{32,}))",
        needles=("AKIA", *(f"gh{kind}_" for kind in "pousr"), "glpat-", "xox", "sk-"),
    ),
)
NAMED: tuple[Rule, ...] = (
    _pattern(PASSWORD, _VARIABLE, needles=("value", "VALUE", "Value")),
    _pattern(PASSWORD, _FLAG, needles=("--",)),
    _pattern(
        PASSWORD,
        rf"(?:^|\s)(?:-u|--user)[ =][^\s:\"']+:(?P<secret>{_OPEN}[^\s\"']+)",
        needles=("-u ", "-u=", "--user"),
    ),
)


# Every value in a table of hosts.toml's headers, whatever its name.
_HEADERS = re.compile(
    r"(?m)^[ \t]*\[[^\n]*header\][^\n]*\n(?P<table>(?:(?![ \t]*\[)[^\n]*(?:\n|\Z))*)"
)
_HEADER = re.compile(r"=[ \t]*(?P<secret>[^\n]*)")


def _headers(text: str) -> Iterator[SecretPlace]:
    for table in _HEADERS.finditer(text):
        at = table.start("table")
        for match in _HEADER.finditer(table["table"]):
            if match["secret"].strip(" \t\"'[]") and "****" not in match["secret"]:
                yield SecretPlace(at + match.start("secret"), at + match.end("secret"), IN_HEADER)


# Where a file of settings has its secrets. A value goes to the end of its line: a password may hold blanks.
SETTINGS: tuple[Rule, ...] = (
    _headers,
    _assigned(_assignment(_REST), prose=False),
    *NAMED,
    *(rule for rule in STRONG if rule is not STRONG[0]),
)
# Where a line of a log or of an output has one.
LINES: tuple[Rule, ...] = (*STRONG, _assigned(_assignment(_WORD), prose=True), *NAMED)
