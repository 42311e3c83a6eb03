"""The readers of containerd, its images and docker understand what the real tools print."""

from __future__ import annotations

import json

import pytest

from tests.support.captures import capture
from tests.support.cases import answers_of, cases, facts_of
from tests.support.recorded import Recorded
from tui_installer.host.content_store import SOCKET
from tui_installer.host.facts import (
    containerd,
    docker,
    images,
)
from tui_installer.host.gather import read
from tui_installer.host.shell import TIMED_OUT, Output
from tui_installer.model.change import RunCommand
from tui_installer.model.facts import (
    Containerd,
    Docker,
    DockerInForce,
    Images,
    InForce,
    NotRead,
    Services,
    Unit,
)
from tui_installer.steps.containerd import STEP


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


def _running(crictl: Output) -> Recorded:
    default = Output(0, "version = 2\n")
    return Recorded(
        files={"/usr/bin/containerd": "", SOCKET: "", containerd.PROGRAM: ""},
        says={"containerd config default": default, "crictl": crictl},
    )


UNAVAILABLE = 'time="x" level=fatal msg="getting status of runtime: rpc error: code = Unavailable desc = connection error"'
STARTING = "rpc error: code = Unknown desc = server is not initialized yet"


@pytest.mark.parametrize(
    "said",
    [
        Output(1, "", UNAVAILABLE),
        Output(1, "", STARTING),
        Output(1),
        Output(-9),
        Output(0, ""),
        Output(0, "FATA[0000] no runtime"),
    ],
    ids=["unavailable", "starting", "silent", "killed", "empty", "no JSON"],
)
def test_a_containerd_that_gives_no_answer_is_neither_wrong_nor_without_images(
    said: Output,
) -> None:
    found = read((Containerd, Images), _running(said))
    assert set(found.unread) == {Containerd, Images}
    assert found[Containerd].default_config == "version = 2\n", "that it does not ask for"
    for topic, field in ((Containerd, "in_force"), (Images, "present")):
        with pytest.raises(NotRead, match="containerd"):
            getattr(found[topic], field)


UP, DOWN = Unit("loaded", "active", "running", "enabled", 900), Unit("loaded", "failed", "failed")


@pytest.mark.parametrize(("unit", "known"), [(UP, False), (DOWN, True)], ids=["up", "down"])
def test_only_a_containerd_that_runs_need_tell_what_it_uses(unit: Unit, known: bool) -> None:
    """One that was killed leaves its socket behind, and is started without a question."""
    found = read((Containerd,), _running(Output(1, "", UNAVAILABLE)))
    case = cases("steps")["containerd/converged"]
    facts = facts_of(case, STEP.reads, STEP.files).merged(found)
    facts = facts.having(Services({"containerd.service": unit}))
    if not known:
        with pytest.raises(NotRead):
            STEP.changes(answers_of(case), facts)
        return
    changes = STEP.changes(answers_of(case), facts)
    assert "systemctl restart containerd.service" in [
        " ".join(c.argv) for c in changes if isinstance(c, RunCommand)
    ]


def test_containerd_without_its_cri_plugin_gives_the_tools_own_words() -> None:
    said = "time=x\nrpc error: code = Unimplemented desc = unknown service\n"
    look = _running(Output(1, "", said))
    found = containerd.read(look)
    assert found.in_force is None
    assert found.error.endswith("unknown service")
    assert images.read(look) == Images(), "nor does the kubelet see any"


def test_crictl_images() -> None:
    present = images.parse(capture("crictl-images-json")).present
    assert "registry.aliyuncs.com/google_containers/pause:3.8" in present
    assert len(present) == 7


def test_an_image_without_a_tag_is_none_that_the_kubelet_asks_for() -> None:
    rows = json.loads(capture("crictl-images-digest-only-json"))["images"]
    present = images.parse(capture("crictl-images-digest-only-json")).present
    assert len(present) == len(rows) - 1
    assert not any("busybox" in name for name in present)


@pytest.mark.parametrize("text", ["{}", '{"images": []}'])
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
    with pytest.raises(NotRead, match="Cannot connect to the Docker daemon at unix:///var/run"):
        docker.read(Recorded(says=shown))


@pytest.mark.parametrize("text", ["", "no json"])
def test_docker_info_that_is_none(text: str) -> None:
    shown = {**RUNS, "docker info": Output(1, text, "docker: no answer in 10 s\n")}
    with pytest.raises(NotRead, match="docker: no answer in 10 s"):
        docker.read(Recorded(says=shown))


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
