"""Reader of kubeadm's own preflight, without its image pulls."""

from __future__ import annotations

import re
import tempfile

from tui_installer.assets import location
from tui_installer.host.facts.network import read as read_network
from tui_installer.host.look import Look
from tui_installer.model.address import own_address
from tui_installer.model.facts import Facts, KubeadmPreflight
from tui_installer.render.kubeadm import init_config

TOPIC = KubeadmPreflight
LINE = re.compile(r"^\s*\[(WARNING|ERROR) ([^\]\s]+)\]: (.*)$", re.MULTILINE)
# Seconds. kubeadm looks names up, and a dead resolver costs it up to half of this.
LONGEST = 60
NOISE = ("[preflight]", "To see the stack trace", ", error:")


def parse(text: str, *, failed: bool = False) -> KubeadmPreflight:
    """Parses one finding per line, [ERROR NAME]: text; kubeadm prints some errors without a name."""
    rows = LINE.findall(text)
    pick = {
        kind: tuple((n, t.strip()) for k, n, t in rows if k == kind)
        for kind in ("ERROR", "WARNING")
    }
    if failed and not pick["ERROR"]:
        printed = [line for line in text.splitlines() if line and not line.startswith(NOISE)]
        pick["ERROR"] = (("kubeadm", printed[-1] if printed else "no answer"),)
    return KubeadmPreflight(True, pick["ERROR"], pick["WARNING"])


def read(look: Look) -> KubeadmPreflight:
    """Runs the preflight with imagePullPolicy Never, so that kubeadm changes nothing.

    A node of a cluster is not asked.
    """
    answers = look.answers
    if answers is None or not answers.makes_cluster or not look.exists("/usr/bin/kubeadm"):
        return KubeadmPreflight()
    if look.exists("/etc/kubernetes/kubelet.conf"):
        return KubeadmPreflight()
    address = own_address(answers, Facts().having(read_network(look)))
    repository = location("images", answers.mirrors.images)
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(init_config(answers, address, repository, conntrack=True, pull=False))
        file.flush()
        ask = ("kubeadm", "init", "phase", "preflight", "--config", file.name)
        output = look.answer(*ask, longest=LONGEST)
    return parse(output.out + output.err, failed=output.code != 0)
