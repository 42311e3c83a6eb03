"""containerd's file, from whatever is there, comes out as one that Kubernetes can use."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.captures import capture
from tests.support.cases import text
from tui_installer.assets import release
from tui_installer.host.facts.containerd import parse
from tui_installer.model.facts import InForce
from tui_installer.render.containerd import CERTS, CRI, Wanted, config, crictl, hosts_toml

DEFAULT = text("@containerd-default.toml")
IMAGE = "registry.aliyuncs.com/google_containers/pause:3.8"
WANTED = Wanted(IMAGE)
PACKAGED = text("@containerd-packaged.toml")
TABLE = f'[plugins."{CRI}"]'


def made(present: str | None, wanted: Wanted = WANTED) -> dict[str, Any]:
    """The file as containerd would read it, proven to be its own fixed point."""
    return fixed_point(config(DEFAULT, present, wanted), wanted)


@cache
def fixed_point(result: str, wanted: Wanted) -> dict[str, Any]:
    """Noise of any kind comes out as the same file: it is proven once."""
    assert config(DEFAULT, result, wanted) == result, "it would be written anew at each run"
    return tomllib.loads(result)


def cri(document: dict[str, Any]) -> dict[str, Any]:
    table: dict[str, Any] = document["plugins"][CRI]
    return table


def usable(document: dict[str, Any]) -> None:
    """What must hold for the CRI plugin to load and to use what Kubernetes needs."""
    table = cri(document)
    assert document["version"] == 2
    assert not {"cri", CRI} & set(document.get("disabled_plugins", []))
    assert table["sandbox_image"] == IMAGE
    assert not table.get("systemd_cgroup")
    runc = table["containerd"]["runtimes"]["runc"]
    assert runc["options"]["SystemdCgroup"] is True
    assert runc["runtime_type"]
    assert table["registry"]["config_path"] == CERTS
    assert not table["registry"].get("mirrors")
    assert not any("tls" in row for row in table["registry"].get("configs", {}).values())


MIRRORS = f'[plugins."{CRI}".registry.mirrors."docker.io"]\n  endpoint = ["https://x"]\n'
BY_HAND = f"""# our own file
version = 2
oom_score = -999

{TABLE}
  sandbox_image = "k8s.gcr.io/pause:3.6"  # the old one
  max_concurrent_downloads = 10
  [plugins."{CRI}".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."{CRI}".containerd.runtimes.runc.options]
      SystemdCgroup = false
"""

FILES = {
    "no file": None,
    "an empty file": "",
    "the package's own": PACKAGED,
    "the tool's default": DEFAULT,
    "ours": config(DEFAULT, None, WANTED),
    "made by hand": BY_HAND,
    "systemd_cgroup in the wrong place": DEFAULT.replace(
        "systemd_cgroup = false", "systemd_cgroup = true"
    ),
    "a misspelt key": DEFAULT.replace("SystemdCgroup = false", "SystemdCGroup = true"),
    "mirrors in the old way": DEFAULT.replace("config_path", "  config_path").replace(
        f'[plugins."{CRI}".registry.mirrors]', MIRRORS
    ),
    "mirrors in the old way at the end": BY_HAND + MIRRORS,
    "a registry of one's own with TLS in the old way": BY_HAND
    + f'[plugins."{CRI}".registry.configs."reg.lab".tls]\ninsecure_skip_verify = true\n',
    "the plugin switched off": DEFAULT.replace(
        "disabled_plugins = []", f'disabled_plugins = ["{CRI}"]'
    ),
    "the plugin switched off by its old name": DEFAULT.replace(
        "disabled_plugins = []", 'disabled_plugins = ["cri"]'
    ),
    "version 1": DEFAULT.replace("version = 2", "version = 1"),
    "no version": DEFAULT.replace("version = 2", ""),
    "version as a text": DEFAULT.replace("version = 2", 'version = "2"'),
    "a comma too much": DEFAULT.replace('config_path = ""', 'config_path = "",'),
    "a table twice": DEFAULT + f'[plugins."{CRI}".registry]\n  config_path = "x"\n',
    "a wrong type": DEFAULT.replace(
        "max_concurrent_downloads = 3", 'max_concurrent_downloads = "3"'
    ),
    "a number for a table": "version = 2\nplugins = 3\n",
    "a text for the plugin": f'version = 2\n[plugins]\n"{CRI}" = "x"\n',
    "an inline table": f'version = 2\nplugins = {{"{CRI}" = {{sandbox_image = "x"}}}}\n',
    "dotted keys": f'version = 2\nplugins."{CRI}".sandbox_image = "x"\n',
    "tables out of their order": f'version = 2\n{TABLE}\n[timeouts]\n"x" = "1s"\n{MIRRORS}',
    "the plugin's table alone": f"version = 2\n{TABLE}\n",
    "line ends of Windows": BY_HAND.replace("\n", "\r\n"),
    "noise": "\x00\x01\x02",
    "YAML": "version: 2\nplugins:\n  cri: {}\n",
}


@pytest.mark.parametrize("present", FILES.values(), ids=FILES.keys())
def test_any_file_becomes_a_usable_one(present: str | None) -> None:
    usable(made(present))


def test_the_default_file_in_the_assets_is_the_tools_own() -> None:
    assert release("1.25.0").containerd_config == DEFAULT


def test_three_lines_of_the_default_file_change_and_no_other() -> None:
    before, after = DEFAULT.splitlines(), config(DEFAULT, None, WANTED).splitlines()
    pairs = [(b.strip(), a.strip()) for b, a in zip(before, after, strict=True) if b != a]
    assert pairs == [
        ('sandbox_image = "k8s.gcr.io/pause:3.6"', f'sandbox_image = "{IMAGE}"'),
        ("SystemdCgroup = false", "SystemdCgroup = true"),
        ('config_path = ""', f'config_path = "{CERTS}"'),
    ]


def test_the_package_own_file_is_replaced_as_a_whole() -> None:
    """It has no version: tables added to it would be ignored in silence."""
    assert config(DEFAULT, PACKAGED, WANTED) == config(DEFAULT, None, WANTED)


def test_a_file_made_by_hand_keeps_what_is_its_own() -> None:
    result = config(DEFAULT, BY_HAND, WANTED)
    assert "# our own file\n" in result
    assert "# the old one" in result
    document = tomllib.loads(result)
    assert document["oom_score"] == -999
    assert cri(document)["max_concurrent_downloads"] == 10


def test_a_password_of_a_private_registry_stays() -> None:
    auth = f'[plugins."{CRI}".registry.configs."reg.lab".auth]\nusername = "u"\npassword = "p"\n'
    document = made(BY_HAND + auth)
    usable(document)
    assert cri(document)["registry"]["configs"]["reg.lab"]["auth"]["password"] == "p"


def test_other_disabled_plugins_stay_disabled() -> None:
    other = DEFAULT.replace("disabled_plugins = []", f'disabled_plugins = ["{CRI}", "io.x.v1.y"]')
    assert made(other)["disabled_plugins"] == ["io.x.v1.y"]


def test_the_score_is_left_alone_only_where_it_must_be() -> None:
    assert cri(made(None))["restrict_oom_score_adj"] is False
    assert cri(made(None, Wanted(IMAGE, restrict_oom=True)))["restrict_oom_score_adj"] is True


def test_what_crictl_tells_of_this_file_is_what_is_wanted() -> None:
    """The values that the step compares are those that containerd tells when it uses this file."""
    table = cri(made(None))
    told = parse(capture("crictl-info"))
    options = table["containerd"]["runtimes"]["runc"]["options"]
    assert told == InForce(
        table["sandbox_image"], options["SystemdCgroup"], table["registry"]["config_path"]
    )


LINES = st.lists(
    st.sampled_from(
        [
            "version = 2",
            "version = 1",
            'disabled_plugins = ["cri"]',
            "imports = []",
            "[plugins]",
            TABLE,
            'sandbox_image = "x"',
            "systemd_cgroup = true",
            f'[plugins."{CRI}".containerd]',
            'snapshotter = "native"',
            f'[plugins."{CRI}".containerd.runtimes.runc]',
            'runtime_type = "io.containerd.runc.v2"',
            f'[plugins."{CRI}".containerd.runtimes.runc.options]',
            "SystemdCgroup = false",
            f'[plugins."{CRI}".registry]',
            'config_path = ""',
            MIRRORS.strip(),
            "[timeouts]",
            "# a remark",
            "",
            "x = {y = 1}",
            f'plugins."{CRI}".x = 1',
            "[[plugins]]",
            "= broken",
        ]
    ),
    max_size=12,
)


@given(LINES)
def test_any_mixture_of_lines_becomes_a_usable_file(lines: list[str]) -> None:
    usable(made("\n".join(lines) + "\n"))


@given(st.text(max_size=200))
def test_noise_becomes_a_usable_file(noise: str) -> None:
    usable(made(noise))


def test_crictls_file_has_only_keys_that_it_knows() -> None:
    rows = dict(line.split(": ", 1) for line in crictl().splitlines())
    assert set(rows) == {"runtime-endpoint", "image-endpoint", "timeout", "debug"}
    assert rows["runtime-endpoint"] == rows["image-endpoint"]
    assert rows["runtime-endpoint"].startswith("unix:///")


@given(
    st.lists(
        st.from_regex(r"https?://[a-z0-9.-]{1,20}(:[0-9]{2,4})?(/[a-z]{1,5})?", fullmatch=True),
        min_size=1,
        max_size=4,
        unique=True,
    )
)
def test_hosts_toml_is_read_back_in_its_order(mirrors: list[str]) -> None:
    document = tomllib.loads(hosts_toml("https://registry-1.docker.io", mirrors))
    assert document["server"] == "https://registry-1.docker.io"
    assert list(document["host"]) == mirrors
    assert all(row == {"capabilities": ["pull", "resolve"]} for row in document["host"].values()), (
        "pull alone would ask Docker's own registry first"
    )
