"""The driver between Textual and the terminal: sends output, reads keys, and restores the terminal at the end."""

from __future__ import annotations

import locale
import os
import select
import shutil
import signal
import termios
from codecs import getincrementaldecoder
from contextlib import suppress
from threading import Thread
from typing import IO, Any, ClassVar, cast

from textual import events
from textual.app import App
from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from typing_extensions import override

from tui_installer.exits import by_signal
from tui_installer.ui.terminal.capabilities import Terminal
from tui_installer.ui.terminal.escapes import Filter
from tui_installer.ui.terminal.wire import KeyParser, TerminalOutput, escape_delay

# The driver turns on nothing else: no mouse, no key protocols, no queries whose answers would count as keys.
BEGIN = "\x1b[?1049h\x1b[?2004h\x1b[0m\x1b[?7l\x1b[?25l\x1b[H\x1b[2J"
END = "\x1b[?2004l\x1b[0m\x1b[?7h\x1b[H\x1b[2J\x1b[?1049l\x1b[?25h"
ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
OURS = (*ENDING, signal.SIGTSTP, signal.SIGCONT, signal.SIGWINCH)


class Console(LinuxDriver):
    """The driver of every terminal. Signals that would end the program end the app, and the terminal is restored.

    The event loop handles them between two of its steps: never in the middle of a write.
    """

    terminal: ClassVar[Terminal]

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        before = {number: signal.getsignal(number) for number in OURS}
        super().__init__(app, debug=False, mouse=False, size=size)
        here = self.terminal
        self.clean = Filter(
            poor=here.poor,
            colours=here.colours,
            lines=here.draws_chinese,
            everything=here.draws_chinese,
        )
        # If one of them goes to a file, the screens do not.
        handle = next((handle for handle in (2, 1) if os.isatty(handle)), self.fileno)
        encoding = "utf-8" if here.draws_chinese else locale.getpreferredencoding(False)
        self._output = TerminalOutput(handle, encoding, self.clean, self.lost)
        self._size = size or self._get_terminal_size()
        self._drawing = self._away = self._leaving = False
        self._before = before
        self._take_signals()

    # --- signals --------------------------------------------------------------------------------

    def _take_signals(self) -> None:
        listen = self._loop.add_signal_handler
        for number in ENDING:
            listen(number, self._leave, number)
        listen(signal.SIGTSTP, self._pause)
        # One step later: a shell that ends a stopped job sends this signal too, and it arrives first.
        listen(signal.SIGCONT, self._loop.call_soon, self._go_on)
        listen(signal.SIGWINCH, self._tell_size)

    def _give_back(self, *numbers: signal.Signals) -> None:
        for number in numbers:
            if number in self._before:
                self._loop.remove_signal_handler(number)
                handler = self._before.pop(number)
                signal.signal(number, signal.SIG_DFL if handler is None else handler)

    def _leave(self, number: int) -> None:
        """Ends the app; only the viewer ends, a run goes on. The app's return code names the signal."""
        self._leaving = True
        self._app.exit(return_code=by_signal(number))

    def lost(self) -> None:
        """Handles the loss of the terminal; any thread may call it."""
        with suppress(RuntimeError):  # The loop has ended already.
            self._loop.call_soon_threadsafe(self._leave, signal.SIGHUP)

    def _pause(self) -> None:
        """Returns the terminal to the shell on SIGTSTP, then stops the process."""
        if self._auto_restart and self._drawing:
            self.suspend_application_mode()
            self._away = True
        os.kill(os.getpid(), signal.SIGSTOP)

    def _go_on(self) -> None:
        """Continues on SIGCONT, also after a SIGSTOP that nobody can catch."""
        if self._leaving or not self._auto_restart:
            return
        if self._in_background():
            # A change of the terminal's settings stops the process too, but there nothing could end it.
            os.kill(os.getpid(), signal.SIGSTOP)
        elif self._away:
            self._away = False
            self.resume_application_mode()
            self._app.refresh(layout=True)
        elif self._drawing:
            self._set_raw()
            self.repaint()

    def _in_background(self) -> bool:
        """Tells whether the shell has the terminal, so that its settings must not change."""
        try:
            return os.tcgetpgrp(self.fileno) != os.getpgrp()
        except OSError:
            return False

    # --- the terminal's modes -------------------------------------------------------------------

    @override
    def start_application_mode(self) -> None:
        if self.attrs_before is None:
            with suppress(termios.error):
                self.attrs_before = termios.tcgetattr(self.fileno)
        self._set_raw()
        self._writer_thread = WriterThread(cast(IO[str], self._output))
        self._writer_thread.start()
        self._drawing = True
        self.write(BEGIN)
        thread = Thread(target=self._run_input_thread, name="keys", daemon=True)
        thread.start()
        self._key_thread = thread
        self._tell_size()

    @override
    def stop_application_mode(self) -> None:
        """Restores the terminal, and returns Ctrl+C to its previous handler."""
        self._give_terminal_back(signal.SIGINT)

    @override
    def suspend_application_mode(self) -> None:
        self._give_terminal_back()

    @override
    def close(self) -> None:
        """Restores everything; later output comes after the last byte of the screens."""
        self.stop_application_mode()
        self._give_back(*OURS)

    def _give_terminal_back(self, *signals: signal.Signals) -> None:
        """Restores the modes last: with them Ctrl+C may be a signal again, which a closed app does not handle."""
        drawing, self._drawing = self._drawing, False
        if drawing:
            self.disable_input()
            self._write(END)
        self._stop_writer()
        self._give_back(*signals)
        if drawing and self.attrs_before is not None and not self._in_background():
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)

    def _stop_writer(self) -> None:
        thread, self._writer_thread = self._writer_thread, None
        if thread is not None:
            thread.stop()

    def _set_raw(self) -> None:
        """Makes every key arrive as it is, Ctrl+C and Ctrl+Z too."""
        with suppress(termios.error):
            modes = termios.tcgetattr(self.fileno)
            modes[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.BRKINT)
            if not self.terminal.serial:
                # Only a serial line may need flow control.
                modes[0] &= ~(termios.IXON | termios.IXOFF)
            modes[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
            modes[6][termios.VMIN], modes[6][termios.VTIME] = 1, 0
            termios.tcsetattr(self.fileno, termios.TCSANOW, modes)

    # --- the picture ----------------------------------------------------------------------------

    @override
    def write(self, data: str) -> None:
        if self._drawing:
            self._write(data)

    def _write(self, data: str) -> None:
        if self._writer_thread is not None:
            self._writer_thread.write(data)

    def repaint(self) -> None:
        """Paints everything again, after a message of the kernel or another program."""
        self.write(BEGIN)
        self._app.refresh(layout=True)

    @override
    def _get_terminal_size(self) -> tuple[int, int]:
        """Returns the terminal's own size; a serial line has none, and counts as 80x24 unless the environment says more."""
        with suppress(OSError):
            width, height = os.get_terminal_size(self.fileno)
            if width and height:
                return width, height
        width, height = shutil.get_terminal_size()
        return width, height

    def _tell_size(self) -> None:
        size = Size(*self._get_terminal_size())
        self.process_message(events.Resize(size, size))

    # --- keys -----------------------------------------------------------------------------------

    @override
    def disable_input(self) -> None:
        """Reads no more keys; discards those typed ahead, which are not meant for the shell."""
        thread, self._key_thread = self._key_thread, None
        if thread is None:
            return
        self.exit_event.set()
        thread.join()
        self.exit_event.clear()
        if not self._in_background():
            with suppress(termios.error):
                termios.tcflush(self.fileno, termios.TCIFLUSH)

    @override
    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except (OSError, EOFError):
            self.lost()
        except Exception as error:
            self._app.call_later(self._app._handle_exception, error)

    @override
    def run_input_thread(self) -> None:
        """Passes keys on until the terminal is restored; raises EOFError or OSError when it is gone."""
        keys = KeyParser(escape_delay(self.terminal))
        # A terminal in another encoding sends bytes that are not UTF-8.
        decode = getincrementaldecoder("utf-8")("replace").decode
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno], [], [], keys.patience())
            if ready:
                data = os.read(self.fileno, 4096)
                if not data:
                    raise EOFError
                text = decode(data)
                for message in keys.feed(text) if text else ():
                    self.process_message(message)
            for message in keys.tick():
                self.process_message(message)


def driver_for(terminal: Terminal) -> type[Console]:
    """Returns the driver of this terminal, for `App(driver_class=...)`."""

    class Here(Console):
        pass

    Here.terminal = terminal
    return Here


def repaint(app: App[Any]) -> None:
    """Paints the screen again, over anything that the kernel or another program has left on it."""
    driver = app._driver
    if isinstance(driver, Console):
        driver.repaint()
    else:
        app.refresh(layout=True)


def allow(app: App[Any], *, lines: bool, everything: bool) -> None:
    """Allows box lines and blocks, and all else beyond ASCII, to be drawn from now on."""
    driver = app._driver
    if isinstance(driver, Console):
        driver.clean.lines, driver.clean.everything = lines, everything
        driver.repaint()
