"""Parser of the join command; it keeps the token secret."""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from tui_installer.model.explained import Explained
from tui_installer.model.join_parts import (
    NO_ADDRESS,
    NO_PIN,
    NO_TOKEN,
    PORT,
    TOKEN,
    JoinPart,
    State,
    address_part,
    is_address,
    pin_part,
    token_part,
)
from tui_installer.model.pasted_text import (
    BARE,
    CONTROL_PLANE,
    HASH,
    KEY,
    TOKENS,
    VALUED,
    commands,
    flag_at,
    glued,
    repaired,
)
from tui_installer.model.secret import Secret
from tui_installer.model.text import T, Text

# No join command is longer.
LONGEST = 100_000
_HOSTS = re.compile(r"^[ \t]*#.* needs (?P<address>[0-9.]+) (?P<name>[A-Za-z0-9.-]+)", re.MULTILINE)
_ENDS = re.compile(
    r"^[ \t]*#.*\bends (?P<day>\d{4}-\d\d-\d\d \d\d:\d\d)(?: (?P<zone>\S+))?", re.MULTILINE
)
_NO_COMMAND = T(
    'there is no "kubeadm join" in it; this prints the command on the control plane: kubeadm token create --print-join-command'
)
_FURTHER = T(
    "this command adds a control plane, but this node is to be a worker; leave out --control-plane and --certificate-key"
)


class JoinError(Explained, ValueError):
    """The pasted text is no usable join command; `text` says why and what would be right."""


@dataclass(frozen=True)
class JoinCommand:
    """Address of an API server (host:port), token, and the pins of the cluster's CA."""

    endpoint: str
    token: Secret
    ca_hashes: tuple[str, ...]

    @property
    def token_id(self) -> str:
        """The public half of the token."""
        return self.token.reveal().partition(".")[0]

    @property
    def host(self) -> str:
        """The address without its port."""
        return self.endpoint.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port of the API server."""
        return int(self.endpoint.rpartition(":")[2])


@dataclass(frozen=True)
class Card:
    """The comment of our own card, beside the command."""

    # A line that /etc/hosts needs: address and name.
    hosts: str = ""
    # The end of the token: as printed, and as a moment if its time zone is known here.
    ends_text: str = ""
    ends: datetime | None = None


@dataclass(frozen=True)
class Parts:
    """The parts of a pasted text; `problem` makes all of it useless."""

    address: JoinPart[str] = NO_ADDRESS
    token: JoinPart[Secret] = NO_TOKEN
    pin: JoinPart[tuple[str, ...]] = NO_PIN
    control_plane: bool = False
    certificate_key: Secret | None = None
    card: Card = field(default_factory=Card)
    problem: Text | None = None

    @property
    def command(self) -> JoinCommand | None:
        """The command, if no part is missing or wrong."""
        address, token, pin = self.address.value, self.token.value, self.pin.value
        if self.problem or address is None or token is None or pin is None:
            return None
        return JoinCommand(address, token, pin)

    @property
    def rank(self) -> tuple[bool, int, bool]:
        """A rank by usefulness: the best of several commands has the highest."""
        states = [part.state for part in (self.address, self.token, self.pin)]
        return (self.command is not None, states.count(State.FOUND), not self.control_plane)


def _pins(text: str) -> list[str]:
    return text.split(",")


# Tests whether a flag's value is complete; until then the next words are tried too.
_WHOLE: dict[str, Callable[[str], bool]] = {
    **dict.fromkeys(TOKENS, lambda value: bool(TOKEN.fullmatch(value))),
    HASH: lambda value: pin_part(_pins(value)).state is State.FOUND,
    KEY: lambda value: bool(re.fullmatch(r"[0-9a-f]{64}", value)),
}
# A pin that is cut off, with a line end inside: its pieces are counted together.
_CUT_PIN = re.compile(r"sha256:[0-9a-f]{0,63}", re.IGNORECASE)


def _length(name: str, words: Sequence[str], at: int) -> int:
    """Returns the number of words that form a flag's value."""
    if at >= len(words) or words[at].startswith("-"):
        return 0
    if name not in VALUED:
        return 0 if is_address(words[at]) else 1
    if name in _WHOLE and (many := glued(words, at, _WHOLE[name])):
        return many
    ends = range(at + 2, min(at + 6, len(words)) + 1) if name == HASH else ()
    cut = [end - at for end in ends if _CUT_PIN.fullmatch("".join(words[at:end]))]
    return max(cut, default=1)


def _arguments(words: Sequence[str]) -> tuple[dict[str, list[str]], list[int]]:
    """Returns the values of each flag, and the positions of the words that belong to none."""
    flags = defaultdict[str, list[str]](list)
    bare = list[int]()
    at = 0
    while at < len(words):
        name, size = flag_at(words, at)
        if not size:
            bare.append(at)
            at += 1
            continue
        at += size
        length = 0 if name in BARE else _length(name, words, at)
        flags[name].append("".join(words[at : at + length]))
        at += length
    return flags, bare


def _address_at(words: Sequence[str], at: int) -> str:
    """Returns the address that begins with this word, which line ends may have broken; or "".

    It may be broken inside its port: then all fitting pieces belong to it.
    """
    good = list(filter(is_address, ("".join(words[at : at + many]) for many in range(1, 7))))
    usual = [text for text in good if text.endswith(f":{PORT}")]
    return (usual[:1] or good[-1:] or [""])[0]


def _address(words: Sequence[str], bare: Sequence[int]) -> JoinPart[str]:
    for at in bare:
        broken = at == 0 or words[at].replace(".", "").isdigit()
        if not broken and is_address("".join(words[at + 1 : at + 2])):
            continue
        if address := _address_at(words, at):
            return address_part(address)
    wrong = [words[at] for at in bare if at == 0 or re.search(r":\d+$", words[at])]
    return address_part(wrong[0]) if wrong else NO_ADDRESS


def _read(words: Sequence[str]) -> Parts:
    flags, bare = _arguments(words)
    tokens = [value for name in TOKENS for value in flags[name] if value]
    pins = [pin for value in flags[HASH] for pin in _pins(value) if pin]
    further = CONTROL_PLANE in flags
    return Parts(
        _address(words, bare),
        token_part(tokens[0] if tokens else ""),
        pin_part(pins),
        further,
        next((Secret(key) for key in flags[KEY] if key), None),
        problem=_FURTHER if further else None,
    )


def _moment(day: str, zone_name: str, zone: tzinfo | None) -> datetime | None:
    """Returns a moment if the zone's name is unambiguous: UTC, an offset, or this machine's."""
    naive = datetime.strptime(day, "%Y-%m-%d %H:%M")
    if zone is not None and naive.replace(tzinfo=zone).tzname() == zone_name:
        return naive.replace(tzinfo=zone)
    if offset := re.fullmatch(r"(?:UTC|GMT)?([+-])(\d\d):?([0-5]\d)?", zone_name):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        distance = timedelta(minutes=-minutes if offset[1] == "-" else minutes)
        return naive.replace(tzinfo=timezone(distance))
    return naive.replace(tzinfo=UTC) if zone_name in ("UTC", "GMT") else None


def _card(text: str, zone: tzinfo | None) -> Card:
    card = Card()
    for line in _HOSTS.finditer(text):
        with suppress(ValueError):
            ipaddress.IPv4Address(line["address"])
            card = replace(card, hosts=f"{line['address']} {line['name']}")
    for line in _ENDS.finditer(text):
        day, name = line["day"], line["zone"] or ""
        with suppress(ValueError, OverflowError):
            card = replace(card, ends_text=f"{day} {name}".strip(), ends=_moment(day, name, zone))
    return card


def take_apart(pasted: str, zone: tzinfo | None = None) -> Parts:
    """Parses a pasted text, which may be unfinished; never raises.

    Sudo, prompts, line breaks, comments and prose may stay. Of several commands the best counts, which is
    the last one that is complete and adds a worker. `zone` is this machine's, which a card may use for the
    end of its token.
    """
    text, _ = repaired(pasted[:LONGEST])
    card = _card(text, zone)
    read = [_read(words) for words in commands(text)]
    if not read:
        return Parts(card=card, problem=_NO_COMMAND)
    return replace(max(reversed(read), key=lambda parts: parts.rank), card=card)


def parse_join(pasted: str) -> JoinCommand:
    """Parses the command in a pasted text. Raises JoinError naming the part that is missing or wrong.

    It accepts the forms that `kubeadm init` and `kubeadm token create --print-join-command` print in 1.25,
    our own card, and their distortions by terminals and chat programs.
    """
    parts = take_apart(pasted)
    if parts.problem:
        raise JoinError(parts.problem)
    if parts.address.problem:
        raise JoinError(_of(T("address of the API server"), parts.address))
    if parts.token.problem:
        raise JoinError(_of(T("token"), parts.token))
    if parts.pin.problem:
        raise JoinError(_of(T("CA pin"), parts.pin))
    command = parts.command
    assert command is not None
    return command


def _of(name: Text, part: JoinPart[str] | JoinPart[Secret] | JoinPart[tuple[str, ...]]) -> Text:
    """Returns a part's problem as a sentence that is clear without the part beside it."""
    problem = part.problem or name
    if part.state is State.MISSING:
        return problem
    return T("{part}: {problem}", part=name, problem=problem)
