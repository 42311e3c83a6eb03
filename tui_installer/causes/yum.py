"""Failures of yum (yum 3.4.3 of CentOS 7; dnf's words where they differ)."""

from __future__ import annotations

import re

from tui_installer.model.cause import by_words
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

AGAIN = T(
    "choose another mirror in the answers, or wait until this one works again, then apply again"
)

CAUSES = (
    by_words(
        "yum_repo_file",
        "yum",
        re.compile(r"File contains parsing errors: file://(?P<file>\S+)"),
        T("a file of package sources cannot be parsed: {file}"),
        T("put it right or remove it, then apply again"),
    ),
    by_words(
        "rpm_database",
        "yum",
        re.compile(r"rpmdb: BDB\d+|rpmdb open failed|cannot open Packages (?:index|database)"),
        T("the database of installed packages is damaged"),
        T("rm -f /var/lib/rpm/__db*; rpm --rebuilddb; then apply again"),
        explains=("yum_repository", "yum_dependency"),
    ),
    by_words(
        "rpm_conflict",
        "yum",
        re.compile(
            r"file (?P<file>\S+) (?:from install of \S+ )?conflicts (?:between attempted installs of|with file from package) (?P<packages>[^\n]+)"
        ),
        T("two packages bring the same file {file}: {packages}"),
        T("remove the package that is not needed (yum remove runc or podman), then apply again"),
    ),
    by_words(
        "yum_certificate",
        "yum",
        re.compile(r"curl#60 - \"(?P<reason>[^\"]+)|SSL certificate problem: (?P<reason2>[^\n]+)"),
        T("a mirror's certificate is not trusted here: {reason}{reason2}"),
        T(
            "set the clock (chronyc makestep) and renew the list of CAs (yum update ca-certificates, from a source by http), or choose another mirror"
        ),
    ),
    by_words(
        "yum_unfinished",
        "yum",
        re.compile(r"There are unfinished transactions remaining"),
        T("an earlier transaction of yum was cut off"),
        T("yum-complete-transaction --cleanup-only; then apply again"),
        severity=Outcome.WARN,
    ),
    by_words(
        "yum_disk_full",
        "yum",
        re.compile(
            r"No space left on device|not enough space|At least \d+\w+ more space needed|Insufficient space"
            r"|Failed writing (?:received data|body)|Failure writing output",
            re.I,
        ),
        T("the disk is full: yum could not write the packages"),
        T("make room in /var and /usr (df -h), then apply again"),
    ),
    by_words(
        "yum_lock",
        "yum",
        re.compile(
            r"holding the yum lock|Existing lock|Waiting for process with pid (?P<pid>\d+)|Failed to obtain"
        ),
        T("another program holds yum's lock"),
        T(
            "wait until it ends, or stop it (for PackageKit: systemctl stop packagekit), then apply again"
        ),
    ),
    by_words(
        "yum_excluded",
        "yum",
        re.compile(r"filtered out by exclude filtering for argument: (?P<package>\S+)"),
        T("an exclude= line of this machine hides {package}"),
        T(
            "take it out of /etc/yum.conf or of its file in /etc/yum.repos.d, then apply again; the lines in docker-ce.repo and kubernetes.repo may stay"
        ),
    ),
    by_words(
        "yum_package_missing",
        "yum",
        re.compile(
            r"(?:No package|No match for argument:|Unable to find a match:) (?P<package>\S+)"
        ),
        T("the mirror does not hold {package}"),
        AGAIN,
    ),
    by_words(
        "yum_signature",
        "yum",
        re.compile(
            r"is not signed|GPG check FAILED|Public key for \S+ is not installed|signature could not be verified"
            r"|keys listed for .* are not correct|GPG key retrieval failed|Failed to retrieve GPG key|Bad GPG signature"
            r"|Status code: 404 for \S+(?:\.key|\.gpg|GPG-KEY\S*) ",
            re.I,
        ),
        T("a package is not signed with the key that its source must have"),
        T(
            "choose another mirror in the answers: this one changed the package, or signs with a key of its own. Nothing of it was installed. If the key's file is missing, install tui-installer from its bundle, which brings it"
        ),
    ),
    by_words(
        "yum_name_unknown",
        "yum",
        re.compile(r"Could ?n[o']t resolve host(?: name for \w+://|: ?)(?P<host>[\w.-]*)", re.I),
        T("the name of a mirror does not resolve: {host}"),
        T("check the name servers (cat /etc/resolv.conf) and the mirror's name, then apply again"),
    ),
    by_words(
        "yum_silent",
        "yum",
        re.compile(r"Operation too slow|timed out|Timeout was reached|Curl error \(28\)", re.I),
        T("a package mirror is silent, or sends next to nothing"),
        AGAIN,
    ),
    by_words(
        "yum_refused",
        "yum",
        re.compile(
            r"Connection refused|Could ?n[o']t connect to server|No route to host|Network is unreachable",
            re.I,
        ),
        T("a package mirror cannot be reached"),
        AGAIN,
    ),
    by_words(
        "yum_not_there",
        "yum",
        re.compile(r"Status code: 404|HTTP Error 404|404 - Not Found"),
        T("a package mirror no longer has this folder (404)"),
        AGAIN,
    ),
    by_words(
        "yum_repository",
        "yum",
        re.compile(
            r"Failed to download metadata|Cannot find a valid baseurl|Cannot download|repomd\.xml|No more mirrors"
        ),
        T("a package mirror's index could not be read"),
        AGAIN,
    ),
    by_words(
        "yum_dependency",
        "yum",
        re.compile(
            r"nothing provides (?P<need>.+?) needed by|Requires: (?P<need2>.+)|conflicting requests"
        ),
        T("the packages need other packages that no source holds"),
        T("look at yum's last lines; the sources base, updates and extras must all be enabled"),
    ),
)
