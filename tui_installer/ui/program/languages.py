"""English and Chinese: which of them is shown, and what this terminal can draw of it."""

from __future__ import annotations

from tui_installer.text.language import Language
from tui_installer.ui.program.key_order import Keyed
from tui_installer.ui.terminal.capabilities import Terminal
from tui_installer.ui.terminal.driver import allow, driver_for
from tui_installer.ui.widgets.pane import Pane


class Bilingual(Keyed):
    """A program in two languages, on a terminal that may have the glyphs of one only.

    `read`: a person has seen the language on this terminal before.
    """

    def __init__(self, language: Language, terminal: Terminal, *, read: bool = False) -> None:
        super().__init__(driver_for(terminal), ansi_color=True)
        self.theme = "ansi-dark"
        self.terminal = terminal
        self._read_chinese = read and language.code == "zh"
        # Chinese was asked for where it may not be readable: a person is asked first.
        self._doubted = language.code == "zh" and not (terminal.draws_chinese or self._read_chinese)
        self.language = Language("en") if self._doubted else language

    def on_mount(self) -> None:
        """What was read before is drawn from the first screen on."""
        if self._read_chinese and not self.terminal.draws_chinese:
            allow(self, lines=False, everything=True)

    @property
    def colours(self) -> bool:
        """Whether the terminal has any."""
        return self.terminal.colours

    @property
    def boxes(self) -> bool:
        """Box lines, or ASCII: with a Chinese font some terminals draw box lines two cells wide."""
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
        """What Ctrl+Y offers, in its own writing where that can be drawn."""
        if self.language.code == "zh":
            return "English"
        return "中文" if self.terminal.draws_chinese else "Chinese"

    # --- the language ---------------------------------------------------------------------------

    def action_language(self) -> None:
        """Ctrl+Y: the same screen, the same focus, the other language."""
        if self.language.code == "zh":
            self._choose(Language("en"))
        elif self.terminal.draws_chinese or self._read_chinese:
            self._choose(Language("zh"))
        else:
            self._ask_whether_it_can_be_read()

    def ask_about_chinese(self) -> None:
        """Once the first screen stands, where Chinese was asked for and is in doubt."""
        if self._doubted:
            self._ask_whether_it_can_be_read()

    def _ask_whether_it_can_be_read(self) -> None:
        from tui_installer.ui.dialogs.can_you_read import CanYouRead

        if not isinstance(self.screen, CanYouRead):
            # Nothing tells what this terminal really draws but the person in front of it.
            allow(self, lines=False, everything=True)
            self.over(CanYouRead(), self._told)

    def _told(self, readable: bool | None) -> None:
        self._read_chinese = bool(readable)
        allow(self, lines=False, everything=self._read_chinese)
        if readable:
            self._choose(Language("zh"))

    def _choose(self, language: Language) -> None:
        self.speak(language)
        self.language_chosen(language)

    def language_chosen(self, language: Language) -> None:
        """A person has chosen it."""

    def speak(self, language: Language) -> None:
        """Every sentence is drawn anew."""
        self.language = language
        for screen in self.screen_stack:
            for widget in screen.walk_children():
                if isinstance(widget, Pane):
                    widget.redraw(layout=True)
