"""Help for how this machine is prepared."""

from __future__ import annotations

from tui_installer.help.record import Help
from tui_installer.model.text import T

OPTIONS = {
    "options.firewall": Help(
        title=T("firewalld"),
        what=T("CentOS's packet filter. It rejects whatever is not opened, also between nodes."),
        allowed=T(
            "off: it is stopped and stays off. open-ports: it goes on, and the ports of this node's role are opened. leave: it is not touched."
        ),
        why=T(
            "firewalld and pod networks both write packet rules and spoil each other's; Calico's makers say: off. Off means that another filter, or the network itself, has to protect this server."
        ),
        look="firewall-cmd --list-all",
        kept="/etc/firewalld/zones",
        step="firewall",
    ),
    "options.selinux": Help(
        title=T("SELinux"),
        what=T("A guard in the kernel: it forbids programs whatever no rule allows."),
        allowed=T(
            "permissive: it only logs what it would forbid. leave: it is not touched; take this if you have rules for containers."
        ),
        why=T(
            "When it is enforcing, containers cannot read the files of the host that pod networks need. Kubernetes' own guide says: permissive."
        ),
        look="getenforce",
        kept="/etc/selinux/config",
        step="selinux",
    ),
    "options.time_sync": Help(
        title=T("Time service"),
        what=T("chrony keeps the clock equal to that of time servers."),
        allowed=T("On, or left as it is. In a container the host keeps the clock."),
        why=T(
            "Certificates and join tokens are valid for a time only: where clocks differ, a good one looks expired or not yet valid."
        ),
        look="chronyc tracking",
        kept="/etc/chrony.conf",
        step="time",
    ),
    "options.docker": Help(
        title=T("docker-ce"),
        what=T(
            "docker beside containerd, for building images. Kubernetes does not need it, and this version does not install it."
        ),
        allowed=T("false"),
        why=T("A docker that is installed alone may replace containerd by another version."),
        look="rpm -q docker-ce containerd.io",
    ),
    "options.base_packages": Help(
        title=T("Base packages"),
        what=T(
            "Compilers and tools that some guides install on every server. Kubernetes does not need them, and this version does not install them."
        ),
        allowed=T("false"),
        why=T("What Kubernetes needs is always installed, with or without them."),
        look="yum history",
    ),
}
