"""`plan` and `check` refuse what `apply` refuses; with --json a refusal is an object too."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.machine import Fake, fake
from tui_installer.cli import main
from tui_installer.cli.arguments import read_answers
from tui_installer.cli.commands import check
from tui_installer.exits import Exit, ExitCode
from tui_installer.host import runs, set_aside
from tui_installer.host.machine import at
from tui_installer.host.scope import Scope
from tui_installer.model import places
from tui_installer.model.answers_file import dump
from tui_installer.model.facts import (
    Facts,
    HostName,
    Kernel,
    Kubernetes,
    Network,
    Nic,
    Partly,
    Past,
    Sources,
    System,
    Unread,
)
from tui_installer.model.request import Request
from tui_installer.model.text import T
from tui_installer.preflight import inspection
from tui_installer.rehearsal import record, recorder
from tui_installer.text.language import Language

EN = Language("en")
MADE = '[node]\nrole = "first-control-plane"\n'
OTHERS = {
    "hostname": f'{MADE}hostname = "cp-1"\n',
    "interface": f'{MADE}interface = "ens34"\n',
    "address": f'{MADE}address = "192.168.40.9/24"\n',
    "pod_subnet": f'{MADE}[cluster]\npod_subnet = "172.16.0.0/16"\n',
    "service_subnet": f'{MADE}[cluster]\nservice_subnet = "172.17.0.0/16"\n',
    "endpoint": f'{MADE}[cluster]\nendpoint = "10.0.0.9:6443"\n',
}

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    return fake(tmp_path, monkeypatch)


@pytest.fixture
def call(
    machine: Fake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Call:
    """One call of the program; its exit code and what it printed."""
    monkeypatch.setenv("LANGUAGE", "")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr(tempfile, "tempdir", str(machine.folder))

    def run(*argv: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tui-installer", *argv])
        monkeypatch.setattr(signal, "signal", lambda _number, _handler: None)
        code = main.main()
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def written(machine: Fake, text: str) -> str:
    path = machine.folder / "node.toml"
    path.write_text(text)
    return str(path)


@pytest.fixture
def node(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """A control plane that a run of ours has made."""
    found = inspection.look(inspection.Asked(read_answers(EN, Path(written(machine, MADE)))))
    at(places.ANSWERS).write_text(dump(found.answers))
    machine.set(Kubernetes(kubelet_conf=True))
    monkeypatch.setattr(runs, "past", lambda: Past(made=frozenset({"kubeadm_init"})))
    return machine


VERBS = (("plan",), ("plan", "--diff"), ("plan", "--shell"), ("check",), ("apply", "--yes"))


@pytest.mark.parametrize("key", OTHERS)
@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_what_was_fixed_is_refused_by_all(
    node: Fake, call: Call, verb: tuple[str, ...], key: str
) -> None:
    code, out, err = call(*verb, "--answers", written(node, OTHERS[key]))
    assert code == ExitCode.REFUSED
    assert f".{key}" in err
    assert "#!/bin/bash" not in out, "no script that somebody might run"
    assert runs.asked() is None


@pytest.mark.parametrize("key", OTHERS)
@pytest.mark.parametrize(("verb", "holds"), [("plan", "steps"), ("check", "checks"), ("apply", "")])
def test_as_json_it_is_an_object(node: Fake, call: Call, verb: str, holds: str, key: str) -> None:
    yes = ["--yes"] if verb == "apply" else []
    code, out, err = call(verb, "--answers", written(node, OTHERS[key]), "--json", *yes)
    told = json.loads(out)
    assert code == ExitCode.REFUSED
    assert told["version"] == 1
    assert [f".{key}" in reason for reason in told["refused"]] == [True]
    assert set(told) == {"version", "refused", *([holds] if holds else [])}
    assert f".{key}" in err, "and a person is told as well"


# What may lie in the place of the last answers: of a newer version, half a file, none, no file at all.
STRANGE: dict[str, Callable[[str], str | None]] = {
    "newer": lambda text: text.replace("[node]", '[node]\nzone = "a"'),
    "half": lambda text: text[: len(text) // 2],
    "empty": lambda _text: "",
    "gone": lambda _text: None,
}


def strange(how: str) -> str | None:
    """Puts it there in place of what the run has written."""
    text = STRANGE[how](at(places.ANSWERS).read_text())
    at(places.ANSWERS).unlink()
    if text is not None:
        at(places.ANSWERS).write_text(text)
    return text


def with_request(found: inspection.Preflight, text: str | None = None) -> None:
    """The folder of the run that has made this node."""
    run = at(places.RUNS) / "r0001-20261130T101212Z"
    run.mkdir()
    (run / "journal.jsonl").write_text('{"kind": "run-ended", "outcome": "done"}\n')
    (run / "request.json").write_text(text or Request(found.answers).dump())


@pytest.mark.parametrize("how", STRANGE)
@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_answers_that_cannot_be_used_switch_no_refusal_off(
    node: Fake, call: Call, verb: tuple[str, ...], how: str
) -> None:
    """The newest run knows what it was asked for; and whoever calls is told why that counts."""
    found = inspection.look(inspection.Asked(read_answers(EN, Path(written(node, MADE)))))
    with_request(found)
    text = strange(how)
    code, _, err = call(*verb, "--answers", written(node, OTHERS["pod_subnet"]))
    assert code == ExitCode.REFUSED
    assert "cluster.pod_subnet cannot be changed" in err
    assert (f"{at(places.ANSWERS)} cannot be used: " in err and "r0001-" in err) or how == "gone"
    assert runs.asked() is None
    code, _, err = call("plan", "--answers", written(node, MADE))
    assert code == ExitCode.DONE, err
    assert text is None or at(places.ANSWERS).read_text() == text


@pytest.mark.parametrize("how", STRANGE)
@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_where_nothing_tells_what_a_node_was_made_with_all_is_refused(
    node: Fake, call: Call, verb: tuple[str, ...], how: str
) -> None:
    found = inspection.look(inspection.Asked(read_answers(EN, Path(written(node, MADE)))))
    with_request(found, "[[[")
    text = strange(how)
    code, out, err = call(*verb, "--answers", written(node, MADE))
    assert (code, out) == (ExitCode.REFUSED, "")
    assert str(at(places.ANSWERS)) in err
    assert "it is not known what this machine was made with" in err
    assert runs.asked() is None
    assert text is None or at(places.ANSWERS).read_text() == text


def test_what_is_no_file_is_not_written_over(node: Fake, call: Call) -> None:
    found = inspection.look(inspection.Asked(read_answers(EN, Path(written(node, MADE)))))
    with_request(found)
    at(places.ANSWERS).unlink()
    at(places.ANSWERS).mkdir()
    code, _, err = call("apply", "--yes", "--answers", written(node, MADE))
    assert code == ExitCode.REFUSED
    assert f"{at(places.ANSWERS)} cannot be read: it is no plain file" in err


def test_what_was_put_aside_is_told_beside_every_look(machine: Fake, call: Call) -> None:
    set_aside.note(T("{path} cannot be read", path="/x"))
    set_aside.note(T("{path} cannot be read", path="/x"))
    code, out, err = call("plan", "--json", "--answers", written(machine, MADE))
    assert (code, json.loads(out)["version"]) == (ExitCode.DONE, 1)
    assert err.count("warn: /x cannot be read") == 1


@pytest.mark.parametrize("verb", ["plan", "check"])
def test_what_is_not_refused_has_no_such_key(node: Fake, call: Call, verb: str) -> None:
    code, out, _ = call(verb, "--answers", written(node, MADE), "--json")
    assert code == ExitCode.DONE
    assert "refused" not in json.loads(out)


@pytest.mark.parametrize("verb", ["plan", "check", "apply"])
@pytest.mark.parametrize(
    ("text", "argv", "code", "says"),
    [
        ('[node]\nrole = "worker"\nhostnam = "x"\n', [], ExitCode.USAGE, "node.toml:3: "),
        (f'{MADE}interface = "eth7"\n', [], ExitCode.USAGE, "ens33"),
        (f'{MADE}[cluster]\nproxy_mode = "ipvs"\n', [], ExitCode.REFUSED, "ip_vs"),
        (MADE, ["--nosuch"], ExitCode.USAGE, "--nosuch"),
    ],
)
def test_every_kind_of_refusal(
    machine: Fake, call: Call, verb: str, text: str, argv: list[str], code: int, says: str
) -> None:
    machine.set(Kernel(available=frozenset({"overlay"})))
    yes = ["--yes"] if verb == "apply" else []
    ended, out, err = call(verb, "--answers", written(machine, text), "--json", *yes, *argv)
    assert ended == code
    told = json.loads(out)
    assert set(told) == {"version", "refused"}
    assert any(says in reason for reason in told["refused"])
    assert says in err


def test_who_is_not_root_gets_an_object(machine: Fake, call: Call) -> None:
    machine.set(System(root=False))
    code, out, _ = call("check", "--json")
    assert code == ExitCode.REFUSED
    assert "sudo tui-installer" in json.loads(out)["refused"][0]


def test_a_machine_that_cannot_be_seen_whole_is_not_recorded(
    machine: Fake, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    unread = Unread(T("the API server"), "no answer in 15 s", silent=True)
    half = Facts({Kubernetes: Partly(Kubernetes(), ("objects",), unread)})
    monkeypatch.setattr(machine, "facts", lambda _topics, _look: half)
    monkeypatch.setattr(
        recorder, "record", lambda _path, _environment: record.take(Scope(), Sources())
    )
    path = machine.folder / "machine.json"
    code, out, _ = call("record", "-o", str(path), "--json")
    assert code == ExitCode.REFUSED
    assert "the API server did not answer" in json.loads(out)["refused"][0]
    assert not path.exists()


def test_without_json_stdout_holds_no_object(machine: Fake, call: Call) -> None:
    machine.set(System(root=False))
    assert call("check")[1] == ""


def test_a_machine_that_cannot_be_read_is_refused_by_name(machine: Fake) -> None:
    """Nothing can be worked out without its cards, names and kernel."""
    unread: Any = Unread(T("Network"), "OSError: [Errno 5] Input/output error")
    machine.topics[Network] = unread
    with pytest.raises(Exit) as ended:
        check.run(EN, None, False)
    assert ended.value.code == ExitCode.REFUSED
    assert "Input/output error" in str(ended.value.text)
    machine.set(Network((Nic("ens33", ("192.168.40.180/24",)),), (), "ens33"))
    assert check.run(EN, None, False) == ExitCode.DONE


@pytest.mark.parametrize(
    ("also", "accept", "wanted"),
    [
        ((), (), ExitCode.INTERRUPTED),
        ((System(memory=1 << 30),), (), ExitCode.REFUSED),
        ((System(memory=1 << 30),), ("memory",), ExitCode.INTERRUPTED),
        ((HostName("MASTER_01", "MASTER_01"),), ("hostname",), ExitCode.REFUSED),
    ],
)
def test_where_only_a_person_has_to_decide_apply_ends_with_five(
    machine: Fake,
    monkeypatch: pytest.MonkeyPatch,
    call: Call,
    also: tuple[Any, ...],
    accept: tuple[str, ...],
    wanted: int,
) -> None:
    """Of a half-made cluster; what else stands in the way has to be put right first."""
    machine.set(Kubernetes(kubelet_conf=True, ca=True), *also)
    monkeypatch.setattr(runs, "past", lambda: Past(unfinished=frozenset({"kubeadm_init"})))
    accepted = [word for name in accept for word in ("--accept", name)]
    argv = ("apply", "--yes", "--answers", written(machine, MADE), *accepted)
    ended, _, err = call(*argv)
    assert ended == wanted, err
    assert ("half_made_cluster" in err) or wanted == ExitCode.REFUSED
