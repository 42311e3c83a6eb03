"""What can be wrong with a setting, and a setting that has it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tui_installer.model.facts import FilePlace
from tui_installer.model.outcome import Outcome
from tui_installer.model.setting import Setting
from tui_installer.model.text import NO_TEXT, T, Text

NOT_KNOWN = T("not known")


@dataclass(frozen=True)
class Fault:
    """One thing that can be wrong; sentence and cure have placeholders for what is known of it."""

    id: str
    sentence: Text
    cure: Text
    outcome: Outcome = Outcome.FAIL


def faulty(setting: Setting, fault: Fault, place: FilePlace, **values: Any) -> Setting:
    """Returns the setting with that fault."""
    return replace(
        setting,
        outcome=fault.outcome,
        fault=fault.id,
        place=place,
        sentence=_filled(fault.sentence, values),
        cure=_filled(fault.cure, values),
    )


def _filled(text: Text, values: dict[str, Any]) -> Text:
    named = {name: value for name, value in values.items() if f"{{{name}}}" in text.template}
    return Text(text.template, named)


def unknown(setting: Setting, why: Text) -> Setting:
    """Returns the setting as one of which it is not known whether it is right."""
    if setting.outcome is not Outcome.OK:
        return setting
    return replace(setting, outcome=Outcome.UNKNOWN, sentence=why)


def remark(setting: Setting, sentence: Text) -> Setting:
    """Returns the setting with what is worth knowing of it, where nothing is wrong."""
    return setting if setting.sentence != NO_TEXT else replace(setting, sentence=sentence)


NOT_RESTARTED = Fault(
    "not_restarted",
    T("the files say {written}, containerd runs with {effective}: it has not been started since"),
    T("systemctl restart containerd; running containers go on"),
    Outcome.WARN,
)
