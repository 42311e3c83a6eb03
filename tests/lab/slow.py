"""A node on which every question takes its time, or is never answered."""

from __future__ import annotations

from .node import Node

# By these the program asks the API server, containerd, systemd, rpm and yum.
PROGRAMS = ("kubectl", "crictl", "systemctl", "rpm", "yum")
SECONDS, SILENT, ASKED = "/root/slow", "/root/silent", "/root/asked"
# It stands before the real one in everybody's PATH.
SCRIPT = f"""#!/bin/sh
name=${{0##*/}}
words="$name $*"
echo "$words" >>{ASKED}
if [ -s {SILENT} ]; then
    case "$words" in *"$(cat {SILENT})"*) exec sleep infinity ;; esac
fi
[ ! -s {SECONDS} ] || sleep "$(cat {SECONDS})"
exec "/usr/bin/$name" "$@"
"""


def slow(node: Node, seconds: float) -> None:
    """From now on each of these programs needs so long before it begins."""
    for name in PROGRAMS:
        node.write(f"/usr/local/sbin/{name}", SCRIPT, 0o755)
    node.write(SECONDS, f"{seconds}\n" if seconds else "")


def silent(node: Node, words: str) -> None:
    """A question with these words gets no answer any more; "": all do."""
    node.write(SILENT, words)


def asked(node: Node) -> str:
    """Every question so far, one a line."""
    return node.read(ASKED)
