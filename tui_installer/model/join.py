"""The join command: taken apart, with its token kept secret."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from tui_installer.model.secret import Secret
from tui_installer.model.text import T, Text

_TOKEN = re.compile(r"^[a-z0-9]{6}\.[a-z0-9]{16}$")
_HASH = re.compile(r"^sha256:[0-9a-f]{64}$", re.IGNORECASE)
_ENDPOINT = re.compile(
    r"^(?!sha256:)(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):(?P<port>[0-9]{1,5})$"
)


class JoinError(ValueError):
    """The pasted text is no usable join command; `text` says why and what would be right."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


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


def _words(pasted: str, *, comments: bool) -> list[str]:
    joined = re.sub(r"\\\s*\n", " ", pasted.replace("\r", "\n"))
    lines = [line for line in joined.splitlines() if comments or not line.lstrip().startswith("#")]
    text = " ".join(lines).replace("\\", " ").replace("=", " ")
    # Chat programs and word processors make one long dash of two short ones.
    return re.sub(r"(?<!\S)[-\u2013\u2014]+(?=[a-z])", "--", text).split()


def _arguments(pasted: str) -> list[str] | None:
    """What follows `kubeadm join`; a line that begins with # may be a comment, or root's prompt."""
    for comments in (False, True):
        words = _words(pasted, comments=comments)
        for i in range(len(words) - 1):
            if words[i : i + 2] == ["kubeadm", "join"]:
                return words[i + 2 :]
    return None


def _address(word: str) -> bool:
    match = _ENDPOINT.match(word)
    if not match or not 0 < int(match["port"]) < 65536:
        return False
    if match["host"].replace(".", "").isdigit():
        try:
            ipaddress.IPv4Address(match["host"])
        except ValueError:
            return False
    return True


def _valued(words: list[str], flag: str) -> list[str]:
    return [words[i + 1] for i, word in enumerate(words[:-1]) if word == flag]


def parse_join(pasted: str) -> JoinCommand:
    """Takes a pasted `kubeadm join` apart; sudo, prompts, line breaks and comments may stay.

    Raises JoinError naming the part that is missing or wrong. Forms: those that `kubeadm init`
    and `kubeadm token create --print-join-command` print in 1.25.
    """
    words = _arguments(pasted)
    if words is None:
        raise JoinError(
            T(
                'there is no "kubeadm join" in it; this prints the command on the control plane: kubeadm token create --print-join-command'
            )
        )
    if "--control-plane" in words:
        raise JoinError(
            T(
                "this command adds a control plane, but this node is to be a worker; leave out --control-plane and --certificate-key"
            )
        )
    endpoint = next(filter(_address, words), "")
    if not endpoint:
        raise JoinError(
            T('the address of the API server is missing; it looks like "192.168.40.180:6443"')
        )
    tokens = _valued(words, "--token") or _valued(words, "--discovery-token")
    if not tokens or not _TOKEN.match(tokens[0]):
        raise JoinError(
            T(
                "the token is missing or cut off; it is 6 small letters or digits, a dot, and 16 more"
            )
        )
    hashes = tuple(
        h for value in _valued(words, "--discovery-token-ca-cert-hash") for h in value.split(",")
    )
    if not hashes:
        raise JoinError(
            T("the CA pin is missing: --discovery-token-ca-cert-hash sha256: and 64 hex digits")
        )
    wrong = next((h for h in hashes if not _HASH.match(h)), "")
    if wrong:
        digits = len(wrong.rpartition(":")[2])
        raise JoinError(
            T(
                'the CA pin is "sha256:" and 64 hex digits; here are {count} characters',
                count=digits,
            )
        )
    return JoinCommand(endpoint, Secret(tokens[0]), tuple(h.lower() for h in hashes))
