"""The sources of packages and images as rows: the need of each, its reply, and their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tui_installer import assets
from tui_installer.model.facts import SourceReply, System
from tui_installer.model.outcome import PENDING, Outcome, Sign
from tui_installer.model.text import T, Text, verbatim
from tui_installer.preflight import address, sources
from tui_installer.preflight.draft import Draft
from tui_installer.render.packages.repositories import kubernetes_url
from tui_installer.text import measure
from tui_installer.text.words import VERDICT, word
from tui_installer.ui.rows.cells import CHOSEN, FREE, REFUSED, WIDE, Row

DOCKER_IO = "docker_io"
LABELS = {
    "centos": T("CentOS packages"),
    "docker_ce": T("containerd"),
    "kubernetes": T("Kubernetes packages"),
    "images": T("Kubernetes images"),
    DOCKER_IO: T("docker.io mirrors"),
}
WHAT = {
    "centos": T("os, updates and extras of 7.9.2009"),
    "docker_ce": T("containerd.io, from which containers are started"),
    "kubernetes": T("kubelet, kubeadm, kubectl, cri-tools, kubernetes-cni"),
    "images": T("the images of the control plane, kube-proxy, CoreDNS and pause"),
    DOCKER_IO: T(
        "copies of docker.io, for Calico's images and for your own; asked from top to bottom, and before docker.io itself"
    ),
}
# The needs that every installation has; Calico's images come from docker.io.
REQUIRED = ("centos", "docker_ce", "kubernetes", "images", DOCKER_IO)
# Cells of the columns: the need, the mark of the choice, the reply. From WIDE on whole URLs are shown.
NEED, MARK, REPLY = 20, 4, 9
HOST, URL = 23, 62


@dataclass(frozen=True)
class Candidate:
    """One source of one need; the first of a need carries its label."""

    need: str
    name: str
    first: bool = False

    @property
    def url(self) -> str:
        """The URL, or the repository."""
        return assets.location(self.need, self.name)

    @property
    def host(self) -> str:
        """The host name of the source."""
        url = self.url if "//" in self.url else f"//{self.url}"
        return urlsplit(url).netloc.rpartition("@")[2] or self.name


def reply_of(draft: Draft, row: Candidate) -> SourceReply | None:
    """Returns the reply of the source; None: there is none yet."""
    return sources.reply(draft, row.need, row.name)


def outcome(reply: SourceReply | None) -> Sign:
    """Returns the word before a source; without TLS anyone on the way may change what it sends."""
    if reply is None:
        return PENDING
    if not reply.good:
        return Outcome.FAIL
    return Outcome.WARN if reply.url.startswith("http://") else Outcome.OK


def why(reply: SourceReply) -> Text:
    """Returns why a source is of no use, in few words."""
    if reply.missing:
        return T("no {missing}", missing=", ".join(reply.missing))
    return reply.detail if isinstance(reply.detail, Text) else verbatim(reply.detail)


def order(draft: Draft, need: str) -> list[str]:
    """Returns complete and quick sources first, then those without a reply, then the others.

    For docker.io the chosen ones stand first, in the order in which containerd asks them.
    """
    chosen = sources.chosen(draft, need) if need == DOCKER_IO else []

    def rank(name: str) -> tuple[int, int, float]:
        reply = sources.reply(draft, need, name)
        place = chosen.index(name) if name in chosen else len(chosen)
        if reply is None:
            return place, 1, 0
        return place, 0 if reply.good else 2, reply.latency or 0

    return sorted(draft.candidates[need], key=rank)


def table(names: dict[str, list[str]]) -> list[Candidate]:
    """Returns the rows of every need."""
    return [
        Candidate(need, name, first=index == 0)
        for need, some in names.items()
        for index, name in enumerate(some)
    ]


def is_chosen(draft: Draft, item: Candidate) -> bool:
    """Tells whether the source is chosen; a guess does not count once it is known to be bad."""
    by_hand = sources.by_hand(draft, item.need)
    bad_guess = not by_hand and not sources.choosable(draft, item.need, item.name)
    return item.name in sources.chosen(draft, item.need) and not bad_guess


def row(
    say: Callable[[Text], str], draft: Draft, item: Candidate, width: int, testing: int | None
) -> Row:
    """Returns one source, in that many cells; the outcome FAIL says that it cannot be chosen.

    `testing`: the seconds of its running test; None: no test runs.
    """
    reply = reply_of(draft, item)
    chosen = is_chosen(draft, item)
    no = FREE if sources.choosable(draft, item.need, item.name) else REFUSED
    marks = ("[x]", "[ ]") if item.need == DOCKER_IO else (CHOSEN, no)
    later = sources.not_yet(draft, item.need, item.name)
    result = Outcome.UNKNOWN if later else outcome(reply)
    wide = width >= WIDE
    shown = measure.fit(item.url if wide else item.host, (URL if wide else HOST) - 1)
    return [
        (measure.fit(say(LABELS[item.need]) if item.first else "", NEED), ""),
        (measure.pad(marks[0] if chosen else marks[1], MARK), ""),
        (measure.pad(say(word(result)), VERDICT), result),
        (shown + " ", ""),
        (say(remark(reply, testing)), ""),
    ]


def remark(reply: SourceReply | None, seconds: int | None) -> Text:
    """Returns the end of the row: the reply's milliseconds, or why there is none."""
    if reply is None and seconds is not None:
        return T("testing, {seconds} s", seconds=seconds)
    if reply is None:
        return T("not tested")
    if not reply.good:
        return why(reply)
    quick = T("{count} ms", count=f"{round((reply.latency or 0) * 1000):{REPLY - 3}}")
    return T("{reply}  plain http", reply=quick) if reply.url.startswith("http://") else quick


def hint(draft: Draft, item: Candidate) -> Text:
    """Returns where the source lies and what it is for, or its fault."""
    reply = reply_of(draft, item)
    if reply is not None and sources.not_yet(draft, item.need, item.name):
        return T(
            "{url}: {why}. It can be chosen: the run changes the network first, and it cannot be asked yet.",
            url=item.url,
            why=why(reply),
        )
    if reply is not None and not reply.good:
        if item.need == DOCKER_IO and not any_choosable(draft, DOCKER_IO):
            return T(
                "{url}: {why}. With Space no mirror is taken, and docker.io itself is asked.",
                url=item.url,
                why=why(reply),
            )
        if draft.values.get(f"mirrors.{item.need}") == item.name:
            return T(
                "{url}: {why}. Choose another one with Left or Right.",
                url=item.url,
                why=why(reply),
            )
        return T(
            "{url}: {why}. It cannot be chosen; Enter shows what was asked for.",
            url=item.url,
            why=why(reply),
        )
    if reply is not None and reply.url.startswith("http://"):
        return T(
            "{url} holds everything, but without encryption: what it sends could be changed on its way.",
            url=item.url,
        )
    return T("{url}: {what}.", url=item.url, what=WHAT[item.need])


def places(draft: Draft, item: Candidate, things: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs each thing with the URL where the test asked for it."""
    root = item.url
    arch = draft.facts[System].arch if draft.looked else "x86_64"
    folder = {
        "docker_ce": f"{root}/7/{arch}/stable/",
        "kubernetes": kubernetes_url(root).replace("$basearch", arch),
    }.get(item.need, f"{root}/")
    if item.need == "images":
        return [(thing, f"{root}/{thing}") for thing in things]
    if item.need == DOCKER_IO:
        return [(thing, f"{root}/v2/{thing.replace(':', '/manifests/')}") for thing in things]
    return [(thing, folder) for thing in things]


def any_choosable(draft: Draft, need: str) -> bool:
    """Tells whether some source of that need is good, or may be after the change of the network; chosen or not."""
    replies = draft.sources.replies.get(need, ())
    return any(sources.choosable(draft, need, reply.name) for reply in replies)


def needed(draft: Draft, need: str) -> bool:
    """Tells whether this run takes something from there; docker.io's mirrors count unless none is wanted."""
    if need != DOCKER_IO or not draft.looked:
        return need != DOCKER_IO
    answers = draft.answers
    return answers.calico and bool(answers.mirrors.docker_io)


def not_good(draft: Draft) -> dict[str, Text]:
    """Returns the required needs whose chosen source is bad, each with the reason.

    Empty on a machine that had a run: there may be nothing left to fetch.
    """
    if draft.last is not None:
        return {}
    bad_needs = {}
    for need in (need for need in REQUIRED if needed(draft, need)):
        names = sources.chosen(draft, need)
        replies = [sources.reply(draft, need, name) for name in names]
        if any(reply is not None and reply.good for reply in replies):
            continue
        may_answer = not replies or any(reply is None or reply.silent for reply in replies)
        if address.changes_way(draft) and may_answer:
            # The test used a network that the run changes before it fetches anything.
            continue
        first_reply = replies[0] if replies else None
        bad_needs[need] = T(
            "{need}: no source is good. {host}: {why}. Add another one, or test again with Ctrl+R.",
            need=LABELS[need],
            host=Candidate(need, names[0]).host if names else "-",
            why=why(first_reply) if first_reply is not None else T("not tested"),
        )
    return bad_needs
