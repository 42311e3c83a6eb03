"""All help by its topic."""

from __future__ import annotations

from tui_installer.help.screens import PAGES, SCREENS
from tui_installer.model.answers import QUESTIONS
from tui_installer.model.help import Help

# The topics of options, by the key of the answers.
ANSWERS: dict[str, Help] = {key: question.help for key, question in QUESTIONS.items()}
# The topics of pages and screens, by the name of the file.
PLACES: dict[str, Help] = {**PAGES, **SCREENS}
