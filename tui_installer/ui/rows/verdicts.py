"""The rows of the preflight page: one for each check, or for the error that prevented the checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui_installer.model.answers_file import AnswersError, Mistake
from tui_installer.model.check import Check, Judged, Verdict, fail
from tui_installer.model.outcome import PENDING, Outcome
from tui_installer.model.plan import Plan
from tui_installer.model.text import NO_TEXT, T, Text, listed, verbatim
from tui_installer.preflight.completion import Refused
from tui_installer.text import measure
from tui_installer.text.words import VERDICT, word
from tui_installer.ui.rows.cells import Row, Say, lines, wrap

# Cells of the names, and of the step that is the cure.
TITLE, STEP = 18, 22
# The order in which outcomes are counted.
COUNTED = (Outcome.OK, Outcome.PLANNED, Outcome.WARN, Outcome.UNKNOWN, Outcome.FAIL)


@dataclass(frozen=True)
class VerdictLine:
    """One row of the list; without a verdict its check has not finished."""

    id: str
    title: Text
    verdict: Verdict | None = None
    accepted: bool = False
    # kubeadm's own names.
    kubeadm: tuple[str, ...] = ()
    # Number and title of the step that cures it.
    step: Text = NO_TEXT
    # A person may go on in spite of it.
    acceptable: bool = False

    @property
    def failed(self) -> bool:
        """True if the check stands in the way."""
        return self.verdict is not None and self.verdict.outcome is Outcome.FAIL

    @property
    def said(self) -> Text:
        """The word for its verdict."""
        return word(self.verdict.outcome if self.verdict else PENDING)

    @property
    def found(self) -> Text:
        """The finding, after a remark if a person has accepted it."""
        if self.verdict is None:
            return NO_TEXT
        if self.accepted:
            return T("accepted: {found}", found=self.verdict.found)
        return self.verdict.found

    def row(self, say: Say, width: int) -> Row:
        """Returns the verdict, the name, what was found, and the step that cures it."""
        outcome = self.verdict.outcome if self.verdict else PENDING
        step = measure.cut(say(self.step), STEP - 1) if self.step is not NO_TEXT else ""
        room = width - VERDICT - TITLE - (STEP if step else 0)
        verdict = measure.pad(say(self.said), VERDICT)
        name = measure.fit(say(self.title), TITLE)
        finding = measure.cut(say(self.found), room)
        row: Row = [(verdict, str(outcome)), (name, ""), (finding, "")]
        return [*row, (" " * (room - measure.width(finding) + 1) + step, "")] if step else row

    @property
    def hint(self) -> Text:
        """Why it matters and what to do; for a good outcome, what was found."""
        if self.verdict is None:
            return NO_TEXT
        why, cure = self.verdict.why, self.verdict.cure
        reasons = [T("Why: {why}.", why=why)] if why else []
        reasons += [T("What to do: {cure}.", cure=cure)] if cure else []
        return lines(reasons or [T("{title}: {found}", title=self.title, found=self.found)])

    @property
    def reason(self) -> Text:
        """The reason beside the answer that has to change."""
        cure = self.verdict.cure if self.verdict else None
        return T(
            "{title}: {found}. What to do: {cure}.",
            title=self.title,
            found=self.found,
            cure=cure or "-",
        )

    def search(self, say: Say) -> str:
        """Returns the text that `/` searches."""
        return f"{say(self.title)} {say(self.found)} {self.id}"

    def details(self, say: Say, width: int) -> list[Row]:
        """Returns everything that is known of the check."""
        v = self.verdict
        parts = (
            (T("Found"), self.found),
            (T("Wanted"), v.wanted if v else None),
            (T("Why it matters"), v.why if v else None),
            (T("What to do"), v.cure if v else None),
            (T("Step that puts it right"), self.step),
            (T("Name of this check"), verbatim(self.id)),
            (T("kubeadm's names for it"), verbatim(", ".join(self.kubeadm))),
        )
        rows: list[Row] = []
        for heading, text in parts:
            sentence = say(text) if text else ""
            if sentence:
                rows += [[(f" {say(heading)}", "bold")]]
                rows += [[(f"   {line}", "")] for line in wrap(sentence, width - 4)]
        return rows


def waiting(checks: Iterable[Check]) -> list[VerdictLine]:
    """Returns the rows before any check has finished."""
    return [VerdictLine(check.id, check.title) for check in checks]


def judged(rows: Iterable[Judged], plan: Plan) -> list[VerdictLine]:
    """Returns the rows of a preflight, in its order, which is worst first."""
    steps = {
        planned.step.id: T("step {number} {title}", number=number, title=planned.step.title)
        for number, planned in enumerate(plan.steps, 1)
    }
    return [
        VerdictLine(
            row.check.id,
            row.check.title,
            row.verdict,
            row.accepted,
            row.check.kubeadm,
            steps.get(row.verdict.step, NO_TEXT)
            if row.verdict.outcome is Outcome.PLANNED
            else NO_TEXT,
            acceptable=True,
        )
        for row in rows
    ]


def _mistake(mistake: Mistake) -> VerdictLine:
    verdict = fail(
        verbatim(mistake.found),
        wanted=mistake.right,
        why=T("with this answer nothing can be looked at"),
        cure=T("give another answer; right would be: {right}", right=mistake.right),
        answer=mistake.key,
    )
    return VerdictLine(
        mistake.key,
        verbatim(mistake.key.partition(".")[2] or mistake.key),
        verdict,
    )


def refused(error: Exception) -> list[VerdictLine] | None:
    """Returns rows for the error that prevented the checks; None: the error is another one."""
    if isinstance(error, AnswersError):
        return [_mistake(mistake) for mistake in error.mistakes]
    if isinstance(error, Refused):
        cure = T("change that, then look again")
        verdict = fail(error.text, wanted=NO_TEXT, why=error.text, cure=cure)
        return [VerdictLine("refused", T("This machine"), verdict)]
    return None


def counts(rows: Sequence[VerdictLine]) -> Text:
    """Returns the number of each outcome, good ones first."""
    outcomes = [row.verdict.outcome for row in rows if row.verdict]
    return listed(
        [
            T("{count} {outcome}", count=outcomes.count(outcome), outcome=word(outcome))
            for outcome in COUNTED
            if outcome in outcomes
        ]
        or [NO_TEXT]
    )
