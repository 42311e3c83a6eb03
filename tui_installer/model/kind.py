"""The kinds of work that a run can do."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """A run's work on this machine; requests and journals hold these words."""

    INSTALL = "install"


class UnknownKind(ValueError):
    """A kind of run that this version does not know; `name` is another version's word."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def kind_of(name: str | None) -> Kind:
    """Returns the kind with that name; None, from before runs had kinds, means an installation.

    Raises UnknownKind.
    """
    try:
        return Kind.INSTALL if name is None else Kind(name)
    except ValueError as error:
        raise UnknownKind(name or "") from error
