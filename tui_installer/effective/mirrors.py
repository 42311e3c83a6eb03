"""The mirrors of each registry, in the order in which containerd asks them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tui_installer.effective import hosts
from tui_installer.effective.fault import Fault, faulty, remark, unknown
from tui_installer.effective.looks import Looks
from tui_installer.model.facts import FilePlace, HostsFile
from tui_installer.model.outcome import Outcome
from tui_installer.model.setting import Setting
from tui_installer.model.text import T, Text, verbatim

MIRROR = "mirror"
HUB, HUB_HOST = "docker.io", "registry-1.docker.io"
# Names of docker.io that stand in no name of an image.
WRONG_NAMES = (HUB_HOST, "index.docker.io", "hub.docker.com")
CAPABILITIES = ("pull", "resolve", "push", "dial-stream")
SILENT_CTR = T(
    "crictl and the kubelet ask these hosts in this order; ctr asks none of them, and does not say so, unless it is called with --hosts-dir {folder}"
)

BROKEN = Fault(
    "hosts_toml_unreadable",
    T(
        "containerd cannot read this file, says so once in its log, and asks {registry} itself: {reason}"
    ),
    T('write one table [host."https://MIRROR"] for each mirror, its keys on lines of their own'),
)
TOGETHER = Fault(
    "hosts_toml_together",
    T("two hosts stand in one table: containerd cannot read this file, and asks {registry} itself"),
    T('write one table [host."https://MIRROR"] for each mirror, its keys on lines of their own'),
)
CAPABILITY = Fault(
    "hosts_toml_capability",
    T('there is no capability "{capability}": containerd leaves out the whole file'),
    T('write capabilities = ["pull", "resolve"]'),
)
WITHOUT_RESOLVE = Fault(
    "mirror_without_resolve",
    T(
        'with capabilities = ["pull"] alone containerd asks {registry} itself what a tag means; where that cannot be reached, {host} is never asked'
    ),
    T('write capabilities = ["pull", "resolve"]'),
    Outcome.WARN,
)
WRONG_FOLDER = Fault(
    "mirror_folder_name",
    T("no image is named {folder}/..., so that containerd never reads this folder"),
    T("name the folder docker.io; a restart is not needed"),
    Outcome.WARN,
)
WITHOUT_HOST = Fault(
    "hosts_toml_without_host",
    T("containerd 1.6 leaves out a file that has a server and no [host] table"),
    T('add a table [host."{server}"] with capabilities = ["pull", "resolve"]'),
    Outcome.WARN,
)
LAST_RESORT = Fault(
    "mirror_server_wrong",
    T("after the mirrors containerd asks {server}, which is no registry"),
    T('write server = "https://registry-1.docker.io"'),
    Outcome.WARN,
)


def mirrors(looks: Looks) -> Iterator[Setting]:
    """Yields a setting for each registry that has mirrors."""
    if why := looks.config.unread.get("hosts"):
        name = T("mirrors")
        yield unknown(Setting(MIRROR, name, T("not known"), T("not known")), why)
    in_use = bool(looks.dumped.config_path)
    for one in looks.config.hosts:
        yield _of_file(looks, one, in_use)
    if not in_use:
        for registry, endpoints in looks.dumped.mirrors.items():
            yield _of_table(looks, registry, endpoints)


def _named(registry: str) -> Text:
    return T("{registry} mirror", registry=registry)


def _upstream(registry: str) -> str:
    return HUB_HOST if registry == HUB else registry


def _of_table(looks: Looks, registry: str, endpoints: tuple[str, ...]) -> Setting:
    """Returns the mirrors of a registry that stand in config.toml."""
    written = looks.written.mirrors.get(registry, ())
    return Setting(
        f"{MIRROR}:{registry}",
        _named(registry),
        verbatim(", ".join(written) or "-"),
        verbatim(endpoints[0] if endpoints else _upstream(registry)),
        place=looks.place(f"mirror {registry}", "mirrors"),
        hosts=endpoints,
    )


def _of_file(looks: Looks, one: HostsFile, in_use: bool) -> Setting:
    """Judges the hosts.toml of a registry; one that containerd does not read can be broken too."""
    upstream = _upstream(one.registry)
    asked = (*(host.url for host in one.hosts), one.server or f"https://{upstream}")
    row = Setting(
        f"{MIRROR}:{one.registry}",
        _named(one.registry),
        verbatim(", ".join(host.url for host in one.hosts) or one.server or "-"),
        verbatim(asked[0] if in_use and one.hosts else upstream),
        place=one.place,
        hosts=asked,
    )
    return _judged(row, one, upstream) or remark(row, _about_ctr(one.place))


def _about_ctr(place: FilePlace) -> Text:
    folder = place.file.rsplit("/", 2)[0]
    return Text(SILENT_CTR.template, {"folder": folder})


def _judged(row: Setting, one: HostsFile, upstream: str) -> Setting | None:
    if one.broken:
        row = replace(
            row, in_file=T("hosts.toml is broken"), in_effect=verbatim(upstream), hosts=(upstream,)
        )
        fault = TOGETHER if one.broken.words == hosts.TOGETHER else BROKEN
        reason = one.broken.words
        return faulty(row, fault, one.broken.place, registry=upstream, reason=reason)
    for host in one.hosts:
        for capability in host.capabilities or ():
            if capability not in CAPABILITIES:
                row = replace(row, in_effect=verbatim(upstream))
                return faulty(row, CAPABILITY, host.place, capability=capability)
    if one.registry in WRONG_NAMES:
        return faulty(row, WRONG_FOLDER, one.place, folder=one.registry)
    if not one.hosts and one.server:
        return faulty(row, WITHOUT_HOST, one.place, server=one.server)
    for host in one.hosts:
        if host.capabilities is not None and "resolve" not in host.capabilities:
            values = {"registry": upstream, "host": host.url}
            return faulty(row, WITHOUT_RESOLVE, host.place, **values)
    if one.registry == HUB and one.server.rstrip("/") in ("https://docker.io", "http://docker.io"):
        return faulty(row, LAST_RESORT, one.place, server=one.server)
    return None
