"""The pause image, and the folder of the mirrors."""

from __future__ import annotations

from dataclasses import replace

from tui_installer.effective.fault import Fault, faulty, remark
from tui_installer.effective.looks import Looks, text_of
from tui_installer.model.outcome import Outcome
from tui_installer.model.setting import Setting
from tui_installer.model.text import T, verbatim
from tui_installer.render.containerd import CERTS

SANDBOX, CONFIG_PATH = "sandbox_image", "config_path"

NOT_WANTED = Fault(
    "sandbox_image_other",
    T("this version of Kubernetes goes with {wanted}: two pause images then lie on the node"),
    T("set sandbox_image to {wanted}, then: systemctl restart containerd"),
    Outcome.WARN,
)
BESIDE = Fault(
    "mirrors_beside_config_path",
    T("{key} cannot stand beside config_path: containerd then runs without its CRI plugin"),
    T(
        "remove these tables and write a hosts.toml for each registry below {folder}, then: systemctl restart containerd"
    ),
)
NOT_READ = Fault(
    "hosts_toml_not_read",
    T("config_path is empty, so that containerd reads none of the hosts.toml below {folder}"),
    T('set config_path = "{folder}", then: systemctl restart containerd'),
    Outcome.WARN,
)


def sandbox_image(looks: Looks, wanted: str) -> Setting:
    """Judges the image that every pod needs first; `wanted` is empty where nothing is known of a version."""
    cri = looks.answer()
    row = Setting(SANDBOX, verbatim(SANDBOX), text_of(looks.written.sandbox_image), T("not known"))
    row = looks.compared(
        row, text_of(looks.dumped.sandbox_image), text_of(cri.sandbox_image) if cri else None
    )
    if cri and wanted and cri.sandbox_image != wanted and not row.fault:
        effective = T("{image}, wanted: {wanted}", image=cri.sandbox_image, wanted=wanted)
        row = replace(row, in_effect=effective)
        return faulty(row, NOT_WANTED, looks.place(SANDBOX), wanted=wanted)
    return row


def config_path(looks: Looks) -> Setting:
    """Judges whether containerd reads the files of the mirrors."""
    cri, written = looks.answer(), looks.written
    row = Setting(CONFIG_PATH, verbatim(CONFIG_PATH), text_of(written.config_path), T("not known"))
    row = looks.compared(
        row, text_of(looks.dumped.config_path), text_of(cri.config_path) if cri else None
    )
    if written.config_path and (written.mirrors or written.tls):
        key, host = (
            ("mirrors", *written.mirrors)[:2] if written.mirrors else ("tls", written.tls[0])
        )
        place = looks.place(f"{'mirror' if written.mirrors else 'tls'} {host}", key)
        return faulty(row, BESIDE, place, key=f"registry.{key}", folder=written.config_path)
    if row.fault or looks.without_cri or looks.dumped.config_path:
        return row
    if looks.dumped.mirrors:
        return remark(
            row, T("the mirrors stand in config.toml itself, as older installers write them")
        )
    if looks.config.hosts:
        return faulty(row, NOT_READ, looks.place(CONFIG_PATH), folder=CERTS)
    return row
