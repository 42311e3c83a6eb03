"""Check that Kubernetes accepts the host name, and that it resolves."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, warn
from tui_installer.model.facts import Facts, Files, HostName
from tui_installer.model.fields import hostname_problem
from tui_installer.model.text import T, verbatim

HOSTS = "/etc/hosts"


def _listed(text: str, name: str) -> bool:
    fields = (line.partition("#")[0].split() for line in text.splitlines())
    return any(name in row[1:] and not row[0].startswith("127.") for row in fields if row)


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges the name in the answers, then the one in force, then /etc/hosts."""
    name, now = answers.node.hostname, facts[HostName].current
    if problem := hostname_problem(name):
        return fail(
            T('"{name}"', name=name),
            wanted=problem,
            why=T("it becomes the node's name, and Kubernetes accepts only such names"),
            cure=T("set hostname in the answers"),
            answer="node.hostname",
        )
    if name.startswith("localhost"):
        return fail(
            T('"{name}"', name=name),
            wanted=T("a name that only this machine has"),
            why=T("two nodes with the same name replace each other in the cluster"),
            cure=T("set hostname in the answers"),
            answer="node.hostname",
        )
    if now != name:
        finding = T("{now}, will become {name}", now=now, name=name)
        why = T("the node registers under this name")
        return warn(
            finding,
            why=why,
            cure=T("the hostname step sets it"),
            step="hostname",
            answer="node.hostname",
        )
    if not _listed(facts[Files].text(HOSTS) or "", name):
        finding = T("{name} is not in /etc/hosts", name=name)
        why = T("kubeadm warns about a name that does not resolve")
        return warn(finding, why=why, cure=T("the hostname step adds it"), step="hostname")
    return ok(verbatim(name))


CHECK = Check(
    id="hostname",
    title=T("Host name"),
    about=T(
        'The host name becomes the name of the node. Kubernetes takes small letters, digits, "-" and "." only, and no two nodes may have the same name.'
    ),
    judge=judge,
    reads=(HostName, Files),
    files=(HOSTS,),
    kubeadm=("Hostname",),
    asks=("node.hostname",),
)
