"""What containerd's process has that its files no longer say, its proxy, and crictl's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tui_installer.effective import crictl
from tui_installer.effective.fault import NOT_KNOWN, Fault, faulty, remark, unknown
from tui_installer.effective.looks import Looks
from tui_installer.model.facts import FilePlace
from tui_installer.model.outcome import Outcome
from tui_installer.model.setting import Setting
from tui_installer.model.text import T, Text, verbatim
from tui_installer.render.containerd import SOCKET

CRICTL, PROXY, AGE = "crictl", "proxy", "age"
# Seconds by which two clocks that are read one after the other may differ.
SLACK = 0.1

CRICTL_BROKEN = Fault(
    "crictl_yaml_broken",
    T("crictl leaves out this whole file, and asks dockershim's socket first: {reason}"),
    T("put that line right, or remove it; a restart is not needed"),
    Outcome.WARN,
)
CRICTL_MISSING = Fault(
    "crictl_yaml_missing",
    T("without this file crictl asks dockershim's socket first; crictl 1.26 then gives up"),
    T("write into it: runtime-endpoint: {socket}"),
    Outcome.WARN,
)
CRICTL_OTHER = Fault(
    "crictl_yaml_other_socket",
    T("crictl asks {socket}, the kubelet asks containerd: the two need not see the same"),
    T("write: runtime-endpoint: {wanted}"),
    Outcome.WARN,
)
PROXY_OTHER = Fault(
    "proxy_not_in_effect",
    T(
        "the unit sets {name}, and containerd runs with another value: it has not been started since"
    ),
    T("systemctl daemon-reload; systemctl restart containerd; running containers go on"),
    Outcome.WARN,
)
OLDER = Fault(
    "containerd_older_than_files",
    T("{file} was changed after containerd had started; what is in it is not in effect"),
    T("systemctl restart containerd; running containers go on"),
    Outcome.WARN,
)


def crictl_file(looks: Looks) -> Setting:
    """Judges crictl's file."""
    said = looks.config.crictl
    row = Setting(CRICTL, verbatim("crictl.yaml"), verbatim(said.runtime or "-"), NOT_KNOWN)
    if why := looks.config.unread.get("crictl"):
        return unknown(row, why)
    if said.broken:
        row = replace(row, in_effect=T("the file is left out"))
        return faulty(row, CRICTL_BROKEN, said.broken.place, reason=said.broken.words)
    place = FilePlace(crictl.FILE)
    if not said.runtime:
        row = replace(row, in_file=T("not set") if said.there else T("there is no file"))
        row = replace(row, in_effect=T("the first socket that answers"))
        return faulty(row, CRICTL_MISSING, place, socket=SOCKET)
    socket = said.runtime.removeprefix("unix://")
    row = replace(row, in_effect=verbatim(socket))
    if socket != SOCKET.removeprefix("unix://"):
        return faulty(row, CRICTL_OTHER, place, socket=socket, wanted=SOCKET)
    if looks.answer() and looks.config.version:
        effective = T("answers, {version}", version=looks.config.version)
        return replace(row, in_effect=effective)
    return row


def proxy(looks: Looks) -> Setting:
    """Judges whether containerd has the proxy of its unit."""
    process = looks.config.process
    row = Setting(PROXY, T("proxy"), NOT_KNOWN, NOT_KNOWN)
    if process is None:
        return unknown(row, _silent(looks))
    row = replace(row, in_file=_shown(process.unit_proxy), in_effect=_shown(process.proxy))
    for name, value in process.unit_proxy.items():
        if process.proxy.get(name) != value:
            place = process.proxy_places.get(name, FilePlace())
            return faulty(row, PROXY_OTHER, place, name=name)
    if process.proxy != process.unit_proxy and not process.more_variables:
        return remark(row, T("systemd gives containerd a proxy that its unit does not name"))
    return row


def _shown(proxies: Mapping[str, str]) -> Text:
    return verbatim(", ".join(f"{k}={v}" for k, v in proxies.items())) if proxies else T("none")


def _silent(looks: Looks) -> Text:
    return looks.config.unread.get("process", T("containerd.service does not run"))


def age(looks: Looks) -> Setting:
    """Judges whether containerd has read its files since they were changed."""
    process = looks.config.process
    row = Setting(AGE, T("age of process"), T("not known"), NOT_KNOWN)
    if process is None:
        return unknown(row, _silent(looks))
    times = {one.path: one.modified for one in looks.config.files} | dict(process.unit_files)
    changed = [path for path, at in times.items() if at > process.started + SLACK]
    if not changed:
        return replace(row, in_file=T("younger than its files"), in_effect=T("no restart needed"))
    row = replace(row, in_file=T("older than its files"), in_effect=T("restart needed"))
    return faulty(row, OLDER, FilePlace(changed[0]), file=changed[0])
