"""What kubeadm (1.25) prints whatever fails: its advice, and the phases that went well. It is no evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable

# cmd/kubeadm/app/cmd/phases/init/waitcontrolplane.go and join/kubelet.go, cmd/kubeadm/app/util/error.go.
_ADVICE = re.compile(
    r"""\s*(?:
    Unfortunately,\ an\ error\ has\ occurred:
    |This\ error\ is\ likely\ caused\ by:
    |-\ The\ kubelet\ is\ (?:not\ running|unhealthy\ due\ to\ a\ misconfiguration\ of\ the\ node)
    |If\ you\ are\ on\ a\ systemd-powered\ system,
    |-\ '(?:systemctl\ status|journalctl\ -xeu)\ kubelet'
    |Additionally,\ a\ control\ plane\ component\ may\ have\ crashed
    |To\ troubleshoot,\ list\ all\ containers
    |Here\ is\ one\ example\ how\ you\ may\ list\ all
    |-\ '(?:crictl|docker)\ .*(?:\|\ grep\ kube\ \|\ grep\ -v\ pause|\blogs\ CONTAINERID)'
    |Once\ you\ have\ found\ the\ failing\ container
    |To\ see\ the\ stack\ trace\ of\ this\ error\ execute\ with
    |\[[a-z-]+\]\ (?:Using|Generating|Writing|Creating|Starting|Running|Pulling|This\ might|You\ can)\b
    |\[certs\]\ \S+\ serving\ cert\ is\ signed
    |\[preflight\]\ If\ you\ know\ what\ you\ are\ doing,
    )""",
    re.VERBOSE,
)


def without_advice(lines: Iterable[str]) -> tuple[str, ...]:
    """Returns the lines that tell of this failure alone, each once: its checks say the same again and again."""
    telling = (line for line in lines if line.strip() and not _ADVICE.match(line))
    return tuple(dict.fromkeys(telling))
