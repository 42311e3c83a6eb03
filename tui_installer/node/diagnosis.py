"""A look at this node for the causes of what does not work; it only reads."""

from __future__ import annotations

from dataclasses import replace

from tui_installer import registry
from tui_installer.host.gather import gather
from tui_installer.host.patience import Patience
from tui_installer.host.scope import Scope
from tui_installer.model.diagnosis import Diagnosis, diagnose
from tui_installer.model.facts import (
    Calico,
    Certificates,
    Clock,
    Containerd,
    ContainerdConfig,
    Cri,
    Disk,
    Facts,
    Forwarding,
    HostName,
    Kernel,
    KubeletSettings,
    Kubernetes,
    Limits,
    Logs,
    Network,
    Processes,
    Services,
    Swap,
    System,
    Workloads,
)

TOPICS = (
    Calico,
    Certificates,
    Clock,
    Containerd,
    ContainerdConfig,
    Cri,
    Disk,
    Forwarding,
    HostName,
    Kernel,
    KubeletSettings,
    Kubernetes,
    Limits,
    Logs,
    Network,
    Processes,
    Services,
    Swap,
    System,
    Workloads,
)


# Seconds for each question: a person waits, and a program that hangs is a finding itself.
QUICK = 5.0


def look() -> Diagnosis:
    """Reads this machine and names the causes; a topic that could not be read is named with the reason."""
    return diagnosed(gather(TOPICS, Scope(patience=Patience(QUICK))))


def diagnosed(facts: Facts) -> Diagnosis:
    """Names the causes that these facts tell."""
    topics = {topic.__name__: one.text for topic, one in facts.unread.items()}
    logs = facts.get(Logs, Logs()).unread
    return replace(diagnose(registry.causes(), facts), unread={**topics, **logs})
