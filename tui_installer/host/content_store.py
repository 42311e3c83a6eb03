"""containerd's content store: its path, and the command that lists who the blobs belong to. It imports nothing else."""

from __future__ import annotations

from pathlib import Path

SOCKET = "/run/containerd/containerd.sock"
CONTENT = Path("/var/lib/containerd/io.containerd.content.v1.content")
# containerd labels each blob of a pull with the repositories that it came for (1.6.6, remotes/docker/handler.go):
# KEY.REGISTRY=REPOSITORY[,REPOSITORY...]
CONTENTS = ("ctr", "-a", SOCKET, "-n", "k8s.io", "content", "ls")
