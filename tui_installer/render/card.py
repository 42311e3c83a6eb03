"""The card for the next server: the join command with what it needs and how long it holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from tui_installer.model.answers import Answers
from tui_installer.model.join_parts import PORT
from tui_installer.model.secret import Secret


def entrance(answers: Answers, address: str) -> tuple[str, str]:
    """The address to join a cluster at, and the line that /etc/hosts needs for it, or nothing.

    `address` is that of the control plane's own card. A name in front of it is known to /etc/hosts
    there, and so is to be known on every node, for the cluster hands it out; kubeadm itself starts
    from the address.
    """
    endpoint = answers.cluster.endpoint
    name = endpoint.rpartition(":")[0]
    if not endpoint:
        return f"{address}:{PORT}", ""
    if name.replace(".", "").isdigit():
        return endpoint, ""
    return f"{address}:{PORT}", f"{address} {name}"


def card(
    endpoint: str,
    token: Secret,
    hashes: Sequence[str],
    hosts: str,
    ends: datetime | None,
    zone: tzinfo,
) -> str:
    """A comment and a command over several lines, for a shell or for this program on a new node.

    It is English in every language, for it is read by programs. It holds the token:
    `model.pasted.masked` gives the form to be shown. `ends` is None for a token that never ends.
    """
    end = f"ends {ends.astimezone(zone):%Y-%m-%d %H:%M %Z}" if ends else "never ends"
    needs = f"/etc/hosts needs {hosts}; " if hosts else ""
    pins = [f" --discovery-token-ca-cert-hash \\\n {value}" for value in hashes]
    command = [f"kubeadm join {endpoint} --token {token.reveal()}", *pins]
    return f"# {needs}{end}\n" + " \\\n".join(command) + "\n"
