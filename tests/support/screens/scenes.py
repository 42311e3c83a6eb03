"""Every page and screen in the states that matter: the machine's state, and the keys that lead there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual import events

from tests.support import images
from tests.support.journals import SANDBOX, Tape
from tests.support.machine import Fake
from tests.support.screens import nodes
from tests.support.screens.stage import until
from tests.support.screens.watching import Watch, lay
from tests.support.tools import Tools
from tui_installer.host.shell import Output
from tui_installer.model.facts import (
    Cri,
    Disk,
    HostName,
    Kubernetes,
    Logs,
    Managed,
    Network,
    NetworkManager,
    Nic,
    Profile,
    Space,
    Swap,
    System,
)
from tui_installer.model.stand_in import StandIn
from tui_installer.model.text import T
from tui_installer.node.health import NodeStatus
from tui_installer.session import Session
from tui_installer.ui.dialogs.set_address import SetAddress
from tui_installer.ui.screens.diagnostics import Diagnostics
from tui_installer.ui.screens.done import Done

TOKEN = "6hhzv0.0123456789abcdef"
PIN = "sha256:c493a5cac13388995e491807f0f82a2927bbdb53ce7ee1a15f2ef23c14571f0d"
COMMAND = f"kubeadm join 192.168.40.180:6443 --token {TOKEN} \\\n --discovery-token-ca-cert-hash \\\n {PIN}\n"


async def _nothing(_play: Watch) -> None:
    """Shows the screen as it opens."""


@dataclass(frozen=True)
class Scene:
    """One picture: `prepare` makes the machine, `drive` presses the keys."""

    prepare: Callable[[Fake, Session], None] = lambda _machine, _session: None
    drive: Callable[[Watch], Awaitable[None]] = _nothing
    # English words that the screen must show, so that no picture shows something else.
    shows: str = ""


def keys(*pressed: str) -> Callable[[Watch], Awaitable[None]]:
    async def drive(play: Watch) -> None:
        await play.press(*pressed)

    return drive


def page(name: str, *pressed: str) -> Callable[[Watch], Awaitable[None]]:
    async def drive(play: Watch) -> None:
        play.app.go(name)
        await play.settle()
        await play.press(*pressed)

    return drive


def run(tape: Callable[[], Tape], *, going: bool = False) -> Callable[[Fake, Session], None]:
    def prepare(_machine: Fake, session: Session) -> None:
        told = tape()
        lay(told, going=going)
        session.viewing.now = lambda: told.now
        session.viewing.clock = lambda: 0.0

    return prepare


def broken(fake: Fake, session: Session) -> None:
    """Begins a run that fails while it is watched."""
    run(lambda: Tape().begin(), going=True)(fake, session)


def without_image(fake: Fake, session: Session) -> None:
    """The same, and containerd still says why."""
    broken(fake, session)
    fake.set(Logs({"containerd": (SANDBOX,)}))


async def _names_causes(play: Watch) -> None:
    await ends(Tape.diagnosed)(play)
    await play.press("right", "enter")


def ends(tape: Callable[[], Tape]) -> Callable[[Watch], Awaitable[None]]:
    async def drive(play: Watch) -> None:
        told = tape()
        lay(told)
        play.session.viewing.now = lambda: told.now
        await play.tick()

    return drive


def node(status: Callable[[], NodeStatus], hours: float = 23) -> Callable[[Fake, Session], None]:
    """Makes the watched node by a run; its one token lasts that many hours."""

    def prepare(fake: Fake, session: Session) -> None:
        found = status()
        lay(Tape.done(found.role, "calico"))
        fake.status, fake.tokens = found, [nodes.token(hours)]
        session.viewing.now = session.tending.now = lambda: nodes.NOW

    return prepare


def finished(
    tape: Callable[[], Tape], *, proved: bool = True, alone: bool = False
) -> Callable[[Fake, Session], None]:
    """Ends a run just now; with a proof if it had one; `alone`: no worker has joined yet."""

    def prepare(fake: Fake, session: Session) -> None:
        run(tape)(fake, session)
        if proved:
            fake.set(nodes.proved())
        fake.set(nodes.cluster(alone=alone))

    return prepare


def hangs() -> Tape:
    """Returns a run that cannot fetch Calico's image, with that as the known cause."""
    return Tape.waiting(
        'Failed: failed to pull and unpack image "docker.io/calico/node:v3.24.5": failed to resolve '
        "reference: dial tcp: lookup docker.io: no such host"
    )


async def _done(play: Watch) -> None:
    play.app.show(Done())
    await play.settle()


def machine(*topics: object) -> Callable[[Fake, Session], None]:
    return lambda fake, _session: fake.set(*topics)


def worker(_machine: Fake, session: Session) -> None:
    session.set("node.role", "worker")


def silent(fake: Fake, _session: Session) -> None:
    fake.silent |= {("kubernetes", name) for name in ("aliyun", "tuna", "ustc")}


async def _pasted(play: Watch) -> None:
    await page("join")(play)
    play.app.post_message(events.Paste(COMMAND))
    await until(play, "c493a5ca")


async def _typed_nonsense(play: Watch) -> None:
    await page("join")(play)
    await play.type("kubectl get nodes")
    await until(play, '"kubeadm join"')


async def _review(play: Watch, *pressed: str) -> None:
    await page("preflight", "enter")(play)
    await play.press(*pressed)


def review(*pressed: str) -> Callable[[Watch], Awaitable[None]]:
    async def drive(play: Watch) -> None:
        await _review(play, *pressed)

    return drive


def refused_name(fake: Fake, session: Session) -> None:
    fake.set(*CARDS)
    session.set("node.hostname", "centos_master")


def rehearsed(fake: Fake, _session: Session) -> None:
    title = {"en": "a fresh CentOS 7.9, one card", "zh": "全新的 CentOS 7.9，一块网卡"}
    fake.stand_in = StandIn(title, "fresh", T("recorded {day}", day="2026-11-25"))


def over_ssh(fake: Fake, session: Session) -> None:
    """Gives the card, which carries an ssh line, an address by lease; the run changes its address and its way out."""
    profile = Profile("cfc1e539-92c8-4e49-89ac-b0a3e2c1c1aa", "ens33")
    device = Managed("connected", profile.uuid, "192.168.40.2", ("192.168.40.2",), leased=True)
    fake.set(NetworkManager({"ens33": device}, (profile,)))
    session.environment = {"SSH_CONNECTION": "192.168.40.1 51512 192.168.40.180 22"}
    session.set("node.address", "192.168.40.99/24")
    session.set("node.gateway", "192.168.40.1")
    session.set("node.dns", ["223.5.5.5", "223.6.6.6"])


async def _start(play: Watch) -> None:
    await _review(play, "tab", "enter")
    await until(play, "Your ssh line" if play.app.language.code == "en" else "ssh")


async def _no_gateway(play: Watch) -> None:
    await page("node", "right", "right", "enter")(play)
    box = play.app.screen
    assert isinstance(box, SetAddress)
    box.gateway.put("")
    await play.press("down")


async def machines(play: Watch) -> None:
    """Shows the recorded machines that come with the program."""
    await play.press("right", "right", "right", "enter")
    await until(play, "by-hand")


def tools(fake: Fake, _session: Session) -> None:
    """Gives the machine ctr and crictl, which list images."""
    listed = {"ctr images ls": 21, "crictl images": 7}
    fake.prints = Tools("ctr", "crictl", listed={name: rows(n) for name, n in listed.items()})


def rows(count: int) -> Output:
    names = (f"registry.aliyuncs.com/google_containers/image-{n}:v1" for n in range(count))
    return Output(0, "\n".join(["REF", *names, ""]))


def tools_of_a_user(fake: Fake, session: Session) -> None:
    tools(fake, session)
    fake.set(System(root=False))


def differing(fake: Fake, _session: Session) -> None:
    """Gives the machine images that ctr, crictl and docker see differently."""
    fake.set(images.differing(), Kubernetes(kubelet_conf=True), Cri(sandbox_image=images.PAUSE))


async def _diagnostics(play: Watch, page: str, *pressed: str) -> None:
    play.app.over(Diagnostics(f"diagnostics_{page}"))
    await play.settle()
    await play.press(*pressed)


def diagnostics(page: str, *pressed: str) -> Callable[[Watch], Awaitable[None]]:
    async def drive(play: Watch) -> None:
        await _diagnostics(play, page, *pressed)

    return drive


DEBIAN = System(os_id="debian", os_name="Debian GNU/Linux 12 (bookworm)", release="")
SMALL = (System(cores=1, memory=990 << 20), Disk((Space("/var/lib/containerd", 3 << 30, 9 << 30),)))
CARDS = (
    Network(
        (
            Nic("ens33", ("192.168.40.180/24",), dhcp=True),
            Nic("ens34", ("10.0.0.5/24",)),
            Nic("ens35", (), up=False),
        ),
        (),
        "ens33",
    ),
    HostName("centos_master", "centos_master"),
)
SCENES: dict[str, Scene] = {
    "start": Scene(shows="What will happen"),
    "start-not-root": Scene(machine(System(root=False)), shows="sudo tui-installer"),
    "start-elsewhere": Scene(machine(DEBIAN), shows="Rehearsal"),
    "start-rehearsal": Scene(rehearsed, shows="REHEARSAL"),
    "machines": Scene(drive=machines, shows="by-hand"),
    "answers-file": Scene(drive=keys("right", "enter"), shows="Which answers file"),
    "unfinished": Scene(run(Tape.stopped), shows="Resume"),
    "role": Scene(drive=page("role"), shows="First control plane"),
    "role-too-small": Scene(machine(*SMALL), page("role", "up"), shows="FAIL"),
    "node": Scene(drive=page("node"), shows="Node name"),
    "node-refused": Scene(refused_name, page("node"), shows="Offered: centos-master"),
    "set-address-refused": Scene(drive=_no_gateway, shows="ens33 is the only way out"),
    "mirrors": Scene(drive=page("mirrors"), shows="CentOS packages"),
    "mirrors-silent": Scene(silent, page("mirrors"), shows="FAIL"),
    "cluster": Scene(drive=page("cluster"), shows="10.244.0.0/16"),
    "join": Scene(worker, page("join"), shows="kubeadm token create"),
    "join-pasted": Scene(worker, _pasted, shows="c493a5ca"),
    "join-nonsense": Scene(worker, _typed_nonsense, shows='"kubeadm join"'),
    "options": Scene(drive=page("options"), shows="Swap"),
    "options-changes": Scene(machine(Swap(("/dev/dm-1",))), page("options"), shows="Swap"),
    "preflight": Scene(drive=page("preflight"), shows="checks"),
    "preflight-fail": Scene(
        machine(Disk((Space("/var/lib/containerd", 1 << 30, 9 << 30),))),
        page("preflight"),
        shows="FAIL",
    ),
    "review": Scene(drive=review(), shows="Start installation"),
    "review-file": Scene(drive=review("down"), shows="/etc/hosts"),
    "start-over-ssh": Scene(over_ssh, _start, shows="Your ssh line"),
    "save-answers": Scene(drive=review("tab", "right", "enter"), shows="answers.toml"),
    "run": Scene(run(Tape.pulling, going=True), shows="Images"),
    "run-stalled": Scene(run(Tape.stalled, going=True), shows="STALLED"),
    "run-waits": Scene(run(Tape.waiting, going=True), shows="0:52 of 3:00; ok: 1 of 4"),
    "run-cause": Scene(run(hangs, going=True), shows="cause: "),
    "run-proves": Scene(run(Tape.proving, going=True), shows="ok: 3 of 4"),
    "failure": Scene(broken, ends(Tape.failed), shows="Cause"),
    "failure-diagnosed": Scene(broken, ends(Tape.diagnosed), shows="pause:3.6"),
    "failure-again": Scene(broken, ends(Tape.stuck), shows="the same cause as before"),
    "stopped": Scene(broken, ends(Tape.stopped), shows="Go on from step 11"),
    "failed-before": Scene(run(Tape.failed), shows="It failed at step 12"),
    "causes": Scene(without_image, _names_causes, shows="[sandbox_image]"),
    "failed-again": Scene(run(Tape.stuck), shows="the same cause as before"),
    "join-lost": Scene(run(Tape.join_lost), shows="join command"),
    "done": Scene(finished(Tape.done, proved=False), _done, shows="6hhzv0.****************"),
    # The fullest screen: its last row is the one that matters.
    "done-proved": Scene(
        finished(lambda: Tape.done(network="calico"), alone=True),
        _done,
        shows="Your own pods wait for a worker",
    ),
    "done-worker": Scene(finished(lambda: Tape.done("worker")), _done, shows="worker"),
    "status": Scene(node(lambda: nodes.node(nodes.proved())), shows="17 ok"),
    "status-warns": Scene(
        node(lambda: nodes.node(nodes.proved(), plan=nodes.drifted()), hours=3.2),
        shows="6hhzv0 ends in 3 h 12 min",
    ),
    "status-fails": Scene(node(nodes.hanging), shows="10 of 11 are ready"),
    "status-worker": Scene(node(lambda: nodes.node(nodes.proved(), role="worker")), shows="worker"),
    "status-silent": Scene(node(nodes.silent), shows="the API server does not answer"),
    "status-drift": Scene(
        node(lambda: nodes.node(plan=nodes.drifted())), keys("enter"), shows="/etc/hosts"
    ),
    "status-card": Scene(
        node(lambda: nodes.node(nodes.proved())), keys("enter"), shows="6hhzv0.****************"
    ),
    "status-runs": Scene(
        node(lambda: nodes.node(nodes.proved())),
        keys("down", "down", "down", "enter"),
        shows="newest first",
    ),
    "diagnostics-images": Scene(differing, diagnostics("images"), shows="no new pod starts"),
    "diagnostics-images-one": Scene(
        differing, diagnostics("images", "enter"), shows="images rm short:1"
    ),
    "diagnostics-commands": Scene(
        tools, diagnostics("commands"), shows="ctr -n k8s.io images ls: 21"
    ),
    "diagnostics-commands-run": Scene(
        tools, diagnostics("commands", "enter"), shows="exit code 0; lines: 22"
    ),
    "diagnostics-commands-user": Scene(
        tools_of_a_user, diagnostics("commands", "down", "enter"), shows="images pull --hosts-dir"
    ),
    "log": Scene(run(Tape.pulling, going=True), keys("ctrl+o"), shows="Log"),
    "help": Scene(drive=page("node", "up", "ctrl+g"), shows="Help"),
    "leave": Scene(drive=page("cluster", "ctrl+c"), shows="Leave"),
    "leave-run": Scene(run(Tape.pulling, going=True), keys("ctrl+c"), shows="goes on"),
}
