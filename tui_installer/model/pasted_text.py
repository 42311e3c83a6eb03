"""A pasted text made readable: repaired, its commands found, its secrets masked."""

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

# What chat programs, word processors and Chinese input methods make of plain characters, where
# NFKC does not undo it: dashes, the ideographic full stop, quotes.
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_REPAIRED = {**dict.fromkeys(_DASHES, "-"), "\u3002": ".", "\uff61": "."}
_QUOTES = "\"'`\u2018\u2019\u201c\u201d"
# A path may stand before it, or the prose of a language without blanks.
_KUBEADM = re.compile(r"(?<![A-Za-z0-9_.-])kubeadm$")
_LINE_ENDS = "\r\v\f\x85\u2028\u2029"


def _character(char: str) -> str:
    """What is meant by one character; nothing for one that cannot be seen."""
    if char in _LINE_ENDS:
        return "\n"
    if char in "\n\t":
        return char
    if char in _QUOTES or unicodedata.category(char) in ("Cc", "Cf"):
        return ""
    return _REPAIRED.get(char) or unicodedata.normalize("NFKC", char)


def repaired(pasted: str, *, escapes: bool = False) -> tuple[str, list[int]]:
    """The text in plain characters, and for each of them its place in what was pasted.

    Escape sequences are left out, or, with `escapes`, only their invisible first character.
    """
    hidden = {at for found in ESCAPES.finditer(pasted) for at in range(*found.span())}
    hidden = set() if escapes else hidden
    hidden |= {found.start() for found in re.finditer(r"\r\n", pasted)}
    text, places = list[str](), list[int]()
    for at, char in enumerate(pasted):
        meant = "" if at in hidden else _character(char)
        text.append(meant)
        places += [at] * len(meant)
    return "".join(text), places


def _words(text: str, *, comments: bool) -> list[str]:
    """The words, without the marks of prompts and of lines that go on."""
    lines = [line for line in text.split("\n") if comments or not line.lstrip().startswith("#")]
    bare = "\n".join(re.sub(r"^(?:\s*>)+\s", "", line) for line in lines)
    return bare.replace("\\", " ").replace("=", " ").split()


def glued(words: Sequence[str], at: int, good: Callable[[str], bool]) -> int:
    """How many words from there make something good when put together; 0 if none do.

    A copy from a terminal breaks a long line at the window's edge, wherever that is.
    """
    for many in range(1, min(6, len(words) - at) + 1):
        if good("".join(words[at : at + many])):
            return many
    return 0


def commands(text: str) -> list[list[str]]:
    """The arguments of each `kubeadm join` in a repaired text.

    A line that begins with # may be a comment, or stand behind the prompt of root.
    """
    for comments in (False, True):
        words = _words(text, comments=comments)
        starts = list(_starts(words))
        if starts:
            ends = [begin for begin, _ in starts[1:]] + [len(words)]
            return [words[after:end] for (_, after), end in zip(starts, ends, strict=True)]
    words = _words(text, comments=True)
    # The first words were not caught by the mouse.
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
    """The name of the flag that begins there, and of how many words it is made; or nothing.

    One dash may be lost. The longest name counts: --discovery-token begins another one.
    """
    if not words[at].startswith("-"):
        return "", 0
    for many in (3, 2, 1):
        name = "".join(words[at : at + many]).lstrip("-")
        if name in VALUED or name in BARE:
            return name, min(many, len(words) - at)
    return "", 1


# A line end with what terminals, shells and prompts put around it.
_GAP = r"(?:[ \t\\]*\n[\s\\>]*)?"
_NEXT, _AFTER = r"[A-Za-z0-9]", r"[\s=:\\>]+"


def _run(letter: str, shortest: int, longest: int) -> str:
    """So many letters, which line ends may break apart."""
    return rf"{letter}(?:{_GAP}{letter}){{{shortest - 1},{longest - 1}}}"


# The group "secret" is masked.
_SECRETS = (
    # A whole token, wherever it stands.
    re.compile(rf"(?<!{_NEXT}){_run(_NEXT, 6, 6)}{_GAP}\.{_GAP}(?P<secret>{_run(_NEXT, 16, 16)})"),
    # What a flag gives as the token, whatever is wrong with it.
    re.compile(
        rf"(?:-token{_AFTER}|token[:=]\s*)(?:{_NEXT}{{1,8}}\.|{_NEXT}{{6}}){_GAP}"
        rf"(?P<secret>{_run(_NEXT, 1, 16)}\S*)"
    ),
    # What may still become a token. Only hosts are followed by more dots, a port or a path.
    re.compile(
        rf"(?<![A-Za-z0-9@/]){_NEXT}{{6}}\."
        rf"(?P<secret>{_NEXT}{{16,}}|{_NEXT}+(?!{_NEXT}|[.:-]{_NEXT}|/))"
    ),
    # What a flag gives as the certificate key; and a key that stands for itself, which no pin does.
    re.compile(rf"certificate[- ]key{_AFTER}(?P<secret>{_run('[0-9A-Fa-f]', 1, 64)}\S*)"),
    re.compile(
        rf"(?:(?i:sha256:)|-hash{_AFTER}){_GAP}{_run('[0-9A-Fa-f]', 64, 64)}"
        rf"|(?<![A-Za-z0-9:])(?P<secret>{_run('[0-9A-Fa-f]', 64, 64)})"
    ),
)
# The name that our own card says /etc/hosts needs may look like the beginning of a token.
_CARD_NAME = re.compile(r"^#.* needs [0-9.]+ (?P<name>[^\s;]+)", re.MULTILINE)


def masked(pasted: str) -> str:
    """The same text, of the same length, with stars for what is secret in it.

    Secret are the second half of a token, also of one that is still being typed, and a
    certificate key.
    """
    stars = set[int]()
    for escapes in (False, True):
        text, places = repaired(pasted, escapes=escapes)
        stars.update(places[at] for at in _secret(text))
    return "".join("*" if at in stars else char for at, char in enumerate(pasted))


def _secret(text: str) -> Iterator[int]:
    hosts = [found.span("name") for found in _CARD_NAME.finditer(text)]
    for pattern in _SECRETS:
        for found in pattern.finditer(text):
            first, last = found.span("secret")
            # What is as long as the secret half of a token is masked all the same.
            host = any(begin < first and last <= end for begin, end in hosts)
            if not (host and last - first < 16):
                yield from (at for at in range(first, last) if text[at].isalnum())
