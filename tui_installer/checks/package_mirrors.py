"""Check that the package mirrors answer, and hold the exact versions."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, unknown
from tui_installer.model.facts import Facts, Network, NetworkManager, SourceReply, Sources
from tui_installer.model.text import T, Text, verbatim
from tui_installer.model.way_out import changes

NEEDS = ("centos", "docker_ce", "kubernetes")


def said(reply: SourceReply) -> Text:
    """Returns the reply of one mirror in words."""
    if reply.missing:
        return T(
            "{name} does not hold {missing}", name=reply.name, missing=", ".join(reply.missing)
        )
    return T("{name}: {detail}", name=reply.name, detail=reply.detail)


def judge_needs(needs: tuple[str, ...], answers: Answers, facts: Facts) -> Verdict:
    """Passes with one good source for each need; further sources of a need do not matter.

    The replies came over the present network: they count no longer where the run changes the way out.
    """
    replies = facts[Sources].replies
    asked = [need for need in needs if replies.get(need)]
    if not asked:
        return ok(T("not asked: nothing has to be downloaded"))
    other_way = changes(answers, facts)
    chosen = []
    for need in asked:
        good = next((r for r in replies[need] if r.good), None)
        if good is None:
            last = replies[need][0]
            if other_way and _may_answer(need, replies[need]):
                return _not_known(T("{need}: {said}", need=need, said=said(last)))
            return fail(
                T("{need}: {said}", need=need, said=said(last)),
                wanted=T("a source that answers and holds everything"),
                why=T("nothing can be installed without it"),
                cure=T('set mirrors.{need} to "auto" or to another source', need=need),
                answer=f"mirrors.{need}",
            )
        chosen.append(f"{need} {good.name}")
    sources = verbatim(", ".join(chosen))
    return _not_known(sources) if other_way else ok(sources)


def _may_answer(need: str, replies: tuple[SourceReply, ...]) -> bool:
    """Tells whether a further source may answer: only docker.io has several mirrors, asked one after the other."""
    return any(reply.silent for reply in (replies if need == "docker_io" else replies[:1]))


def _not_known(sources: Text) -> Verdict:
    return unknown(
        T("not known after the change of the network; now: {found}", found=sources),
        why=T(
            "the run changes the address, gateway or name servers before it fetches anything, and whether a source answers then cannot be asked now"
        ),
    )


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges the sources of CentOS, containerd and Kubernetes."""
    return judge_needs(NEEDS, answers, facts)


CHECK = Check(
    id="package_mirrors",
    title=T("Package mirrors"),
    about=T(
        "A package mirror is a server that holds copies of packages. Each is asked for exactly the versions that this run needs before anything is changed."
    ),
    judge=judge,
    reads=(Sources, Network, NetworkManager),
    asks=("mirrors.centos", "mirrors.docker_ce", "mirrors.kubernetes"),
)
