"""Session of one person's screens: the draft, its preflight, and the run and node that they show.

No screen reads the machine itself. Methods that read it block, and the screens call them from threads; they
call all others from their own thread.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from tui_installer.host import machine
from tui_installer.model import ownership
from tui_installer.model.answers_file import Given
from tui_installer.model.facts import Accepted, Joining, NtpReply, Sources
from tui_installer.model.join import JoinCommand
from tui_installer.model.text import Text
from tui_installer.node.monitor import Tending
from tui_installer.preflight import inspection, saved_answers, survey
from tui_installer.preflight.draft import FROM_FILE, TYPED, Draft
from tui_installer.preflight.survey import Survey
from tui_installer.runs import launch
from tui_installer.runs.view import Viewing


@dataclass
class Session:
    """One person's way through the screens."""

    environment: Mapping[str, str]
    draft: Draft = field(default_factory=Draft)
    # Sentences for the person about our own files.
    notices: tuple[Text, ...] = ()
    # The preflight of the draft in its present state; None: none is valid.
    found: inspection.Preflight | None = None
    # Replies of time servers by name.
    times: dict[str, NtpReply] = field(default_factory=dict)
    # The run of this machine, as the screens watch it.
    viewing: Viewing = field(default_factory=Viewing)
    # The finished node.
    tending: Tending = field(default_factory=Tending)

    # --- the machine ------------------------------------------------------------------------------

    def survey(self, topics: Collection[type] | None = None) -> Survey:
        """Reads the machine, or only the given topics. Blocks; the caller passes the result to `seen`."""
        return survey.whole(self.environment) if topics is None else survey.of_topics(topics)

    def seen(self, read: Survey) -> None:
        """Takes the result of `survey`; topics that it has not read stay."""
        draft = self.draft
        if read.whole:
            draft = replace(draft, last=read.last, ssh_line=read.ssh_line)
            self.notices = read.notices
        elif not draft.looked:
            # A few topics do not describe a machine.
            return
        facts = draft.facts.merged(read.facts)
        facts = facts.having(Accepted(), Joining(draft.join), Sources())
        self.draft = replace(draft, facts=facts)

    def ask_time(self, server: str) -> NtpReply:
        """Asks a time server; blocks for two seconds at most."""
        return machine.here().time_of(server)

    # --- the draft --------------------------------------------------------------------------------

    def set(self, key: str, value: object, origin: Text = TYPED) -> None:
        """Sets a person's answer."""
        self.draft = self.draft.with_value(key, value, origin)

    def unset(self, key: str) -> None:
        """Removes a person's answer, so that the suggestion counts again."""
        self.draft = self.draft.without(key)

    def set_join(self, command: JoinCommand | None) -> None:
        """Sets the join command; None: there is none any more."""
        self.draft = replace(self.draft, join=command)

    def take(self, given: Given, origin: Text = FROM_FILE) -> None:
        """Fills the pages with the values of a file."""
        for key, value in given.values.items():
            self.set(key, value, origin)

    def suspend(self) -> None:
        """Suspends the typed values for one question, and lets the answers of the last run count."""
        self._switch(saved_answers.suspended(self.draft))

    def as_before(self) -> None:
        """Lets the answers of the last run count, also on the pages."""
        self._switch(saved_answers.as_before(self.draft))

    def resume(self) -> None:
        """Lets suspended values count again."""
        self._switch(saved_answers.resumed(self.draft))

    def on_pages(self) -> None:
        """Ends a suspension: from here on, the pages change answers."""
        self._switch(saved_answers.on_pages(self.draft))

    def _switch(self, draft: Draft) -> None:
        """Replaces the draft; a preflight of other answers is not valid for it."""
        if draft is not self.draft:
            self.draft, self.found = draft, None

    def refuse(self, check: str) -> None:
        """Withdraws the acceptance of a failed check."""
        self.draft = self.draft.refusing(check)

    def accept(self, *checks: str) -> None:
        """Accepts failed checks; for a half-made cluster, only as long as it is the one in the preflight."""
        self.draft = self.draft.accepting(*checks)
        if ownership.CHECK in checks and self.found is not None:
            self.draft = replace(self.draft, half_made=inspection.half_made(self.found.facts))

    # --- the run ----------------------------------------------------------------------------------

    @property
    def asked(self) -> inspection.Asked:
        """The question that a preflight answers."""
        draft, people = self.draft, machine.here().people(self.environment)
        accepted = tuple(sorted(draft.accepted))
        return inspection.Asked(draft.given, draft.join, accepted, people, draft.half_made)

    def look(self) -> inspection.Preflight:
        """Runs the whole preflight; blocks. Raises AnswersError or completion.Refused."""
        return inspection.look(self.asked)

    def start(self) -> None:
        """Starts the run of the preflight; blocks. The caller calls `started` afterwards.

        Raises launch.Busy or launch.NotStarted.
        """
        assert self.found is not None
        by = self.environment.get("SUDO_USER", "root")
        launch.launch(self.found, self.asked, by)
        with suppress(OSError):
            saved_answers.forget()

    def started(self) -> None:
        """Lets the run's own answers count.

        The consent to clear a cluster was for this run only; a cluster found later is another one.
        """
        self.draft = replace(self.draft.refusing(ownership.CHECK), waiting=None)
