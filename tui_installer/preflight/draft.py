"""The draft: everything a person has typed, and what completes it, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from tui_installer import assets, registry
from tui_installer.model.answers import (
    AS_IT_IS,
    FIRST_CONTROL_PLANE,
    WORKER,
    Answers,
    flat,
    from_flat,
    joins,
    makes_cluster,
)
from tui_installer.model.answers_file import Given
from tui_installer.model.facts import (
    Facts,
    HostName,
    Kernel,
    Network,
    SourceReply,
    Sources,
    System,
)
from tui_installer.model.join import JoinCommand
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T, Text
from tui_installer.preflight import completion

# The sources of a value, as the hint names them.
TYPED, FROM_FILE, FROM_LAST, SUGGESTED = (
    T("typed"),
    T("answers file"),
    T("from the last run"),
    T("suggested"),
)
# The facts before the first look at this machine: no name, no card, no module.
UNSEEN = Facts({System: System(), HostName: HostName("", ""), Network: Network(), Kernel: Kernel()})


@dataclass(frozen=True)
class Waiting:
    """Typed values that are set aside for one question; `below`: answers given meanwhile take precedence over them."""

    values: Mapping[str, object]
    origins: Mapping[str, Text]
    below: bool = False


@dataclass(frozen=True, eq=False)
class Draft:
    """The answers while a person edits them: before a look at the machine (`looked`) only typed values show."""

    # Values from a person or a file, by dotted key, and the origin of each.
    values: Mapping[str, object] = field(default_factory=dict)
    origins: Mapping[str, Text] = field(default_factory=dict)
    join: JoinCommand | None = None
    # The failing checks that a person accepts, and the CA of the half-made cluster that this acceptance is for.
    accepted: frozenset[str] = frozenset()
    half_made: str | None = None
    # The facts of the last look, the answers of the last run, and the ssh line that these screens use.
    facts: Facts = UNSEEN
    last: Answers | None = None
    ssh_line: str = ""
    # The sources' replies by need and name; the sources added by hand; those that a good first reply will choose.
    replies: Mapping[str, Mapping[str, SourceReply]] = field(default_factory=dict)
    added: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    awaited: frozenset[tuple[str, str]] = frozenset()
    waiting: Waiting | None = None

    def with_value(self, key: str, value: object, origin: Text = TYPED) -> Draft:
        """Sets a value that a person typed; no suggestion ever replaces it."""
        stored = list(value) if isinstance(value, list) else value
        return replace(
            self, values={**self.values, key: stored}, origins={**self.origins, key: origin}
        )

    def without(self, key: str) -> Draft:
        """Returns to the suggestion."""
        values = {k: v for k, v in self.values.items() if k != key}
        return replace(
            self, values=values, origins={k: v for k, v in self.origins.items() if k in values}
        )

    def accepting(self, *checks: str) -> Draft:
        """Records that a person goes on although these checks fail."""
        return replace(self, accepted=self.accepted | set(checks))

    def refusing(self, check: str) -> Draft:
        """Makes an accepted check stand in the way again."""
        return replace(self, accepted=self.accepted - {check})

    # --- typed, else of the last run, else the best of this machine ------------------------------

    @property
    def looked(self) -> bool:
        """True once this machine has been read."""
        return self.facts is not UNSEEN

    @cached_property
    def before(self) -> Mapping[str, object]:
        """The answers of the last run by their keys; empty without one."""
        return flat(self.last) if self.last is not None else {}

    def origin(self, key: str) -> Text:
        """Returns the origin of that key's value."""
        if key in self.values:
            return self.origins.get(key, TYPED)
        return FROM_LAST if key in self.before else SUGGESTED

    @cached_property
    def role(self) -> str:
        """The chosen role; before that a control plane if the machine is large enough for one."""
        chosen = completion.choose("node.role", self.values, self.before, "")
        return str(chosen or best_role(self.facts))

    @cached_property
    def interface(self) -> str:
        """The card for the node; empty where there is none."""
        best = self.network.best
        return str(completion.choose("node.interface", self.values, self.before, best))

    @cached_property
    def given(self) -> Given:
        """The input of a preflight: the typed values, and suggestions that a preflight does not make itself."""
        return Given({**suggestions(self), **self.values})

    @cached_property
    def answers(self) -> Answers:
        """The completed answers."""
        return completion.complete(self.given, self.facts, self.last, self.sources)

    @cached_property
    def complete(self) -> Mapping[str, object]:
        """All completed values by key."""
        return flat(self.answers)

    def value(self, key: str) -> object:
        """Returns one value as a page shows it; None before a look, unless a person typed it."""
        return self.complete.get(key) if self.looked else self.values.get(key)

    @cached_property
    def fixed(self) -> Mapping[str, object]:
        """The values, by key, that an earlier run of kubeadm has fixed for good."""
        return completion.fixed(self.facts, self.last)

    # --- values derived from the answers and the facts -------------------------------------------

    @property
    def needs_join(self) -> bool:
        """True for a worker whose join command nobody has given yet."""
        return joins(self.role) and self.join is None

    @property
    def network(self) -> Network:
        """Cards, routes and name servers as they are now."""
        return self.facts[Network]

    @property
    def host_name(self) -> str:
        """The name of this machine as last seen; empty before that."""
        return self.facts[HostName].current

    @property
    def address(self) -> str:
        """The address of the chosen card as last seen."""
        return self.network.address(self.interface)

    @property
    def kubernetes(self) -> str:
        """The Kubernetes version to install."""
        return self.answers.cluster.kubernetes

    @property
    def release(self) -> assets.Release:
        """The release that belongs to that version; for one that cannot be installed, the newest release."""
        return assets.nearest_release(self.kubernetes)

    # --- where packages and images come from ------------------------------------------------------

    @cached_property
    def candidates(self) -> Mapping[str, list[str]]:
        """By need, every source that is worth asking: names of the table, and URLs that a person added."""
        return {
            need: completion.candidates(need, self.values, self.added.get(need, ()), self.last)
            for need in assets.NEEDS
        }

    @cached_property
    def sources(self) -> Sources:
        """The replies in the order of a preflight: good ones first, then by the table."""
        replies = {}
        for need, rows in self.replies.items():
            ordered = [rows[name] for name in self.candidates[need] if name in rows]
            replies[need] = tuple(sorted(ordered, key=lambda reply: not reply.good))
        return Sources(replies)


def best_role(facts: Facts) -> str:
    """Returns the control plane role if the machine is large enough for one or has not been read yet."""
    sizes = (registry.check(name).judge(Answers(), facts) for name in ("cores", "memory"))
    fits = facts is UNSEEN or all(size.outcome is not Outcome.FAIL for size in sizes)
    return FIRST_CONTROL_PLANE if fits else WORKER


def suggestions(draft: Draft) -> dict[str, object]:
    """Returns values, by key, that only the pages suggest: a preflight does not make them up."""
    suggested: dict[str, object] = {"node.role": draft.role}
    if draft.last is not None:
        # Without this the page would not ask it again; a file asks for it by holding the key.
        return {**suggested, AS_IT_IS: draft.before[AS_IT_IS]}
    if not draft.looked:
        return suggested
    suggested["node.hostname"] = suggested_hostname(draft)
    for key in ("cluster.pod_subnet", "cluster.service_subnet"):
        typed = {**suggested, **draft.values}
        if makes_cluster(draft.role) and (free := _free_subnet(draft, key, typed)):
            suggested[key] = free
    return suggested


def suggested_hostname(draft: Draft) -> str:
    """Returns the present name where Kubernetes accepts it, else one made from role and address."""
    typed = str(draft.values.get("node.address", "")).partition("/")[0]
    address = typed or draft.address
    return completion.suggested_hostname(draft.facts[HostName].static, draft.role, address)


def free_subnet(draft: Draft, key: str) -> str:
    """Returns a network that nothing here uses yet; empty if none of the usual ones is free."""
    return _free_subnet(draft, key, draft.complete)


def _free_subnet(draft: Draft, key: str, values: Mapping[str, object]) -> str:
    pods = key == "cluster.pod_subnet"
    other = "cluster.service_subnet" if pods else "cluster.pod_subnet"
    default = completion.SERVICES[0] if pods else completion.PODS[0]
    taken, choice = str(values.get(other, default)), completion.SERVICES
    own = {"node.address": "", **{k: v for k, v in values.items() if k.startswith("node.")}}
    own["node.interface"] = own.get("node.interface") or draft.interface
    # As in a preflight: with the gateway and the name servers that the address gets.
    own |= completion.way_out(values, own, draft.facts, draft.last)
    node = from_flat(own).node
    return completion.free_subnet(completion.PODS if pods else choice, draft.facts, taken, node)
