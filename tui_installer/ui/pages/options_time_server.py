"""The field of the time server: judged while it is typed, and probed in the background."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.timer import Timer
from typing_extensions import override

from tui_installer.model.answers import QUESTIONS
from tui_installer.model.facts import Facts, Files, NtpReply, System
from tui_installer.model.fields import offered_hostname
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import NO_TEXT, T, Text, verbatim
from tui_installer.render.chrony import sources
from tui_installer.session import Session
from tui_installer.steps.time import CONFIG
from tui_installer.ui.pages.options_lines import LABEL, Now
from tui_installer.ui.validation import refuse
from tui_installer.ui.widgets.field import Bracket, Field, Judgement

KEY = "options.ntp_server"
CELLS = 18
# Seconds after the last key: no server is probed for each letter of its name.
CALM = 0.4


def now(facts: Facts) -> Text:
    """Returns the first of chrony's present servers."""
    found = sources(facts[Files].text(CONFIG) or "")
    return verbatim(found[0]) if found else T("none")


def needed(session: Session) -> bool:
    """Tells whether chrony will keep the clock, and this machine may set it."""
    if not session.draft.looked or "CAP_SYS_TIME" not in session.draft.facts[System].capabilities:
        return False
    return bool(session.draft.value("options.time_sync"))


def _offered(typed: str) -> str:
    """Returns a server name near the typed text: a URL or an address with a port may contain one."""
    rest = typed.partition("://")[2] or typed
    return offered_hostname(rest.partition("/")[0].partition(":")[0])


def judge(session: Session, typed: str) -> Judgement:
    """Judges the server by its name, and by its reply."""
    if not session.draft.looked:
        return Judgement(None)
    if not typed:
        hint = T(
            "Empty: chrony keeps the servers of /etc/chrony.conf. Where those cannot be reached, name the time server of your own network; it takes their place."
        )
        return Judgement(Outcome.OK, T("as chrony has it"), hint)
    if QUESTIONS[KEY].kind.wrong(typed) is not None:
        offer = _offered(typed)
        reason = T("The name of a time server or its IPv4 address, like ntp.aliyun.com.")
        return refuse(reason, offer if QUESTIONS[KEY].kind.wrong(offer) is None else "")
    reply = session.times.get(typed)
    return _heard(reply) if reply else Judgement(None, T("it is being asked"), _means(typed))


def _means(server: str) -> Text:
    return T(
        "chrony takes the time from {server}; the other servers of /etc/chrony.conf become comments.",
        server=server,
    )


def _heard(reply: NtpReply) -> Judgement:
    if reply.latency is None:
        hint = T(
            "{server} gives no time over UDP port 123: {why}. It can stay so; chrony goes on asking it.",
            server=reply.server,
            why=reply.detail,
        )
        return Judgement(Outcome.WARN, T("gives no time"), hint)
    milliseconds, off = round(reply.latency * 1000), f"{abs(reply.offset):.1f}"
    hint = T(
        "{server} has answered in {milliseconds} ms; this clock is {seconds} s off, which chrony puts right. The other servers of /etc/chrony.conf become comments.",
        server=reply.server,
        milliseconds=milliseconds,
        seconds=off,
    )
    return Judgement(
        Outcome.OK,
        T("{milliseconds} ms, {seconds} s off", milliseconds=milliseconds, seconds=off),
        hint,
    )


class TimeServer(Field):
    """The field, whose row disappears where no server is needed."""

    _soon: Timer | None = None

    def __init__(self, session: Session) -> None:
        super().__init__(
            T("NTP server"),
            str(session.draft.value(KEY) or ""),
            lambda typed: judge(session, typed),
            topic=KEY,
            label_width=LABEL,
            cells=CELLS,
            id="ntp_server",
        )
        self.session, self.now = session, Now(now)
        self._asked: set[str] = set()

    @override
    def compose(self) -> ComposeResult:
        yield self.label
        yield self.now
        yield Bracket("[")
        yield self.box
        yield Bracket("]  ")
        yield self.remark

    @property
    def missing(self) -> Text:
        """Returns why the server cannot be used; empty: it can, or none is needed."""
        return NO_TEXT if self.good or not self.display else self.judgement.hint

    def look_again(self) -> None:
        """Updates the field after a change of the machine or the answers."""
        self.display = needed(self.session)
        self.suggest(str(self.session.draft.value(KEY) or ""))
        self.judge_again()
        self.now.redraw()
        self.ask()

    def forget(self) -> None:
        """Forgets the replies, so that servers are probed again."""
        self.session.times.clear()

    def ask_soon(self) -> None:
        """Probes the server once typing has stopped."""
        if self._soon is not None:
            self._soon.stop()
        self._soon = self.set_timer(CALM, self.ask)

    def ask(self) -> None:
        """Probes the typed server, unless its reply is known or on its way."""
        server = self.value
        probed = server in self.session.times or server in self._asked
        if server and self.good and self.display and not probed:
            self._asked.add(server)
            self.owner.background(lambda: self.session.ask_time(server), self._told)

    def _told(self, reply: NtpReply) -> None:
        self._asked.discard(reply.server)
        self.session.times[reply.server] = reply
        if self.is_attached:
            self.judge_again()
