"""The machine in use: chosen once, put back, and asked whenever a path is needed, never when a module is loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tui_installer.host import files, machine
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model import places

# Loads every module while a machine with a strange root is in use; prints what of them holds that root.
FROZEN = """
import importlib, pkgutil, sys
from pathlib import Path
import tui_installer
from tui_installer.host import machine
from tui_installer.host.this_machine import ThisMachine
machine.use(ThisMachine(Path("/of-another-machine")))
assert str(machine.at("/etc/hosts")) == "/of-another-machine/etc/hosts"
for info in pkgutil.walk_packages(tui_installer.__path__, "tui_installer."):
    if not info.name.endswith(("__main__", ".keeper")):
        module = importlib.import_module(info.name)
        for name, value in list(vars(module).items()):
            if "/of-another-machine" in str(value):
                print(info.name, name, value)
print("all were loaded")
"""


# It looks at the sources; `test_again` loads them under a second interpreter.
@pytest.mark.once
def test_no_module_keeps_a_path_of_the_machine_that_was_in_use_when_it_was_loaded() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FROZEN], capture_output=True, text=True, check=True
    )
    assert done.stdout == "all were loaded\n"


def test_its_files_lie_below_its_root(tmp_path: Path) -> None:
    machine.use(ThisMachine(tmp_path))
    files.write(str(places.ANSWERS), "x")
    assert (tmp_path / "etc/tui-installer/answers.toml").read_text() == "x"
    assert machine.at(tmp_path / "etc/hosts") == machine.at("/etc/hosts") == tmp_path / "etc/hosts"


def test_the_one_before_is_put_back_whatever_happens(tmp_path: Path) -> None:
    before = machine.here()
    with pytest.raises(ZeroDivisionError), machine.instead(ThisMachine(tmp_path)):
        assert machine.here().root == tmp_path
        raise ZeroDivisionError
    assert machine.here() is before
