"""Which tests share a node: they run in one process and in order. The others go where there is room."""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def groups_of(items: Iterable[pytest.Item]) -> dict[pytest.Item, str]:
    """The group of every test that shares one; a fixture of a module ties all tests together that use it.

    Two parameters of such a fixture are two nodes, hence two groups.
    """
    group_of_fixture: dict[str, str] = {}
    shared = {item: fixtures for item in items if (fixtures := _shared_fixtures(item))}
    for fixtures in shared.values():
        together = {group_of_fixture.get(fixture, fixture) for fixture in fixtures}
        name = min(together)
        for fixture, group in group_of_fixture.items():
            if group in together:
                group_of_fixture[fixture] = name
        group_of_fixture.update(dict.fromkeys(fixtures, name))
    return {item: group_of_fixture[fixtures[0]] for item, fixtures in shared.items()}


def _shared_fixtures(item: pytest.Item) -> list[str]:
    if not isinstance(item, pytest.Function):
        return []
    found = item._fixtureinfo.name2fixturedefs.items()
    return sorted(
        _name(item, name) for name, same in found if any(one.scope == "module" for one in same)
    )


def _name(item: pytest.Function, fixture: str) -> str:
    call = getattr(item, "callspec", None)
    parameter = f"-{call.indices[fixture]}" if call and fixture in call.indices else ""
    return f"{item.path.stem}-{fixture}{parameter}"


def without_group(test: str) -> str:
    """A node id without the @GROUP that xdist puts behind it; an @ in a parameter stays."""
    name, at, group = test.rpartition("@")
    return name if at and "]" not in group else test
