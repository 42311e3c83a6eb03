"""What the screens know: the machine as it was last seen, and what the user has typed so far.

No screen reads the machine itself. Methods that look at it block; the screens call them from
threads, and everything else from their own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from tui_installer import registry
from tui_installer.host import callers, remembered, requests, runs
from tui_installer.host.gather import gather
from tui_installer.host.look import Look
from tui_installer.model import ownership
from tui_installer.model.address import own_address
from tui_installer.model.answers import (
    AS_IT_IS,
    FIRST_CONTROL_PLANE,
    QUESTIONS,
    WORKER,
    Answers,
    flat,
    from_flat,
    joins,
    makes_cluster,
)
from tui_installer.model.answers_file import Given
from tui_installer.model.change import Change
from tui_installer.model.check import Check, Verdict
from tui_installer.model.facts import (
    Accepted,
    Chrony,
    Clock,
    Disk,
    Docker,
    Facts,
    Files,
    Firewall,
    HostName,
    Joining,
    Kernel,
    Kubernetes,
    Manifest,
    Network,
    NetworkManager,
    NotRead,
    NtpReply,
    Packages,
    Ports,
    Selinux,
    Services,
    Sources,
    Swap,
    System,
    Yum,
)
from tui_installer.model.join import JoinCommand
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T, Text
from tui_installer.node.monitor import Tending
from tui_installer.preflight import completion, inspection
from tui_installer.preflight.address import Addressing
from tui_installer.preflight.network import Networking
from tui_installer.preflight.saved import Keeping
from tui_installer.preflight.sources import Sourcing
from tui_installer.runs import launch
from tui_installer.runs.view import Viewing
from tui_installer.steps.hostname import names as hosts_names

# What the first screen and the pages show of this machine; all of it is read in a moment.
TOPICS = (
    System,
    HostName,
    Network,
    NetworkManager,
    Kernel,
    Disk,
    Swap,
    Selinux,
    Services,
    Clock,
    Packages,
    Kubernetes,
    Ports,
    Yum,
    Files,
    Firewall,
    Chrony,
    Docker,
    Manifest,
)
# Where a value comes from, as the hint says it.
TYPED, FROM_FILE, FROM_LAST, SUGGESTED = (
    T("typed"),
    T("answers file"),
    T("from the last run"),
    T("suggested"),
)


# The steps whose work the pages show beforehand.
PREPARING = (
    "hostname",
    "swap",
    "selinux",
    "firewall",
    "time",
    "network_manager",
    "sources",
    "docker",
)


def _ask_time(server: str) -> NtpReply:
    from tui_installer.host import ntp  # only one page needs it

    return ntp.ask(server)


@dataclass
class Session:
    """One person's way through the screens."""

    environment: Mapping[str, str]
    # What was typed or read from a file, by dotted key, and where it comes from.
    values: dict[str, object] = field(default_factory=dict)
    origins: dict[str, Text] = field(default_factory=dict)
    join: JoinCommand | None = None
    accepted: set[str] = field(default_factory=set)
    # The CA of the half-made cluster of which that was said.
    half_made: str | None = None
    facts: Facts | None = None
    last: Answers | None = None
    # What a person has to know of our own files.
    notices: tuple[Text, ...] = ()
    # The ssh line by which these screens are seen, as sshd describes it; empty: none.
    line: str = ""
    found: inspection.Preflight | None = None
    # What time servers have said, by their names.
    times: dict[str, NtpReply] = field(default_factory=dict)
    # The run of this machine, as it is watched.
    viewing: Viewing = field(default_factory=Viewing)
    # The node that it has made.
    tending: Tending = field(default_factory=Tending)
    # The answers as they stand, with all that they come of.
    _stand: tuple[Facts, object, Answers] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        # What the sources have said, and which of them are taken.
        self.mirrors = Sourcing(self)
        self.addressing = Addressing(self)
        self.networking = Networking(self)
        # What stays on the disk of what was typed.
        self.keeping = Keeping(self)

    def survey(self, topics: Collection[type] | None = None) -> Facts:
        """Reads the machine, or those topics alone. Blocks; the caller hands it to `seen`."""
        if topics is not None:
            return gather(topics, Look())
        self.line = callers.ssh_connection(self.environment)
        before = remembered.last()
        self.last, self.notices = before.answers, inspection.notices(before)
        patterns = tuple(p for name in PREPARING for p in registry.step(name).files)
        # Without a value of the user's: the manifest of this program.
        return gather(TOPICS, Look(Answers(), patterns)).having(runs.past())

    def seen(self, facts: Facts) -> None:
        """Takes over what `survey` has read; topics that it did not read stay as they were."""
        known = self.facts.merged(facts) if self.facts else facts
        self.facts = known.having(Accepted(), Joining(self.join), Sources())

    def set(self, key: str, value: object, origin: Text = TYPED) -> None:
        """An answer of the user's; it is never overwritten by a suggestion."""
        self.values[key] = value
        self.origins[key] = origin

    def unset(self, key: str) -> None:
        """Back to the suggestion."""
        self.values.pop(key, None)
        self.origins.pop(key, None)

    def origin(self, key: str) -> Text:
        """Where the value of that key comes from."""
        if key in self.values:
            return self.origins.get(key, TYPED)
        return FROM_LAST if self.last is not None else SUGGESTED

    @property
    def given(self) -> Given:
        """What preflight is asked with: the typed values, and suggestions that it cannot know."""
        values = dict(self.values)
        values.setdefault("node.role", self.role)
        if self.last is not None:
            # Not asked again, it stays asked for; a file says it by having it.
            values.setdefault(AS_IT_IS, flat(self.last)[AS_IT_IS])
        if self.facts is None or self.last is not None:
            return Given(values)
        values.setdefault("node.hostname", self.suggested_hostname())
        for key in ("cluster.pod_subnet", "cluster.service_subnet"):
            if makes_cluster(self.role) and (free := self.free_subnet(key, values)):
                values.setdefault(key, free)
        return Given(values)

    @property
    def role(self) -> str:
        """The chosen role; until then a control plane where the machine is large enough for one."""
        if "node.role" in self.values:
            return str(self.values["node.role"])
        if self.last is not None:
            return self.last.node.role
        if self.facts is None:
            return FIRST_CONTROL_PLANE
        fits = all(
            self.judge(name, Answers()).outcome is not Outcome.FAIL for name in ("cores", "memory")
        )
        return FIRST_CONTROL_PLANE if fits else WORKER

    @property
    def needs_join(self) -> bool:
        """A worker of which nobody has given the join command yet."""
        return joins(self.role) and self.join is None

    @property
    def host_name(self) -> str:
        """The name of this machine as last seen; empty before that."""
        return self.facts[HostName].current if self.facts else ""

    @property
    def address(self) -> str:
        """The address of the chosen card as last seen."""
        return self.facts[Network].address(self.interface) if self.facts else ""

    def suggested_hostname(self) -> str:
        """The present name where Kubernetes takes it, else one made from role and address."""
        if self.facts is None:
            return ""
        typed = str(self.values.get("node.address", "")).partition("/")[0]
        address = typed or self.facts[Network].address(self.interface)
        return completion.suggested_hostname(self.facts[HostName].static, self.role, address)

    @property
    def interface(self) -> str:
        """The card for the node; empty before a look, or where there is none."""
        if "node.interface" in self.values or self.facts is None:
            return str(self.values.get("node.interface", ""))
        return self.last.node.interface if self.last else self.facts[Network].best

    @property
    def hosts_line(self) -> tuple[str, list[str]]:
        """The address and the names that /etc/hosts gets; no address: it gets no line."""
        assert self.facts is not None
        answers = self.answers()
        return own_address(answers, self.facts), hosts_names(answers)

    def free_subnet(self, key: str, values: Mapping[str, object] | None = None) -> str:
        """A network that nothing here uses yet; empty if none of the usual ones is free."""
        assert self.facts is not None
        pods = key == "cluster.pod_subnet"
        other = "cluster.service_subnet" if pods else "cluster.pod_subnet"
        default = completion.SERVICES[0] if pods else completion.PODS[0]
        known = values or self.complete()
        taken, choice = str(known.get(other, default)), completion.SERVICES
        own = {"node.address": "", **{k: v for k, v in known.items() if k.startswith("node.")}}
        own["node.interface"] = own.get("node.interface") or self.interface
        # As the preflight has it: with the gateway and the name servers that the address gets.
        own |= completion.way_out(known, own, self.facts, self.last)
        node = from_flat(own).node
        return completion.free_subnet(completion.PODS if pods else choice, self.facts, taken, node)

    @property
    def fixed(self) -> dict[str, object]:
        """The values, by key, that an earlier run of kubeadm has fixed for good."""
        return completion.fixed(self.facts, self.last) if self.facts is not None else {}

    def value(self, key: str) -> object:
        """The value as it stands: typed, or of the last run, or suggested; None before a look."""
        return self.complete().get(key) if self.facts is not None else self.values.get(key)

    def complete(self) -> dict[str, object]:
        """Every value by its key, as far as they are known."""
        if self.facts is None:
            return {}
        return flat(self.answers())

    def answers(self) -> Answers:
        """The answers as they stand; the machine has been looked at."""
        assert self.facts is not None
        # Every row that is drawn asks for them, and nothing of this has changed in between.
        typed = {k: tuple(v) if isinstance(v, list) else v for k, v in self.values.items()}
        basis = (typed, self.last, self.mirrors.sources)
        if self._stand and self._stand[0] is self.facts and self._stand[1] == basis:
            return self._stand[2]
        given = self.given
        values = completion.local_values(given, self.facts, self.last)
        answers = completion.with_mirrors(values, given, self.last, self.mirrors.sources)
        self._stand = (self.facts, basis, answers)
        return answers

    def changes(self, step: str, answers: Answers | None = None) -> list[Change] | None:
        """What a step would change, by what is known of the machine; None: too little is known."""
        found = registry.step(step)
        answers = answers or self.answers()
        try:
            return (
                list(found.changes(answers, self.facts or Facts()))
                if found.applies(answers)
                else []
            )
        except (KeyError, NotRead):
            return None

    @property
    def kubernetes(self) -> str:
        """The version that is to be installed."""
        return str(self.values.get("cluster.kubernetes", Answers().cluster.kubernetes))

    @property
    def refused(self) -> Text | None:
        """Why nothing can be done on this machine, with what to do; None: it can, or is not known."""
        for name in ("system", "root") if self.facts is not None else ():
            verdict = self.judge(name)
            if verdict.outcome is Outcome.FAIL:
                return T(
                    "This program cannot work here ({found}): {why}.\nWhat to do: {cure}.",
                    found=verdict.found,
                    why=verdict.why or "",
                    cure=verdict.cure or "",
                )
        return None

    @staticmethod
    def title(check: str) -> Text:
        """What a check is called."""
        return registry.check(check).title

    def wrong(self, key: str, value: object) -> Text | None:
        """Why that value cannot be, in words that say what would be right."""
        return QUESTIONS[key].kind.wrong(value)

    def ask_time(self, server: str) -> NtpReply:
        """What that time server says; blocks for two seconds at most."""
        return _ask_time(server)

    def judge(self, check: str, answers: Answers | None = None) -> Verdict:
        """What one preflight check says of the machine as it was last seen."""
        assert self.facts is not None
        found = registry.check(check)
        return found.judge(answers or self.answers(), self.facts)

    def accept(self, check: str) -> None:
        """A person goes on although this check fails; of a cluster only if it is still the one that was seen."""
        self.accepted.add(check)
        if check == ownership.CHECK and self.found is not None:
            self.half_made = inspection.half_made(self.found.facts)

    @property
    def asked(self) -> inspection.Asked:
        """What a preflight is to answer."""
        people, accepted = requests.people(self.environment), tuple(sorted(self.accepted))
        return inspection.Asked(self.given, self.join, accepted, people, self.half_made)

    def checks(self) -> list[Check]:
        """Those that will be made."""
        known = registry.checks()
        if self.facts is None:
            return list(known)
        answers = self.answers()
        return [check for check in known if check.applies(answers)]

    def look(self) -> inspection.Preflight:
        """The whole preflight; blocks. Raises AnswersError or completion.Refused."""
        return inspection.look(self.asked)

    def start(self) -> None:
        """Starts the run that was found; blocks. Raises launch.Busy or launch.NotStarted."""
        assert self.found is not None
        by = self.environment.get("SUDO_USER", "root")
        launch.launch(self.found, self.asked, by)
        # That a cluster may be cleared was said for this run; what is here after it is another one.
        self.accepted.discard(ownership.CHECK)
        # From here on the run's own answers count.
        with suppress(OSError):
            self.keeping.forget()

    def take(self, given: Given, origin: Text = FROM_FILE) -> None:
        """Fills the pages with the values of a file."""
        for key, value in given.values.items():
            self.set(key, value, origin)
