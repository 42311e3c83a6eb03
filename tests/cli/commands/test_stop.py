"""`stop` while a run is in progress, and without one."""

from __future__ import annotations

import fcntl

from tests.support.calls import EN, ends
from tests.support.machine import Fake
from tui_installer.cli.commands import stop
from tui_installer.exits import ExitCode
from tui_installer.host.machine import at
from tui_installer.model import places


def test_stop(machine: Fake) -> None:
    assert ends(lambda: stop.run(EN))[0] == ExitCode.DONE
    assert not at(places.STOP).exists()
    with at(places.LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert stop.run(EN) == ExitCode.DONE
    assert at(places.STOP).exists()
