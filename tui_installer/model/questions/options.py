"""Questions about the preparation of the machine."""

from __future__ import annotations

from dataclasses import dataclass

from tui_installer.model.fields import flag, one_of, time_server
from tui_installer.model.help import Help
from tui_installer.model.question import question
from tui_installer.model.text import T


@dataclass(frozen=True)
class Options:
    """The preparation of the machine."""

    docker: bool = question(
        False,
        flag(),
        Help(
            title=T("docker-ce"),
            what=T(
                "docker beside containerd, for building images from a Dockerfile. Kubernetes does not need it, and sees none of its images."
            ),
            allowed=T(
                "true or false. Other keys of /etc/docker/daemon.json stay as they are. false does not remove a docker that is there."
            ),
            why=T(
                "Without its version, docker-ce replaces containerd by a newer one. Here it comes in a version that goes with this containerd, with the mirrors of docker.io, systemd's cgroups and logs of limited size."
            ),
            look="docker info",
            kept="/etc/docker/daemon.json",
            step="docker",
        ),
        values=": docker-ce 20.10.24 beside containerd",
    )
    firewall: str = question(
        "off",
        one_of("off", "open-ports", "leave"),
        Help(
            title=T("firewalld"),
            what=T(
                "CentOS's packet filter. It rejects whatever is not opened, also between nodes."
            ),
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
        values="; with `open-ports` firewalld stays, and the node's ports are opened",
    )
    selinux: str = question(
        "permissive",
        one_of("permissive", "leave"),
        Help(
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
    )
    time_sync: bool = question(
        True,
        flag(),
        Help(
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
        values=": chrony keeps the clock",
    )
    # A host name or an IPv4 address; empty: chrony keeps its servers.
    ntp_server: str = question(
        "",
        time_server(),
        Help(
            title=T("NTP server"),
            what=T("The time server that chrony asks, in the place of those in /etc/chrony.conf."),
            allowed=T(
                "Empty: chrony keeps the servers that it has. Else a host name or an IPv4 address, like ntp.aliyun.com. It counts only where chrony keeps the clock."
            ),
            why=T(
                "CentOS's own servers are far away or out of reach in many networks. All nodes of a cluster should ask the same server."
            ),
            look="chronyc sources",
            kept="/etc/chrony.conf",
            step="time",
        ),
        values="a host name or an IPv4 address that chrony asks instead of its own servers",
        left_out='`""`: those that chrony has',
    )
    # `yum update` moves neither Kubernetes nor containerd nor docker.
    lock_versions: bool = question(
        True,
        flag(),
        Help(
            title=T("Version lock"),
            what=T(
                "Lines that begin with exclude= in kubernetes.repo and docker-ce.repo. yum update passes over the packages that they name."
            ),
            allowed=T("true, or false: yum update may then move them."),
            why=T(
                "Kubernetes is upgraded node by node, in an order of its own. A yum update that takes a newer kubelet or containerd breaks a node that works. This program itself passes over these lines."
            ),
            look="grep exclude /etc/yum.repos.d/*.repo",
            kept="/etc/yum.repos.d",
            step="sources",
        ),
        values=": `yum update` moves neither Kubernetes nor containerd nor docker",
    )
    nfs_client: bool = question(
        False,
        flag(),
        Help(
            title=T("NFS volumes"),
            what=T("nfs-utils: the programs with which a volume of an NFS server is mounted."),
            allowed=T("true, or false: a client that is there is not removed."),
            why=T("A pod with such a volume starts only on nodes that have them."),
            look="rpm -q nfs-utils",
            step="packages",
        ),
        values=": nfs-utils",
    )
    base_packages: bool = question(
        False,
        flag(),
        Help(
            title=T("Base packages"),
            what=T(
                "Compilers and tools that many guides install on every server: gcc, make, vim, wget, telnet and more. Kubernetes does not need them."
            ),
            allowed=T("true or false. They come after all that Kubernetes needs."),
            why=T(
                "epel-release and ntp of those lists are left out: the mirror list of the first is gone, which breaks every later call of yum, and chrony keeps the clock. What Kubernetes needs is always installed."
            ),
            look="yum history",
            step="packages",
        ),
        values=": the long list of compilers and tools that guides install (`assets/packages.toml`)",
    )
