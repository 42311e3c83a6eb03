"""kubeadm's configuration files (v1beta3, kubeadm 1.25)."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.representer import RoundTripRepresenter

from tui_installer.model.answers import Answers
from tui_installer.model.join import JoinCommand
from tui_installer.render.containerd import SOCKET

# Words that YAML 1.1 does not read as a text, and YAML 1.2 does.
_OTHER = re.compile(
    r"(?i)y|n|yes|no|on|off|~|null|true|false|[-+]?\.?inf|\.nan|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|[-+]?0[0-7_]+"
    r"|0b[01_]+|0x[0-9a-f_]+|0o[0-7]+|[-+]?[0-9][0-9_]*\.?[0-9_]*(e[-+]?[0-9]+)?|[-+]?\.[0-9_]+"
)
API = "kubeadm.k8s.io/v1beta3"


def _yaml(*documents: dict[str, Any]) -> str:
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.explicit_start = False
    yaml.Representer = _Representer
    parts = []
    for document in documents:
        out = io.StringIO()
        yaml.dump(document, out)
        parts.append(out.getvalue())
    return "---\n".join(parts)


def _text(representer: Any, text: str) -> Any:
    """Quotes a text that kubeadm's older YAML reader would take for a boolean or a number."""
    style = '"' if _OTHER.fullmatch(text) else None
    return representer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


class _Representer(RoundTripRepresenter):
    """The writer of these files alone: Calico's manifest keeps its own form."""


_Representer.add_representer(str, _text)


def _registration(answers: Answers, address: str, accepted: Sequence[str]) -> dict[str, Any]:
    registration: dict[str, Any] = {
        "criSocket": SOCKET,
        "name": answers.node.hostname,
        "kubeletExtraArgs": {"node-ip": address},
    }
    if accepted:
        registration["ignorePreflightErrors"] = list(accepted)
    return registration


def init_config(
    answers: Answers,
    address: str,
    repository: str,
    *,
    conntrack: bool,
    accepted: Sequence[str] = (),
    pull: bool = True,
) -> str:
    """Returns the file for `kubeadm init`; without `conntrack` kube-proxy leaves its limits alone.

    The file holds no token: kubeadm makes a random one. `pull=False` gives the file with which
    kubeadm's preflight pulls nothing.
    """
    cluster = answers.cluster
    registration = _registration(answers, address, accepted)
    if not pull:
        registration["imagePullPolicy"] = "Never"
    configuration: dict[str, Any] = {
        "apiVersion": API,
        "kind": "ClusterConfiguration",
        "kubernetesVersion": f"v{cluster.kubernetes}",
        "imageRepository": repository,
        "networking": {"podSubnet": cluster.pod_subnet, "serviceSubnet": cluster.service_subnet},
    }
    if cluster.endpoint:
        configuration["controlPlaneEndpoint"] = cluster.endpoint
    proxy: dict[str, Any] = {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": cluster.proxy_mode,
    }
    if not conntrack:
        proxy["conntrack"] = {"maxPerCore": 0, "min": 0}
    return _yaml(
        {
            "apiVersion": API,
            "kind": "InitConfiguration",
            "localAPIEndpoint": {"advertiseAddress": address, "bindPort": 6443},
            "nodeRegistration": registration,
        },
        configuration,
        {
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "kind": "KubeletConfiguration",
            "cgroupDriver": "systemd",
        },
        proxy,
    )


def join_config(
    answers: Answers, address: str, join: JoinCommand, accepted: Sequence[str] = ()
) -> str:
    """Returns the file for `kubeadm join`; it holds the token, so the whole file is a secret.

    kubeadm retries silently for `timeout` while the address does not answer or the token is unknown
    there; its own default is 5 minutes.
    """
    return _yaml(
        {
            "apiVersion": API,
            "kind": "JoinConfiguration",
            "discovery": {
                "bootstrapToken": {
                    "apiServerEndpoint": join.endpoint,
                    "token": join.token.reveal(),
                    "caCertHashes": list(join.ca_hashes),
                },
                "timeout": "30s",
            },
            "nodeRegistration": _registration(answers, address, accepted),
        }
    )
