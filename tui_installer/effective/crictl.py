"""crictl's file: its sockets, and the line because of which crictl drops it."""

from __future__ import annotations

import re

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from tui_installer.model.facts import Broken, CrictlFile, FilePlace

FILE = "/etc/crictl.yaml"
# crictl 1.25 and 1.26; an option more or less makes it drop the whole file.
KEYS = (
    "runtime-endpoint",
    "image-endpoint",
    "timeout",
    "debug",
    "pull-image-on-create",
    "disable-pull-on-run",
)
_NAMED = re.compile(r"[Cc]onfig option ['\"](?P<key>[^'\"]+)['\"]")


def parse(text: str, refusal: str) -> CrictlFile:
    """Parses the file; `refusal` is what crictl says of it, empty where crictl takes it."""
    try:
        values = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        place = FilePlace(FILE, mark.line + 1, mark.column + 1) if mark else FilePlace(FILE)
        words = refusal or str(getattr(error, "problem", "") or error)
        return CrictlFile(True, broken=Broken(place, words))
    values = values if isinstance(values, dict) else {}
    broken = Broken(FilePlace(FILE, _line(text, refusal)), refusal) if refusal else None
    runtime = str(values.get("runtime-endpoint") or "")
    return CrictlFile(True, runtime, str(values.get("image-endpoint") or runtime), broken)


def _line(text: str, refusal: str) -> int:
    """Returns the line of the key that crictl names, else of the first that crictl 1.25 does not know; 0 if neither."""
    named = _NAMED.search(refusal)
    for number, line in enumerate(text.splitlines(), 1):
        key, colon, _ = line.partition(":")
        if not colon or key.startswith(("#", " ")):
            continue
        if key.strip() == named["key"] if named else key.strip() not in KEYS:
            return number
    return 0
