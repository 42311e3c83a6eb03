"""Checks, plans and mistakes in lines, and a plan as a script."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tui_installer import registry
from tui_installer.cli import lines
from tui_installer.model.answers_file import Mistake
from tui_installer.model.change import RunCommand, WriteFile
from tui_installer.model.check import Judged, Verdict
from tui_installer.model.outcome import Outcome
from tui_installer.model.plan import Plan, PlannedStep
from tui_installer.model.secret import Secret
from tui_installer.model.text import T
from tui_installer.text import words
from tui_installer.text.language import Language

EN = Language("en")
ZH = Language("zh")


def test_mistakes_at_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [Mistake(3, "node.hostname", '"A"', T("a")), Mistake(0, "", "noise", T("TOML"))]
    lines.mistakes(rows, EN, "node.toml")
    printed = capsys.readouterr()
    assert printed.out == ""
    first, second = printed.err.splitlines()
    assert first.startswith('node.toml:3: node.hostname: found "A"')
    assert second.startswith("node.toml: found noise")


def verdicts() -> tuple[Judged, ...]:
    checks = registry.checks()
    rows = [
        Verdict(o, T("found"), wanted=T("wanted {x}", x=1), why=T("why"), cure=T("cure"))
        for o in Outcome
    ]
    return tuple(Judged(check, row) for check, row in zip(checks, rows, strict=False))


@pytest.mark.parametrize("say", [EN, ZH], ids=["en", "zh"])
def test_the_list_of_checks(capsys: pytest.CaptureFixture[str], say: Language) -> None:
    lines.checks(verdicts(), say)
    printed = capsys.readouterr().out.splitlines()
    assert "5" in printed[-1]
    cures = [line for line in printed if line.lstrip().startswith("> ")]
    assert len(cures) == 2, "what is good, planned or unknown needs none"
    assert sum("[" in line for line in cures) == 2


def test_an_accepted_fail_is_said_to_be_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    row = verdicts()[0]
    lines.checks((Judged(row.check, row.verdict, accepted=True),), EN)
    assert "accepted" in capsys.readouterr().out


STEP = registry.steps()[0]


def test_a_secret_is_stars_in_every_form_of_the_plan(capsys: pytest.CaptureFixture[str]) -> None:
    secret = WriteFile("/run/x.yaml", Secret("fgb53hon9hd6xs29"), T("x"), mode=0o600)
    found = Plan((PlannedStep(STEP, (secret,)),))
    lines.plan(found, EN, diff=True)
    lines.script(found, EN)
    out = capsys.readouterr().out
    assert "fgb53hon9hd6xs29" not in out
    assert "/run/x.yaml" in out
    assert "test -s /run/x.yaml" in out


def test_a_script_quotes_what_must_be_quoted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    content = "END\n$HOME `id` \\ '\nEND_\nno line end"
    path = tmp_path / "a b'c"
    changes = (
        WriteFile(str(path), content, T("x\ntouch {path}", path=f"{tmp_path}/injected")),
        RunCommand(("touch", f"{tmp_path}/$HOME;ls"), T("y")),
    )
    lines.script(Plan((PlannedStep(STEP, changes), PlannedStep(STEP, ()))), EN)
    script = capsys.readouterr().out
    subprocess.run(["bash"], input=script, text=True, check=True)
    assert path.read_text() == content + "\n"
    assert (tmp_path / "$HOME;ls").exists()
    assert path.stat().st_mode & 0o777 == 0o644
    assert not (tmp_path / "injected").exists(), "a remark of two lines is still a remark"


def test_every_word_of_the_screens_is_a_text() -> None:
    assert all(map(str, words.WORDS.values()))
    assert {str(o) for o in Outcome} <= {str(key) for key in words.WORDS}


@pytest.mark.parametrize("place", ["/var/lib/etcd", "/data/etcd"])
def test_a_script_deletes_no_cluster_that_it_has_not_saved(
    place: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As the engine does; where etcd's data lie elsewhere, it stops."""
    reset = RunCommand(("kubeadm", "reset", "-f"), T("y"))
    lines.script(Plan((PlannedStep(STEP, (reset,)),)), EN)
    script = capsys.readouterr().out
    for folder in ("/var/", "/etc/kubernetes", "/root/", "/proc/self/"):
        script = script.replace(folder, f"{tmp_path}{folder}")
    for name in ("kubeadm", "systemctl", "umount"):
        tool = tmp_path / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f'#!/bin/bash\necho {name} "$@" >>{tmp_path}/called\n')
        tool.chmod(0o755)
    texts = {
        "etc/kubernetes/manifests/etcd.yaml": f"      path: {tmp_path}{place}\n",
        "var/lib/etcd/member/snap/db": "data",
        "proc/self/mountinfo": "".join(
            f"1 2 8:1 / {tmp_path}{path} rw - ext4 /dev/sdb rw\n"
            for path in ("/srv", "/data/kubelet/a", "/data/kubelet/a/b", "/data/kubelet2")
        ),
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "root").mkdir()
    (tmp_path / "data/kubelet").mkdir(parents=True)
    (tmp_path / "var/lib/kubelet").symlink_to(tmp_path / "data/kubelet")
    path = f"{tmp_path}/bin:{os.environ['PATH']}"
    done = subprocess.run(["bash"], input=script, text=True, check=False, env={"PATH": path})
    called = (tmp_path / "called").read_text().splitlines()
    if place != "/var/lib/etcd":
        assert done.returncode != 0
        assert called == ["systemctl stop kubelet", "systemctl start kubelet"]
        return
    assert called == [
        "systemctl stop kubelet",
        f"umount {tmp_path}/data/kubelet/a/b",
        f"umount {tmp_path}/data/kubelet/a",
        "kubeadm reset -f",
    ]
    (saved,) = (tmp_path / "root").iterdir()
    assert saved.stat().st_mode & 0o777 == 0o700
    assert (Path(f"{saved}{tmp_path}") / "var/lib/etcd/member/snap/db").read_text() == "data"
