"""Failures of image pulls."""

from __future__ import annotations

import re

from tui_installer.model.cause import by_words
from tui_installer.model.text import T

AGAIN = T("choose another source in the answers (mirrors.images), or wait, then apply again")

CAUSES = (
    by_words(
        "pull_disk_full",
        "crictl",
        re.compile(r"no space left on device", re.I),
        T("the disk is full: the image could not be unpacked"),
        T("make room in /var/lib/containerd (df -h), then apply again"),
    ),
    by_words(
        "pull_not_found",
        "crictl",
        re.compile(r'code = NotFound[^\n]*failed to resolve reference \\*"(?P<image>[^"\\]+)'),
        T("the source does not hold the image {image}"),
        AGAIN,
    ),
    by_words(
        "pull_name_unknown",
        "crictl",
        re.compile(
            r"lookup (?P<host>[\w.-]+)[^\n]{0,400}?(no such host|server misbehaving|i/o timeout|connection refused)"
        ),
        T("the name of the image source does not resolve: {host}"),
        T("check the name servers and the source's name, then apply again"),
    ),
    by_words(
        "pull_certificate",
        "crictl",
        re.compile(r"x509: (?P<reason>[^\n\"]+)"),
        T("the image source's certificate is not trusted here: {reason}"),
        T("check the clock and the source's certificate, then apply again"),
    ),
    by_words(
        "pull_unreachable",
        "crictl",
        re.compile(r"dial tcp (?P<address>[\d.:]+): (?P<reason>connect: [\w ]+|i/o timeout)"),
        T("the image source cannot be reached: {reason}"),
        AGAIN,
    ),
    by_words(
        "pull_denied",
        "crictl",
        re.compile(
            r"(insufficient_scope|authorization failed|denied|401 Unauthorized|403 Forbidden)", re.I
        ),
        T("the image source refuses this image, or does not have it"),
        AGAIN,
    ),
    by_words(
        "pull_runtime",
        "crictl",
        re.compile(r"connection refused|connect: no such file|unknown service runtime"),
        T("containerd does not answer"),
        T("find out why with: systemctl status containerd; journalctl -u containerd -n 50"),
    ),
)
