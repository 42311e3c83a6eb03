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
LOCKS = ["requirements.lock", "requirements-dev.lock", "packaging/toolchain.lock"]
UNIT = ROOT / "assets/systemd/tui-installer.service"

# Of the directives in use, those that systemd 219 has in that section (some moved later).
KNOWN_TO_SYSTEMD_219 = {
    "Unit": {"Description", "After", "Wants", "ConditionPathExists"},
    "Service": {
        "Type",
        "ExecStart",
        "KillMode",
        "Restart",
        "RestartSec",
        "StartLimitInterval",
        "StartLimitBurst",
        "StandardOutput",
        "StandardError",
        "SyslogIdentifier",
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


def test_unit_uses_only_what_systemd_219_knows() -> None:
    section = ""
    for line in UNIT.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            assert line.partition("=")[0] in KNOWN_TO_SYSTEMD_219[section]
