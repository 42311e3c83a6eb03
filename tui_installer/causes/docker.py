"""Failures of docker's start (dockerd 20.10), in systemctl's output and the unit's log after it."""

from __future__ import annotations

import re

from tui_installer.model.cause import by_words
from tui_installer.model.text import T

CAUSES = (
    by_words(
        "docker_config",
        "systemctl",
        re.compile(
            r"unable to configure the Docker daemon with file (?P<file>[^\s:]+): (?P<reason>.+)"
        ),
        T("docker refuses its settings in {file}: {reason}"),
        T("put right what it names in {file}, or move the file away, then apply again"),
    ),
    by_words(
        "docker_containerd",
        "systemctl",
        re.compile(r'failed to dial "[^"]*containerd\.sock"|timeout waiting for containerd'),
        T("docker does not reach containerd"),
        T("look at: systemctl status containerd; once it runs, apply again"),
    ),
    by_words(
        "docker_storage",
        "systemctl",
        re.compile(r"error initializing graphdriver: (?P<reason>.+)"),
        T("docker cannot keep its images in /var/lib/docker: {reason}"),
        T(
            "look at the file system of /var/lib/docker (df -hT); it must be ext4, or xfs with ftype=1"
        ),
    ),
    by_words(
        "docker_network",
        "systemctl",
        re.compile(r"Error initializing network controller: (?P<reason>.+)", re.I),
        T("docker cannot make its network: {reason}"),
        T("look at: iptables -L -n, and lsmod; apply again once its tables can be read"),
    ),
    by_words(
        "docker_daemon",
        "systemctl",
        re.compile(r"failed to start daemon: (?P<reason>.+)"),
        T("docker does not start: {reason}"),
        T("put that right, in /etc/docker/daemon.json if it is a setting, then apply again"),
    ),
    by_words(
        "docker_start",
        "systemctl",
        re.compile(
            r"(?:Job for|Failed to start) docker\.service|docker\.service: [Ss]tart request"
        ),
        T("docker does not start"),
        T("look at: journalctl -u docker -n 50; put right what it names, then apply again"),
    ),
)
