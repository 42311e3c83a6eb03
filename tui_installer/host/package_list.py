"""Reads what a yum repository says of itself, piece by piece: how much it is says its server, which may be anybody's."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from xml.parsers import expat

# The list of EPEL, one of the largest, is 20 MB unpacked; those that are asked for have 3.
LARGEST = 32 << 20
# Unpacked at a time: between two pieces others have their turn, and a time limit is seen.
PIECE = 1 << 20
# A list has five levels, and the longest name of a package is shorter.
DEEPEST, LONGEST = 32, 1024
COMMON = "http://linux.duke.edu/metadata/common "
REPO = "http://linux.duke.edu/metadata/repo "


class UnreadableList(Exception):
    """It is no list of packages, or one that nobody needs: too large, too deep."""


class _Document:
    """Takes XML in pieces and keeps nothing but the names of the elements that are open."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = _no_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self.text = ""

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Raises UnreadableList."""
        try:
            self._parser.Parse(piece, last)
        except (expat.ExpatError, ValueError) as error:
            raise UnreadableList from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) == DEEPEST:
            raise UnreadableList
        self._open.append(name)
        self.text = ""
        self.begins(name, attributes)

    def _end(self, name: str) -> None:
        self._open.pop()
        self.ends(name)

    def _characters(self, text: str) -> None:
        if len(self.text) < LONGEST:
            self.text += text[:LONGEST]

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; its name has its name space in front."""

    def ends(self, name: str) -> None:
        """An element ends; `text` is what stood last in it."""


def _no_doctype(*_said: object) -> None:
    """Entities are the way to make much of little, and no list has any."""
    raise UnreadableList


class Index(_Document):
    """repomd.xml: where the list of packages lies, below the repository; empty if it has none."""

    def __init__(self) -> None:
        super().__init__()
        self.place = ""
        self._primary = False

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        """The first place of the kind "primary"."""
        if name == f"{REPO}data":
            self._primary = attributes.get("type") == "primary"
        if name == f"{REPO}location" and self._primary and not self.place:
            self.place = attributes.get("href", "")


class PackagesDocument(_Document):
    """primary.xml: every package as name-version; `wanted` are the only ones that are kept."""

    def __init__(self, wanted: frozenset[str]) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._wanted = wanted
        self._name = self._version = ""

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        """A package begins without both."""
        if name == f"{COMMON}package":
            self._name = self._version = ""
        if name == f"{COMMON}version":
            self._version = attributes.get("ver", "")

    def ends(self, name: str) -> None:
        """Name and version are known when the package ends."""
        if name == f"{COMMON}name":
            self._name = self.text.strip()
        if name == f"{COMMON}package" and (row := f"{self._name}-{self._version}") in self._wanted:
            self.found.add(row)


class Unpacked:
    """gzip in pieces, of no more than LARGEST bytes in all."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        self._size = 0

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        """What these bytes stand for, PIECE bytes at a time. Raises UnreadableList."""
        while packed:
            try:
                piece = self._stream.decompress(packed, PIECE)
            except zlib.error as error:
                raise UnreadableList from error
            self._size += len(piece)
            if self._size > LARGEST or (not piece and self._stream.eof):
                raise UnreadableList
            yield piece
            packed = self._stream.unconsumed_tail

    def end(self) -> None:
        """That nothing is missing. Raises UnreadableList."""
        if not self._stream.eof:
            raise UnreadableList
