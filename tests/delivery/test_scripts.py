"""The scripts, locks and unit as text."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = [
    "install.sh",
    "packaging/build-bundle",
    "packaging/build-python",
    "packaging/lock",
    "tests/run",
    ".ci/run",
]
LOCKS = [
    "requirements.lock",
    "requirements-dev.lock",
    "packaging/toolchain.lock",
    "packaging/uv.lock",
]
ENGINE = ROOT / "assets/systemd/tui-installer.service"
CONSOLE = ROOT / "assets/systemd/tui-installer-console.service"

# Of the directives in use, those that systemd 219 has in that section (some moved later).
KNOWN_TO_SYSTEMD_219 = {
    "Unit": {
        "Description",
        "After",
        "Before",
        "Wants",
        "Conflicts",
        "OnFailure",
        "ConditionPathExists",
    },
    "Service": {
        "Type",
        "ExecStart",
        "ExecStopPost",
        "KillMode",
        "LimitCORE",
        "Restart",
        "RestartSec",
        "StartLimitInterval",
        "StartLimitBurst",
        "SuccessExitStatus",
        "StandardInput",
        "StandardOutput",
        "StandardError",
        "SyslogIdentifier",
        "TTYPath",
        "TTYReset",
        "TTYVHangup",
        "Environment",
        "WorkingDirectory",
    },
    "Install": {"WantedBy"},
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_script_parses_and_stops_at_the_first_error(script: str) -> None:
    subprocess.run(["bash", "-n", script], cwd=ROOT, check=True)
    assert "\nset -euo pipefail\n" in (ROOT / script).read_text()
    assert (ROOT / script).stat().st_mode & 0o111


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_hashes_and_names_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    pins = re.findall(r"^[a-z].*$", text, re.MULTILINE)
    assert pins
    assert all(re.match(r"[a-z0-9.-]+==\S+ .*\\$", pin) for pin in pins)
    assert text.count("--hash=sha256:") >= len(pins)


def test_what_is_shipped_is_what_is_tested() -> None:
    tested = (ROOT / "requirements-dev.lock").read_text()
    for pin in re.findall(r"^([a-z]\S+==\S+) ", (ROOT / "requirements.lock").read_text(), re.M):
        assert f"{pin} " in tested


def directives(unit: Path) -> list[tuple[str, str, str]]:
    """Section, name and value of each, in order."""
    section, found = "", []
    for line in unit.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.append((section, name, value))
    return found


@pytest.mark.parametrize("unit", [ENGINE, CONSOLE], ids=lambda unit: unit.name)
def test_unit_uses_only_what_systemd_219_knows(unit: Path) -> None:
    for section, name, _ in directives(unit):
        assert name in KNOWN_TO_SYSTEMD_219[section]


def test_there_is_no_way_for_the_console_to_end_without_a_login() -> None:
    """Beaten by the conflict at boot, the login is started by this unit or by nobody."""
    found = directives(CONSOLE)
    values = {name: value for _, name, value in found}
    login = "getty@tty1.service"
    assert values["Conflicts"] == values["Before"] == values["OnFailure"] == login
    assert values["ExecStopPost"] == f"-/usr/bin/systemctl --no-block start {login}"
    # The one condition is that of the login itself; whatever else could keep the unit from running is not there.
    conditions = [value for _, name, value in found if name.startswith(("Condition", "Assert"))]
    assert conditions == ["/dev/tty0"]
    assert not {"Requires", "Requisite", "BindsTo", "ExecStartPre"} & values.keys()
    # Nothing comes back on a tty1 that has become a login.
    assert "Restart" not in values
