"""Judgements of names and networks of the cluster while they are typed."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv4Network

from tui_installer.checks.subnets import clash
from tui_installer.model.answers import QUESTIONS
from tui_installer.model.facts import Kubernetes
from tui_installer.model.fields import hostname_problem, offered_hostname
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T, Text, verbatim
from tui_installer.model.way_out import presumed
from tui_installer.preflight import network as networking
from tui_installer.preflight.draft import Draft, free_subnet, suggested_hostname
from tui_installer.preflight.preview import hosts_line
from tui_installer.ui.widgets.field import Judgement

API_PORT = 6443
SEE_BELOW = T("see below")
OTHER = {
    "cluster.pod_subnet": "cluster.service_subnet",
    "cluster.service_subnet": "cluster.pod_subnet",
}
MANIFEST = T(
    "The list of objects that make Calico. Only an unchanged one of the right version is taken; it is known by its digest."
)
# The use of a network, and its owner.
FOR = {
    "cluster.pod_subnet": T(
        "Every pod gets an address of this network; it exists only inside the cluster and must be in use nowhere else. It cannot be changed later."
    ),
    "cluster.service_subnet": T(
        "Every Service gets an address of this network; it exists only inside the cluster and must be in use nowhere else. It cannot be changed later."
    ),
}
OWNER = {
    "cluster.pod_subnet": T("the pods' network"),
    "cluster.service_subnet": T("the Services' network"),
}


def refuse(reason: Text, offer: str, remark: Text = SEE_BELOW) -> Judgement:
    """Returns a refusal, with the value that Enter puts in its place."""
    if offer:
        reason = T("{reason} Offered: {offer}. Enter takes it.", reason=reason, offer=offer)
    return Judgement(Outcome.FAIL, remark, reason, offer)


def fixed(draft: Draft, key: str, value: object) -> Judgement | None:
    """Returns the refusal of a value that differs from what kubeadm has fixed; None: it may stand."""
    made = draft.fixed.get(key, value)
    if made == value:
        return None
    shown = str(made) or T("(empty)")
    reason = T(
        "kubeadm has made this node with {value}. Only a new cluster can have another one.",
        value=shown,
    )
    return refuse(reason, str(made))


def reason(name: str) -> Text:
    """Returns what is wrong with a name that Kubernetes refuses."""
    if not name:
        return T("A node needs a name.")
    if len(name) > 253:
        return T("A name has at most 253 characters; these are {count}.", count=len(name))
    if any(len(label) > 63 for label in name.split(".")):
        return T("Between two dots of a name stand at most 63 characters.")
    if any(c.isascii() and c.isupper() for c in name):
        return T("A name has no capital letters here.")
    if wrong := next((c for c in name if not (c.isascii() and c.isalnum()) and c not in "-."), ""):
        shown = wrong if wrong.isprintable() and wrong != " " else T("a blank")
        return T(
            'A name has small letters, digits, "-" and ".". Kubernetes refuses {character}.',
            character=T('"{character}"', character=wrong) if shown is wrong else shown,
        )
    return T(
        "A node name, and each part of it between dots, begins and ends with a letter or digit."
    )


def hostname(draft: Draft, name: str) -> Judgement:
    """Judges the name of the node."""
    if not draft.looked:
        return Judgement(None)
    if refusal := fixed(draft, "node.hostname", name):
        return refusal
    if hostname_problem(name):
        offer = offered_hostname(name)
        if hostname_problem(offer) or offer.startswith("localhost"):
            offer = suggested_hostname(draft)
        return refuse(reason(name), offer)
    if name.startswith("localhost"):
        every = T(
            "{name} is the name of every machine; two nodes with one name replace each other in the cluster.",
            name=name,
        )
        return refuse(every, suggested_hostname(draft))
    hint = T(
        "The name under which the cluster knows this server; it also becomes the host name. Every server needs one of its own. It cannot be changed later."
    )
    return Judgement(Outcome.OK, draft.origin("node.hostname"), hint)


def subnet(draft: Draft, key: str, typed: str) -> Judgement:
    """Judges a network of the cluster."""
    if not draft.looked:
        return Judgement(None)
    if refusal := fixed(draft, key, typed):
        return refusal
    free = free_subnet(draft, key)
    try:
        network = IPv4Network(typed if "/" in typed else f"{typed}/16", strict=False)
    except ValueError:
        return refuse(
            T("This is no network. Right would be: {right}.", right=QUESTIONS[key].kind.right), free
        )
    if QUESTIONS[key].kind.wrong(str(network)) is not None:
        return refuse(
            T(
                "A network of another size. Right would be: {right}.",
                right=QUESTIONS[key].kind.right,
            ),
            free,
        )
    if str(network) != typed:
        network_text = T("This is the network {network}.", network=str(network))
        return refuse(network_text, str(network), verbatim(str(network)))
    return _overlap(draft, key, network, free) or Judgement(Outcome.OK, draft.origin(key), FOR[key])


def _overlap(draft: Draft, key: str, network: IPv4Network, free: str) -> Judgement | None:
    """Refuses a network whose addresses are in use elsewhere."""
    other = str(draft.value(OTHER[key]))
    if network.overlaps(IPv4Network(other)):
        what, where = OWNER[OTHER[key]], other
    elif not draft.facts.get(Kubernetes, Kubernetes()).member and (
        overlap := clash(str(network), presumed(draft.facts), draft.answers.node)
    ):
        what, where = overlap.what, overlap.network
    else:
        return None
    reason = T(
        "{subnet} overlaps {what}, {network}: pods, or this machine itself, could not reach it.",
        subnet=str(network),
        what=what,
        network=where,
    )
    return refuse(reason, free, T("overlaps {network}", network=where))


def endpoint_value(typed: str) -> str:
    """Returns the endpoint as the answers hold it: with a port."""
    return typed if not typed or ":" in typed else f"{typed}:{API_PORT}"


def endpoint(draft: Draft, typed: str) -> Judgement:
    """Judges the name in front of the control planes."""
    if not draft.looked:
        return Judgement(None)
    value, mine = endpoint_value(typed), hosts_line(draft)[0]
    if refusal := fixed(draft, "cluster.endpoint", value):
        return Judgement(
            refusal.outcome, refusal.remark, refusal.hint, shown_endpoint(refusal.offer)
        )
    if not value:
        hint = T(
            'Empty: other nodes join by the address {address}, and the join command works as it is. With a name like "cluster-endpoint" more control planes can join later; it then goes into the hosts file of every node.',
            address=mine,
        )
        return Judgement(Outcome.OK, T("the address {address}", address=mine), hint)
    host, _, port = value.rpartition(":")
    if "/" in typed or QUESTIONS["cluster.endpoint"].kind.wrong(f"host:{port}") is not None:
        return refuse(
            T("A name or an address, and a port: cluster-endpoint:6443."), _offered_endpoint(typed)
        )
    if hostname_problem(host):
        return refuse(reason(host), _offered_endpoint(typed))
    if host.replace(".", "").isdigit():
        return _address(host, port, mine)
    if host.startswith("localhost"):
        return refuse(T("{host} leads every node to itself.", host=host), "cluster-endpoint")
    hint = T(
        "The name {host} goes into the hosts file here, for {address}; other nodes need the same line, or DNS. It cannot be changed later.",
        host=host,
        address=mine,
    )
    return Judgement(Outcome.OK, T("{host}:{port}", host=host, port=port), hint)


def calico_manifest(draft: Draft, typed: str) -> Judgement:
    """Judges the source of Calico's manifest; the preflight verifies its content."""
    if not draft.looked:
        return Judgement(None)
    if not typed and networking.bundled_manifest(draft):
        return Judgement(Outcome.OK, T("that of this program"), MANIFEST)
    if not typed:
        return refuse(
            T(
                "This copy of the program comes without Calico's manifest. Name a file or a URL of it, or choose no network plugin."
            ),
            "",
        )
    if QUESTIONS["cluster.calico_manifest"].kind.wrong(typed) is not None:
        return refuse(
            T(
                "A file on this machine, like /root/calico.yaml, or a URL that begins with https://."
            ),
            "",
        )
    fetched = typed.startswith("https://")
    remark = T("fetched by the run") if fetched else T("read by the preflight")
    return Judgement(Outcome.OK, remark, MANIFEST)


def _address(host: str, port: str, mine: str) -> Judgement:
    try:
        IPv4Address(host)
    except AddressValueError:
        return refuse(T("{host} is no IPv4 address.", host=host), mine)
    if host == mine:
        hint = T(
            "The address of this machine: the same as empty. Only a name lets more control planes join later."
        )
        return Judgement(Outcome.OK, T("this machine"), hint)
    hint = T(
        "{host} is not this machine: a load balancer? It must pass port {port} on to {address}:6443.",
        host=host,
        port=port,
        address=mine,
    )
    return Judgement(Outcome.WARN, T("not this machine"), hint)


def _offered_endpoint(typed: str) -> str:
    """Returns an endpoint near the typed text."""
    rest = typed.partition("://")[2] or typed
    host, _, port = rest.partition("/")[0].partition(":")
    name = offered_hostname(host) or "cluster-endpoint"
    good = port.isascii() and port.isdigit() and 0 < int(port) < 65536 and int(port) != API_PORT
    return f"{name}:{int(port)}" if good else name


def shown_endpoint(value: str) -> str:
    """Returns the endpoint as its field shows it: without the usual port."""
    return value.removesuffix(f":{API_PORT}")
