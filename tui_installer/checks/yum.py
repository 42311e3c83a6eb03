"""Check that yum is free and its database readable."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok
from tui_installer.model.facts import Facts, Packages, Yum
from tui_installer.model.text import T, verbatim


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Fails while another program holds yum's lock: yum would wait for it for ever."""
    yum, broken = facts[Yum], facts[Packages].broken
    if broken:
        return fail(
            verbatim(broken),
            wanted=T("an rpm database that can be read"),
            why=T("no package can be installed"),
            cure=T("rm -f /var/lib/rpm/__db.*; rpm --rebuilddb"),
        )
    if yum.lock_pid:
        return fail(
            T("held by {program} (pid {pid})", program=yum.lock_program, pid=yum.lock_pid),
            wanted=T("free"),
            why=T("the run would have to wait for it"),
            cure=T("wait until it ends; for PackageKit: systemctl stop packagekit"),
        )
    return ok(T("free"))


CHECK = Check(
    id="yum",
    title=T("yum lock"),
    about=T(
        "yum installs packages, one run at a time: it holds a lock meanwhile. PackageKit, which looks for updates by itself, often holds that lock."
    ),
    judge=judge,
    reads=(Yum, Packages),
)
