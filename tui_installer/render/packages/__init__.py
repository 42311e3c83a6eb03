"""The package tools of the node: their command lines, their words and their files.

Steps, readers and meters name a transaction, a removal or a question; only the files of this room know which
program does it. Another family of tools is another file here, and a choice in this one.
"""

from tui_installer.render.packages.rpm import installed, is_damaged, query, unpacking, verification
from tui_installer.render.packages.yum import (
    CACHES,
    PACKAGES_LOCK,
    PACKAGES_METER,
    REINSTALL,
    download_size,
    installs,
    removal,
    removes,
    transaction,
)

__all__ = [
    "CACHES",
    "PACKAGES_LOCK",
    "PACKAGES_METER",
    "REINSTALL",
    "download_size",
    "installed",
    "installs",
    "is_damaged",
    "query",
    "removal",
    "removes",
    "transaction",
    "unpacking",
    "verification",
]
