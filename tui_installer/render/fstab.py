"""/etc/fstab without swap."""

from __future__ import annotations

MARK = "# swap off for the kubelet: "


def without_swap(text: str) -> str:
    """Returns the file with every swap line commented out; all else stays as it is."""
    lines = []
    for line in text.splitlines(keepends=True):
        fields = line.split()
        swap = len(fields) >= 3 and not fields[0].startswith("#") and fields[2] == "swap"
        lines.append(MARK + line if swap else line)
    return "".join(lines)
