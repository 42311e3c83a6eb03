"""containerd's store of bytes: where it lies, and how containerd is asked whose they are; loads nothing more."""

from __future__ import annotations

from pathlib import Path

SOCKET = "/run/containerd/containerd.sock"
CONTENT = Path("/var/lib/containerd/io.containerd.content.v1.content")
# containerd marks each blob of a pull with the repositories that it came for
# (1.6.6, remotes/docker/handler.go): KEY.REGISTRY=REPOSITORY[,REPOSITORY...]
CONTENTS = ("ctr", "-a", SOCKET, "-n", "k8s.io", "content", "ls")
