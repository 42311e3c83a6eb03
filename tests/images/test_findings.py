"""Each finding is told by the images that show it, and not by similar ones."""

from __future__ import annotations

import pytest

from tests.support.images import (
    ETCD,
    ID,
    PAUSE,
    SOURCE,
    in_cri,
    in_docker,
    pulled,
    reference,
    seen,
    used,
)
from tui_installer.model.facts import Cri, Disk, Facts, KubeletSettings, Space
from tui_installer.model.facts.image_store import Content
from tui_installer.model.image import ImageViews, rows
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T
from tui_installer.registry import findings

FULL = Disk((Space("/var/lib/containerd", 10, 100),))
ROOMY = Disk((Space("/var/lib/containerd", 50, 100),))
FLAG = KubeletSettings(flags=(f"--pod-infra-container-image={PAUSE}",))
PAUSED = (*pulled(PAUSE),)


def told(judged: ImageViews) -> dict[str, Outcome]:
    return {f.id: f.severity for row in rows(findings(), judged) for f in row.findings}


HEALTHY = {
    "pulled": seen(*pulled(), cri=(in_cri(ETCD),), needed=(ETCD,), uses=(used(),)),
    "imported_by_ctr": seen(
        reference(), reference(ID), cri=(in_cri(ETCD, digests=()),), needed=(ETCD,)
    ),
    "tagged_twice": seen(
        *pulled(), reference("registry.lan:5000/e:1"), cri=(in_cri(ETCD, "registry.lan:5000/e:1"),)
    ),
    "a_registry_with_a_port": seen(
        *pulled(), reference("localhost/e:1"), cri=(in_cri(ETCD, "localhost/e:1"),)
    ),
    "named_by_digest": seen(
        reference(f"{SOURCE}/etcd@sha256:{'d1' * 32}"),
        reference(ID),
        cri=(in_cri(),),
        uses=(used(),),
    ),
    "imported_with_digests": seen(
        *pulled(), reference(f"import-2026-12-01@sha256:{'d1' * 32}"), cri=(in_cri(ETCD),)
    ),
    "of_nerdctl": seen(reference(namespace="buildkit")),
    "of_docker": seen(reference(namespace="moby")),
    "for_several_machines": seen(
        *pulled(platforms=("linux/arm64/v8", "linux/amd64/v2")), cri=(in_cri(ETCD),)
    ),
    "packed_layers_are_dropped": seen(
        *pulled(content=Content.INCOMPLETE, blobs="1/2"),
        cri=(in_cri(ETCD),),
        facts=Facts({Cri: Cri(discards_layers=True)}),
    ),
    "crictl_is_not_known": seen(*pulled(managed=False), cri=None, needed=(ETCD,)),
    "nobody_tells_what_is_there": seen(
        docker=(in_docker(PAUSE),), cri=None, needed=(ETCD, PAUSE), unread={"ctr -n k8s.io": T("x")}
    ),
    "ctr_is_not_known": ImageViews(
        type(seen().store)(cri=(in_cri(ETCD),)), needed=seen(needed=(ETCD,)).needed
    ),
    "one_namespace_is_not_known": seen(
        reference(namespace="default"), cri=(in_cri(ETCD),), unread={"ctr -n k8s.io": T("x")}
    ),
    "the_pause_of_kubeadm": seen(*PAUSED, cri=(in_cri(PAUSE),), needed=(PAUSE,), sandbox=PAUSE),
    "a_full_disk_spares_the_image_of_the_flag": seen(
        *PAUSED,
        cri=(in_cri(PAUSE),),
        sandbox=PAUSE,
        facts=Facts({Disk: FULL, KubeletSettings: FLAG}),
    ),
    "a_disk_with_room": seen(
        *PAUSED,
        cri=(in_cri(PAUSE),),
        sandbox=PAUSE,
        facts=Facts({Disk: ROOMY, KubeletSettings: KubeletSettings()}),
    ),
}
SICK = {
    "absent": (Outcome.FAIL, seen(needed=(ETCD,))),
    "other_namespace": (Outcome.FAIL, seen(reference(namespace="default"), needed=(ETCD,))),
    "docker_only": (Outcome.FAIL, seen(docker=(in_docker(),), needed=(ETCD,))),
    "incomplete": (
        Outcome.FAIL,
        seen(
            *pulled(content=Content.INCOMPLETE, blobs="1/2", unpacked=False),
            cri=(in_cri(ETCD),),
            needed=(ETCD,),
        ),
    ),
    "not_unpacked": (Outcome.WARN, seen(*pulled(unpacked=False), cri=(in_cri(ETCD),))),
    "short_name": (
        Outcome.FAIL,
        seen(*pulled(), reference("e:1"), cri=(in_cri(ETCD, "docker.io/library/e:1"),)),
    ),
    "ghost_name": (Outcome.FAIL, seen(*pulled(), cri=(in_cri(ETCD, "docker.io/library/e:1"),))),
    "unnamed": (Outcome.WARN, seen(reference(ID), cri=(in_cri(digests=()),), uses=(used(),))),
    "other_platform": (
        Outcome.FAIL,
        seen(*pulled(platforms=("linux/arm64",)), cri=(in_cri(ETCD),), needed=(ETCD,)),
    ),
    "unseen_by_cri": (Outcome.FAIL, seen(reference(managed=False), needed=(ETCD,))),
    "other_pause": (
        Outcome.WARN,
        seen(
            *pulled(f"{SOURCE}/pause:3.7"),
            cri=(in_cri(f"{SOURCE}/pause:3.7"),),
            needed=(f"{SOURCE}/pause:3.7", "k8s.gcr.io/pause:3.8"),
            sandbox=f"{SOURCE}/pause:3.7",
        ),
    ),
    "unprotected_sandbox": (
        Outcome.WARN,
        seen(
            *PAUSED,
            cri=(in_cri(PAUSE),),
            sandbox=PAUSE,
            facts=Facts({Disk: FULL, KubeletSettings: KubeletSettings()}),
        ),
    ),
}
# The same difference where it matters less.
MILD = {
    "absent": (Outcome.WARN, seen(needed=(ETCD,), member=False)),
    "other_namespace": (Outcome.WARN, seen(reference(namespace="default"))),
    "docker_only": (Outcome.OK, seen(docker=(in_docker(),))),
    "incomplete": (
        Outcome.WARN,
        seen(*pulled(content=Content.INCOMPLETE, blobs="1/2"), cri=(in_cri(ETCD),), needed=(ETCD,)),
    ),
    "other_platform": (
        Outcome.WARN,
        seen(*pulled(platforms=("linux/arm64",)), cri=(in_cri(ETCD),)),
    ),
    "unnamed": (Outcome.WARN, seen(reference(ID), cri=(in_cri(),))),
    "unseen_by_cri": (Outcome.WARN, seen(reference(managed=False))),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_nothing_is_found_on_what_is_in_order(name: str) -> None:
    assert told(HEALTHY[name]) == {}


@pytest.mark.parametrize("name", SICK)
def test_a_finding_has_its_cause_and_its_cure(name: str) -> None:
    severity, judged = SICK[name]
    found = told(judged)
    assert found[name] is severity
    assert set(found) <= {name, "absent"}, "one difference, one finding"


@pytest.mark.parametrize("name", MILD)
def test_it_weighs_less_where_the_node_does_not_need_it(name: str) -> None:
    severity, judged = MILD[name]
    assert told(judged)[name] is severity


def test_every_finding_has_a_case() -> None:
    assert set(SICK) == {finding.id for finding in findings()}


def test_a_short_name_of_the_first_container_stops_every_pod() -> None:
    judged = seen(*PAUSED, reference("short:1"), cri=(in_cri(PAUSE),), sandbox=PAUSE)
    (finding,) = rows(findings(), judged)[0].findings
    assert "no new pod starts" in str(finding.cause)
    assert finding.commands == (
        ("ctr", "-n", "k8s.io", "images", "rm", "short:1"),
        ("systemctl", "restart", "containerd"),
    )


def test_what_is_copied_has_a_name_that_can_be_exported() -> None:
    digest = f"{SOURCE}/etcd@sha256:{'d1' * 32}"
    judged = seen(reference(digest, "default"), reference(ETCD, "default"))
    (finding,) = rows(findings(), judged)[0].findings
    assert finding.commands[0][-1] == ETCD


def test_an_index_for_other_machines_has_one_finding() -> None:
    """ctr calls its content unavailable, and CRI passes over it."""
    other = reference(
        platforms=("linux/arm64",),
        content=Content.UNAVAILABLE,
        blobs="0/?",
        unpacked=False,
        managed=False,
    )
    assert told(seen(other)) == {"other_platform": Outcome.WARN}
