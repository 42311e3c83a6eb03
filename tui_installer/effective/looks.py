"""The three looks at containerd's settings: its files, what it makes of them, and what runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from tui_installer.effective.fault import NOT_KNOWN, NOT_RESTARTED, faulty, unknown
from tui_installer.model.facts import (
    ContainerdConfig,
    ContainerdSettings,
    Cri,
    Facts,
    FilePlace,
    KubeletSettings,
    NotRead,
    RuntimeTable,
)
from tui_installer.model.setting import Setting
from tui_installer.model.text import T, Text, verbatim

NO_CRI = T("no CRI")
# containerd's word where it works without the part for the kubelet.
WITHOUT_CRI = "Unimplemented"


@dataclass(frozen=True)
class Looks:
    """What is known; `cri` and `kubelet` are None where it is not, and `silent` says why there is no `cri`."""

    config: ContainerdConfig
    cri: Cri | None
    kubelet: KubeletSettings | None
    silent: Text

    @property
    def written(self) -> ContainerdSettings:
        """What the files say."""
        return self.config.written

    @property
    def dumped(self) -> ContainerdSettings:
        """What containerd would use if it started now; where it does not say, what the files say."""
        return self.config.dumped or self.config.written

    @property
    def file(self) -> FilePlace:
        """The main file, without a line."""
        return FilePlace(self.config.files[0].path if self.config.files else "")

    @cached_property
    def without_cri(self) -> bool:
        """containerd runs, and has no CRI."""
        said = self.cri.error if self.cri else ""
        return WITHOUT_CRI in said or self.config.plugin == "error"

    @property
    def node(self) -> bool:
        """A kubelet is set up here, so that CRI is needed."""
        return self.kubelet is not None and self.kubelet.there

    @property
    def runtime(self) -> RuntimeTable:
        """The table of the default runtime in the files."""
        return self.written.runtimes.get(self.written.default_runtime or "runc", RuntimeTable())

    def place(self, *names: str) -> FilePlace:
        """Returns the place of the first of these keys that stands in a file, else that of the CRI tables."""
        places = self.written.places
        return next((places[name] for name in (*names, "table") if name in places), self.file)

    def compared(self, setting: Setting, written: Text, effective: Text | None) -> Setting:
        """Returns the setting with what is in effect; None: containerd does not say."""
        if self.without_cri:
            return replace(setting, in_effect=NO_CRI)
        if effective is None:
            return unknown(replace(setting, in_effect=NOT_KNOWN), self.silent)
        setting = replace(setting, in_effect=effective)
        if self.config.dumped is None or written == effective:
            return setting
        return faulty(
            setting, NOT_RESTARTED, self.place(setting.id), written=written, effective=effective
        )

    def answer(self) -> Cri | None:
        """Returns containerd's own report, None where it makes none."""
        return None if self.cri is None or self.cri.error else self.cri


def looks(facts: Facts) -> Looks:
    """Returns the looks of these facts. Raises NotRead where nothing is known of containerd's files."""
    cri, kubelet, silent = None, None, NOT_KNOWN
    try:
        cri = facts[Cri]
        silent = verbatim(cri.error) if cri.error else NOT_KNOWN
    except NotRead as error:
        silent = error.unread.text
    except KeyError:
        pass
    try:
        kubelet = facts[KubeletSettings]
    except (NotRead, KeyError):
        kubelet = None
    return Looks(facts[ContainerdConfig], cri, kubelet, silent)


def switch(value: bool | None) -> Text:
    """Returns a value as TOML writes it; what is not set is off."""
    if value is None:
        return T("not set, so false")
    return verbatim("true" if value else "false")


def text_of(value: str | None) -> Text:
    """Returns a text as a value; what is not set is named so."""
    return verbatim(value) if value else T("not set")
