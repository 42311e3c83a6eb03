"""English and Chinese: the present language, and what this terminal can draw of it."""

from __future__ import annotations

from tui_installer.text.language import Language
from tui_installer.ui.program.key_order import Keyed
from tui_installer.ui.terminal.capabilities import Terminal
from tui_installer.ui.terminal.driver import allow, driver_for
from tui_installer.ui.widgets.pane import Pane


class Bilingual(Keyed):
    """A program in two languages, on a terminal that may have the glyphs of only one.

    `language_confirmed`: a person has seen the language on this terminal before.
    """

    def __init__(
        self, language: Language, terminal: Terminal, *, language_confirmed: bool = False
    ) -> None:
        super().__init__(driver_for(terminal), ansi_color=True)
        self.theme = "ansi-dark"
        self.terminal = terminal
        self._chinese_confirmed = language_confirmed and language.code == "zh"
        # Chinese is wanted where it may be unreadable: a person is asked first.
        self._doubted = language.code == "zh" and not (
            terminal.draws_chinese or self._chinese_confirmed
        )
        self.language = Language("en") if self._doubted else language

    def on_mount(self) -> None:
        """Draws a language that a person has confirmed from the first screen on."""
        if self._chinese_confirmed and not self.terminal.draws_chinese:
            allow(self, lines=False, everything=True)

    @property
    def colours(self) -> bool:
        """Whether the terminal has colours."""
        return self.terminal.colours

    @property
    def boxes(self) -> bool:
        """Whether to draw box lines or ASCII: with a Chinese font some terminals draw box lines two cells wide."""
        return self.terminal.box_lines(self.language.code)

    @property
    def horizontal(self) -> str:
        """The character of a rule."""
        return "\u2500" if self.boxes else "-"

    @property
    def vertical(self) -> str:
        """The character between two columns."""
        return "\u2502" if self.boxes else "|"

    @property
    def other_language(self) -> str:
        """The language that Ctrl+Y offers, in its own script where the terminal can draw it."""
        if self.language.code == "zh":
            return "English"
        return "中文" if self.terminal.draws_chinese else "Chinese"

    # --- the language ---------------------------------------------------------------------------

    def action_language(self) -> None:
        """Changes the language on Ctrl+Y; screen and focus stay."""
        if self.language.code == "zh":
            self._choose(Language("en"))
        elif self.terminal.draws_chinese or self._chinese_confirmed:
            self._choose(Language("zh"))
        else:
            self._ask_whether_it_can_be_read()

    def ask_about_chinese(self) -> None:
        """Asks, once the first screen is drawn, whether Chinese is readable, where that is in doubt."""
        if self._doubted:
            self._ask_whether_it_can_be_read()

    def _ask_whether_it_can_be_read(self) -> None:
        from tui_installer.ui.dialogs.can_you_read import CanYouRead

        if not isinstance(self.screen, CanYouRead):
            # Only a person in front of this terminal knows what it really draws.
            allow(self, lines=False, everything=True)
            self.over(CanYouRead(), self._told)

    def _told(self, readable: bool | None) -> None:
        self._chinese_confirmed = bool(readable)
        allow(self, lines=False, everything=self._chinese_confirmed)
        if readable:
            self._choose(Language("zh"))

    def _choose(self, language: Language) -> None:
        self.speak(language)
        self.language_chosen(language)

    def language_chosen(self, language: Language) -> None:
        """Handles a person's choice of the language."""

    def speak(self, language: Language) -> None:
        """Draws every sentence again in that language."""
        self.language = language
        for screen in self.screen_stack:
            for widget in screen.walk_children():
                if isinstance(widget, Pane):
                    widget.redraw(layout=True)
