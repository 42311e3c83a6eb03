"""A field for a join token: its second half is stars while it is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.text import Text as RichText
from typing_extensions import override

from tui_installer.model.text import Text
from tui_installer.ui.widgets.field import Box, Field, Judgement

# The first characters of a token are its public name.
PUBLIC = 6


class Stars(Box):
    """A box that shows the name of a token, and stars for the rest."""

    @property
    @override
    def _value(self) -> RichText:
        """Returns what Textual draws; its own stars are characters of ambiguous width."""
        name, rest = self.value[:PUBLIC], self.value[PUBLIC:]
        hidden = "".join("." if char == "." and i == 0 else "*" for i, char in enumerate(rest))
        return RichText(name + hidden, no_wrap=True, overflow="ignore", end="")


class SecretField(Field):
    """A `Field` with stars."""

    def __init__(self, label: Text, judge: Callable[[str], Judgement], **rest: Any) -> None:
        super().__init__(label, "", judge, **rest)
        width = self.box.styles.width
        self.box = Stars("", compact=True, select_on_focus=False, password=True)
        self.box.cursor_blink = False
        self.box.styles.width = width
