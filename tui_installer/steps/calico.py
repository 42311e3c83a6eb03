"""The step that gives the pods a network, and waits until the network carries them."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.assets import release
from tui_installer.model.answers import Answers
from tui_installer.model.change import Argv, Change, RunCommand, edit
from tui_installer.model.facts import (
    Calico,
    Facts,
    Files,
    Kubernetes,
    Manifest,
    Pod,
    Pool,
    Workloads,
)
from tui_installer.model.outcome import PENDING, Outcome
from tui_installer.model.step import Step, Watched, WatchedRow
from tui_installer.model.text import T, verbatim
from tui_installer.render.calico import ENCAPSULATION, Settings, holds, manifest, wanted

PATH = "/etc/tui-installer/calico.yaml"
KUBECTL = ("kubectl", "--kubeconfig=/etc/kubernetes/admin.conf")
OWN = ("kubectl", "--kubeconfig=/etc/kubernetes/kubelet.conf")
DAEMONSET = "daemonset/calico-node"
# The number of a DaemonSet's template; its pods carry the number of the template that made them.
GENERATION = "deprecated.daemonset.template.generation"
# The applications that cannot work before the network does.
NODE, CONTROLLERS, DNS = "calico-node", "calico-kube-controllers", "kube-dns"
PATIENCE = 180


def text(answers: Answers, facts: Facts) -> str:
    """Returns the manifest with this cluster's settings; empty while the right manifest is missing."""
    fetched = facts[Manifest]
    if fetched.digest != release(answers.cluster.kubernetes).calico.sha256:
        return ""
    cluster = answers.cluster
    return manifest(fetched.text, Settings(cluster.calico_mode, cluster.pod_subnet))


def _in_force(document: str, calico: Calico) -> bool:
    return all(holds(calico.objects.get(name), want) for name, want in wanted(document).items())


def _apply(answers: Answers, facts: Facts) -> list[Change]:
    document, calico = text(answers, facts), facts[Calico]
    needed: list[Change] = []
    if document and document != facts[Files].text(PATH):
        why = T(
            "write Calico's manifest: {mode}, pods {subnet}",
            mode=answers.cluster.calico_mode,
            subnet=answers.cluster.pod_subnet,
        )
        needed.append(edit(facts[Files], PATH, document, why))
    if not calico.answers or not document or not _in_force(document, calico):
        # Where a manifest existed before, the engine restores its file first, and then applies it.
        back = ("apply",) if calico.objects else ("delete", "--ignore-not-found")
        undo = ((*KUBECTL, *back, "-f", PATH),)
        needed.append(
            RunCommand((*KUBECTL, "apply", "-f", PATH), T("make the pod network"), undo=undo)
        )
    needed += [_change_pool(pool, answers) for pool in _other_mode(answers, calico)]
    return [*needed, *_restart(document, facts)]


def _restart(document: str, facts: Facts) -> list[Change]:
    """Restarts all nodes at once: node by node a change between BIRD and VXLAN never ends, as each waits for all others' sessions."""
    calico, config = facts[Calico], "configmap/calico-config"
    live, want = calico.objects.get(config), wanted(document).get(config, {})
    other = live is not None and not holds(live, want)
    pods, newest = facts[Workloads].of(NODE), _newest(calico)
    old = [pod for pod in pods if newest not in ("", pod.generation)]
    stuck = old and any(pod.generation == newest and not pod.good for pod in pods)
    if not other and not stuck:
        return []
    select = ("-l", f"k8s-app={NODE}", "--wait=false")
    why = T("start calico-node anew on every node at once")
    return [RunCommand((*KUBECTL, "-n", "kube-system", "delete", "pod", *select), why)]


def _newest(calico: Calico) -> str:
    """Returns the number of the newest template; empty where there is none yet."""
    metadata = calico.objects.get(DAEMONSET, {}).get("metadata", {})
    return str(metadata.get("annotations", {}).get(GENERATION, ""))


def _other_mode(answers: Answers, calico: Calico) -> list[Pool]:
    """Returns the pools of another mode: Calico makes its pool once, and its settings never change it afterwards."""
    mode = ENCAPSULATION[answers.cluster.calico_mode]
    mine = (pool for pool in calico.pools if pool.cidr == answers.cluster.pod_subnet)
    return [pool for pool in mine if (pool.ipip, pool.vxlan) != mode]


def _patch(pool: str, ipip: str, vxlan: str) -> Argv:
    spec = f'{{"spec":{{"ipipMode":"{ipip}","vxlanMode":"{vxlan}"}}}}'
    resource = "ippools.crd.projectcalico.org"
    return (*KUBECTL, "patch", resource, pool, "--type=merge", "-p", spec)


def _change_pool(pool: Pool, answers: Answers) -> RunCommand:
    why = T(
        "wrap the pods' packets another way: {mode}",
        mode=answers.cluster.calico_mode,
    )
    argv = _patch(pool.name, *ENCAPSULATION[answers.cluster.calico_mode])
    return RunCommand(argv, why, undo=(_patch(pool.name, pool.ipip, pool.vxlan),))


def _wait(answers: Answers, facts: Facts) -> list[Change]:
    """Waits for this node's own pods, and for those that exist once in the cluster."""
    workloads, seconds = facts[Workloads], f"--timeout={PATIENCE}s"
    needed: list[Change] = []
    if not own(answers, facts):
        select = (
            "-l",
            f"k8s-app={NODE}",
            f"--field-selector=spec.nodeName={answers.node.hostname}",
        )
        wait = (*KUBECTL, "-n", "kube-system", "wait", "--for=condition=Ready", "pod", *select)
        needed.append(_waiting((*wait, seconds), "calico-node"))
    for app, deployment in ((CONTROLLERS, CONTROLLERS), (DNS, "coredns")):
        if not any(pod.good for pod in workloads.of(app)):
            rollout = (*KUBECTL, "-n", "kube-system", "rollout", "status")
            needed.append(_waiting((*rollout, f"deployment/{deployment}", seconds), deployment))
    return needed


def _waiting(argv: Argv, what: str) -> RunCommand:
    """Returns a command that waits; its exit code says nothing, because the step reads the state afterwards."""
    why = T("wait until {what} is ready", what=what)
    return RunCommand(
        argv, why, ok_codes=(0, 1), timeout=PATIENCE + 30, interruptible=True, waits=True
    )


def own(answers: Answers, facts: Facts) -> Pod | None:
    """Returns this node's calico-node, once it is ready and made from the newest template."""
    newest = _newest(facts[Calico])
    pods = facts[Workloads].of(NODE, answers.node.hostname)
    good = (pod for pod in pods if pod.good and newest in ("", pod.generation))
    return next(good, None)


def _of_worker(answers: Answers, facts: Facts) -> list[Change]:
    """Waits for the network, if there is one: the control plane has made it."""
    workloads, name = facts[Workloads], answers.node.hostname
    if facts[Kubernetes].kubelet_conf:
        node = workloads.node(name)
        ready = node is not None and node.ready and own(answers, facts)
        if ready or not workloads.of(NODE):
            return []
    wait = (*OWN, "wait", "--for=condition=Ready", f"node/{name}", f"--timeout={PATIENCE}s")
    return [_waiting(wait, name)]


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Compares what the API server holds with what is wanted, down to each setting."""
    if answers.joins:
        return _of_worker(answers, facts)
    return [*_apply(answers, facts), *_wait(answers, facts)]


def watch(_answers: Answers, facts: Facts) -> Watched:
    """Shows each pod that the network needs or that needs the network, and why it is not ready."""
    workloads = facts[Workloads]
    pods = [pod for app in (NODE, CONTROLLERS, DNS, "kube-proxy") for pod in workloads.of(app)]
    rows = tuple(
        WatchedRow(
            verbatim(pod.name),
            Outcome.OK if pod.good else PENDING,
            T("{state} on {node}", state=pod.state, node=pod.node or "-"),
        )
        for pod in pods
        if pod.app != "kube-proxy"
    )
    return Watched(rows, tuple(line for pod in pods for line in pod.evidence))


STEP = Step(
    id="calico",
    title=T("Calico"),
    about=T(
        "Calico is the pod network: it gives every pod an address and carries its packets to the other nodes. Before there is one, a node stays NotReady and no ordinary pod starts."
    ),
    changes=changes,
    reads=(Kubernetes, Calico, Workloads, Manifest, Files),
    files=(PATH,),
    after=("kubeadm_init", "kubeadm_join", "images"),
    follows="kubeadm_join",
    applies=lambda answers: answers.calico,
    settle=PATIENCE,
    watch=watch,
    watches=(Workloads,),
)
