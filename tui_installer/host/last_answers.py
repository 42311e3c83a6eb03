"""The answers of the last run, from their file or else from the run's request, with an explanation for a person."""

from __future__ import annotations

from dataclasses import dataclass

from tui_installer.host import files, machine, runs
from tui_installer.model import places
from tui_installer.model.answers import Answers, flat, from_flat
from tui_installer.model.answers_file import AnswersError, Given, parse
from tui_installer.model.text import T, Text


@dataclass(frozen=True)
class Last:
    """The answers of the last run; both are None where there was no run, or where no file holds them."""

    given: Given | None = None
    answers: Answers | None = None
    # Explains why the answers are not those of their file; None where they are, or where there was no run.
    wrong: Text | None = None
    # The file is gone; a person has removed it and knows.
    gone: bool = False
    # The file cannot be read at all, so it cannot be kept when the next run replaces it.
    closed: bool = False
    # The run whose request supplied the answers, if the file did not.
    run: str = ""

    @property
    def notice(self) -> Text | None:
        """The notice for a person; None where the file is in order."""
        if self.wrong is None or self.gone:
            return None
        if not self.run:
            return T("{wrong}. The next run writes it anew", wrong=self.wrong)
        return T(
            "{wrong}. Until the next run writes it anew, the answers of run {run} count in its place",
            wrong=self.wrong,
            run=self.run,
        )


def last() -> Last:
    """Returns the answers of the last run."""
    try:
        file = files.read(str(places.ANSWERS))
    except OSError as error:
        reason = error.why if isinstance(error, files.NoFile) else error.strerror
        text = T(
            "{path} cannot be read: {reason}", path=str(machine.at(places.ANSWERS)), reason=reason
        )
        return _of_request(text, closed=True)
    if file is None:
        return _of_request(T("{path} is gone", path=str(machine.at(places.ANSWERS))), gone=True)
    try:
        saved = parse(file.text.encode("utf-8", "surrogateescape"))
        return Last(saved, from_flat(saved.values))
    except AnswersError as error:
        why = error.mistakes[0].said
        return _of_request(
            T("{path} cannot be used: {why}", path=str(machine.at(places.ANSWERS)), why=why)
        )


def _of_request(wrong: Text, *, closed: bool = False, gone: bool = False) -> Last:
    """Takes the answers from the newest run's request: its engine has written both files."""
    run = runs.latest()
    asked = runs.request_of(run) if run else None
    if run is None or asked is None:
        return Last(wrong=wrong, gone=gone, closed=closed)
    return Last(Given(flat(asked.answers)), asked.answers, wrong, gone, closed, run.name)
