from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.machine import MODULES, Fake
from tests.support.screens.fits import keeps_focus_and_text, made_by_kubeadm
from tests.support.screens.stage import Stage, stage
from tui_installer import assets
from tui_installer.model.facts import Kernel, Kubernetes, Manifest, Network, Nic, Route
from tui_installer.preflight.preview import hosts_line
from tui_installer.session import Session
from tui_installer.ui.pages.cluster import ClusterPage
from tui_installer.ui.widgets.field import Field

pytestmark = pytest.mark.anyio
PAGE = ("@cluster",)
# Upwards from Next, above ordinary pods: Calico's mode, the network plugin, kube-proxy, Services, pods, endpoint.
CALICO, PLUGIN, MODE, SERVICES, PODS, ENDPOINT = ((*PAGE, *["up"] * n) for n in range(2, 8))
ENS33 = Nic("ens33", ("192.168.40.180/24",))


def page_of(play: Stage) -> ClusterPage:
    page = play.app.screen
    assert isinstance(page, ClusterPage)
    return page


async def type_into(play: Stage, field: Field, text: str) -> None:
    """Into the box; the last character by its key."""
    field.put(text[:-1])
    await play.press(text[-1])


def said(play: Stage) -> str:
    return " ".join(play.text.split())


async def test_enter_takes_all(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*["enter"] * 4)
        assert "Kubernetes      1.25.0" in play.text
        assert "registry.aliyuncs.com/google_containers   from page 3" in play.text
        assert "ok      the address 192.168.40.180" in play.text
        assert "Pod network     [10.244.0.0/16        ]  ok      suggested" in play.text
        assert "Service network [10.96.0.0/12         ]  ok      suggested" in play.text
        assert "(*) ipvs   ( ) iptables" in play.text
        assert "Network plugin  (*) Calico v3.24.5   ( ) none" in play.text
        assert "(*) IPIP   ( ) IPIP across subnets   ( ) VXLAN   ( ) BGP" in play.text
        assert "v3.24.5   the manifest of this program, its sha256 is right" in play.text
        assert "[> Next <]" in play.text
        await play.press("enter")
        assert "Options" in play.rows[0]
        assert play.app.session.draft.values == {"node.role": "first-control-plane"}


REFUSED_PODS = (
    ("10.244.1.0/16", "This is the network 10.244.0.0/16.", "10.244.0.0/16"),
    ("10.32.0.0", "This is the network 10.32.0.0/16.", "10.32.0.0/16"),
    ("10.244.0.0/255.255.0.0", "This is the network 10.244.0.0/16.", "10.244.0.0/16"),
    ("10.244.0.0/25", "A network of another size.", "10.244.0.0/16"),
    ("10.244.0.0/1", "A network of another size.", "10.244.0.0/16"),
    ("127.0.0.0/16", "A network of another size.", "10.244.0.0/16"),
    ("10.244/16", "This is no network.", "10.244.0.0/16"),
    ("fd00::/64", "This is no network.", "10.244.0.0/16"),
    ("pods", "This is no network.", "10.244.0.0/16"),
    ("10.100.0.0/16", "overlaps the Services' network, 10.96.0.0/12", "10.244.0.0/16"),
    ("192.168.0.0/16", "overlaps the network of ens33, 192.168.40.0/24", "10.244.0.0/16"),
    ("172.20.0.0/16", "overlaps the network of ens33, 172.20.8.0/24", "10.244.0.0/16"),
    ("10.32.0.0/16", "overlaps the name server, 10.32.0.53/32", "10.244.0.0/16"),
)


async def test_every_refused_network_comes_with_an_offer(machine: Fake) -> None:
    routes = (Route("172.20.8.0/24", "ens33"),)
    machine.set(Network((ENS33,), routes, "ens33", ("10.32.0.53",)))
    async with stage() as play:
        await play.press(*PODS)
        field = page_of(play).pods
        for typed, reason, offer in REFUSED_PODS:
            await type_into(play, field, typed)
            assert "FAIL" in play.text, typed
            assert reason in said(play), typed
            assert f"Offered: {offer}. Enter takes it." in said(play), typed
            await play.press("enter")
            assert field.value == offer
        assert play.app.session.draft.value("cluster.pod_subnet") == "10.244.0.0/16"
        assert "FAIL" not in play.text


async def test_the_networks_look_at_each_other(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*SERVICES)
        await type_into(play, page_of(play).services, "10.240.0.0/12")
        assert "10.240.0.0/12 overlaps the pods' network, 10.244.0.0/16" in said(play)
        assert "Offered: 10.96.0.0/12." in said(play)
        # A look puts no suggestion in the place of what is refused.
        await play.press(*["down"] * 5, "ctrl+r", "enter")
        assert "> Service network" in play.text
        # Other pods, and the same Services are right.
        await play.press("up")
        await type_into(play, page_of(play).pods, "172.30.0.0/16")
        assert "FAIL" not in play.text
        assert play.app.session.draft.values["cluster.pod_subnet"] == "172.30.0.0/16"


async def test_suggestions_keep_off_the_networks_of_this_machine(machine: Fake) -> None:
    routes = (Route("10.244.3.0/24", "ens33"), Route("172.20.0.0/14", "ens33"))
    machine.set(Network((ENS33,), routes, "ens33", ("10.100.0.1",)))
    async with stage() as play:
        await play.press(*PAGE)
        assert "[172.24.0.0/16 " in play.text
        assert "[172.25.0.0/16 " in play.text
        assert "FAIL" not in play.text
        answers = play.app.session.asked.given.values
        assert answers["cluster.pod_subnet"] == "172.24.0.0/16"


async def test_a_member_of_a_cluster_has_its_pods_routes(machine: Fake) -> None:
    machine.set(
        Network((ENS33,), (Route("10.245.1.0/24", "ens33"),), "ens33"),
        Kubernetes(kubelet_conf=True),
    )
    async with stage() as play:
        await play.press(*PODS)
        await type_into(play, page_of(play).pods, "10.245.0.0/16")
        assert "FAIL" not in play.text


async def test_a_deleted_network_is_no_answer_and_a_typed_one_is_kept_by_escape(
    machine: Fake,
) -> None:
    async with stage() as play:
        await play.press(*PODS, "end", "ctrl+u")
        assert "This is no network." in play.text
        assert "cluster.pod_subnet" not in play.app.session.draft.values
        # Another language changes nothing else.
        await keeps_focus_and_text(play)
        await play.press("enter")
        assert "[10.244.0.0/16 " in play.text
        await type_into(play, page_of(play).pods, "172.30.0.0/16")
        await play.press("escape", "enter", "enter")
        await play.press("escape")
        assert "[172.30.0.0/16        ]  ok      typed" in play.text


ENDPOINTS = (
    ("cluster-endpoint", "cluster-endpoint:6443", "ok      cluster-endpoint:6443"),
    ("lb.corp:8443", "lb.corp:8443", "ok      lb.corp:8443"),
    ("192.168.40.180", "192.168.40.180:6443", "ok      this machine"),
    ("192.168.40.200", "192.168.40.200:6443", "warn    not this machine"),
)


async def test_the_endpoint_may_stay_empty_and_gets_its_port(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*ENDPOINT)
        assert "Empty: other nodes join by the address 192.168.40.180" in said(play)
        assert 'a name like "cluster-endpoint"' in said(play)
        await play.press("a", "backspace")
        assert "the address 192.168.40.180" in play.text
        assert play.app.session.draft.value("cluster.endpoint") == ""
        for typed, kept, told in ENDPOINTS:
            await type_into(play, page_of(play).endpoint, typed)
            assert told in play.text
            assert play.app.session.draft.values["cluster.endpoint"] == kept
            named = not typed[0].isdigit()
            assert (typed.partition(":")[0] in hosts_line(play.app.session.draft)[1]) is named
            await play.press("escape", "enter")
            assert f"[{typed} " in play.text
            page_of(play).endpoint.box.focus()
            await play.settle()


REFUSED_ENDPOINTS = (
    ("Cluster_Endpoint", "no capital letters", "cluster-endpoint"),
    ("https://lb.corp:8443/", "A name or an address, and a port", "lb.corp:8443"),
    ("lb.corp:70000", "A name or an address, and a port", "lb.corp"),
    ("lb.corp:port", "A name or an address, and a port", "lb.corp"),
    ("a..b", "begins and ends with a letter", "a.b"),
    ("192.168.40.300", "192.168.40.300 is no IPv4 address.", "192.168.40.180"),
    ("localhost", "leads every node to itself", "cluster-endpoint"),
    ("___", "Kubernetes refuses", "cluster-endpoint"),
)


async def test_every_refused_endpoint_comes_with_an_offer(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*ENDPOINT)
        field = page_of(play).endpoint
        for typed, reason, offer in REFUSED_ENDPOINTS:
            await type_into(play, field, typed)
            assert "FAIL" in play.text, typed
            assert reason in said(play), typed
            await play.press("enter")
            assert field.value == offer
            assert "FAIL" not in play.text, offer


async def test_each_mode_of_kube_proxy_and_of_calico_is_explained(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*MODE)
        assert "ipvs stays quick with thousands of Services" in said(play)
        await play.press("right")
        assert "( ) ipvs   (*) iptables" in play.text
        assert play.app.session.draft.values["cluster.proxy_mode"] == "iptables"
        await play.press("enter")
        assert "> Network plugin" in play.text
        await play.press("enter")
        assert "works across routers that pass IP protocol 4" in said(play)
        for value, told in (
            ("ipip-cross-subnet", "only the packets that leave the nodes' own subnet"),
            ("vxlan", "port 4789: for clouds and networks that drop IP protocol 4"),
            ("bgp", "only where all nodes share one layer-2 network"),
        ):
            await play.press("right")
            assert told in said(play)
            assert play.app.session.draft.values["cluster.calico_mode"] == value
        await play.press("enter", "enter")
        assert "[> Next <]" in play.text


async def test_a_kernel_without_ipip_and_ip_vs(machine: Fake) -> None:
    machine.set(Kernel(available=MODULES - {"ipip", "ip_vs"}))
    why = "IPIP is not possible here: this kernel has no ipip module. VXLAN is the default then."
    async with stage() as play:
        await play.press(*CALICO)
        assert "(*) VXLAN" in play.text
        assert why in said(play), "it is said where the default is"
        await play.press("left", "left")
        assert why in said(play)
        assert "(*) VXLAN" in play.text, "it cannot be chosen"
        assert "cluster.calico_mode" not in play.app.session.draft.values
        await play.press("up", "up")
        assert "(-) ipvs   (*) iptables" in play.text
        await play.press("left")
        assert "(-) ipvs   (*) iptables" in play.text
        assert "this kernel has no ip_vs modules" in said(play)
        assert "cluster.proxy_mode" not in play.app.session.draft.values


async def test_a_mode_that_an_answers_file_wants_and_this_kernel_cannot(machine: Fake) -> None:
    machine.set(Kernel(available=MODULES - {"ipip"}))
    session = Session({})
    session.set("cluster.calico_mode", "ipip")
    async with stage(session=session) as play:
        await play.press(*PAGE)
        assert "> Calico mode" in play.text
        assert "this kernel has no ipip module" in said(play)
        await play.press("right", "right", "enter", "enter", "enter")
        assert "Options" in play.rows[0]
        assert session.draft.values["cluster.calico_mode"] == "vxlan"


async def test_without_a_pod_network(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*PLUGIN, "right")
        assert "this node stays NotReady" in said(play)
        assert "Calico mode" not in play.text
        assert play.app.session.draft.values["cluster.network"] == "none"
        await play.press("enter", "enter")
        assert "[> Next <]" in play.text
        await play.press("up", "up", "left")
        assert "Calico mode" in play.text


async def test_a_copy_without_the_manifest_asks_for_one(machine: Fake) -> None:
    machine.set(Manifest(place="/nowhere"))
    async with stage() as play:
        await play.press(*PAGE)
        assert "> Calico manifest [" in play.text
        assert "comes without Calico's manifest" in said(play)
        field = page_of(play).network.manifest
        await type_into(play, field, "calico.yaml")
        assert "A file on this machine, like /root/calico.yaml" in said(play)
        await type_into(play, field, "https://mirror.example.com/calico.yaml")
        assert "ok      fetched by the run" in play.text
        await type_into(play, field, "/root/calico.yaml")
        assert "ok      read by the preflight" in play.text
        assert play.app.session.draft.values["cluster.calico_manifest"] == "/root/calico.yaml"
        await play.press("enter", "enter", "enter")
        assert "Options" in play.rows[0]


async def test_ipvs_of_an_answers_file_that_this_kernel_cannot_do(machine: Fake) -> None:
    machine.set(Kernel(available=MODULES - {"ip_vs"}))
    async with stage() as play:
        play.app.session.set("cluster.proxy_mode", "ipvs")
        await play.press(*PAGE)
        assert "> kube-proxy" in play.text
        await play.press(*["down"] * 4, "enter")
        assert "Cluster" in play.rows[0]
        await play.press("right", *["enter"] * 5)
        assert "Options" in play.rows[0]


async def test_what_kubeadm_has_fixed_cannot_be_changed(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by_kubeadm(monkeypatch, pod_subnet="10.10.0.0/16", endpoint="cp.corp:6443")
    async with stage() as play:
        play.app.go("cluster")
        await play.settle()
        assert "ordinary pods is fixed." in play.text
        assert "[10.10.0.0/16         ]  ok      from the last run" in play.text
        await play.press(*["up"] * 6, "end", "backspace", "2")
        assert "kubeadm has made this node with 10.10.0.0/16." in said(play)
        await play.press(*["down"] * 6, "enter")
        assert "Cluster" in play.rows[0]
        await play.press("enter", "up", "x")
        assert "kubeadm has made this node with cp.corp:6443." in said(play)
        await play.press("enter")
        assert "[cp.corp " in play.text
        assert "FAIL" not in play.text


async def test_more_than_one_version(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    known = assets.release("1.25.0")
    monkeypatch.setattr(assets, "versions", lambda: ("1.25.0", "1.25.16"))
    monkeypatch.setattr(assets, "release", lambda name: replace(known, kubernetes=name))
    async with stage() as play:
        await play.press(*ENDPOINT, "up", "right")
        assert "( ) 1.25.0   (*) 1.25.16" in play.text
        assert play.app.session.draft.values["cluster.kubernetes"] == "1.25.16"


async def test_a_version_of_an_answers_file_that_is_not_in_the_tables(machine: Fake) -> None:
    async with stage() as play:
        play.app.session.set("cluster.kubernetes", "1.26.3")
        await play.press(*PAGE)
        assert "> Kubernetes      ( ) 1.25.0" in play.text
        await play.press(*["down"] * 8)
        assert "1.26.3 cannot be installed; these can: 1.25.0." in play.text
        await play.press("enter", "space", "enter", *["down"] * 7, "enter")
        assert play.app.session.draft.answers.cluster.kubernetes == "1.25.0"
        assert "Options" in play.rows[0]


async def test_a_wide_screen_shows_the_file(machine: Fake) -> None:
    async with stage(size=(132, 43)) as play:
        await play.press(*PODS)
        assert "podSubnet: 10.244.0.0/16" in play.text
        await type_into(play, page_of(play).pods, "172.30.0.0/16")
        assert "podSubnet: 172.30.0.0/16" in play.text
