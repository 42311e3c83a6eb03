"""Puts sentences into the reader's language."""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui_installer.catalogue import ASSETS
from tui_installer.model.text import Text, say

LOCALE = ASSETS / "locale"
FOLDERS = {"zh": "zh_CN", "en": ""}


@dataclass(frozen=True)
class Language:
    """One of the program's languages: "en" or "zh"."""

    code: str = "en"

    def __call__(self, text: Text) -> str:
        """The finished sentence."""
        return say(text, _catalogue(self.code).gettext)


def _catalogue(code: str) -> gettext.NullTranslations:
    folder = FOLDERS[code]
    if not folder:
        return gettext.NullTranslations()
    return gettext.translation("tui_installer", LOCALE, [folder])


def chosen(argv: Sequence[str], environment: Mapping[str, str]) -> Language:
    """--lang wins, then the locale; consoles without Chinese glyphs get English."""
    for i, word in enumerate(argv):
        value = word.partition("=")[2] if word.startswith("--lang=") else ""
        value = argv[i + 1] if word == "--lang" and i + 1 < len(argv) else value
        if value in FOLDERS:
            return Language(value)
    locale = (
        environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG", "")
    )
    poor = environment.get("TERM", "").startswith(("linux", "vt", "ansi"))
    chinese = locale.lower().startswith("zh") and not poor
    return Language("zh" if chinese else "en")


def speak(language: Language) -> None:
    """Lets click's own few words follow: it asks the default catalogue."""
    os.environ["LANGUAGE"] = FOLDERS[language.code] or "en"
    gettext.bindtextdomain("messages", str(LOCALE))
