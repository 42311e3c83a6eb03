"""The app: its screens, the keys that work on every screen, and work in the background."""

from __future__ import annotations

import signal
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import Screen
from typing_extensions import override

from tui_installer.exits import by_signal
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.rehearsal import machines
from tui_installer.text.language import Language
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.program.languages import Bilingual
from tui_installer.ui.terminal.capabilities import Terminal
from tui_installer.ui.terminal.driver import repaint
from tui_installer.ui.widgets.owner import Focusable, Shown

# Everything else is loaded after the first paint: see `Opening`.
if TYPE_CHECKING:
    from tui_installer.model.stand_in import StandIn
    from tui_installer.preflight.survey import Survey
    from tui_installer.session import Session
    from tui_installer.ui.program.probing import Probing

Result = TypeVar("Result")


class Opening(Frame):
    """The first screen, shown for a fraction of a second while the program loads."""

    heading = T("Start")
    leaves = True
    look_again = NO_TEXT

    @property
    @override
    def sentence(self) -> Text:
        return T("This machine is being looked at.")


class Screens(Bilingual):
    """The viewer and the wizard: reads the machine through the session, and the run through its journal."""

    TITLE = "tui-installer"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    * { scrollbar-size: 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+g", "help", priority=True, show=False),
        Binding("ctrl+o", "log", priority=True, show=False),
        Binding("ctrl+r", "look_again", priority=True, show=False),
        Binding("ctrl+y", "language", priority=True, show=False),
        Binding("ctrl+l", "repaint", priority=True, show=False),
        Binding("ctrl+c", "leave", priority=True, show=False),
    ]

    def __init__(
        self,
        language: Language,
        terminal: Terminal,
        environment: Mapping[str, str],
        session: Session | None = None,
        *,
        language_confirmed: bool = False,
    ) -> None:
        super().__init__(language, terminal, language_confirmed=language_confirmed)
        self._environment, self._session = environment, session
        # Lines to print once the shell has the terminal again.
        self.last_words: list[str] = []
        # The recorded machine on which the screens begin again.
        self.next_machine: str | None = None

    @property
    def session(self) -> Session:
        """The known facts and the typed answers; only `Opening` is shown before they exist."""
        assert self._session is not None
        return self._session

    @property
    def refused(self) -> bool:
        """True if nothing can be done on this machine, as far as it has been read."""
        from tui_installer.preflight.preview import refused

        return self.loaded and refused(self.session.draft) is not None

    @property
    def loaded(self) -> bool:
        """True once the whole program is loaded."""
        return self._session is not None

    @cached_property
    def probing(self) -> Probing:
        """The test of the mirrors in the background."""
        from tui_installer.ui.program.probing import Probing

        return Probing(self)

    # --- this machine, for the title ------------------------------------------------------------

    @property
    def host_name(self) -> str:
        """The name in force, as last seen."""
        return self._session.draft.host_name if self._session else ""

    @property
    def address(self) -> str:
        """The address of the chosen card, or of the one with the default route."""
        return self._session.draft.address if self._session else ""

    @property
    def stand_in(self) -> StandIn | None:
        """The recorded machine of a rehearsal; None on a real one."""
        return machines.stand_in()

    # --- keys -----------------------------------------------------------------------------------

    def walk(self, step: int) -> None:
        """Moves the focus on the present screen."""
        if isinstance(self.screen, Shown):
            self.screen.walk(step)

    def hint_changed(self) -> None:
        """Draws the hint again after it changed without a move of the focus."""
        if isinstance(self.screen, Shown):
            self.screen.tell()

    def leave(self) -> None:
        """Asks before the screens close; a run goes on without them."""
        if not self.loaded:
            # Before the program is loaded Ctrl+C ends it as a signal does, not as a person's choice.
            self.exit(return_code=by_signal(signal.SIGINT))
            return
        from tui_installer.ui.dialogs.leave import Leave

        if isinstance(self.screen, Leave):
            self.screen.dismiss(None)
        else:
            self.over(Leave())

    def farewell(self) -> None:
        """Closes the screens; prints what goes on without them once the shell has the terminal again."""
        from tui_installer.ui.dialogs.leave import last_words

        self.last_words = [self.language(text) for text in last_words(self)]
        self.exit()

    def rehearse(self, machine: str) -> None:
        """Closes these screens, so that they begin again on that recorded machine."""
        self.next_machine = machine
        self.exit()

    def action_leave(self) -> None:
        """Asks whether to leave on Ctrl+C; it never stops work by itself."""
        self.leave()

    def action_help(self) -> None:
        """Opens help for the focused widget on Ctrl+G, and closes it on the second press."""
        if not self.loaded:
            return
        from tui_installer.ui.screens.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss(None)
        else:
            topic = self.focused.topic if isinstance(self.focused, Focusable) else ""
            self.over(HelpScreen(topic, self.screen))

    def action_log(self) -> None:
        """Opens the log on Ctrl+O, and closes it on the second press."""
        if not self.loaded:
            return
        from tui_installer.ui.screens.log import Log

        if isinstance(self.screen, Log):
            self.screen.dismiss(None)
        elif not any(isinstance(screen, Log) for screen in self.screen_stack):
            self.over(Log(self.screen.log_source if isinstance(self.screen, Shown) else ""))

    def action_look_again(self) -> None:
        """Reads again on Ctrl+R."""
        if isinstance(self.screen, Frame):
            self.screen.again()

    def action_repaint(self) -> None:
        """Repaints the screen on Ctrl+L, over anything that the kernel or another program has written there."""
        repaint(self)

    @override
    def language_chosen(self, language: Language) -> None:
        if self.loaded:
            from tui_installer.preflight import saved_answers

            self._try_to_keep(
                lambda: saved_answers.keep_language(language.code, self.session.environment)
            )

    # --- screens --------------------------------------------------------------------------------

    @override
    def on_mount(self) -> None:
        """Paints a first screen at once; loads the rest of the program after it."""
        if self.loaded:
            self._open()
        else:
            self.push_screen(Opening())
            self.call_after_refresh(self.background, self._load, self._begun)

    def _load(self) -> Session:
        from tui_installer.preflight import saved_answers
        from tui_installer.session import Session
        from tui_installer.ui.program import routes  # noqa: F401 - so that the first screen is loaded too

        return Session(self._environment, saved_answers.restored())

    def _begun(self, session: Session) -> None:
        self._session = session
        self.pop_screen()
        self._open()

    def _open(self) -> None:
        """Opens the screen that fits this machine; its data arrive as they are read."""
        from tui_installer.ui.program.routes import screen_for

        self.session.viewing.poll()
        self.push_screen(screen_for(self.session.viewing.stage))
        self.survey(self._tell_notices)
        self.ask_about_chinese()

    def _tell_notices(self) -> None:
        """Shows notices about unusable files of ours; once read, those about files put aside do not appear again."""
        if self.session.notices:
            from tui_installer.preflight import saved_answers
            from tui_installer.ui.dialogs.notice import Notice

            def read(_answer: str | None) -> None:
                self._try_to_keep(saved_answers.forget_notes)

            self.over(Notice(self.session.notices, back_first=True), read)

    def survey(
        self, then: Callable[[], None] | None = None, topics: Collection[type] | None = None
    ) -> None:
        """Reads the machine again, and informs the screens."""

        def take(survey: Survey) -> None:
            self.session.seen(survey)
            self.let_know(lambda screen: screen.surveyed())
            self.screen.call_later(self.hint_changed)
            if then:
                then()

        self.background(lambda: self.session.survey(topics), take)

    def let_know(self, news: Callable[[Shown], None]) -> None:
        """Calls `news` with every screen, once its widgets exist.

        It includes a screen that a dialog, the help or the log covers.
        """
        for screen in self.screen_stack:
            if isinstance(screen, Shown):
                screen.call_later(news, screen)

    @override
    def show(self, screen: Screen[Any]) -> None:
        """Shows a screen; on the screen of a run or its node typed values count again, as no question is open."""
        if isinstance(screen, Shown) and screen.views_run:
            self.session.resume()
        super().show(screen)

    def turn(self, page: str, step: int) -> None:
        """Turns the pages of the wizard; before the first is Start, or Status; after the last Review."""
        from tui_installer.ui.program.routes import before_the_pages, way
        from tui_installer.ui.screens.review import Review

        self.keep()
        pages = way(self.session.draft.role)
        ids = [entry.id for entry in pages]
        goal = (ids.index(page) if page in ids else len(ids)) + step
        if goal < 0:
            self.session.resume()
            self.show(before_the_pages(self.session.viewing.stage))
        elif goal >= len(ids):
            self.show(Review())
        else:
            self.show(pages[goal].screen())

    def begin(self) -> None:
        """Goes from Start to the first page."""
        from tui_installer.ui.program.routes import way

        self.show(way(self.session.draft.role)[0].screen())

    def first_open_page(self) -> None:
        """Goes, after an answers file, to the first page that it leaves open, else to the checks."""
        self.go("join" if self.session.draft.needs_join else "preflight")

    def go(self, page: str) -> None:
        """Goes to that page of the wizard, or to the checks if the role has no such page."""
        from tui_installer.ui.program.routes import way

        self.keep()
        pages = way(self.session.draft.role)
        self.show(next((e for e in pages if e.id == page), pages[-1]).screen())

    def go_to(self, answer: str, why: Text) -> None:
        """Goes to the row of that answer, and shows the reason there."""
        from tui_installer.ui.frame.page import Pointed, answer_of
        from tui_installer.ui.program.routes import page_of

        if (entry := page_of(answer, self.session.draft.role)) is not None:
            self.keep()
            page = entry.screen()
            page.pointed = Pointed(answer, why, answer_of(self.session.draft, answer))
            self.show(page)

    def page_asking(self, keys: Collection[str]) -> str:
        """Returns the id of this role's first page that asks for one of these answers; empty: none does."""
        from tui_installer.ui.program.routes import way

        pages = way(self.session.draft.role)
        return next((entry.id for entry in pages if set(keys) & set(entry.asks)), "")

    def page_number(self, page: str) -> int:
        """Returns a page's place in this role's wizard, from 1; 0: it has no such page."""
        from tui_installer.ui.program.routes import way

        ids = [entry.id for entry in way(self.session.draft.role)]
        return ids.index(page) + 1 if page in ids else 0

    def show_run(self) -> None:
        """Shows the run that was just started."""
        from tui_installer.ui.screens.run import RunScreen

        self.show(RunScreen())

    def show_stage(self, *, calm: float | None = None) -> None:
        """Shows the screen of the present stage; `calm`: for that many seconds Enter presses nothing there."""
        from tui_installer.ui.program.routes import screen_for

        screen = screen_for(self.session.viewing.stage)
        if calm is not None:
            screen.calm = calm
        self.show(screen)

    def review_with(self, key: str, value: object) -> None:
        """Opens Review with the answers of the last run and this one changed, after reading the machine again.

        Typed values are set aside meanwhile; Back returns to the screen that asked.
        """
        from tui_installer.ui.screens.review import Review

        asked = self.screen

        def opened() -> None:
            if self.screen is asked:
                self.session.suspend()
                self.session.set(key, value)
                self.show(Review(lambda: self.show(type(asked)())))

        self.survey(opened)

    def keep(self) -> None:
        """Saves the typed values at every change of page; ignores a failure to write.

        On the pages a person edits the values that are saved.
        """
        from tui_installer.preflight import saved_answers

        self.session.on_pages()
        typed = saved_answers.typed(self.session.draft)
        self._try_to_keep(lambda: saved_answers.keep(typed))

    def _try_to_keep(self, write: Callable[[], None]) -> None:
        self.background(write, lambda _kept: None, lambda error: isinstance(error, OSError))
