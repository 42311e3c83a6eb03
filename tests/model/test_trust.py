"""What authenticates these bytes? For every kind of source, and every scheme."""

from __future__ import annotations

import pytest

from tests.render.packages.test_repositories import parsed
from tests.support.cases import answers_of, facts_of
from tui_installer import assets, registry
from tui_installer.checks import plain_http
from tui_installer.model.change import WriteFile
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T
from tui_installer.model.trust import Anchor, anchor, vouching

OLD, NEW = "repo.lab/kubernetes/yum", "pkgs.k8s.io/core:/stable:/v1.25/rpm"
TABLE = {
    ("centos", "https://repo.lab/7"): Anchor.SIGNATURE,
    ("centos", "http://repo.lab/7"): Anchor.SIGNATURE,
    ("docker_ce", "https://repo.lab/docker"): Anchor.SIGNATURE,
    ("docker_ce", "http://repo.lab/docker"): Anchor.SIGNATURE,
    ("kubernetes", f"https://{OLD}"): Anchor.SIGNATURE,
    ("kubernetes", f"http://{OLD}"): Anchor.SIGNATURE,
    ("kubernetes", f"https://{NEW}"): Anchor.TLS,
    ("kubernetes", f"http://{NEW}"): Anchor.NOBODY,
    ("kubernetes", "http://127.0.0.1:80/v1.25/rpm"): Anchor.OWN,
    ("images", "registry.k8s.io"): Anchor.TLS,
    ("images", "repo.lab:5000/google"): Anchor.TLS,
    ("images", "127.0.0.1:5000/google"): Anchor.OWN,
    ("docker_io", "https://repo.lab"): Anchor.TLS,
    ("docker_io", "http://repo.lab"): Anchor.NOBODY,
    ("docker_io", "http://127.0.0.1:5000"): Anchor.OWN,
    ("docker_io", "http://127.0.0.1.evil.lab"): Anchor.NOBODY,
    ("docker_io", "http://127.0.0.1@evil.lab"): Anchor.NOBODY,
    ("docker_io", "http://127.0.0.1:1@evil.lab"): Anchor.NOBODY,
    ("docker_io", "http://127.0.0.1:5000/x@evil.lab"): Anchor.NOBODY,
    ("kubernetes", "http://127.0.0.1:1@evil.lab/rpm"): Anchor.NOBODY,
    ("kubernetes", "https://127.0.0.1:1@evil.lab/rpm"): Anchor.TLS,
    ("calico_manifest", "https://repo.lab/calico.yaml"): Anchor.DIGEST,
    ("calico_manifest", "/root/calico.yaml"): Anchor.DIGEST,
}
ROWS = [(*source, by) for source, by in TABLE.items()]


@pytest.mark.parametrize(("need", "place", "by"), ROWS)
def test_what_authenticates_these_bytes(need: str, place: str, by: Anchor) -> None:
    assert anchor(need, place) is by


@pytest.mark.parametrize("need", assets.NEEDS)
def test_what_auto_takes_is_never_trusted_for_nothing(need: str) -> None:
    for place in assets.mirrors(need).values():
        assert anchor(need, place) in (Anchor.SIGNATURE, Anchor.TLS)


def test_every_kind_of_source_is_in_the_table() -> None:
    assert {need for need, _ in TABLE} == {*assets.NEEDS, "calico_manifest"}


@pytest.mark.parametrize(("need", "place", "by"), [r for r in ROWS if r[0] in assets.NEEDS])
def test_the_check_fails_where_nobody_does_and_there_alone(
    need: str, place: str, by: Anchor
) -> None:
    value = [place] if need == "docker_io" else place
    case = {"answers": {f"mirrors.{need}": value}}
    answers = answers_of(case)
    assert plain_http.CHECK.applies(answers) is place.startswith("http://")
    fails = plain_http.judge(answers, facts_of(case, (), ())).outcome is Outcome.FAIL
    assert fails is (by is Anchor.NOBODY)


@pytest.mark.parametrize(
    ("need", "place", "by"), [r for r in ROWS if r[0] in ("centos", "docker_ce", "kubernetes")]
)
def test_yum_is_told_the_same(need: str, place: str, by: Anchor) -> None:
    """A key from the disk where a signature is what counts; nowhere is TLS not looked at."""
    case = {"answers": {f"mirrors.{need}": place}}
    step = registry.step("sources")
    written = [
        c
        for c in step.changes(answers_of(case), facts_of(case, step.reads, step.files))
        if isinstance(c, WriteFile)
    ]
    sections = [
        section
        for change in written
        for name, section in parsed(str(change.content)).items()
        if name != "DEFAULT" and section["baseurl"].startswith(place)
    ]
    assert sections
    for section in sections:
        assert section["gpgcheck"] == section["sslverify"] == "1"
        assert section["gpgkey"].startswith("file:///") is (by is Anchor.SIGNATURE)


@pytest.mark.parametrize(
    ("answers", "sources"),
    [
        ({}, {"registry.aliyuncs.com", "docker.io"}),
        ({"mirrors.images": "repo.lab:5000/google"}, {"repo.lab:5000", "docker.io"}),
        ({"cluster.network": "none"}, {"registry.aliyuncs.com"}),
    ],
)
def test_a_plan_says_of_each_image_who_alone_vouches_for_it(
    answers: dict[str, str], sources: set[str]
) -> None:
    case = {"answers": answers}
    step = registry.step("images")
    pulls = step.changes(answers_of(case), facts_of(case, step.reads, step.files))
    told = [str(vouching(pull)) for pull in pulls]
    assert len(told) >= 7
    named = {source for source in sources if any(source in text for text in told)}
    assert named == sources
    assert all("no signature" in text for text in told)


def test_of_all_else_a_change_says_it_itself() -> None:
    assert vouching(WriteFile("/etc/yum.repos.d/x.repo", "", T("each must be signed"))) is None
