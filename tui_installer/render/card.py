"""The card for the next server: the join command, its requirements and how long it lasts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from tui_installer.model.answers import Answers
from tui_installer.model.join_parts import PORT
from tui_installer.model.secret import Secret


def entrance(answers: Answers, address: str) -> tuple[str, str]:
    """Returns the address at which a node joins the cluster, and the line that /etc/hosts needs for it, or nothing.

    `address` is that of the control plane's own card. There /etc/hosts knows the name in front of it. Every
    node must know that name, because the cluster hands it out; kubeadm itself starts from the address.
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
    """Returns a comment and a command over several lines, for a shell or for this program on a new node.

    It is English in every language, because programs read it. It holds the token:
    `model.pasted_text.masked` gives the form for display. `ends` is None for a token that never ends.
    """
    end = f"ends {ends.astimezone(zone):%Y-%m-%d %H:%M %Z}" if ends else "never ends"
    needs = f"/etc/hosts needs {hosts}; " if hosts else ""
    pins = [f" --discovery-token-ca-cert-hash \\\n {value}" for value in hashes]
    command = [f"kubeadm join {endpoint} --token {token.reveal()}", *pins]
    return f"# {needs}{end}\n" + " \\\n".join(command) + "\n"
