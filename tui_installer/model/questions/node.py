"""Questions about this machine."""

from __future__ import annotations

from dataclasses import dataclass

from tui_installer.model.fields import (
    gateway,
    hostname,
    name_servers,
    network_card,
    one_of,
    own_address,
)
from tui_installer.model.help import Help
from tui_installer.model.question import question
from tui_installer.model.role import FIRST_CONTROL_PLANE, ROLES
from tui_installer.model.text import T


@dataclass(frozen=True)
class Node:
    """This machine: its role, its name, and the card that Kubernetes uses, with its address."""

    role: str = question(
        FIRST_CONTROL_PLANE,
        one_of(*ROLES),
        Help(
            title=T("Role"),
            what=T(
                "What this server does in the cluster. The control plane decides and keeps the cluster's data; workers run your programs, as pods."
            ),
            allowed=T(
                "First control plane: starts a new cluster. Worker: joins a cluster that is there already; for this you need its join command."
            ),
            why=T(
                "Every cluster begins with one control plane. A server changes its role only by leaving the cluster and starting anew."
            ),
            look="kubectl get nodes",
            kept="/etc/kubernetes",
        ),
        left_out="must be given",
    )
    hostname: str = question(
        "localhost.localdomain",
        hostname(),
        Help(
            title=T("Node name"),
            what=T(
                "The name under which the cluster knows this server. It also becomes the host name. Examples: centos-master, k8s-node-181."
            ),
            allowed=T(
                'Small letters, digits, "-" and "."; a letter or digit first and last. Not allowed: "_" and capitals. Every server needs a name of its own.'
            ),
            why=T(
                'It is written into certificates. If it changes later, the node appears a second time in the cluster and the old one stays "NotReady".'
            ),
            look="hostnamectl status",
            kept="/etc/hostname, /etc/hosts",
            step="hostname",
        ),
        values="the node's name; small letters, digits, `-` and `.`",
        left_out="the name it has",
    )
    interface: str = question(
        "",
        network_card(),
        Help(
            title=T("Network card"),
            what=T(
                "The card whose address stands for this node: the other nodes talk to the kubelet, the API server and the pods here through it."
            ),
            allowed=T(
                "A card that is up and has an IPv4 address. Cards made by software do not count."
            ),
            why=T(
                "Certificates hold this address. If it changes, by DHCP for example, the cluster no longer finds the node."
            ),
            look="ip -4 address; ip route",
            kept="/etc/sysconfig/network-scripts, /etc/hosts",
            step="hostname",
        ),
        values='the network card that Kubernetes uses, like `"ens33"`',
        left_out="the card of the default route, else the first with an address",
    )
    # "ADDRESS/PREFIX" that the card gets for good, with its gateway and name servers; empty: it stays as it is.
    address: str = question(
        "",
        own_address(),
        Help(
            title=T("Its address"),
            what=T(
                "The address of the network card, left as it is or made fixed. A fixed one is kept on this server and does not depend on a DHCP server any more."
            ),
            allowed=T(
                "Leave it as it is, or an IPv4 address with its prefix length, like 192.168.40.180/24. The one of now is kept without an interruption; another one ends the lines to the old one, ssh too."
            ),
            why=T(
                "Certificates and the other nodes hold it. On a node of a cluster it cannot be changed any more."
            ),
            look="ip -4 address; nmcli device show",
            kept="/etc/sysconfig/network-scripts",
            step="address",
        ),
        values='`"192.168.40.180/24"`: the card gets this address for good; `""`: it stays as it is',
    )
    gateway: str = question(
        "",
        gateway(),
        Help(
            title=T("Gateway"),
            what=T("The machine that passes packets on to all other networks."),
            allowed=T(
                "An address in the network of the card. It may be empty only where another card is the way out, or where there is none now."
            ),
            why=T("Without a way out no package and no image can be fetched."),
            look="ip route",
            kept="/etc/sysconfig/network-scripts",
            step="address",
        ),
        values='with `address`: where its default route leads; `""` for none, refused where this card is the only way out',
        left_out="the one of now, if it is in the same network",
    )
    dns: tuple[str, ...] = question(
        (),
        name_servers(),
        Help(
            title=T("Name servers"),
            what=T("The machines that know which address belongs to a name."),
            allowed=T("IPv4 addresses with blanks between them, the first one is asked first."),
            why=T("Mirrors are found by their names, and pods ask the same servers."),
            look="cat /etc/resolv.conf",
            kept="/etc/sysconfig/network-scripts, /etc/resolv.conf",
            step="address",
        ),
        values="with `address`: a list of name servers; `[]` for none",
        left_out="those of now that it still reaches",
    )
