"""Check that Calico's manifest is here and belongs to this release."""

from __future__ import annotations

from tui_installer.assets import release
from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, warn
from tui_installer.model.facts import Facts, Manifest
from tui_installer.model.text import T

WHY = T("its settings are for this version only, and it gets every right over the cluster")


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Compares the digest; the step verifies a manifest that it still has to fetch."""
    calico, manifest = release(answers.cluster.kubernetes).calico, facts[Manifest]
    if manifest.digest == calico.sha256:
        return ok(T("Calico {version}, its sha256 is right", version=calico.version))
    named = answers.cluster.calico_manifest
    wanted = T("Calico {version}, sha256 {digest}", version=calico.version, digest=calico.sha256)
    if named.startswith("https://"):
        return warn(
            T("to be fetched from {url}", url=named),
            wanted=wanted,
            why=WHY,
            cure=T("the images step fetches it and looks at its digest"),
            step="images",
        )
    if not manifest.digest:
        return fail(
            T("not here: {path}", path=manifest.place),
            wanted=wanted,
            why=T("without it there is no pod network, and the node never becomes Ready"),
            cure=T(
                'name a file or a URL of it in cluster.calico_manifest, or set cluster.network = "none"'
            ),
            answer="cluster.calico_manifest",
        )
    return fail(
        T("{path} has another sha256: {digest}", path=manifest.place, digest=manifest.digest),
        wanted=wanted,
        why=WHY,
        cure=T(
            "name an unchanged manifest of {version} in cluster.calico_manifest",
            version=calico.version,
        ),
        answer="cluster.calico_manifest",
    )


CHECK = Check(
    id="calico_manifest",
    title=T("Calico's manifest"),
    about=T(
        "A manifest is the list of objects that make the pod network. This program knows the digest of the one that fits, so that a changed or newer one is found before it is used."
    ),
    judge=judge,
    reads=(Manifest,),
    applies=lambda answers: answers.calico and answers.makes_cluster,
    asks=("cluster.calico_manifest",),
)
