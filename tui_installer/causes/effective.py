"""What the settings of containerd tell: files that say other than what is in effect, and what is in them that no log tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tui_installer.effective import images, mirrors, plugin, service
from tui_installer.effective.fault import Fault
from tui_installer.effective.settings import settings
from tui_installer.model.cause import Clue, Evidence, KnownCause

# What follows where the hosts of a registry are not those that somebody wrote down.
UNREACHABLE = (
    "image_unreachable",
    "image_backoff",
    "pull_unreachable",
    "pull_name_unknown",
    "sandbox_image",
)


def _set(fault: Fault) -> Callable[[Evidence], Iterator[Clue]]:
    """Returns the tell of a fault; its clues are the places of the settings that have it."""

    def tell(evidence: Evidence) -> Iterator[Clue]:
        for setting in settings(evidence.facts):
            if setting.fault == fault.id:
                values = {**setting.sentence.params, **setting.cure.params}
                place = setting.place
                line = f", line {place.line}" if place.line else ""
                yield Clue(f"{place.file}{line}", {k: str(v) for k, v in values.items()})

    return tell


def _cause(fault: Fault, *explains: str) -> KnownCause:
    return KnownCause(fault.id, fault.sentence, fault.cure, (_set(fault),), fault.outcome, explains)


CAUSES = (
    _cause(mirrors.TOGETHER, "hosts_toml_broken", *UNREACHABLE),
    _cause(mirrors.BROKEN, "hosts_toml_broken", *UNREACHABLE),
    _cause(mirrors.CAPABILITY, "hosts_toml_broken", *UNREACHABLE),
    _cause(mirrors.WITHOUT_HOST, "hosts_toml_broken", *UNREACHABLE),
    _cause(mirrors.WITHOUT_RESOLVE, *UNREACHABLE),
    _cause(mirrors.WRONG_FOLDER, *UNREACHABLE),
    _cause(mirrors.LAST_RESORT),
    _cause(images.NOT_READ, *UNREACHABLE),
    _cause(plugin.IMPORT_REPLACES, "sandbox_image", "cgroup_driver"),
    _cause(service.PROXY_OTHER, "proxy_silent"),
    _cause(service.CRICTL_BROKEN),
)
