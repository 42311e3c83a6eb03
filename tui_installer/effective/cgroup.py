"""The cgroup driver of containerd and of the kubelet, and the default runtime."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher

from tui_installer.effective.fault import Fault, faulty, unknown
from tui_installer.effective.looks import Looks, switch, text_of
from tui_installer.model.facts import KubeletSettings
from tui_installer.model.setting import Setting
from tui_installer.model.text import T, Text, verbatim

CGROUP, RUNTIME = "SystemdCgroup", "default_runtime_name"
SYSTEMD, CGROUPFS = "systemd", "cgroupfs"
FLAG = "--cgroup-driver="
# How alike two names must be for the one to be a slip of the other.
ALIKE = 0.8

OLD_SWITCH = Fault(
    "systemd_cgroup_old",
    T("systemd_cgroup is another, dead switch: with it containerd runs without its CRI plugin"),
    T(
        "remove this line and set SystemdCgroup = true in the options of runc, then: systemctl restart containerd"
    ),
)
MISSPELT = Fault(
    "systemd_cgroup_misspelt",
    T('"{key}" is no option of the runtime: containerd passes over it in silence'),
    T("write SystemdCgroup, then: systemctl restart containerd"),
)
DIFFER = Fault(
    "cgroup_drivers_not_alike",
    T(
        "the kubelet's cgroup driver is {kubelet}, containerd's is {containerd}: limits of pods do not hold, or no pod starts"
    ),
    T(
        "set SystemdCgroup = true in the options of the runtime and cgroupDriver: systemd for the kubelet, then: systemctl restart containerd kubelet"
    ),
)
DRIVER_UNKNOWN = Fault(
    "kubelet_driver_unknown",
    T('the kubelet knows no cgroup driver "{kubelet}" and takes cgroupfs without a word'),
    T("write cgroupDriver: systemd, then: systemctl restart kubelet"),
)
NOT_DEFINED = Fault(
    "default_runtime_not_defined",
    T("there is no runtime {runtime}: containerd runs without its CRI plugin"),
    T(
        "set default_runtime_name to a runtime that has a table of its own, then: systemctl restart containerd"
    ),
)


def cgroup(looks: Looks) -> Setting:
    """Judges whether containerd and the kubelet use the same cgroup driver."""
    here = looks.runtime
    cri = looks.answer()
    effective = cri.systemd_cgroup if cri else None
    row = Setting(CGROUP, verbatim(CGROUP), switch(here.systemd_cgroup), T("not known"))
    if looks.written.systemd_cgroup:
        return faulty(row, OLD_SWITCH, looks.place("systemd_cgroup"))
    dumped = looks.dumped.runtimes.get(looks.dumped.default_runtime or "runc")
    row = looks.compared(
        row,
        switch(bool(dumped and dumped.systemd_cgroup)),
        None if effective is None else switch(effective),
    )
    if cri and effective is None:
        return unknown(
            row,
            T(
                "{runtime} is not runc, and this program does not know its options",
                runtime=cri.runtime,
            ),
        )
    if slip := next((key for key in here.options if _slip(key)), None):
        row = faulty(row, MISSPELT, looks.place(f"option {slip}"), key=slip)
    return _with_kubelet(looks, row, effective)


def _slip(key: str) -> bool:
    """Tells whether a key is SystemdCgroup with a slip; small and large letters are containerd's own affair."""
    alike = SequenceMatcher(None, key.lower().replace("_", ""), CGROUP.lower()).ratio()
    return key.lower() != CGROUP.lower() and alike >= ALIKE


def _with_kubelet(looks: Looks, row: Setting, effective: bool | None) -> Setting:
    """Returns the setting beside the kubelet's; what is not known of either is not compared."""
    if looks.kubelet is None or not looks.kubelet.there or looks.kubelet.error:
        return row
    driver = _driver(looks.kubelet)
    own = looks.kubelet.cgroup_driver_place
    row = replace(row, in_effect=T("{own}; kubelet: {driver}", own=row.in_effect, driver=driver))
    if driver not in (SYSTEMD, CGROUPFS):
        return faulty(row, DRIVER_UNKNOWN, own, kubelet=driver)
    if effective is None or row.fault == MISSPELT.id or effective == (driver == SYSTEMD):
        return row
    place = looks.place(CGROUP, "runtime") if driver == SYSTEMD else own
    containerd = SYSTEMD if effective else CGROUPFS
    return faulty(row, DIFFER, place, kubelet=driver, containerd=containerd)


def _driver(kubelet: KubeletSettings) -> str:
    """Returns the kubelet's driver: a flag wins over the file, and cgroupfs is the kubelet's own default."""
    flags = [flag.removeprefix(FLAG) for flag in kubelet.flags if flag.startswith(FLAG)]
    return (flags[-1] if flags else kubelet.cgroup_driver) or CGROUPFS


def runtime(looks: Looks) -> Setting:
    """Judges the default runtime: runc, nvidia's, or another one."""
    name = looks.written.default_runtime
    written: Text = text_of(name) if name else T("not set, so runc")
    row = Setting(RUNTIME, T("default runtime"), written, T("not known"))
    dumped = looks.dumped
    if name and looks.config.dumped and name not in dumped.runtimes:
        return faulty(row, NOT_DEFINED, looks.place(RUNTIME), runtime=name)
    cri = looks.answer()
    effective = verbatim(cri.runtime) if cri and cri.runtime else None
    return looks.compared(row, verbatim(dumped.default_runtime or "runc"), effective)
