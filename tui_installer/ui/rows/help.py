"""The parts of the help box, and the rows of each."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tui_installer import registry
from tui_installer.help.book import ANSWERS, PLACES
from tui_installer.help.keys import KEYS
from tui_installer.help.tool_tasks import find_task
from tui_installer.help.words import WORDS
from tui_installer.model.answers import Answers, flat
from tui_installer.model.change import Change, RunCommand, WriteFile
from tui_installer.model.check import Check, Verdict
from tui_installer.model.help import Help
from tui_installer.model.secret import Secret
from tui_installer.model.step import Step
from tui_installer.model.text import T, Text
from tui_installer.model.tool_task import Tool, ToolTask
from tui_installer.preflight.preview import changes
from tui_installer.preflight.survey import PREPARING
from tui_installer.session import Session
from tui_installer.text import measure
from tui_installer.text.words import word
from tui_installer.ui.rows.cells import Key, Row, Say, Span, wrap

# Lines of one file that are shown; Review shows all of them.
LINES = 8
# Cells of the column of keys.
KEY = 14
IS, DONE = T("What it is"), T("What will be done")


@dataclass(frozen=True)
class Section:
    """A heading with sentences, and with lines that keep their breaks."""

    heading: Text
    texts: tuple[Text, ...] = ()
    lines: tuple[Span, ...] = ()

    def rows(self, say: Say, width: int) -> list[Row]:
        """Returns the heading, and the rest indented by two cells."""
        rows: list[Row] = [[(say(self.heading), "bold")]]
        rows += [[("  " + line, "")] for text in self.texts for line in wrap(say(text), width - 2)]
        for text, style in self.lines:
            first, *more = wrap(text, width - 6) or [""]
            rows += [[("  " + first, style)], *([("      " + line, style)] for line in more)]
        return rows


@dataclass(frozen=True)
class HelpPart:
    """One part of the help: the label of its tab, and its rows."""

    title: Text
    rows: Callable[[Say, int], list[Row]]


def sections(found: Iterable[Section]) -> Callable[[Say, int], list[Row]]:
    """Returns sections one below the other."""
    kept = tuple(section for section in found if section.texts or section.lines)
    return lambda say, width: [row for section in kept for row in section.rows(say, width)]


def _changes(name: str, session: Session) -> Sequence[Change] | None:
    """Returns what a step would change; None: it is not part of the run, or too little is known of the machine."""
    if not name or not session.draft.looked:
        return None
    step, answers = registry.step(name), session.draft.answers
    if not step.applies(answers):
        return None
    if session.found is not None and _same(session.found.answers, answers, session):
        plan = session.found.plan
        return None if name in {p.step.id for p in plan.unknown} else plan.changes_of(name)
    return changes(session.draft, name, answers) if name in PREPARING else None


def _same(before: Answers, now: Answers, session: Session) -> bool:
    """Tells whether the preflight was for these answers; the preflight chooses a source that nobody has chosen."""
    there = flat(before)
    free = {key for key in there if key.startswith("mirrors.") and key not in session.draft.values}
    return all(there[key] == value for key, value in flat(now).items() if key not in free)


def _verdict(check: str, session: Session) -> Verdict | None:
    """Returns the verdict of the last preflight; None: it has not looked."""
    judged = session.found.judged if session.found else ()
    return next((row.verdict for row in judged if row.check.id == check), None)


def focused(topic: str, session: Session) -> HelpPart | None:
    """Returns the part about the focused widget; None: there is no help on it."""
    kind, _, name = topic.partition(":")
    if topic in ANSWERS:
        return _answer(topic, session)
    if kind == "step":
        return _step(step, session) if (step := registry.find_step(name)) else None
    if kind == "check":
        return _check(check, session) if (check := registry.find_check(name)) else None
    if kind == "task":
        return _task(task) if (task := find_task(name)) else None
    if kind == "proof":
        return _proof(proof) if (proof := registry.find_proof(name)) else None
    return None


def _answer(key: str, session: Session) -> HelpPart:
    entry = ANSWERS[key]
    would = _would(_changes(entry.step, session))
    rows = [*_told(entry, T("What is allowed")), would, _look(entry), _kept(key, session)]
    return HelpPart(entry.title, sections(rows))


def _step(step: Step, session: Session) -> HelpPart:
    would = _would(_changes(step.id, session))
    return HelpPart(step.title, sections([Section(IS, (step.about,)), would, _names(step.id)]))


def _check(check: Check, session: Session) -> HelpPart:
    verdict = _verdict(check.id, session)
    would = _would(_changes(verdict.step if verdict else "", session))
    judged = _judged(verdict) if verdict else []
    names = _names(check.id, *check.kubeadm)
    return HelpPart(check.title, sections([Section(IS, (check.about,)), *judged, would, names]))


def _proof(proof: Check) -> HelpPart:
    look = Section(T("To look yourself"), lines=(("tui-installer status", ""),))
    return HelpPart(proof.title, sections([Section(IS, (proof.about,)), look, _names(proof.id)]))


def _task(task: ToolTask) -> HelpPart:
    written = [" ".join(argv) for tool in Tool for argv in task.usage(tool).commands]
    look = Section(T("To look yourself"), lines=tuple((line, "") for line in written))
    if not task.reads:
        look = Section(T("Its commands, which change something"), lines=look.lines)
    return HelpPart(task.title, sections([Section(T("Why the answers differ"), (task.why,)), look]))


def place(name: str) -> HelpPart | None:
    """Returns the part about the page or screen; None: it has none."""
    entry = PLACES.get(name)
    if entry is None:
        return None
    files = Section(T("Where it is kept"), lines=((entry.kept, ""),) if entry.kept else ())
    parts = [*_told(entry, T("What you can do")), _look(entry), files]
    return HelpPart(T("This page"), sections(parts))


def keys(here: Sequence[Key]) -> HelpPart:
    """Returns the part about keys: those of the focused widget, then all."""

    def rows(say: Say, width: int) -> list[Row]:
        lines: list[Row] = [[(say(T("Here")), "bold")]] if here else []
        lines += [row for key, what in here for row in _pair(say, key, what, width)]
        lines.append([(say(T("Everywhere")), "bold")])
        return lines + [row for key, what in KEYS for row in _pair(say, key, what, width)]

    return HelpPart(T("Keys"), rows)


def words() -> HelpPart:
    """Returns the part about words."""
    return HelpPart(T("Words"), sections(Section(term, (meaning,)) for term, meaning in WORDS))


def _pair(say: Say, key: Text, what: Text, width: int) -> list[Row]:
    first, *more = wrap(say(what), width - KEY - 2)
    rows: list[Row] = [[("  " + measure.pad(say(key), KEY) + first, "")]]
    return rows + [[(" " * (KEY + 2) + line, "")] for line in more]


def _told(entry: Help, allowed: Text) -> list[Section]:
    parts = ((IS, entry.what), (allowed, entry.allowed), (T("Why it matters"), entry.why))
    return [Section(heading, (text,)) for heading, text in parts if text is not None]


def _look(entry: Help) -> Section:
    return Section(T("To look yourself"), lines=((entry.look, ""),) if entry.look else ())


def _kept(key: str, session: Session) -> Section:
    files = ANSWERS[key].kept
    value = session.draft.value(key)
    line = f"{key} = {json.dumps(value, ensure_ascii=False)}" if value is not None else key
    lines = ((files, ""),) if files else ()
    return Section(T("Where it is kept"), (T("answers: {line}", line=line),), lines)


def _judged(verdict: Verdict) -> list[Section]:
    finding = T("{word}: {found}", word=word(verdict.outcome), found=verdict.found)
    more = (
        (T("What was found"), finding),
        (T("What is wanted"), verdict.wanted),
        (T("Why it matters"), verdict.why),
        (T("What to do"), verdict.cure),
    )
    return [Section(heading, (text,)) for heading, text in more if text is not None]


def _names(*names: str) -> Section:
    return Section(T("Its name for commands"), lines=tuple((name, "") for name in names))


def _would(changes: Sequence[Change] | None) -> Section:
    if changes is None:
        return Section(DONE)
    if not changes:
        return Section(DONE, (T("Nothing: it is so already."),))
    lines: list[Span] = []
    for change in changes:
        if isinstance(change, RunCommand):
            lines.append((change.line, ""))
        else:
            lines += _file(change)
    return Section(DONE, lines=tuple(lines))


def _file(change: WriteFile) -> list[Span]:
    lines: list[Span] = [(change.path, "")]
    if isinstance(change.content, Secret):
        return [*lines, (f"  + {change.content}", "added")]
    before = (change.before or "").splitlines()
    diff = difflib.unified_diff(before, change.content.splitlines(), n=0, lineterm="")
    changed = [line for line in diff if not line.startswith(("---", "+++", "@@"))]
    styles = {"+": "added", "-": "removed"}
    if len(changed) == 1:
        return [(f"{change.path}  {changed[0][0]} {changed[0][1:]}", styles[changed[0][0]])]
    lines += [(f"  {line[0]} {line[1:]}", styles[line[0]]) for line in changed[:LINES]]
    return lines + ([("  ~", "")] if len(changed) > LINES else [])
