"""The abilities of the terminal at hand: what it can draw and understand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tui_installer.model.text import T, Text
from tui_installer.text import language

# Terminals by name that cannot move the cursor, or whose abilities are unknown.
BARE = frozenset({"dumb", "unknown", "network", "dialup"})
CONSOLE = re.compile(r"/dev/tty([1-9]|[1-5]\d|6[0-3])")
SERIAL = re.compile(r"/dev/(ttyS|ttyAMA|ttyUSB|hvc)\d+")


@dataclass(frozen=True)
class Terminal:
    """One terminal, as far as the screens depend on it."""

    # The kernel's console and old terminals: anything but basic sequences shows as garbage.
    poor: bool = False
    # The terminal takes UTF-8 and has a font with Chinese; otherwise only ASCII is drawn.
    draws_chinese: bool = True
    colours: bool = True
    # A slow line, on which the bytes of one key may arrive apart.
    serial: bool = False
    # The screen of the machine itself, on which the kernel writes too.
    console: bool = False
    # Nobody has logged in: the person at the keyboard chooses files from a list, and sees nothing of other files.
    open_to_all: bool = False
    # Why there can be no screens; None: there can.
    why_not: Text | None = None

    @property
    def usable(self) -> bool:
        """Whether screens can be drawn; otherwise `why_not` says why and what to do."""
        return self.why_not is None

    def box_lines(self, language_code: str) -> bool:
        """Whether to draw lines and blocks instead of ASCII; with a Chinese font some terminals draw them two cells wide."""
        return self.draws_chinese and language_code == "en"


def terminal_of(environment: Mapping[str, str], tty_name: str) -> Terminal:
    """Describes the terminal by its variables and its device; the name is empty where there is none."""
    term = environment.get("TERM", "")
    on_console_device = tty_name == "/dev/console"
    kernels_own = term.startswith("linux")
    return Terminal(
        poor=language.POOR.match(term) is not None,
        draws_chinese=language.draws_chinese(environment),
        colours=_colours(term, environment),
        serial=bool(SERIAL.fullmatch(tty_name)) or (on_console_device and not kernels_own),
        console=bool(CONSOLE.fullmatch(tty_name)) or (on_console_device and kernels_own),
        why_not=_why_not(term, tty_name),
    )


def _colours(term: str, environment: Mapping[str, str]) -> bool:
    """Tells whether there are colours: the vt family has none; COLORTERM turns them on, NO_COLOR off."""
    if "NO_COLOR" in environment:
        return False
    return not re.match(r"vt\d|.*-(m|mono)$", term) or bool(environment.get("COLORTERM"))


def _why_not(term: str, tty_name: str) -> Text | None:
    if not tty_name:
        reason = T("there is no terminal here")
    elif not term:
        reason = T("TERM is not set")
    elif term in BARE:
        reason = T("TERM is {term}", term=term)
    else:
        return None
    return T(
        "{reason}: the screens cannot be drawn. Plain lines can: tui-installer apply --answers FILE, and tui-installer attach",
        reason=reason,
    )
