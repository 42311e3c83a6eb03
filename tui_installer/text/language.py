"""The reader's language, and the translation of sentences into it."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tui_installer.assets import ASSETS
from tui_installer.model.text import Text, say

LOCALE = ASSETS / "locale"
FOLDERS = {"zh": "zh_CN", "en": ""}
# Values of TERM for consoles without Chinese glyphs, which know few escape sequences.
POOR = re.compile(r"linux|ansi|vt\d")


@dataclass(frozen=True)
class Language:
    """One of the program's languages: "en" or "zh"."""

    code: str = "en"

    def __call__(self, text: Text) -> str:
        """Returns the finished sentence."""
        return say(text, _catalogue(self.code).gettext)


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    folder = FOLDERS[code]
    if not folder:
        return gettext.NullTranslations()
    return gettext.translation("tui_installer", LOCALE, [folder])


def draws_chinese(environment: Mapping[str, str]) -> bool:
    """Tells whether the terminal has Chinese glyphs and takes UTF-8, the only encoding that is written."""
    locale = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG", "")
    utf8 = re.search(r"utf-?8", locale, re.IGNORECASE)
    return utf8 is not None and POOR.match(environment.get("TERM", "")) is None


def chosen(argv: Sequence[str], environment: Mapping[str, str], saved: str = "") -> Language:
    """Returns the language: --lang wins, then a person's earlier choice (`kept`), then the locale.

    A terminal that cannot draw Chinese gets English, unless --lang says otherwise.
    """
    for i, word in enumerate(argv):
        value = word.partition("=")[2] if word.startswith("--lang=") else ""
        value = argv[i + 1] if word == "--lang" and i + 1 < len(argv) else value
        if value in FOLDERS:
            return Language(value)
    locale = (
        environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG", "")
    )
    wanted = saved if saved in FOLDERS else locale[:2].lower()
    return Language("zh" if wanted == "zh" and draws_chinese(environment) else "en")


def speak(language: Language) -> None:
    """Sets the language of click's own few words: click uses the default catalogue."""
    os.environ["LANGUAGE"] = FOLDERS[language.code] or "en"
    gettext.bindtextdomain("messages", str(LOCALE))
