"""One part of a bundle: a command's output or a file, or the reason why it is missing."""

from __future__ import annotations

from dataclasses import dataclass

from tui_installer.model.text import Text
from tui_installer.report.contents import TextForm


@dataclass(frozen=True)
class BundlePart:
    """A text under its name in the bundle.

    `unread` says why it could not be read, `left_out` why it is not handed on. A command has its exit code and the
    seconds that it took; `cut` is the number of bytes that were too many.
    """

    name: str
    text: str = ""
    form: TextForm = TextForm.LINES
    argv: tuple[str, ...] = ()
    code: int | None = None
    seconds: float = 0.0
    cut: int = 0
    unread: Text | None = None
    left_out: Text | None = None


def cut(raw: bytes, most: int, *, end: bool) -> tuple[str, int]:
    """Returns at most that many bytes as text, whole lines if there are several, and the number of those cut off."""
    if len(raw) <= most:
        return raw.decode("utf-8", "replace"), 0
    if end:
        _, _, whole = raw[-most:].partition(b"\n")
        kept = whole or raw[-most:]
    else:
        kept = raw[: raw.rfind(b"\n", 0, most) + 1] or raw[:most]
    return kept.decode("utf-8", "replace"), len(raw) - len(kept)
