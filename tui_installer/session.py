"""What one person's screens share: the draft, what was found of it, and the run and node they look at.

No screen reads the machine itself. Methods that look at it block; the screens call them from
threads, and everything else from their own.
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
    # What a person has to know of our own files.
    notices: tuple[Text, ...] = ()
    # The preflight of the draft as it was; None: none counts.
    found: inspection.Preflight | None = None
    # What time servers have said, by their names.
    times: dict[str, NtpReply] = field(default_factory=dict)
    # The run of this machine, as it is watched.
    viewing: Viewing = field(default_factory=Viewing)
    # The node that it has made.
    tending: Tending = field(default_factory=Tending)

    # --- the machine ------------------------------------------------------------------------------

    def survey(self, topics: Collection[type] | None = None) -> Survey:
        """Reads the machine, or those topics alone. Blocks; the caller hands it to `seen`."""
        return survey.whole(self.environment) if topics is None else survey.of_topics(topics)

    def seen(self, read: Survey) -> None:
        """Takes over what `survey` has read; topics that it did not read stay as they were."""
        draft = self.draft
        if read.whole:
            draft = replace(draft, last=read.last, ssh_line=read.ssh_line)
            self.notices = read.notices
        elif not draft.looked:
            # Some topics make no machine.
            return
        known = draft.facts.merged(read.facts)
        known = known.having(Accepted(), Joining(draft.join), Sources())
        self.draft = replace(draft, facts=known)

    def ask_time(self, server: str) -> NtpReply:
        """What that time server says; blocks for two seconds at most."""
        return machine.here().time_of(server)

    # --- the draft --------------------------------------------------------------------------------

    def set(self, key: str, value: object, origin: Text = TYPED) -> None:
        """An answer of the user's."""
        self.draft = self.draft.with_value(key, value, origin)

    def unset(self, key: str) -> None:
        """Back to the suggestion."""
        self.draft = self.draft.without(key)

    def set_join(self, command: JoinCommand | None) -> None:
        """The join command that was read; None: there is none any more."""
        self.draft = replace(self.draft, join=command)

    def take(self, given: Given, origin: Text = FROM_FILE) -> None:
        """Fills the pages with the values of a file."""
        for key, value in given.values.items():
            self.set(key, value, origin)

    def suspend(self) -> None:
        """For one question what was typed waits, and the answers of the last run count."""
        self._switch(saved_answers.suspended(self.draft))

    def as_before(self) -> None:
        """The answers of the last run count, also on the pages."""
        self._switch(saved_answers.as_before(self.draft))

    def resume(self) -> None:
        """What was typed counts again, if it waits."""
        self._switch(saved_answers.resumed(self.draft))

    def on_pages(self) -> None:
        """Answers are changed from here on: for one question alone nothing waits any more."""
        self._switch(saved_answers.on_pages(self.draft))

    def _switch(self, draft: Draft) -> None:
        """What was found of other answers does not count."""
        if draft is not self.draft:
            self.draft, self.found = draft, None

    def refuse(self, check: str) -> None:
        """One that was accepted stands in the way again."""
        self.draft = self.draft.refusing(check)

    def accept(self, *checks: str) -> None:
        """A person goes on although these checks fail; of a cluster only if it is still the one that was seen."""
        self.draft = self.draft.accepting(*checks)
        if ownership.CHECK in checks and self.found is not None:
            self.draft = replace(self.draft, half_made=inspection.half_made(self.found.facts))

    # --- the run ----------------------------------------------------------------------------------

    @property
    def asked(self) -> inspection.Asked:
        """What a preflight is to answer."""
        draft, people = self.draft, machine.here().people(self.environment)
        accepted = tuple(sorted(draft.accepted))
        return inspection.Asked(draft.given, draft.join, accepted, people, draft.half_made)

    def look(self) -> inspection.Preflight:
        """The whole preflight; blocks. Raises AnswersError or completion.Refused."""
        return inspection.look(self.asked)

    def start(self) -> None:
        """Starts the run that was found; blocks, and leaves the rest to `started`.

        Raises launch.Busy or launch.NotStarted.
        """
        assert self.found is not None
        by = self.environment.get("SUDO_USER", "root")
        launch.launch(self.found, self.asked, by)
        with suppress(OSError):
            saved_answers.forget()

    def started(self) -> None:
        """From here on the run's own answers count.

        That a cluster may be cleared was said for this run; what is here after it is another one.
        """
        self.draft = replace(self.draft.refusing(ownership.CHECK), waiting=None)
