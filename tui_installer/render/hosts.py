"""/etc/hosts with the names that the node needs."""

from __future__ import annotations


def _fields(line: str) -> list[str]:
    return line.partition("#")[0].split()


def _without(line: str, name: str) -> str | None:
    """Returns the line without that name; None if nothing is left of it."""
    code, mark, comment = line.partition("#")
    address, *names = code.split()
    other_names = [n for n in names if n.lower() != name.lower()]
    if not other_names:
        return None
    return f"{address} {' '.join(other_names)}" + (f"  {mark}{comment}" if mark else "")


def hosts(text: str, address: str, name: str) -> str:
    """Returns the file with exactly one IPv4 line that maps `name`, to `address`; all else stays."""
    lines = []
    there = False
    for line in text.splitlines():
        fields = _fields(line)
        if len(fields) < 2 or name.lower() not in map(str.lower, fields[1:]) or ":" in fields[0]:
            lines.append(line)
        elif fields[0] == address and not there:
            there = True
            lines.append(line)
        elif (rest := _without(line, name)) is not None:
            lines.append(rest)
    if not there:
        lines.append(f"{address} {name}")
    return "\n".join(lines) + "\n"
