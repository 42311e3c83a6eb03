"""Differences between what ctr, crictl and docker see, as people make them."""

from __future__ import annotations

from dataclasses import dataclass

SOURCE = "registry.aliyuncs.com/google_containers"
COREDNS = f"{SOURCE}/coredns:v1.9.3"
PAUSE = f"{SOURCE}/pause:3.8"
CTR = "ctr -n k8s.io"
CONFIG = "/etc/containerd/config.toml"
# Of the tars that the test lays there (handmade.py).
HANDMADE, ARM, INDEX = "docker.io/lab/handmade:1", "docker.io/lab/arm:1", "docker.io/lab/index:1"


@dataclass(frozen=True)
class Difference:
    """What makes a difference, the severity with which it is named, and what puts it right.

    `cure` None: the commands that the finding itself offers. `after` takes away what a right cure leaves.
    """

    id: str
    makes: str
    severity: str
    cure: str | None = None
    after: str = ":"
    name: str = ""

    def __str__(self) -> str:
        return self.name or self.id


DIFFERENCES = (
    Difference("absent", f"crictl rmi {COREDNS}", "FAIL"),
    Difference(
        "other_namespace",
        f"{CTR} images export /root/c.tar {COREDNS}; crictl rmi {COREDNS}; ctr images import /root/c.tar",
        "FAIL",
        after=f"ctr images rm {COREDNS}; rm /root/c.tar",
    ),
    Difference(
        "docker_only",
        f"{CTR} images export /root/c.tar {COREDNS}; docker load -i /root/c.tar; crictl rmi {COREDNS}",
        "FAIL",
        after=f"docker rmi {COREDNS}; rm /root/c.tar",
    ),
    Difference(
        "incomplete",
        # The largest blob of an image that came from its source: a layer. What is unpacked runs on.
        f"{CTR} content rm $({CTR} content ls | grep google_containers/etcd | grep MB | sort -k2 -n | tail -1 | cut -f1)",
        "warn",
    ),
    Difference(
        "not_unpacked",
        f"{CTR} images import --no-unpack /root/handmade.tar",
        "warn",
        after=f"crictl rmi {HANDMADE}",
    ),
    Difference("short_name", f"{CTR} images tag {PAUSE} short:1", "FAIL"),
    Difference(
        "ghost_name", f"{CTR} images tag {PAUSE} short:1; sleep 1; {CTR} images rm short:1", "FAIL"
    ),
    Difference(
        "unnamed",
        f"{CTR} images import /root/handmade.tar; sleep 1; {CTR} images rm {HANDMADE}",
        "warn",
    ),
    Difference(
        "other_platform",
        f"{CTR} images import --no-unpack --all-platforms /root/arm.tar",
        "warn",
        # No registry has it for this machine.
        cure=f"crictl rmi {ARM}",
    ),
    Difference(
        "other_platform",
        f"{CTR} images import --no-unpack --all-platforms /root/index.tar",
        "warn",
        cure=f"{CTR} images rm {INDEX}",
        name="other_platform-index",
    ),
    Difference(
        "other_pause",
        f"{CTR} images tag {PAUSE} docker.io/lab/pause:3.8; cp {CONFIG} /root/config.toml;"
        f" sed -i 's#sandbox_image = .*#sandbox_image = \"docker.io/lab/pause:3.8\"#' {CONFIG}; systemctl restart containerd",
        "warn",
        cure=f"mv /root/config.toml {CONFIG}; systemctl restart containerd; {CTR} images rm docker.io/lab/pause:3.8",
    ),
)
