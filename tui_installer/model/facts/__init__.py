"""Facts about the machine, by topic; the file of the same name in `host/facts/` reads each topic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from tui_installer.model.attempt import Attempt, Seen
from tui_installer.model.facts.cluster import (
    Accepted,
    Joining,
    KubeadmPreflight,
    Kubernetes,
    Past,
    People,
    Person,
)
from tui_installer.model.facts.diagnosis import (
    Cri,
    CriCondition,
    KubeletSettings,
    Limits,
    Logs,
    Mounted,
    Processes,
    Share,
)
from tui_installer.model.facts.effective import (
    Broken,
    ConfigFile,
    ContainerdConfig,
    ContainerdProcess,
    ContainerdSettings,
    CrictlFile,
    FilePlace,
    HostsFile,
    MirrorHost,
    RuntimeTable,
)
from tui_installer.model.facts.half_made import Remains
from tui_installer.model.facts.image_store import ImageNames, ImageStore
from tui_installer.model.facts.machine import (
    Chrony,
    Clock,
    Disk,
    File,
    Files,
    HostName,
    Kernel,
    Listener,
    Ports,
    Selinux,
    Services,
    Space,
    Swap,
    System,
    Unit,
)
from tui_installer.model.facts.network import (
    Firewall,
    Forwarding,
    Managed,
    Network,
    NetworkManager,
    Nic,
    Profile,
    Route,
)
from tui_installer.model.facts.proving import (
    ApiServer,
    BgpSession,
    Certificate,
    Certificates,
    Drift,
    Peers,
    ProofRow,
    Proved,
    Proxy,
    Sent,
    Traffic,
)
from tui_installer.model.facts.software import (
    Containerd,
    Docker,
    DockerInForce,
    Images,
    InForce,
    Packages,
    Yum,
)
from tui_installer.model.facts.sources import (
    NtpReply,
    SourceReply,
    Sources,
)
from tui_installer.model.facts.unread import Closed, NotRead, Partly, Undecided, Unread, unread_of
from tui_installer.model.facts.workloads import (
    CONTROL_PLANE_TAINTS,
    CORDONED,
    Calico,
    Manifest,
    NodeState,
    Pod,
    Pool,
    Taint,
    Workloads,
)

__all__ = [
    "CONTROL_PLANE_TAINTS",
    "CORDONED",
    "Accepted",
    "ApiServer",
    "Attempt",
    "BgpSession",
    "Broken",
    "Calico",
    "Certificate",
    "Certificates",
    "Chrony",
    "Clock",
    "Closed",
    "ConfigFile",
    "Containerd",
    "ContainerdConfig",
    "ContainerdProcess",
    "ContainerdSettings",
    "Cri",
    "CriCondition",
    "CrictlFile",
    "Disk",
    "Docker",
    "DockerInForce",
    "Drift",
    "Facts",
    "File",
    "FilePlace",
    "Files",
    "Firewall",
    "Forwarding",
    "HostName",
    "HostsFile",
    "ImageNames",
    "ImageStore",
    "Images",
    "InForce",
    "Joining",
    "Kernel",
    "KubeadmPreflight",
    "KubeletSettings",
    "Kubernetes",
    "Limits",
    "Listener",
    "Logs",
    "Managed",
    "Manifest",
    "MirrorHost",
    "Mounted",
    "Network",
    "NetworkManager",
    "Nic",
    "NodeState",
    "NotRead",
    "NtpReply",
    "Packages",
    "Partly",
    "Past",
    "Peers",
    "People",
    "Person",
    "Pod",
    "Pool",
    "Ports",
    "Processes",
    "Profile",
    "ProofRow",
    "Proved",
    "Proxy",
    "Remains",
    "Route",
    "RuntimeTable",
    "Seen",
    "Selinux",
    "Sent",
    "Services",
    "Share",
    "SourceReply",
    "Sources",
    "Space",
    "Swap",
    "System",
    "Taint",
    "Traffic",
    "Undecided",
    "Unit",
    "Unread",
    "Workloads",
    "Yum",
    "unread_of",
]

Topic = TypeVar("Topic")


class Facts:
    """Facts by topic; a topic that nobody has tried to read is a mistake (KeyError).

    A topic whose reading failed raises NotRead: nothing follows from it.
    """

    __slots__ = ("_topics",)

    def __init__(self, topics: Mapping[type, Any] | None = None) -> None:
        self._topics = dict(topics or {})

    def __getitem__(self, topic: type[Topic]) -> Topic:
        value = self._topics[topic]
        if isinstance(value, Unread):
            raise NotRead(value)
        return cast(Topic, value)

    def __contains__(self, topic: object) -> bool:
        return topic in self._topics and not isinstance(self._topics[topic], Unread)

    def get(self, topic: type[Topic], otherwise: Topic) -> Topic:
        """Returns a topic, or `otherwise` where it could not be read; only for uses that conclude nothing from it."""
        try:
            return self[topic]
        except NotRead:
            return otherwise

    @property
    def unread(self) -> dict[type, Unread]:
        """The topics that could not be read, or only in part, with the reasons."""
        pairs = ((topic, value) for topic, value in self._topics.items())
        return {
            topic: value if isinstance(value, Unread) else value.unread
            for topic, value in pairs
            if isinstance(value, Unread | Partly)
        }

    def having(self, *values: object) -> Facts:
        """Returns these facts with the given topics, which replace older ones."""
        return Facts({**self._topics, **{type(value): value for value in values}})

    def merged(self, other: Facts) -> Facts:
        """Returns these facts, overlaid with all of `other`'s."""
        return Facts({**self._topics, **other._topics})
