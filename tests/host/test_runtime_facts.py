"""The readers of containerd, its images and docker understand what the real tools print."""

from __future__ import annotations

import json

import pytest

from tests.captures import capture
from tests.host.recorded import Recorded
from tui_installer.host.contents import SOCKET
from tui_installer.host.facts import (
    containerd,
    docker,
    images,
)
from tui_installer.host.shell import TIMED_OUT, Output
from tui_installer.model.facts import (
    Docker,
    DockerInForce,
    InForce,
    NotRead,
)


def test_crictl_info() -> None:
    assert containerd.parse(capture("crictl-info")) == InForce(
        "registry.aliyuncs.com/google_containers/pause:3.8", True, "/etc/containerd/certs.d"
    )


@pytest.mark.parametrize("text", ["", "FATA[0000] no runtime", "{"])
def test_crictl_info_that_is_no_answer(text: str) -> None:
    with pytest.raises(ValueError):
        containerd.parse(text)


def test_containerd_that_is_not_installed_and_one_that_is_stopped() -> None:
    assert not containerd.read(Recorded()).installed
    stopped = containerd.read(
        Recorded(
            files={"/usr/bin/containerd": ""},
            says={"containerd config default": Output(0, "version = 2\n")},
        )
    )
    assert stopped.installed
    assert stopped.default_config == "version = 2\n"
    assert stopped.in_force is None
    assert SOCKET in stopped.error
    whole = {"/usr/bin/containerd": "", containerd.CONFIG: "version = 2\n"}
    assert containerd.read(Recorded(files=whole)).default_config == "", "it is not needed"


def test_containerd_without_its_cri_plugin_gives_the_tools_own_words() -> None:
    said = "time=x\nrpc error: code = Unimplemented desc = unknown service\n"
    look = Recorded(
        files={"/usr/bin/containerd": "", SOCKET: "", containerd.PROGRAM: ""},
        says={
            "containerd config default": Output(0, "version = 2\n"),
            "crictl": Output(1, "", said),
        },
    )
    found = containerd.read(look)
    assert found.in_force is None
    assert found.error.endswith("unknown service")


def test_crictl_images() -> None:
    present = images.parse(capture("crictl-images-json")).present
    assert "registry.aliyuncs.com/google_containers/pause:3.8" in present
    assert len(present) == 7


def test_an_image_without_a_tag_is_none_that_the_kubelet_asks_for() -> None:
    rows = json.loads(capture("crictl-images-digest-only-json"))["images"]
    present = images.parse(capture("crictl-images-digest-only-json")).present
    assert len(present) == len(rows) - 1
    assert not any("busybox" in name for name in present)


@pytest.mark.parametrize("text", ["", "{}", "no such file", '{"images": []}'])
def test_no_images(text: str) -> None:
    assert images.parse(text).present == frozenset()


DOCKER = DockerInForce(
    "20.10.24",
    "systemd",
    "json-file",
    ("https://docker.m.daocloud.io", "https://docker.1ms.run"),
)
RUNS = {"systemctl is-active docker.service": Output(0, "active\n")}


def test_docker_info() -> None:
    shown = {**RUNS, "docker info": Output(0, capture("docker-info-json"))}
    assert docker.read(Recorded(says=shown)) == Docker(DOCKER)


def test_docker_info_without_a_daemon() -> None:
    shown = {**RUNS, "docker info": Output(0, capture("docker-info-json-no-daemon"))}
    found = docker.read(Recorded(says=shown))
    assert found.in_force is None
    assert found.error.startswith("Cannot connect to the Docker daemon at unix:///var/run/docker")


@pytest.mark.parametrize("text", ["", "no json"])
def test_docker_info_that_is_none(text: str) -> None:
    shown = {**RUNS, "docker info": Output(1, text, "docker: no answer in 10 s\n")}
    assert docker.read(Recorded(says=shown)) == Docker(error="docker: no answer in 10 s")


def test_docker_that_does_not_run_is_not_asked() -> None:
    """A question to its socket would start it."""
    shown = {
        "systemctl is-active": Output(3, "inactive\n"),
        "docker info": Output(0, capture("docker-info-json")),
    }
    assert docker.read(Recorded(says=shown)) == Docker()
    for silent in (Output(1, "", "Failed to connect to bus"), Output(TIMED_OUT)):
        with pytest.raises(NotRead):
            docker.read(Recorded(says={"systemctl is-active": silent}))
