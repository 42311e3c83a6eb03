"""The preflight: reads the machine, makes the plan and judges the checks before anything is changed."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from tui_installer import assets, registry
from tui_installer.host import last_answers, machine, runs, set_aside
from tui_installer.host.gather import gather
from tui_installer.host.scope import Scope
from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.answers_file import Given
from tui_installer.model.check import Check, Judged, Verdict, broken
from tui_installer.model.facts import (
    Accepted,
    Facts,
    Joining,
    NotRead,
    Past,
    People,
    Person,
    Remains,
    Sources,
    System,
)
from tui_installer.model.join import JoinCommand
from tui_installer.model.kind import Kind
from tui_installer.model.outcome import WORST_FIRST, Outcome
from tui_installer.model.ownership import CHECK as CLEARED
from tui_installer.model.plan import Plan, PlannedStep
from tui_installer.model.step import INSTALLING, MAKING, Step
from tui_installer.model.text import T, Text
from tui_installer.preflight.completion import (
    LOCAL,
    Refused,
    local_values,
    made,
    mirror_names,
    refuse,
    with_mirrors,
)

# Steps whose work needs a mirror.
FETCHING = frozenset({"sources", "packages", "docker", "images"})


@dataclass(frozen=True)
class Preflight:
    """Everything that is known before the run begins."""

    answers: Answers
    facts: Facts
    plan: Plan
    judged: tuple[Judged, ...]
    # The answers of the last run, if there was one.
    last: Answers | None
    # Notices about our own files that a person has to read.
    notices: tuple[Text, ...] = ()

    @property
    def failed(self) -> list[Judged]:
        """The checks that stand in the way."""
        return [j for j in self.judged if j.verdict.outcome is Outcome.FAIL]

    @property
    def converged(self) -> bool:
        """True if nothing is left to do and these answers are on record."""
        open_ = any(p.changes or p.unknown for p in self.plan.steps)
        return not open_ and self.last == self.answers


@dataclass(frozen=True)
class Asked:
    """The input of a preflight: what the user asks for."""

    given: Given
    join: JoinCommand | None = None
    accept: tuple[str, ...] = ()
    people: tuple[Person, ...] = field(default=(Person(),))
    # The CA of the half-made cluster whose loss a person accepts; None: the cluster that the look finds.
    half_made: str | None = None
    kind: Kind = Kind.INSTALL


# A placeholder for changes that do not exist yet: nothing has been proved since them.
PLANNED = "planned"


def _steps(answers: Answers, kind: Kind) -> list[Step]:
    return [s for s in registry.steps(kind) if s.applies(answers)]


def _checks(answers: Answers) -> list[Check]:
    return [c for c in registry.checks() if c.applies(answers)]


def make_plan(answers: Answers, facts: Facts, kind: Kind = Kind.INSTALL) -> Plan:
    """Returns what a run of that kind would change, by the same function that the engine runs.

    The proof, a step that looks back on all others, learns that they are going to change something.
    """
    planned: list[PlannedStep] = []
    for step in _steps(answers, kind):
        if step.last and any(p.changes for p in planned):
            facts = facts.having(replace(facts[Past], changed=PLANNED, changed_at=math.inf))
        planned.append(_planned(step, answers, facts))
    return Plan(tuple(planned))


def _planned(step: Step, answers: Answers, facts: Facts) -> PlannedStep:
    try:
        return PlannedStep(step, tuple(step.changes(answers, facts)))
    except NotRead as error:
        return PlannedStep(step, (), error.unread.text)
    except Exception as error:
        # As with a check: one step that cannot be planned must not hide the others.
        return PlannedStep(step, (), broken(error).found)


def _verdict(check: Check, answers: Answers, facts: Facts, plan: Plan) -> Verdict:
    try:
        verdict = check.judge(answers, facts)
    except Exception as error:
        return broken(error)
    bad = verdict.outcome in (Outcome.FAIL, Outcome.WARN)
    return verdict.planned() if bad and plan.changes_of(verdict.step) else verdict


def judge(
    answers: Answers, facts: Facts, plan: Plan, accept: Sequence[str] = ()
) -> tuple[Judged, ...]:
    """Judges every check that applies, worst first; an accepted FAIL becomes a warning."""
    rows = []
    for check in _checks(answers):
        verdict = _verdict(check, answers, facts, plan)
        accepted = verdict.outcome is Outcome.FAIL and check.id in accept
        rows.append(
            Judged(check, replace(verdict, outcome=Outcome.WARN) if accepted else verdict, accepted)
        )
    return tuple(sorted(rows, key=lambda row: WORST_FIRST.index(row.verdict.outcome)))


def _refuse_system(facts: Facts) -> None:
    for name in ("root", "system"):
        check = registry.check(name)
        verdict = check.judge(Answers(), facts)
        if verdict.outcome is Outcome.FAIL:
            text = T(
                "{title}: {found} (needed: {wanted}); {why}; {cure}",
                title=check.title,
                found=verdict.found,
                wanted=verdict.wanted or "",
                why=verdict.why or "",
                cure=verdict.cure or "",
            )
            raise Refused(text)


def _refuse_lost(before: last_answers.Last) -> None:
    """Refuses where our own files are unreadable: only they hold what kubeadm fixed, so they must not be overwritten."""
    raise Refused(
        T(
            "{wrong}, so it is not known what this machine was made with; nothing was changed. Put right what is there, or put a copy of the newest {runs}/ID/answers.toml in its place",
            wrong=before.wrong or "",
            runs=str(machine.at(places.RUNS)),
        )
    )


def notices(before: last_answers.Last) -> tuple[Text, ...]:
    """Returns the notices about our own files that a person has to read first."""
    own = [before.notice] if before.notice is not None else []
    return (*own, *set_aside.notes())


def look(asked: Asked) -> Preflight:
    """Reads the whole machine. Raises AnswersError for wrong answers, Refused for an unsuitable machine."""
    before = last_answers.last()
    last = before.answers
    local = gather(LOCAL, Scope())
    if System in local:
        # Who is not root gets that message, not an error about files that only root can read.
        _refuse_system(local)
    for unread in local.unread.values():
        raise Refused(unread.text)
    if before.closed:
        _refuse_lost(before)
    values = local_values(asked.given, local, last)
    refuse(asked.given, values, local)
    names, docker = mirror_names(asked.given, last), bool(values["options.docker"])
    release = assets.asked(str(values["cluster.kubernetes"]), docker=docker)
    with ThreadPoolExecutor(max_workers=1) as pool:
        # A fresh node will need the mirrors: ask them while the machine is read.
        early: Future[Sources] | None = (
            pool.submit(machine.here().sources, names, release) if last is None else None
        )
        tentative = with_mirrors(values, asked.given, last, Sources())
        facts = facts_for(asked, tentative, local)
        sources = early.result() if early else Sources()
    if last is None and made(facts):
        _refuse_lost(before)
    plan = make_plan(tentative, facts, asked.kind)
    if early is None and any(plan.changes_of(step) for step in FETCHING):
        sources = machine.here().sources(names, release)
    answers = with_mirrors(values, asked.given, last, sources)
    facts = facts.having(sources)
    plan = make_plan(answers, facts, asked.kind) if answers != tentative else plan
    void = set() if facts[Accepted].half_made is not None else {CLEARED}
    judged = judge(answers, facts, plan, [name for name in asked.accept if name not in void])
    return Preflight(answers, facts, plan, judged, last, notices(before))


def facts_for(
    asked: Asked, answers: Answers, local: Facts, without: Collection[type] = ()
) -> Facts:
    """Reads every topic that the steps and checks of these answers need, except those in `without`."""
    parts: list[Step | Check] = [*_steps(answers, asked.kind), *_checks(answers)]
    return facts_of(asked, answers, local, parts, without)


def facts_of(
    asked: Asked,
    answers: Answers,
    local: Facts,
    parts: Sequence[Step | Check],
    without: Collection[type] = (),
) -> Facts:
    """Reads every topic that these parts need, and adds what only the caller knows."""
    patterns = registry.file_patterns(parts)
    accepted = tuple(n for c in registry.checks() if c.id in asked.accept for n in c.kubeadm)
    topics = {topic for part in parts for topic in part.reads} - {*LOCAL, *without}
    past = runs.past()
    torn = not past.unfinished.isdisjoint(INSTALLING)
    half_made = not past.unfinished.isdisjoint(MAKING)
    scope = Scope(answers, patterns, asked.people, torn, half_made)
    facts = local.merged(gather(topics, scope))
    accepts = Accepted(accepted, _cleared(asked, facts))
    return facts.having(past, People(asked.people), accepts, Joining(asked.join), Sources())


def _cleared(asked: Asked, facts: Facts) -> str | None:
    """Returns the CA of the half-made cluster that a person accepts to lose, if it is the one that is here now."""
    if CLEARED not in asked.accept:
        return None
    ca = half_made(facts)
    return ca if asked.half_made in (None, ca) else None


def half_made(facts: Facts) -> str | None:
    """Returns the CA of the half-made cluster that is here now, empty if it has none; None: there is no such cluster."""
    if Remains not in facts or not facts[Remains].looked:
        return None
    return facts[Remains].ca
