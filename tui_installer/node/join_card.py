"""The join card: what the next server needs to join this control plane's cluster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from tui_installer.host import drafts, last_answers, tokens
from tui_installer.host.gather import gather
from tui_installer.host.scope import Scope
from tui_installer.host.tokens import BootstrapToken
from tui_installer.model.address import own_address
from tui_installer.model.explained import Explained
from tui_installer.model.facts import Network
from tui_installer.model.pasted_text import masked
from tui_installer.model.secret import Secret
from tui_installer.model.text import T
from tui_installer.render.card import card, entrance


class NoCard(Explained):
    """There is no card to hand over; `text` says why."""


@dataclass(frozen=True)
class Handover:
    """The cluster's address and credentials for a join; `ends` None: the token never ends."""

    endpoint: str
    # The line that /etc/hosts needs on the new server, or nothing.
    hosts: str
    token: Secret
    ends: datetime | None
    hashes: tuple[str, ...]

    def card(self, zone: tzinfo) -> str:
        """Returns the card with its secret; times in that zone."""
        return card(self.endpoint, self.token, self.hashes, self.hosts, self.ends, zone)

    def masked(self, zone: tzinfo) -> str:
        """Returns the card for display, with stars for the secret half of the token."""
        return masked(self.card(zone))


def present() -> Handover | None:
    """Returns the card with the token that lasts longest; None if all have ended. Raises NoCard.

    Blocks while kubeadm asks the API server, as does `renewed`.
    """
    return _made(new=False)


def renewed() -> Handover:
    """Returns the card with a new token, which lasts for a day. Raises NoCard."""
    made = _made(new=True)
    assert made is not None
    return made


def save(path: str, card: str, *, replace: bool = False) -> None:
    """Writes a card to a file that only root can read. Raises OSError; FileExistsError before it replaces a file."""
    drafts.put(Path(path), card, mode=0o600, replace=replace)


def _made(*, new: bool) -> Handover | None:
    endpoint, hosts = _entrance()
    try:
        token: BootstrapToken | None = tokens.new() if new else tokens.live()
        hashes = tokens.pins()
    except tokens.NoTokens as error:
        raise NoCard(error.text) from error
    if token is None:
        return None
    return Handover(endpoint, hosts, token.token, token.ends, hashes)


def _entrance() -> tuple[str, str]:
    answers = last_answers.last().answers
    if answers is None or not answers.runs_control_plane:
        raise NoCard(
            T(
                "this program has made no control plane here; on one, this prints the command: kubeadm token create --print-join-command"
            )
        )
    address = own_address(answers, gather((Network,), Scope(answers)))
    if not address:
        raise NoCard(T("{card} has no address", card=answers.node.interface))
    return entrance(answers, address)
