"""Cases as data: a JSON file gives answers and facts, and the expected result.

`answers` are dotted keys that differ from ANSWERS. `facts` are topics by name, and fields by name;
a missing field has its default, which is that of a fresh CentOS 7.9. A file's text is a string, a
list of lines, or "@NAME" for tests/data/files/NAME. Calico's objects may be given as `of`: what they
were made from, and what has changed since.
"""

from __future__ import annotations

import functools
import json
import types
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from tests.support.calico import live
from tui_installer.assets import release
from tui_installer.model import facts as topics
from tui_installer.model.answers import Answers, flat, from_flat
from tui_installer.model.facts import Facts, File, Files, Person
from tui_installer.model.secret import Secret

HERE = Path(__file__).parent.parent
ANSWERS: dict[str, object] = {
    "node.hostname": "master01",
    "node.interface": "ens33",
    "mirrors.centos": "aliyun",
    "mirrors.docker_ce": "aliyun",
    "mirrors.kubernetes": "aliyun",
    "mirrors.images": "aliyun",
    "mirrors.docker_io": ["https://docker.m.daocloud.io"],
}
# The card that ANSWERS name; a case that gives Network itself gives all of it.
NETWORK = {"nics": [{"name": "ens33", "addresses": ["192.168.40.180/24"]}], "default_nic": "ens33"}
# It has the shape of Calico's own manifest, which is not in this tree, and passes as that by its digest.
MANIFEST = {
    "text": "@calico.yaml",
    "place": "/opt/tui-installer/app/assets/calico/v3.24.5.yaml",
    "digest": release(Answers().cluster.kubernetes).calico.sha256,
}
# The defaults of a case; one that gives such a topic gives all of it.
USUAL = {"Network": NETWORK, "Manifest": MANIFEST}


def text(value: str | list[str]) -> str:
    """Returns a text given in one of its three forms."""
    if isinstance(value, list):
        return "".join(f"{line}\n" for line in value)
    if value.startswith("@"):
        return (HERE / "data/files" / value[1:]).read_text(encoding="utf-8")
    return value


@functools.cache
def hints_of(kind: Any) -> dict[str, Any]:
    """Returns the types of a dataclass's fields."""
    return get_type_hints(kind)


def decode(kind: Any, value: Any) -> Any:
    """Returns a value of that type from its JSON form."""
    origin, args = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, Union):
        kinds = [a for a in args if a is not type(None)]
        return (
            None
            if value is None
            else decode(type(value) if type(value) in kinds else kinds[0], value)
        )
    if origin in (tuple, frozenset):
        inner_kinds = args if origin is tuple and args[-1] is not ... else (args[0],) * len(value)
        return origin(decode(k, v) for k, v in zip(inner_kinds, value, strict=True))
    if origin is not None:
        return {key: decode(args[1], v) for key, v in value.items()}
    if kind is Any:
        return value
    if kind is Secret:
        return Secret(value)
    if kind is str:
        return text(value)
    if kind is File and not isinstance(value, dict):
        return File(text(value))
    if is_dataclass(kind):
        made: Any = kind
        hints = hints_of(made)
        unknown = set(value) - {f.name for f in fields(kind)}
        assert not unknown, f"{kind} has no {unknown}"
        whole = {**value, "text": text(value["text"])} if kind is File else value
        return made(**{name: decode(hints[name], v) for name, v in whole.items()})
    assert isinstance(value, kind) or (kind is float and isinstance(value, int)), f"{value}: {kind}"
    return value


def answers_of(case: Mapping[str, Any]) -> Answers:
    given = {**flat(Answers()), **ANSWERS, **case.get("answers", {})}
    assert set(given) == set(flat(Answers())), "a key that there is not"
    return from_flat(given)


class Watched(Files):
    """Files that a reader may only ask for when its declaration names them."""

    def __init__(self, files: Files, declared: tuple[str, ...]) -> None:
        super().__init__(files.by_path)
        object.__setattr__(self, "declared", declared)

    def _check(self, path: str) -> None:
        declared: tuple[str, ...] = getattr(self, "declared")  # noqa: B009
        assert any(fnmatch(path, p) for p in declared), f"{path} is not declared"

    def text(self, path: str) -> str | None:
        self._check(path)
        return super().text(path)

    def under(self, prefix: str, suffix: str = "") -> dict[str, File]:
        self._check(f"{prefix}/any{suffix}")
        return super().under(prefix, suffix)


def declared(patterns: Iterable[str], people: Iterable[Person]) -> tuple[str, ...]:
    """Returns the paths of these patterns, expanded as the reader of files does."""
    homes = [person.home for person in people]
    return tuple(
        home + pattern.removeprefix("~")
        for pattern in patterns
        for home in (homes if pattern.startswith("~/") else [""])
    )


def facts_of(case: Mapping[str, Any], reads: tuple[type, ...], patterns: tuple[str, ...]) -> Facts:
    """Returns the declared topics and no other: a request for another one is a KeyError."""
    given = {**USUAL, **case.get("facts", {})}
    files = given.pop("Files", {})
    if "of" in given.get("Calico", {}):
        # What an API server holds is long, and follows from the manifest: see `tests.support.calico.live`.
        calico = given["Calico"]
        given["Calico"] = {
            **{key: value for key, value in calico.items() if key != "of"},
            "objects": live(**calico["of"]),
        }
    unknown = {name for name in given if getattr(topics, name) not in reads} - set(USUAL)
    assert not unknown, f"facts that nobody reads: {unknown}"
    made: dict[type, Any] = {t: decode(t, given.get(t.__name__, {})) for t in reads}
    if Files in reads:
        paths = declared(patterns, made[topics.People].people if topics.People in made else ())
        found = decode(Files, {"by_path": files})
        assert all(any(fnmatch(path, p) for p in paths) for path in files), "a file not declared"
        made[Files] = Watched(found, paths)
    else:
        assert not files
    return Facts(made)


@functools.cache
def cases(room: str) -> dict[str, dict[str, Any]]:
    """Returns every case of a room, by ID/NAME."""
    return {
        f"{path.parent.name}/{path.stem}": json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((HERE / room).glob("*/*.json"))
    }
