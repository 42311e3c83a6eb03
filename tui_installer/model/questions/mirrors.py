"""Questions about the sources of packages and images."""

from __future__ import annotations

from dataclasses import dataclass

from tui_installer.model.fields import docker_io, images_mirror, packages_mirror
from tui_installer.model.help import Help
from tui_installer.model.question import question
from tui_installer.model.text import T

ALLOWED = T(
    "One of the listed sources, or the URL of another one with the same folders. Until you choose, the first that answers and holds everything is taken."
)


@dataclass(frozen=True)
class Mirrors:
    """The sources of packages and images: base URLs, and an image repository without a scheme."""

    centos: str = question(
        "",
        packages_mirror(),
        Help(
            title=T("CentOS packages"),
            what=T(
                "The server from which yum fetches CentOS's own packages, such as conntrack-tools and ipset, which Kubernetes needs."
            ),
            allowed=ALLOWED,
            why=T(
                "CentOS 7 ended in 2024 and its first servers no longer hold it. A mirror near you holds a copy and is fast."
            ),
            look="yum repolist -v",
            kept="/etc/yum.repos.d/CentOS-Base.repo",
            step="sources",
        ),
        values="`aliyun`, `tuna`, `ustc`, `vault`: base, updates, extras of 7.9.2009",
        left_out="",
    )
    docker_ce: str = question(
        "",
        packages_mirror(),
        Help(
            title=T("containerd"),
            what=T(
                "The server from which yum fetches containerd, the program that runs the containers. Its package is in the collection of docker-ce; docker itself comes from there too, if it is wanted."
            ),
            allowed=ALLOWED,
            why=T(
                "Exactly one version of containerd is wanted, and of docker if it is to come; the source must hold them. Without containerd nothing of Kubernetes runs."
            ),
            look="yum list --showduplicates containerd.io",
            kept="/etc/yum.repos.d/docker-ce.repo",
            step="sources",
        ),
        values="`aliyun`, `tuna`, `ustc`, `docker`: containerd.io, docker-ce",
        left_out="",
    )
    kubernetes: str = question(
        "",
        packages_mirror(),
        Help(
            title=T("Kubernetes packages"),
            what=T("The server from which yum fetches kubelet, kubeadm, kubectl and crictl."),
            allowed=ALLOWED,
            why=T(
                "kubelet and kubeadm must have the version of the images. The first server of these packages is gone; the listed ones hold copies of it."
            ),
            look="yum list --showduplicates kubelet",
            kept="/etc/yum.repos.d/kubernetes.repo",
            step="sources",
        ),
        values="`aliyun`, `tuna`, `ustc`: kubeadm, kubelet, kubectl, cri-tools, kubernetes-cni",
        left_out="",
    )
    images: str = question(
        "",
        images_mirror(),
        Help(
            title=T("Kubernetes images"),
            what=T(
                "The registry from which the images of Kubernetes' own parts come: API server, etcd, kube-proxy, CoreDNS, pause."
            ),
            allowed=T(
                'One of the listed sources, or another repository without https://, like "registry.aliyuncs.com/google_containers".'
            ),
            why=T(
                "The official registry is out of reach in many networks. One image that is missing is enough, and the control plane does not start."
            ),
            look="crictl images",
            kept="/etc/containerd/config.toml, /etc/tui-installer/kubeadm-config.yaml",
            step="images",
        ),
        values='`aliyun`, `hangzhou`, `official`, or a repository like `"registry.aliyuncs.com/google_containers"`',
        left_out="",
    )
    docker_io: tuple[str, ...] = question(
        (),
        docker_io(),
        Help(
            title=T("Mirrors of docker.io"),
            what=T(
                "Servers that containerd asks in the place of docker.io, in their order; docker.io itself is asked last. The images of Calico come from there."
            ),
            allowed=T(
                "Any number of URLs; none means that docker.io itself is asked. A mirror that lacks an image of Calico is not chosen by itself."
            ),
            why=T(
                "Most images come from docker.io, and it is slow or out of reach in many networks. Kubernetes' own images do not need it, those of the pod network do."
            ),
            look="cat /etc/containerd/certs.d/docker.io/hosts.toml",
            kept="/etc/containerd/certs.d/docker.io/hosts.toml",
            step="image_mirrors",
        ),
        values="a list of URLs, in order; `[]` for none: docker.io itself is asked",
        left_out="the known ones that answer and hold Calico's images",
    )
