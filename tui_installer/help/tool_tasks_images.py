"""The tasks about images, in ctr, crictl, nerdctl and docker."""

from __future__ import annotations

from tui_installer.help.tool_usages import crictl, ctr, docker, nerdctl
from tui_installer.model.text import T
from tui_installer.model.tool_task import Tool, ToolTask

LIST = ToolTask(
    "list_images",
    T("list images"),
    T(
        "ctr lists up to 3 names for each image (tag, digest, id), crictl one row. Without -n k8s.io ctr looks into the namespace default, where nothing of Kubernetes is. docker keeps its images elsewhere."
    ),
    {
        Tool.CTR: ctr("images ls"),
        Tool.CRICTL: crictl("images"),
        Tool.NERDCTL: nerdctl("images"),
        Tool.DOCKER: docker("images"),
    },
    reads=True,
    counted=True,
)
PULL = ToolTask(
    "pull",
    T("pull"),
    T(
        "A pull by ctr proves nothing for the kubelet: ctr reads no mirror settings without --hosts-dir /etc/containerd/certs.d, and wants the whole name (docker.io/library/busybox:1.36). crictl pulls as the kubelet does, and prints one line when it is over."
    ),
    {
        Tool.CTR: ctr(
            T("images pull REF (without mirrors)"),
            "images pull REF",
            "images pull --hosts-dir /etc/containerd/certs.d REF",
        ),
        Tool.CRICTL: crictl("pull REF"),
        Tool.NERDCTL: nerdctl("pull REF"),
        Tool.DOCKER: docker("pull REF"),
    },
)
PUSH_TAG = ToolTask(
    "push_tag",
    T("push, tag"),
    T(
        "crictl can do neither: the kubelet only fetches. Give whole names: a short one that ctr has given to the pause image (ctr images tag REF short:1) lets no new pod start on this node."
    ),
    {
        Tool.CTR: ctr("images push, images tag", "images push REF", "images tag REF NEW"),
        Tool.NERDCTL: nerdctl("push, tag", "push REF", "tag REF NEW"),
        Tool.DOCKER: docker("push, tag", "push REF", "tag REF NEW"),
    },
)
EXPORT_IMPORT = ToolTask(
    "export_import",
    T("export, import"),
    T(
        "What is imported without -n k8s.io goes into the namespace default: the kubelet does not see it. An image that docker has built comes over with docker save and ctr -n k8s.io images import."
    ),
    {
        Tool.CTR: ctr(
            "images export, images import", "images export FILE.tar REF", "images import FILE.tar"
        ),
        Tool.NERDCTL: nerdctl("save, load", "save -o FILE.tar REF", "load -i FILE.tar"),
        Tool.DOCKER: docker("save, load", "save -o FILE.tar REF", "load -i FILE.tar"),
    },
)
REMOVE = ToolTask(
    "remove_image",
    T("remove an image"),
    T(
        "ctr images rm removes one name of three: crictl then shows the image as <none>, and no space is freed. crictl rmi removes all of it. crictl rmi -q means --prune: it removes every image that no container uses."
    ),
    {
        Tool.CTR: ctr(T("images rm REF (leaves the id)"), "images rm REF"),
        Tool.CRICTL: crictl("rmi, rmi --prune", "rmi REF", "rmi --prune"),
        Tool.NERDCTL: nerdctl("rmi, image prune", "rmi REF", "image prune"),
        Tool.DOCKER: docker("rmi, image prune", "rmi REF", "image prune"),
    },
)
INSPECT = ToolTask(
    "inspect_image",
    T("look into an image"),
    T(
        "crictl shows the image as the kubelet knows it. ctr knows names and contents only: its content get prints the configuration of the image, by the digest that crictl calls its id."
    ),
    {
        Tool.CTR: ctr(
            "content get, images check", "images check name==IMAGE", "content get DIGEST"
        ),
        Tool.CRICTL: crictl("inspecti", "inspecti IMAGE"),
        Tool.NERDCTL: nerdctl("image inspect", "image inspect IMAGE"),
        Tool.DOCKER: docker("image inspect", "image inspect IMAGE"),
    },
    reads=True,
)
SPACE = ToolTask(
    "image_space",
    T("space of images"),
    T(
        "crictl counts the unpacked files of all images together, ctr those of each layer and container. What a list of images shows is the size of the packed layers, docker's list that of the unpacked ones."
    ),
    {
        Tool.CTR: ctr("snapshots usage"),
        Tool.CRICTL: crictl("imagefsinfo"),
        Tool.DOCKER: docker("system df"),
    },
    reads=True,
)
CHECK = ToolTask(
    "check_images",
    T("complete images"),
    T(
        "Only ctr tells whether all layers of an image are here and unpacked. crictl lists an image also where a layer is missing; a container of it then does not start."
    ),
    {Tool.CTR: ctr("images check")},
    reads=True,
    counted=True,
)
DOWNLOADS = ToolTask(
    "downloads",
    T("downloads"),
    T(
        "What containerd fetches at this moment, with the bytes that are here. crictl pull and the kubelet print nothing until they are through; an empty list says that nothing is being fetched."
    ),
    {Tool.CTR: ctr("content active")},
    reads=True,
    counted=True,
)
