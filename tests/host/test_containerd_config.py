"""The reader of containerd's configuration: its files in containerd's order, its process, and what does not answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.containerd_nodes import CONFIG, CRICTL, FILES, GOOD, HUB, PLUGIN, SHOWN, UNIT
from tests.support.recorded import Recorded
from tui_installer.host import machine
from tui_installer.host.content_store import SOCKET
from tui_installer.host.facts import containerd_config
from tui_installer.host.facts.containerd_config import read
from tui_installer.host.look import Look
from tui_installer.host.shell import TIMED_OUT, Output
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model.facts import ContainerdConfig
from tui_installer.rehearsal.codec import decode, encode

SAYS = {
    "containerd --version": Output(0, "containerd containerd.io 1.6.33 d2d58213f83a351ca8f528a95"),
    f"containerd -c {CONFIG} config dump": Output(0, GOOD),
    "ctr": Output(0, PLUGIN),
    "crictl": Output(0, f"unix://{SOCKET}"),
    "systemctl show": Output(0, SHOWN),
}
NODE = Recorded(files=FILES, says=SAYS)


def test_a_healthy_node() -> None:
    found = read(NODE)
    assert (found.installed, found.version, found.plugin) == (True, "1.6.33", "ok")
    assert found.written.runtimes["runc"].systemd_cgroup
    assert found.dumped is not None
    assert found.dumped.sandbox_image == found.written.sandbox_image
    assert found.unread == {}
    # In a bundle it is read again on another machine.
    assert decode(ContainerdConfig, encode(found)) == found


def test_without_containerd_nothing_is_asked() -> None:
    assert read(Recorded()) == ContainerdConfig()


def test_imports_are_read_in_containerds_order_and_once() -> None:
    more = {
        CONFIG: f'imports = ["conf.d/*.toml", "{CONFIG}", "/gone.toml"]\n{GOOD}',
        "/etc/containerd/conf.d/b.toml": "",
        "/etc/containerd/conf.d/a.toml": 'imports = ["/etc/containerd/c.toml"]\n',
        "/etc/containerd/conf.d/a.bak": "x = = 1",
        "/etc/containerd/c.toml": "",
    }
    found = read(replace(NODE, files={**FILES, **more}))
    assert [one.path for one in found.files] == [
        CONFIG,
        "/etc/containerd/conf.d/a.toml",
        "/etc/containerd/conf.d/b.toml",
        "/gone.toml",
        "/etc/containerd/c.toml",
    ]
    assert found.files[3].modified == 0.0


def test_the_file_of_the_command_line_is_the_one_that_counts() -> None:
    other = "/opt/containerd.toml"
    for words in (f"-c\0{other}", f"--config\0{other}", f"--config={other}"):
        files = {**FILES, "/proc/7/cmdline": f"containerd\0{words}\0", other: "version = 2\n"}
        assert [one.path for one in read(replace(NODE, files=files)).files] == [other]


def test_only_what_matters_is_kept_and_no_password() -> None:
    secret = """[plugins."io.containerd.grpc.v1.cri".registry.configs."r.lab".auth]
  password = "hidden"
[plugins."io.containerd.grpc.v1.cri".registry.mirrors."r.lab"]
  endpoint = ["https://me:hidden@r.lab"]
"""
    proxy = "HTTPS_PROXY=http://me:hidden@p:3128\0TOKEN=hidden\0"
    files = {
        **FILES,
        CONFIG: GOOD + secret,
        HUB: '[host."https://me:hidden@m.lab"]\n',
        "/proc/7/environ": proxy,
    }
    found = read(replace(NODE, files=files))
    assert "p:3128" in str(found)
    assert "hidden" not in str(found)


def test_the_environment_of_the_unit() -> None:
    drop_in = "/etc/systemd/system/containerd.service.d/http proxy.conf".replace(" ", "-")
    lines = f'MainPID=7\nExecMainStartTimestampMonotonic=1\nEnvironment=A=b "NO_PROXY=x y" HTTP_PROXY=http://p\nFragmentPath={UNIT}\nDropInPaths={drop_in}'
    files = {**FILES, drop_in: "[Service]\n\nEnvironment=HTTP_PROXY=http://p\n"}
    says = {**SAYS, "systemctl show": Output(0, lines)}
    process = read(replace(NODE, files=files, says=says)).process
    assert process is not None
    assert process.unit_proxy == {"NO_PROXY": "x y", "HTTP_PROXY": "http://p"}
    assert process.proxy == {}
    assert (process.proxy_places["HTTP_PROXY"].file, process.proxy_places["HTTP_PROXY"].line) == (
        drop_in,
        3,
    )


@pytest.mark.parametrize(
    ("asks", "names"),
    [
        ("systemctl show", {"process"}),
        ("ctr", {"plugin"}),
        ("crictl", {"crictl"}),
        (f"containerd -c {CONFIG} config dump", {"dumped"}),
    ],
)
def test_who_does_not_answer_is_named(asks: str, names: set[str]) -> None:
    found = read(replace(NODE, says={**SAYS, asks: Output(TIMED_OUT)}))
    assert set(found.unread) == names
    assert found.installed


def test_files_that_do_not_open_are_named() -> None:
    for path, name in ((CONFIG, "files"), (HUB, "hosts"), (CRICTL, "crictl")):
        assert name in read(replace(NODE, damaged=frozenset({path}))).unread
    assert "process" in read(replace(NODE, damaged=frozenset({"/proc/7/environ"}))).unread


def test_without_crictls_file_crictl_is_not_asked_because_it_would_make_one() -> None:
    files = {path: text for path, text in FILES.items() if path != CRICTL}
    found = read(replace(NODE, files=files, says={**SAYS, "crictl": Output(TIMED_OUT)}))
    assert not found.crictl.there
    assert found.unread == {}


def test_a_node_without_a_file_is_asked_for_its_defaults() -> None:
    files = {path: text for path, text in FILES.items() if path != CONFIG}
    says = {**SAYS, "containerd -c /dev/null config dump": Output(0, GOOD)}
    found = read(replace(NODE, files=files, says=says))
    assert found.dumped is not None
    assert found.files[0].modified == 0.0


def test_lines_are_counted_from_the_beginning_of_a_file(tmp_path: Path) -> None:
    machine.use(ThisMachine(tmp_path))
    (tmp_path / "x.toml").write_text("\n\nversion = 2\n", encoding="utf-8")
    files, documents = containerd_config._files(Look(), "/x.toml")
    assert files[0].modified > 0
    assert documents[0].place("version").line == 3
    assert Look().modified("/gone") == 0.0
