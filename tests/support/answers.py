"""Hypothesis strategies for answers of every kind."""

from __future__ import annotations

from string import ascii_lowercase, digits

from hypothesis import strategies as st

from tui_installer.model.answers import (
    FIRST_CONTROL_PLANE,
    Answers,
    Cluster,
    Mirrors,
    Node,
    Options,
)

WORD = ascii_lowercase + digits


def _name(text: str) -> str:
    """Returns the part of a text that can be a host name."""
    labels = [label.strip("-") for label in text.split(".")]
    return ".".join(filter(None, labels)) or "a"


# A name is drawn as one text, which `_name` corrects: a pattern, or label by label, takes ten times as long.
HOSTNAMES = st.text(f"{WORD}-.", min_size=1, max_size=30).map(_name) | st.sampled_from(
    ["master01", "0x10", "1e3", "no", "null", "12", "1.5", "a-b.c-d"]
)
URLS = st.builds("https://{}.{}/{}".format, HOSTNAMES, HOSTNAMES, st.text(WORD, max_size=8))
NAMES = st.sampled_from(["auto", "aliyun", "tuna"])
SUBNETS = st.sampled_from(
    [
        ("10.244.0.0/16", "10.96.0.0/12"),
        ("172.16.0.0/16", "10.0.0.0/24"),
        ("100.64.0.0/10", "192.168.0.0/20"),
    ]
)


def _no_number(name: str) -> bool:
    """Tells whether a name has a letter: digits and dots alone are an address, and mostly an invalid one."""
    return not name.replace(".", "").isdigit()


ANSWERS = st.builds(
    lambda node, mirrors, options, subnets, pods, **cluster: Answers(
        node,
        mirrors,
        Cluster(
            pod_subnet=subnets[0],
            service_subnet=subnets[1],
            pods_on_control_plane=pods if node.role == FIRST_CONTROL_PLANE else None,
            **cluster,
        ),
        options,
    ),
    node=st.builds(
        Node,
        st.sampled_from(["first-control-plane", "worker"]),
        HOSTNAMES,
        st.text(f"{WORD}.@_-", min_size=1, max_size=14).map("e{}".format),
    ),
    mirrors=st.builds(
        Mirrors,
        NAMES | URLS,
        NAMES | URLS,
        NAMES | URLS,
        st.sampled_from(["auto", "registry.k8s.io", "a.b:5000/c/d_e"]),
        st.lists(URLS, max_size=3).map(tuple),
    ),
    options=st.builds(
        Options,
        st.booleans(),
        st.sampled_from(["off", "open-ports", "leave"]),
        st.sampled_from(["permissive", "leave"]),
        st.booleans(),
        st.sampled_from(["", "10.0.0.7"]) | HOSTNAMES.filter(_no_number),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    subnets=SUBNETS,
    pods=st.none() | st.booleans(),
    endpoint=st.just("") | HOSTNAMES.map("{}:6443".format),
    proxy_mode=st.sampled_from(["ipvs", "iptables"]),
)
