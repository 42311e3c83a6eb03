"""Check that the program runs as root."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok
from tui_installer.model.facts import Facts, System
from tui_installer.model.text import T


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Fails for any other user: packages, services and /etc belong to root."""
    if facts[System].root:
        return ok(T("root"))
    return fail(
        T("not root"),
        wanted=T("root"),
        why=T("only root can change packages, services and the files in /etc"),
        cure=T("run it again with: sudo tui-installer"),
    )


CHECK = Check(
    id="root",
    title=T("Rights"),
    about=T(
        "root is the account that may change everything on this machine. Packages, services, kernel settings and the files in /etc are root's alone."
    ),
    judge=judge,
    reads=(System,),
    kubeadm=("IsPrivilegedUser",),
)
