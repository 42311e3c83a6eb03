"""The CRI plugin, the version of the configuration, and the files that it imports."""

from __future__ import annotations

from dataclasses import replace

from tui_installer.effective.containerd import OLD, refused
from tui_installer.effective.fault import NOT_KNOWN, Fault, faulty, remark, unknown
from tui_installer.effective.looks import Looks
from tui_installer.model.facts import Broken
from tui_installer.model.outcome import Outcome
from tui_installer.model.setting import Setting
from tui_installer.model.text import T, Text, verbatim
from tui_installer.render.containerd import CRI

PLUGIN, VERSION, IMPORTS = "cri_plugin", "config_version", "imports"
# containerd's words for a name of version 1 in disabled_plugins of version 2.
OLD_NAME = "invalid disabled plugin URI"
# Words of TOML libraries for a table that stands there again.
TWICE = ("twice", "duplicated tables", "overwrite")

SWITCHED_OFF = Fault(
    "cri_switched_off",
    T("disabled_plugins switches the CRI plugin off, and the kubelet has nobody to ask"),
    T("remove it from disabled_plugins, then: systemctl restart containerd"),
)
OLD_NAME_OFF = Fault(
    "disabled_plugins_old_name",
    T(
        'with version = 2 containerd refuses the old name "cri" in disabled_plugins, and does not start'
    ),
    T("remove it from disabled_plugins, then: systemctl restart containerd"),
)
PLUGIN_FAILED = Fault(
    "cri_plugin_failed",
    T("containerd runs without its part for the kubelet: {reason}"),
    T("put that setting right, then: systemctl restart containerd"),
)
PLUGIN_ABSENT = Fault(
    "cri_plugin_absent",
    T("the files do not switch the CRI plugin off, and containerd runs without it"),
    T("systemctl restart containerd; why it failed: ctr plugins ls -d id==cri"),
)
BROKEN = Fault(
    "config_toml_broken",
    T("containerd cannot read this file and does not start: {reason}"),
    T("put that line right, then: systemctl restart containerd"),
)
TABLE_TWICE = Fault(
    "config_table_twice",
    T(
        "the same table stands there twice, and containerd does not start; that comes of appending to the file"
    ),
    T("move its keys into the first one and remove the second, then: systemctl restart containerd"),
)
VERSION_MISSING = Fault(
    "config_version_missing",
    T(
        "without version = 2 containerd reads the file as version 1 and leaves out every table that begins with this name"
    ),
    T("write version = 2 as the first line, then: systemctl restart containerd"),
)
TABLES_OLD = Fault(
    "config_tables_old",
    T(
        "with version = 2 containerd leaves out the tables of [plugins.cri]: they are those of version 1"
    ),
    T('name them [plugins."io.containerd.grpc.v1.cri"], then: systemctl restart containerd'),
)
IMPORT_BROKEN = Fault(
    "import_broken",
    T("containerd cannot read this imported file and does not start: {reason}"),
    T("put that line right, or remove the file, then: systemctl restart containerd"),
)
IMPORT_REPLACES = Fault(
    "import_replaces_tables",
    T(
        "an imported file has tables of the CRI plugin, and containerd then leaves out what this file says of the plugin: {lost}"
    ),
    T("bring all of the CRI plugin's tables into one file, then: systemctl restart containerd"),
    Outcome.WARN,
)


def cri_plugin(looks: Looks) -> Setting:
    """Judges whether the kubelet has somebody to ask."""
    off = [name for name in looks.written.disabled if name in (OLD, CRI)]
    row = Setting(
        PLUGIN,
        T("CRI plugin"),
        T("switched off") if off else T("not switched off"),
        _state(looks),
    )
    place = looks.place("disabled_plugins")
    if OLD in off and (looks.written.version or 1) >= 2:
        return faulty(row, OLD_NAME_OFF, place)
    if off and not looks.node:
        return remark(row, T("docker works without it; a node of Kubernetes does not"))
    if off:
        return faulty(row, SWITCHED_OFF, place)
    if looks.config.plugin == "error":
        reason = looks.config.plugin_error
        keys = [key for key in ("systemd_cgroup", "mirrors") if f"`{key}`" in reason]
        keys += ["tls"] if "tls" in reason else []
        return faulty(row, PLUGIN_FAILED, looks.place(*keys), reason=reason)
    if looks.without_cri:
        return faulty(row, PLUGIN_ABSENT, looks.file)
    if not looks.answer() and not looks.config.plugin:
        return unknown(row, looks.config.unread.get("plugin", looks.silent))
    return row


def _state(looks: Looks) -> Text:
    if looks.config.plugin == "error":
        return T("has failed")
    if looks.without_cri:
        return T("not loaded")
    if looks.answer() or looks.config.plugin == "ok":
        return T("answers") if looks.answer() else T("loaded")
    return NOT_KNOWN


def config_version(looks: Looks) -> Setting:
    """Judges whether containerd can read its file, and by which version it does."""
    version = looks.written.version
    row = Setting(VERSION, T("config version"), _version(looks), verbatim(min(version or 1, 2)))
    if looks.config.dumped is None:
        row = replace(row, in_effect=NOT_KNOWN)
    broken = _broken(looks)
    if broken and looks.config.dumped is None and broken.place.file in ("", looks.file.file):
        fault = TABLE_TWICE if any(word in broken.words for word in TWICE) else BROKEN
        row = replace(row, in_effect=T("containerd refuses the file"))
        return faulty(row, fault, broken.place, reason=broken.words)
    if broken and looks.config.dumped is not None:
        return unknown(row, T("containerd reads this file, this program does not"))
    if version is not None and version > 2:
        return unknown(row, T("this program knows the versions 1 and 2"))
    if (version or 1) < 2 and CRI in looks.written.tables:
        return faulty(row, VERSION_MISSING, looks.place())
    if version == 2 and looks.written.tables == (OLD,):
        return faulty(row, TABLES_OLD, looks.place())
    if "dumped" in looks.config.unread:
        return unknown(row, looks.config.unread["dumped"])
    return row


def _version(looks: Looks) -> Text:
    first = looks.config.files[0] if looks.config.files else None
    if first is None or "files" in looks.config.unread:
        return NOT_KNOWN
    if not first.modified:
        return T("there is no file")
    if first.broken:
        return T("cannot be read")
    version = looks.written.version
    return verbatim(version) if version else T("none, so 1")


def _broken(looks: Looks) -> Broken | None:
    """Returns what is wrong with a file: containerd's words before those of another reader."""
    own = next((one.broken for one in looks.config.files if one.broken), None)
    words = looks.config.refusal
    if not words or OLD_NAME in words:
        return own
    said = refused(words, looks.file.file)
    return said if said.place.line or own is None else own


def imports(looks: Looks) -> Setting | None:
    """Judges the imported files; None where there are none."""
    others = looks.config.files[1:]
    if not others and not looks.written.imports:
        return None
    names = verbatim(", ".join(one.path for one in others) or "-")
    row = Setting(IMPORTS, T("imported files"), verbatim(", ".join(looks.written.imports)), names)
    broken = _broken(looks)
    if broken and looks.config.dumped is None and broken.place.file not in ("", looks.file.file):
        return faulty(row, IMPORT_BROKEN, broken.place, reason=broken.words)
    if looks.written.lost:
        lost = looks.written.lost
        return faulty(row, IMPORT_REPLACES, next(iter(lost.values())), lost=", ".join(lost))
    return row
