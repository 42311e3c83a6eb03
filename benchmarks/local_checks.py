"""Time of the local checks on a node, in seconds, under the program's own Python."""

from __future__ import annotations

import sys
import time

BEGAN = time.monotonic()

from tui_installer.host.gather import gather  # noqa: E402
from tui_installer.host.machine import use  # noqa: E402
from tui_installer.host.scope import Scope  # noqa: E402
from tui_installer.host.this_machine import ThisMachine  # noqa: E402
from tui_installer.model.answers_file import parse  # noqa: E402
from tui_installer.model.facts import KubeadmPreflight, Sources  # noqa: E402
from tui_installer.preflight import completion, inspection  # noqa: E402 - loading is part of what is measured

LOADED = time.monotonic()
ELSEWHERE = {KubeadmPreflight, Sources}


def main() -> None:
    """Prints the seconds of the checks, without and with the program's imports."""
    use(ThisMachine())
    with open(sys.argv[1], "rb") as file:  # noqa: PTH123 - as short as it gets
        file_values = parse(file.read())
    local = gather(completion.LOCAL, Scope())
    values = completion.local_values(file_values, local, None)
    answers = completion.with_mirrors(values, file_values, None, Sources())
    facts = inspection.facts_for(inspection.Asked(file_values), answers, local, without=ELSEWHERE)
    judged = inspection.judge(answers, facts, inspection.make_plan(answers, facts))
    ended = time.monotonic()
    print(f"{ended - LOADED:.3f} {ended - BEGAN:.3f} {len(judged)}")


main()
