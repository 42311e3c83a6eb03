"""Check that no source is asked by plain http:// unless signatures authenticate its bytes."""

from __future__ import annotations

from tui_installer.assets import location
from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok
from tui_installer.model.facts import Facts
from tui_installer.model.text import T
from tui_installer.model.trust import Anchor, anchor


def _plain(answers: Answers) -> dict[str, str]:
    """Returns the sources that are asked by http://: the URL, and its use."""
    mirrors = answers.mirrors
    packages = {
        "centos": mirrors.centos,
        "docker_ce": mirrors.docker_ce,
        "kubernetes": mirrors.kubernetes,
    }
    places = [(location(need, value), need) for need, value in packages.items()]
    places += [(url, "docker_io") for url in mirrors.docker_io]
    return {url: need for url, need in places if url.startswith("http://")}


def judge(answers: Answers, _facts: Facts) -> Verdict:
    """Passes sources whose packages are signed with keys that are here; the others need TLS."""
    plain = _plain(answers)
    bare = {url: need for url, need in plain.items() if anchor(need, url) is Anchor.NOBODY}
    if not bare:
        return ok(
            T(
                "what comes by http is signed, or is this machine's own: {urls}",
                urls=", ".join(plain),
            )
        )
    return fail(
        T("nobody vouches for what comes from {urls}", urls=", ".join(bare)),
        wanted=T("https://, or a source whose packages are signed with a key that is here"),
        why=T(
            "whoever is on the way can put something else in its place, and it runs with every right"
        ),
        cure=T(
            "name sources with https:// in {keys}",
            keys=", ".join(f"mirrors.{need}" for need in dict.fromkeys(bare.values())),
        ),
        answer=f"mirrors.{next(iter(bare.values()))}",
    )


CHECK = Check(
    id="plain_http",
    title=T("Plain http"),
    about=T(
        "What comes by http:// can be exchanged on the way. Packages of CentOS, docker and Kubernetes are signed with keys that are on this machine before the first is fetched, so there it does no harm. Images have no such signature, and neither has a source of Kubernetes that brings its own key."
    ),
    judge=judge,
    reads=(),
    applies=lambda answers: bool(_plain(answers)),
    asks=("mirrors.kubernetes", "mirrors.docker_io"),
)
