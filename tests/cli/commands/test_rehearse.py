"""`rehearse MACHINE --answers F`, as an operator calls it: the exit code speaks of the recorded machine's preflight."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.calls import Call, Ended
from tui_installer.exits import ExitCode

ROOT = Path(__file__).resolve().parents[3]
# Where this Python finds the program, and its packages.
PATH = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
CONTROL_PLANE = '[node]\nrole = "first-control-plane"\nhostname = "api7"\n'
SUMMARY = "\nRole       first control plane of a new cluster\n"
WORKER = '[node]\nrole = "worker"\nhostname = "node7"\n'
JOIN = f"kubeadm join 10.1.2.3:6443 --token abcdef.0123456789abcdef --discovery-token-ca-cert-hash sha256:{'ab' * 32}\n"


Rehearse = Callable[..., Ended]


def words_of(folder: Path, machine: str, answers: str, *more: str) -> list[str]:
    (folder / "node.toml").write_text(answers)
    (folder / "join.txt").write_text(JOIN)
    return ["rehearse", machine, "--answers", "node.toml", "--speed", "500", "--lang", "en", *more]


def rehearsed(folder: Path, machine: str, answers: str, *more: str) -> tuple[int, str, str]:
    """By a process of its own, to the end of a run."""
    done = subprocess.run(
        [sys.executable, "-m", "tui_installer", *words_of(folder, machine, answers, *more)],
        cwd=folder,
        env={**os.environ, "XDG_STATE_HOME": str(folder), "PYTHONPATH": PATH},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not list(folder.rglob("at-*"))
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def refused(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rehearse:
    """What ends before a run, in the test's process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    def rehearse(machine: str, answers: str, *more: str) -> Ended:
        ended = call(*words_of(tmp_path, machine, answers, *more))
        assert not list(tmp_path.rglob("at-*"))
        return ended

    return rehearse


def test_a_control_plane(tmp_path: Path) -> None:
    """Checks, summary and plan of that machine; then a run in which every line says that it is assumed."""
    code, out, err = rehearsed(tmp_path, "fresh", CONTROL_PLANE)
    assert (code, err) == (ExitCode.DONE, "")
    told, _, run = out.partition("From here on the effects of all commands are assumed")
    places = [
        told.index(text) for text in ("firewalld is running", SUMMARY, "$ kubeadm init --config")
    ]
    assert places == sorted(places)
    lines = run.splitlines()[1:]
    assert all(line.startswith("assumed  ") for line in lines)
    assert lines[-1].endswith("done: this node is what the answers ask for")
    assert any("DNS: a pod looks up" in line for line in lines)
    assert "api7 is Ready" in run


def test_a_worker(tmp_path: Path) -> None:
    code, out, err = rehearsed(tmp_path, "two-cards", WORKER, "--join", "join.txt")
    assert (code, err) == (ExitCode.DONE, "")
    assert "node7 is answered by a pod on" in out
    assert "0123456789abcdef" not in out


@pytest.mark.parametrize(
    ("machine", "answers", "why"),
    [
        ("blocked", CONTROL_PLANE, "package_mirrors"),
        ("small", CONTROL_PLANE, "cores, memory"),
        ("docker", CONTROL_PLANE, "runtime"),
        ("stream8", CONTROL_PLANE, "CentOS Stream release 8"),
        ("fresh", WORKER, "a worker needs its join command"),
    ],
    ids=lambda value: value.partition("\n")[0],
)
def test_what_the_preflight_refuses(
    machine: str, answers: str, why: str, refused: Rehearse
) -> None:
    ended = refused(machine, answers)
    assert ended.code == ExitCode.REFUSED
    assert why in ended.err


def test_for_programs_one_object(tmp_path: Path, refused: Rehearse) -> None:
    # A node already: what is left is the taint of kubeadm, and then the proof.
    again = CONTROL_PLANE.replace("api7", "k8s-master")
    again += "[cluster]\npods_on_control_plane = true\n"
    code, out, _ = rehearsed(tmp_path, "control-plane", again, "--json")
    told = json.loads(out)
    assert code == ExitCode.DONE
    assert (told["version"], told["refused"], told["assumed"]) == (1, [], "done")
    assert {"id", "outcome", "detail", "cure"} <= set(told["checks"][0])
    assert [row["id"] for row in told["steps"] if row["changes"]] == ["ordinary_pods", "proof"]
    ended = refused("blocked", CONTROL_PLANE, "--json")
    told = json.loads(ended.out)
    assert (ended.code, told["assumed"]) == (ExitCode.REFUSED, None)
    assert "package_mirrors" in told["refused"][0]


def test_what_needs_answers(call: Call) -> None:
    ended = call("rehearse", "--json", "--lang", "en")
    assert ended.code == ExitCode.USAGE
    assert "--join, --accept and --json need --answers" in ended.err


def test_wrong_answers_are_refused_with_their_line(refused: Rehearse) -> None:
    ended = refused("fresh", CONTROL_PLANE + 'gatway = "10.0.0.1"\n')
    assert ended.code == ExitCode.USAGE
    assert "node.toml:4: node.gatway" in ended.err


def test_what_a_recording_of_another_version_does_not_say_is_unknown(tmp_path: Path) -> None:
    """The rest is rehearsed; what needs it is neither done nor broken, and ends by its name.

    A run that fails after the preflight is no refusal.
    """
    told = json.loads((ROOT / "assets/machines/fresh.json").read_text(encoding="utf-8"))
    del told["facts"]["Swap"]
    (tmp_path / "older.json").write_text(json.dumps(told), encoding="utf-8")
    code, out, err = rehearsed(tmp_path, "older.json", CONTROL_PLANE)
    assert (code, err) == (ExitCode.DONE, "")
    lacking = "not known: nothing usable from the recording: another version made it"
    planned, _, run = out.partition("From here on")
    assert planned.count(lacking) == 2, "a check and a step"
    assert f"    {lacking}" in run
    assert "The assumed run did not come to its end" in run


def test_a_rehearsal_of_somebody_elses_is_not_taken_up(tmp_path: Path) -> None:
    """Else a variable would say where root writes."""
    tmp_path.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "tui_installer", "status", "--lang", "en"],
        env={**os.environ, "TUI_INSTALLER_REHEARSAL": str(tmp_path), "PYTHONPATH": PATH},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.USAGE
    assert "names no folder of a rehearsal of yours" in done.stderr
