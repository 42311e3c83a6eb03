"""Failures of kubectl (1.25)."""

from __future__ import annotations

import re

from tui_installer.model.cause import by_words
from tui_installer.model.text import T

CAUSES = (
    by_words(
        "manifest_other_version",
        "kubectl",
        re.compile(r'no matches for kind "(?P<kind>\w+)" in version "(?P<version>[\w./-]+)"'),
        T("the manifest is for another version of Kubernetes: there is no {kind} in {version}"),
        T("take the manifest that belongs to this version; Calico's for 1.25 is 3.24 or newer"),
    ),
    by_words(
        "kubectl_no_config",
        "kubectl",
        re.compile(r"The connection to the server localhost:8080 was refused"),
        T("kubectl has no configuration here, and asks a port where nothing listens"),
        T(
            "export KUBECONFIG=/etc/kubernetes/admin.conf; on a worker there is none: ask on the control plane"
        ),
    ),
    by_words(
        "kubectl_old_config",
        "kubectl",
        re.compile(
            r"x509: certificate signed by unknown authority[^\n]*(?:crypto/rsa: verification error)?"
        ),
        T("kubectl's configuration is that of an earlier cluster"),
        T("copy it anew: cp /etc/kubernetes/admin.conf ~/.kube/config"),
    ),
)
