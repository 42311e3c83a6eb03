"""The settings of healthy nodes, of nodes that others made, and of nodes that do not answer."""

from __future__ import annotations

from tests.support.containerd_nodes import (
    ABSENT,
    CERTS,
    CONFIG,
    GOOD,
    HUB,
    INFO,
    KUBELET_CONFIG,
    MIRRORS,
    PAUSE,
    bad,
    config,
    faults,
    node,
    said,
)
from tui_installer.effective.settings import in_force, settings
from tui_installer.host.shell import TIMED_OUT, Output
from tui_installer.model.facts import (
    ContainerdConfig,
    Cri,
    Facts,
    KubeletSettings,
    Unread,
)
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import verbatim


def test_a_healthy_node_has_nine_kinds_of_settings() -> None:
    rows = settings(node())
    assert bad(rows) == []
    assert [row.id for row in rows] == [
        "cri_plugin",
        "config_version",
        "SystemdCgroup",
        "default_runtime_name",
        "sandbox_image",
        "config_path",
        "mirror:docker.io",
        "crictl",
        "proxy",
        "age",
    ]
    mirror = rows[6]
    assert mirror.hosts == ("https://docker.m.daocloud.io", "https://registry-1.docker.io")
    # ctr does not say that it asks none of them.
    assert f"--hosts-dir {CERTS}" in str(mirror.sentence)


def test_another_pause_image_than_wanted() -> None:
    assert bad(settings(node(), wanted=PAUSE)) == []
    found = faults(settings(node(), wanted="registry.k8s.io/pause:3.9"))
    assert found["sandbox_image_other"].place.line == 4


def test_docker_needs_no_cri() -> None:
    packaged = {CONFIG: 'disabled_plugins = ["cri"]\n'}
    dump = 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n'
    rows = settings(node(packaged, without=KUBELET_CONFIG, dump=dump, **ABSENT))
    assert bad(rows) == []


def test_other_installers_nodes_are_not_wrong() -> None:
    """kubekey and sealos write the mirrors into config.toml, kubespray a file without a server."""
    rows = settings(
        node(
            {CONFIG: GOOD.replace(f'    config_path = "{CERTS}"\n', "") + MIRRORS},
            without=HUB,
            info=said("configPath", f'"{CERTS}"', '""'),
        )
    )
    assert bad(rows) == []
    mirror = next(row for row in rows if row.id == "mirror:docker.io")
    assert mirror.hosts == ("https://docker.m.daocloud.io",)


def test_what_is_not_known_is_named_and_not_wrong() -> None:
    """A runtime that is not runc, a version of tomorrow, tools that hang, a file that only root may read."""
    kata = INFO.replace("io.containerd.runc.v2", "io.containerd.kata.v2")
    silent = Output(TIMED_OUT)
    for rows, ids in (
        (settings(node(info=kata)), ["SystemdCgroup"]),
        (settings(node(config("version = 2", "version = 3"), dump=GOOD)), ["config_version"]),
        (settings(node(show=silent)), ["proxy", "age"]),
        (settings(node(crictl=silent)), ["crictl"]),
        (settings(node(dump=silent)), ["config_version"]),
        (
            settings(node(info=silent)),
            ["SystemdCgroup", "default_runtime_name", "sandbox_image", "config_path"],
        ),
    ):
        assert [row.id for row in rows if row.outcome is Outcome.UNKNOWN] == ids
        assert faults(rows) == {}
        assert all(str(row.sentence) for row in rows if row.id in ids)


def test_no_answer_at_all() -> None:
    unread = Unread(verbatim("containerd"), "closed")
    (row,) = settings(Facts({ContainerdConfig: unread}))
    assert row.outcome is Outcome.UNKNOWN
    assert "closed" in str(row.sentence)
    assert settings(Facts({ContainerdConfig: ContainerdConfig()})) == ()


def test_what_is_in_force() -> None:
    assert in_force(node()) == {
        "SystemdCgroup": True,
        "sandbox_image": PAUSE,
        "config_path": CERTS,
    }
    nothing = {"SystemdCgroup": None, "sandbox_image": None, "config_path": None}
    assert in_force(node(**ABSENT)) == nothing
    assert in_force(Facts({Cri: Unread(verbatim("crictl"), "x"), KubeletSettings: 1})) == nothing
