"""Preparation of a pasted text: repaired, its commands extracted, its secrets masked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from tui_installer.model.printable import ESCAPES

# Flags of `kubeadm join` (1.25) that take a value, and those that take none.
TOKENS = ("token", "discovery-token")
HASH, KEY, CONTROL_PLANE = "discovery-token-ca-cert-hash", "certificate-key", "control-plane"
VALUED = frozenset(
    {
        *TOKENS,
        HASH,
        KEY,
        "apiserver-advertise-address",
        "apiserver-bind-port",
        "config",
        "cri-socket",
        "discovery-file",
        "ignore-preflight-errors",
        "node-name",
        "patches",
        "skip-phases",
        "tls-bootstrap-token",
        "v",
    }
)
BARE = frozenset({CONTROL_PLANE, "discovery-token-unsafe-skip-ca-verification", "dry-run", "help"})

# Substitutes that chat programs, word processors and Chinese input methods make for plain characters, where NFKC
# does not undo them: dashes, the ideographic full stop, quotes.
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_REPAIRED = {**dict.fromkeys(_DASHES, "-"), "\u3002": ".", "\uff61": "."}
_QUOTES = "\"'`\u2018\u2019\u201c\u201d"
# A path may precede it, or the prose of a language without blanks.
_KUBEADM = re.compile(r"(?<![A-Za-z0-9_.-])kubeadm$")
_LINE_ENDS = "\r\v\f\x85\u2028\u2029"


def _character(char: str) -> str:
    """Returns the intended character; nothing for an invisible one."""
    if char in _LINE_ENDS:
        return "\n"
    if char in "\n\t":
        return char
    if char in _QUOTES or unicodedata.category(char) in ("Cc", "Cf"):
        return ""
    return _REPAIRED.get(char) or unicodedata.normalize("NFKC", char)


def repaired(pasted: str, *, escapes: bool = False) -> tuple[str, list[int]]:
    """Returns the text in plain characters, and each character's position in the pasted text.

    Escape sequences are left out, or, with `escapes`, only their invisible first character.
    """
    hidden = {at for match in ESCAPES.finditer(pasted) for at in range(*match.span())}
    hidden = set() if escapes else hidden
    hidden |= {match.start() for match in re.finditer(r"\r\n", pasted)}
    text, places = list[str](), list[int]()
    for at, char in enumerate(pasted):
        meant = "" if at in hidden else _character(char)
        text.append(meant)
        places += [at] * len(meant)
    return "".join(text), places


def _words(text: str, *, comments: bool) -> list[str]:
    """Returns the words without prompts and continuation marks."""
    lines = [line for line in text.split("\n") if comments or not line.lstrip().startswith("#")]
    bare = "\n".join(re.sub(r"^(?:\s*>)+\s", "", line) for line in lines)
    return bare.replace("\\", " ").replace("=", " ").split()


def glued(words: Sequence[str], at: int, good: Callable[[str], bool]) -> int:
    """Returns how many words from there form a good one when joined; 0 if none do.

    A copy from a terminal breaks a long line at the window's edge.
    """
    for many in range(1, min(6, len(words) - at) + 1):
        if good("".join(words[at : at + many])):
            return many
    return 0


def commands(text: str) -> list[list[str]]:
    """Returns the arguments of each `kubeadm join` in a repaired text.

    A line that begins with # may be a comment, or follow root's prompt.
    """
    for comments in (False, True):
        words = _words(text, comments=comments)
        starts = list(_starts(words))
        if starts:
            ends = [begin for begin, _ in starts[1:]] + [len(words)]
            return [words[after:end] for (_, after), end in zip(starts, ends, strict=True)]
    words = _words(text, comments=True)
    # The selection may have missed the first words.
    return (
        [words] if any(flag_at(words, i)[0] in (*TOKENS, HASH) for i in range(len(words))) else []
    )


def _starts(words: list[str]) -> Iterator[tuple[int, int]]:
    for at in range(len(words)):
        first = 1 if _KUBEADM.search(words[at]) else glued(words, at, "kubeadm".__eq__)
        second = glued(words, at + first, "join".__eq__) if first else 0
        if second:
            yield at, at + first + second


def flag_at(words: Sequence[str], at: int) -> tuple[str, int]:
    """Returns the name of the flag that begins there, and the number of its words; or nothing.

    One dash may be lost. The longest name counts: --discovery-token begins another one.
    """
    if not words[at].startswith("-"):
        return "", 0
    for many in (3, 2, 1):
        name = "".join(words[at : at + many]).lstrip("-")
        if name in VALUED or name in BARE:
            return name, min(many, len(words) - at)
    return "", 1


# A line end with the marks that terminals, shells and prompts put around it.
_GAP = r"(?:[ \t\\]*\n[\s\\>]*)?"
_NEXT, _AFTER = r"[A-Za-z0-9]", r"[\s=:\\>]+"


def _run(letter: str, shortest: int, longest: int) -> str:
    """Returns a pattern for that many letters, which line ends may break apart."""
    return rf"{letter}(?:{_GAP}{letter}){{{shortest - 1},{longest - 1}}}"


# The group "secret" is masked.
_SECRETS = (
    # A whole token, anywhere in the text.
    re.compile(rf"(?<!{_NEXT}){_run(_NEXT, 6, 6)}{_GAP}\.{_GAP}(?P<secret>{_run(_NEXT, 16, 16)})"),
    # A flag's value for the token, even if it is malformed.
    re.compile(
        rf"(?:-token{_AFTER}|token[:=]\s*)(?:{_NEXT}{{1,8}}\.|{_NEXT}{{6}}){_GAP}"
        rf"(?P<secret>{_run(_NEXT, 1, 16)}\S*)"
    ),
    # The beginning of a possible token. Only hosts are followed by more dots, a port or a path.
    re.compile(
        rf"(?<![A-Za-z0-9@/]){_NEXT}{{6}}\."
        rf"(?P<secret>{_NEXT}{{16,}}|{_NEXT}+(?!{_NEXT}|[.:-]{_NEXT}|/))"
    ),
    # A flag's value for the certificate key; and a key on its own, which no pin is.
    re.compile(rf"certificate[- ]key{_AFTER}(?P<secret>{_run('[0-9A-Fa-f]', 1, 64)}\S*)"),
    re.compile(
        rf"(?:(?i:sha256:)|-hash{_AFTER}){_GAP}{_run('[0-9A-Fa-f]', 64, 64)}"
        rf"|(?<![A-Za-z0-9:])(?P<secret>{_run('[0-9A-Fa-f]', 64, 64)})"
    ),
)
# The name for /etc/hosts on our own card may look like the beginning of a token.
_CARD_NAME = re.compile(r"^#.* needs [0-9.]+ (?P<name>[^\s;]+)", re.MULTILINE)


def masked(pasted: str) -> str:
    """Returns a text of the same length with stars for its secrets.

    Secrets are the second half of a token, also of an unfinished one, and a certificate key.
    """
    stars = set[int]()
    for escapes in (False, True):
        text, places = repaired(pasted, escapes=escapes)
        stars.update(places[at] for at in _secret(text))
    return "".join("*" if at in stars else char for at, char in enumerate(pasted))


def _secret(text: str) -> Iterator[int]:
    hosts = [match.span("name") for match in _CARD_NAME.finditer(text)]
    for pattern in _SECRETS:
        for match in pattern.finditer(text):
            first, last = match.span("secret")
            # A run as long as the secret half of a token is masked all the same.
            host = any(begin < first and last <= end for begin, end in hosts)
            if not (host and last - first < 16):
                yield from (at for at in range(first, last) if text[at].isalnum())
