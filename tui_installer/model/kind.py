"""The kinds of work that a run can do."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a run does to this machine; the words stand in requests and journals."""

    INSTALL = "install"


class UnknownKind(ValueError):
    """A kind of run that this version does not know; `name` is what another version calls it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def kind_of(name: str | None) -> Kind:
    """The kind of that name. None is what was written before runs had kinds: an installation.

    Raises UnknownKind.
    """
    try:
        return Kind.INSTALL if name is None else Kind(name)
    except ValueError as error:
        raise UnknownKind(name or "") from error
