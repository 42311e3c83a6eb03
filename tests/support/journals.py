"""Journals of whole runs, as the engine writes them, for tests and pictures.

The story is that of centos-master, 192.168.40.180, on 2026-11-23 from 10:12:00 UTC on; and of
centos-node1, 192.168.40.181, which joins it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from tests.support.captures import lines
from tests.support.timeline import BEGUN, CONTROL_PLANE, HOSTS, WORKER, Pass, Timeline, answers
from tui_installer.causes import containerd, kubeadm, pods
from tui_installer.model.advice import without_advice
from tui_installer.model.cause import known_cause, name_cause
from tui_installer.model.ending import Ending
from tui_installer.model.facts import Facts, Pod, ProofRow, Proved, Workloads
from tui_installer.model.outcome import Outcome
from tui_installer.model.secret import Redactor
from tui_installer.model.text import T
from tui_installer.steps import calico, proof

__all__ = ["BEGUN", "CONTROL_PLANE", "HOSTS", "WORKER", "Tape"]
IMAGES = (
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kube-proxy",
    "etcd",
    "coredns",
)


SANDBOX = (
    'time="2026-11-23T10:13:50.204613127+08:00" level=error msg="RunPodSandbox for &PodSandboxMetadata'
    "{Name:etcd-centos-master,Uid:6f1f1b3b0f0d9a6b7c2b3f6f3a1b7d52,Namespace:kube-system,Attempt:0,} "
    'failed, error" error="failed to get sandbox image \\"k8s.gcr.io/pause:3.6\\": failed to pull image '
    '\\"k8s.gcr.io/pause:3.6\\": failed to do request: Head '
    '\\"https://k8s.gcr.io/v2/pause/manifests/3.6\\": dial tcp 142.250.107.82:443: i/o timeout"'
)
SAID = {
    "kubelet": [
        'E1123 10:13:50.205113    4127 pod_workers.go:965] "Error syncing pod, skipping" err="failed '
        'to \\"CreatePodSandbox\\" for \\"etcd-centos-master_kube-system\\"" '
        'pod="kube-system/etcd-centos-master"',
    ]
}
PODS = (
    Pod(
        "kube-system",
        "calico-node-7h4xk",
        "centos-master",
        "calico-node",
        state="Running",
        ready=1,
    ),
    Pod(
        "kube-system",
        "calico-kube-controllers-74677b4c5f-9ld5z",
        "centos-master",
        "calico-kube-controllers",
        state="ContainerCreating",
    ),
    Pod("kube-system", "coredns-c676cc86f-6xqfl", app="kube-dns", state="Pending"),
    Pod("kube-system", "coredns-c676cc86f-zt8kq", app="kube-dns", state="Pending"),
)
PROVED = Proved(
    BEGUN.timestamp(),
    (
        ProofRow("node", T("Node"), Outcome.OK, T("{name} is Ready", name="centos-master")),
        ProofRow(
            "pods", T("Pods"), Outcome.OK, T("{ready} of {count} are ready", ready=9, count=9)
        ),
        ProofRow("kube_proxy", T("kube-proxy"), Outcome.OK, T("{mode}", mode="ipvs")),
        ProofRow("dns", T("DNS"), Outcome.FAIL, T("no answer in {seconds} s", seconds=4)),
    ),
)


class Tape(Timeline):
    """One journal; the class methods are the scenes. `events` is the journal, `now` its time."""

    @classmethod
    def done(cls, role: str = CONTROL_PLANE, network: str = "none") -> Self:
        """A run on a fresh server, from its beginning to its end."""
        return cls(role, network=network).begin().work().end(Ending.DONE)

    @classmethod
    def running(cls, seconds: float = 10, role: str = CONTROL_PLANE) -> Self:
        """The same run, that many seconds after it began."""
        return cls(role).begin().work().until(seconds)

    @classmethod
    def pulling(cls) -> Self:
        """Images arrive in parallel with the installation of Kubernetes' packages."""
        return cls.running(38.5)

    @classmethod
    def stalled(cls) -> Self:
        """The source of etcd has been silent for 23 s; the other images arrive."""
        return cls().begin().work(Pass(silent={"etcd": 24})).until(46.5)

    @classmethod
    def silent(cls) -> Self:
        """No byte of any image has arrived for 21 s."""
        return cls().begin().work(Pass(silent=dict.fromkeys(IMAGES, 30))).until(50.5)

    @classmethod
    def waiting(cls, *hanging: str) -> Self:
        """The run waits for the pods of Calico, 52 s of 3 min; `hanging`: what tools say of the last one."""
        wait = "kubectl --kubeconfig=/etc/kubernetes/admin.conf -n kube-system wait"
        tape = cls(network="calico").begin().work().cut_off(wait, after=0.05)
        seen = calico.watch(
            answers(tape.role, tape.network), Facts({Workloads: Workloads(True, pods=PODS)})
        )
        told: dict[str, object] = {"rows": [row.to_json() for row in seen.rows]}
        if cause := known_cause(pods.CAUSES, pods.POD, hanging):
            told["cause"] = {"title": cause.title.to_json(), "cure": cause.cure.to_json()}
        return tape.add(52, "state", step="calico", **told)

    @classmethod
    def proving(cls) -> Self:
        """Some proofs have ended well, one has not."""
        tape = cls(network="calico").begin().work().cut_off(" ".join(proof.PROVE), after=0.05)
        rows = proof.watch(answers(tape.role, tape.network), Facts({Proved: PROVED})).rows
        return tape.add(9, "state", step="proof", rows=[row.to_json() for row in rows])

    @classmethod
    def failed(cls) -> Self:
        """kubeadm init has failed: containerd could not fetch the pause image."""
        tape, step = cls().begin().work(), "kubeadm_init"
        printed = lines("init-fail-sandbox-image")
        cause = name_cause(kubeadm.CAUSES, "kubeadm", printed)
        tape.cut_off("kubeadm init", after=52)
        tape.add(0, "change-ended", step=step, n=tape.number(step), code=1, seconds=52.0)
        error, cure = cause.title.to_json(), cause.cure.to_json()
        rest = {"error": error, "tail": without_advice(printed)[-15:], "cure": cure}
        return tape.add(
            0, "step-ended", step=step, outcome=Ending.FAILED, seconds=52.6, **rest
        ).end(Ending.FAILED)

    @classmethod
    def diagnosed(cls) -> Self:
        """kubeadm init was ended: containerd cannot fetch the pause image."""
        tape, step = cls().begin().work().cut_off("kubeadm init", after=52), "kubeadm_init"
        cause = known_cause(containerd.CAUSES, "containerd", [SANDBOX])
        assert cause is not None
        error, cure = cause.title.to_json(), cause.cure.to_json()
        rest = {"error": error, "tail": list(cause.evidence), "said": SAID, "cure": cure}
        tape.add(0, "change-ended", step=step, n=tape.number(step), code=-1, seconds=52.0)
        return tape.add(
            0, "step-ended", step=step, outcome=Ending.FAILED, seconds=52.6, **rest
        ).end(Ending.FAILED)

    @classmethod
    def stuck(cls) -> Self:
        """The same failure a minute later: nothing was put right meanwhile."""
        tape, step = cls.diagnosed(), "kubeadm_init"
        last = next(r for _, r in reversed(tape.rows) if r["kind"] == "step-ended")
        tape.begin(after=60, resumed=True)
        tape.work(Pass([each.id for each in tape.steps]), but=step)
        tape.add(0.1, "step-started", step=step)
        tape.add(52, "step-ended", **{k: v for k, v in last.items() if k != "kind"})
        return tape.end(Ending.FAILED)

    @classmethod
    def stopped(cls) -> Self:
        """A person stopped the run during the last image."""
        return cls.running(60.2).stop().end(Ending.STOPPED)

    @classmethod
    def resumed(cls) -> Self:
        """The stopped run, resumed nine minutes later: the missing image arrives."""
        tape = cls.stopped()
        missing, last = tape.missing_images(), ("images", "kubeadm_init")
        tape.begin(after=540, resumed=True)
        nothing = [step.id for step in tape.steps if step.id not in last]
        return tape.work(Pass(nothing, missing)).until(tape.began + 9.5)

    @classmethod
    def join_lost(cls) -> Self:
        """A power cut during the join of a worker; the join command was in memory only."""
        tape, step = cls(WORKER).begin().work(), "kubeadm_join"
        tape.cut_off("kubeadm join", after=5).begin(after=75, resumed=True)
        tape.work(Pass([each.id for each in tape.steps]), but=step)
        tape.add(0.1, "step-started", step=step)
        rest = {"outcome": Ending.STOPPED, "seconds": 0.1, "reason": "join-lost"}
        return tape.add(0.1, "step-ended", step=step, **rest).end(Ending.STOPPED)

    @property
    def began(self) -> float:
        """The second at which the newest pass began."""
        return [at for at, row in self.rows if row["kind"] == "run-started"][-1]

    def write(self, folder: Path) -> Path:
        """Writes journal and output below `folder` as the engine does; returns the run's own folder."""
        run = folder / self.run
        (run / "output").mkdir(parents=True, exist_ok=True)
        rows = [json.dumps(event, ensure_ascii=False) + "\n" for event in self.events]
        (run / "journal.jsonl").write_text("".join(rows), encoding="utf-8")
        for step, text in self._outputs():
            with (run / "output" / f"{step}.log").open("a", encoding="utf-8") as log:
                log.write(text)
        return run

    def _outputs(self) -> Iterator[tuple[str, str]]:
        """Yields the output of each command that has ended, without secrets."""
        redact = Redactor()
        codes = {
            (r["step"], r["n"]): r["code"] for _, r in self.rows if r["kind"] == "change-ended"
        }
        for _, row in self.rows:
            if row["kind"] == "change-started" and (row["step"], row["n"]) in codes:
                printed = _printed(row["change"].get("argv", []), codes[row["step"], row["n"]])
                yield row["step"], "".join(f"{redact(line)}\n" for line in printed)


def _printed(argv: list[str], code: int) -> list[str]:
    if argv[:1] == ["yum"]:
        return lines("yum-kube-install")
    if argv[:2] == ["kubeadm", "init"]:
        return lines("init-fail-sandbox-image" if code else "init-ok")
    if argv[:2] == ["kubeadm", "join"]:
        return lines("join-ok")
    pulled = argv[:2] == ["crictl", "pull"] and code == 0
    return ["Image is up to date for sha256:a4ca41631cc7"] if pulled else []
