"""Questions get the time that this machine needs; what is not answered is not known."""

from __future__ import annotations

import ast
import inspect
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.recorded import Recorded
from tui_installer.host import gather, kubectl
from tui_installer.host.facts import services
from tui_installer.host.look import Look
from tui_installer.host.patience import FIRST, LEAST, MOST, Patience
from tui_installer.host.shell import TIMED_OUT, Output
from tui_installer.model.answers import Answers, Options
from tui_installer.model.facts import (
    Disk,
    Facts,
    Files,
    KubeadmPreflight,
    Network,
    NotRead,
    Packages,
    Person,
    Services,
)

READERS = gather.readers()


class Everything(Recorded):
    """A machine on which every file is there, and every program hangs."""

    def text(self, _path: str) -> str:
        return "x"

    def exists(self, _path: str) -> bool:
        return True

    def output(self, *argv: str, timeout: float = 20) -> Output:
        return Output(TIMED_OUT, "", f"{argv[0]}: no answer in {timeout:g} s")


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})


@pytest.mark.usefixtures("two_cores")
def test_it_doubles_until_an_answer_comes_and_then_knows() -> None:
    shown = Patience()
    given = []
    for _ in range(3):
        given.append(shown.of("kubectl"))
        shown.missed("kubectl", given[-1])
    assert given == [FIRST, 2 * FIRST, 4 * FIRST]
    shown.answered("kubectl", 20)
    assert shown.of("kubectl") == 80, "the slowest answer, and room"
    assert shown.of("rpm") == FIRST, "of another program nothing is known"
    shown.answered("kubectl", 0.1)
    assert shown.of("kubectl") == 80


@pytest.mark.usefixtures("two_cores")
def test_questions_side_by_side_count_once_and_it_ends_somewhere() -> None:
    shown = Patience()
    for _ in range(8):
        shown.missed("kubectl", FIRST)
    assert shown.of("kubectl") == 2 * FIRST
    for _ in range(20):
        shown.missed("kubectl", shown.of("kubectl"))
    assert shown.of("kubectl") == MOST


def test_one_core_gets_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {3})
    assert Patience().of("rpm") == 2 * FIRST


@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize("seconds", [1, 5, 20])
def test_a_machine_on_which_each_answer_takes_so_long_is_read(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By asking again, where the first patience was too short."""
    clock = [0.0]
    monkeypatch.setattr("tui_installer.host.look.time.monotonic", lambda: clock[0])

    class Slow(Recorded):
        def output(self, *argv: str, timeout: float = 20) -> Output:
            clock[0] += min(seconds, timeout)
            if seconds > timeout:
                return Output(TIMED_OUT, "", "late")
            return super().output(*argv, timeout=timeout)

    block = "Id=kubelet.service\nLoadState=loaded\n"
    look = Slow(
        says={"systemctl show": Output(0, block), "rpm -q": Output(0, "kubelet 1.25.0-0\n")}
    )
    found = Facts()
    for _ in range(2):
        found = gather.read((Services, Packages), look)
    assert found[Services]["kubelet.service"].there
    assert found[Packages].version("kubelet") == "1.25.0"
    assert look.patience.of("rpm") >= min(4 * seconds, FIRST)
    assert len(found.unread) == 0


@pytest.mark.parametrize("topic", READERS, ids=[topic.__name__ for topic in READERS])
def test_a_reader_uses_what_tells_an_answer_from_none(topic: type) -> None:
    tree = ast.parse(inspect.getsource(READERS[topic]))
    called = {
        node.func.attr: node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("look", "kubectl", "shell")
    }
    assert {"output", "ask"}.isdisjoint(called), "look.answer or kubectl.answer"


ASKING = [
    topic
    for topic, module in READERS.items()
    # Of many files one that does not answer is unread alone.
    if topic is not Files
    and any(
        word in inspect.getsource(module)
        for word in (
            "look.answer(",
            "kubectl.needed(",
            "kubectl.asked(",
            "kubectl.answer(",
            "kubectl.listed(",
        )
    )
]


EACH = pytest.mark.parametrize("topic", ASKING, ids=[topic.__name__ for topic in ASKING])


@EACH
def test_a_program_that_hangs_tells_nothing(topic: type, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _asked(topic, monkeypatch)
    assert found.unread[topic].silent
    assert "no answer in" in str(found.unread[topic].why)


@EACH
def test_a_program_that_fails_has_told_nothing(
    topic: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither that nothing is there, nor that it is broken: only words that mean so do that."""
    monkeypatch.setattr(Everything, "output", lambda *_a, **_k: Output(1, "", "it has failed"))
    found = _asked(topic, monkeypatch)
    if topic is KubeadmPreflight:
        assert found[KubeadmPreflight].errors == (("kubeadm", "it has failed"),)
    elif topic is Disk:
        assert {space.d_type for space in found[Disk].spaces} == {None}
    else:
        assert str(found.unread[topic].why) == "it has failed"


def _asked(topic: type, monkeypatch: pytest.MonkeyPatch) -> Facts:
    """One topic of a machine on which everything is there."""
    module = READERS[topic]
    if topic.__name__ == "Kubernetes":
        monkeypatch.setattr(module, "_names", lambda _look, _folder: (module.SERVER,))
    if topic.__name__ == "Disk":
        monkeypatch.setattr(module, "_mounted", lambda _path: ("/", "xfs"))
    if topic.__name__ == "Forwarding":
        monkeypatch.setattr(Everything, "hint", lambda _self, _path: "filter")
    if topic.__name__ == "KubeadmPreflight":
        monkeypatch.setattr(
            Everything, "exists", lambda _self, path: path != "/etc/kubernetes/kubelet.conf"
        )
        monkeypatch.setattr(module, "read_network", lambda _look: Network())
    answers = Answers(options=Options(firewall="open-ports"))
    return gather.read((topic,), Everything(answers))


def test_a_home_that_hangs_holds_no_missing_file() -> None:
    ada = Person("ada", 1000, 100, "/home/ada")
    look = Everything(Answers(), ("~/.kube/config", "/etc/hosts"), (ada,))
    found = gather.read((Files,), look)[Files]
    assert list(found.unread) == ["/home/ada/.kube/config"]
    assert "no answer in" in str(found.unread["/home/ada/.kube/config"])


@pytest.mark.parametrize(
    ("error", "lasting"),
    [(OSError(5, "Input/output error"), False), (KeyError("metadata"), True)],
)
def test_a_reader_that_breaks_tells_nothing(
    error: Exception, lasting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_look: Look) -> Any:
        raise error

    monkeypatch.setattr(services, "read", broken)
    found = gather.read((Services,), Recorded())
    assert Services not in found
    with pytest.raises(NotRead, match=str(error.args[-1])) as raised:
        found[Services]
    assert raised.value.unread.lasting == lasting, "asked again it would break again"


@pytest.mark.parametrize(
    "said", ["net/http: TLS handshake timeout", "context deadline exceeded", "Connection timed out"]
)
def test_a_program_that_gave_up_by_itself_is_given_more_next_time(said: str) -> None:
    look = Recorded(files={kubectl.ADMIN: ""}, says={"kubectl": Output(1, "", said)})
    before = look.patience.of("kubectl")
    with pytest.raises(NotRead) as error:
        kubectl.answer(look, "get", "nodes")
    assert error.value.unread.silent
    assert look.patience.of("kubectl") == 2 * before


@pytest.mark.parametrize(
    "said",
    [
        "error: You must be logged in to the server (Unauthorized)",
        "Unable to connect to the server: x509: certificate signed by unknown authority",
    ],
)
def test_who_is_not_known_there_need_not_ask_again(said: str) -> None:
    look = Recorded(files={kubectl.ADMIN: ""}, says={"kubectl": Output(1, "", said)})
    with pytest.raises(NotRead) as error:
        kubectl.answer(look, "get", "nodes")
    assert error.value.unread.lasting
    refused = Recorded(files={kubectl.ADMIN: ""}, says={"kubectl": Output(1, "", "refused")})
    with pytest.raises(NotRead) as error:
        kubectl.answer(refused, "get", "nodes")
    assert not error.value.unread.lasting, "it may be starting"


@pytest.mark.parametrize("program", ["kubeadm", "rpm", "yum"])
def test_who_asks_nobody_has_answered_whatever_it_says_of_a_timeout(program: str) -> None:
    look = Recorded(says={program: Output(1, "", "lookup master01: i/o timeout")})
    assert look.answer(program).code == 1


def test_where_nobody_can_be_asked_that_is_an_answer() -> None:
    assert kubectl.answer(Recorded(), "get", "nodes") is None
    none = Recorded(
        files={kubectl.ADMIN: ""}, says={"kubectl": Output(1, "", "Error (NotFound): x")}
    )
    assert kubectl.answer(none, "get", "configmap", "x") is None
    with pytest.raises(NotRead):
        kubectl.needed(none, "get", "nodes")


def test_the_cluster_is_read_by_no_question_for_all_pods() -> None:
    """It would cost the more, the more of others runs there."""
    folder = Path(inspect.getsourcefile(kubectl) or "").parent
    sources = [*folder.glob("facts/*.py"), folder / "evidence.py", folder / "traffic.py"]
    lines = [line for path in sources for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if '"-A"' in line and "daemonsets" not in line] == []


LONG = "/" + 300 * "x"


def test_only_what_is_missing_is_not_there() -> None:
    """Whatever else the system says of a file or folder, nobody knows what is in it."""
    look = Look()
    for path in ("/proc/none", f"{__file__}/x"):
        assert (look.text(path), look.exists(path), look.names(path)) == ("", False, ())
    for ask, path in ((look.text, "/proc"), (look.exists, LONG), (look.names, LONG)):
        with pytest.raises(NotRead, match=f"^{path} cannot be read: ") as raised:
            ask(path)
        assert raised.value.unread.lasting
    assert look.hint("/proc") == "", "where nothing hangs on it"


def test_a_program_that_was_killed_has_not_answered() -> None:
    look = Recorded(says={"rpm": Output(-9, "kubelet 1.25.0-0\n")})
    with pytest.raises(NotRead, match="rpm was ended by signal 9"):
        look.answer("rpm", "-q")


def test_all_questions_together_have_a_limit() -> None:
    assert Patience(within=1000).of("crictl") == Patience().of("crictl")
    assert Patience(within=0).of("crictl") == LEAST
