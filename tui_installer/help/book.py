"""All help by its topic."""

from __future__ import annotations

from tui_installer.help.cluster import CLUSTER
from tui_installer.help.mirrors import MIRRORS
from tui_installer.help.node import NODE
from tui_installer.help.options import OPTIONS
from tui_installer.help.record import Help
from tui_installer.help.screens import PAGES, SCREENS

# By the key of the answers.
ANSWERS: dict[str, Help] = {**NODE, **MIRRORS, **CLUSTER, **OPTIONS}
# By the name of the page or the screen, which is that of its file.
PLACES: dict[str, Help] = {**PAGES, **SCREENS}
