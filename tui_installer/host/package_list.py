"""Parsers of a yum repository's metadata, piece by piece: its size is up to the server, which may be anybody's."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from xml.parsers import expat

# EPEL's list, one of the largest, is 20 MB unpacked; the lists in use have 3.
LARGEST = 32 << 20
# Bytes unpacked at a time; between two pieces other tasks run, and time limits take effect.
PIECE = 1 << 20
# A list has five levels, and no package has a name this long.
DEEPEST, LONGEST = 32, 1024
COMMON = "http://linux.duke.edu/metadata/common "
REPO = "http://linux.duke.edu/metadata/repo "


class UnreadableList(Exception):
    """The document is no list of packages, or exceeds every useful size or depth."""


class _Document:
    """Parses XML in pieces, and keeps only the names of the open elements."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = _no_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self.text = ""

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        """Parses a piece. Raises UnreadableList."""
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
        """Handles the start of an element; its name has its namespace in front."""

    def ends(self, name: str) -> None:
        """Handles the end of an element; `text` holds the last text in it."""


def _no_doctype(*_said: object) -> None:
    """Refuses a DOCTYPE: its entities turn few bytes into many, and no list needs them."""
    raise UnreadableList


class Index(_Document):
    """repomd.xml: the path of the package list below the repository; empty if there is none."""

    def __init__(self) -> None:
        super().__init__()
        self.place = ""
        self._primary = False

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        """Takes the first location of type "primary"."""
        if name == f"{REPO}data":
            self._primary = attributes.get("type") == "primary"
        if name == f"{REPO}location" and self._primary and not self.place:
            self.place = attributes.get("href", "")


class PackagesDocument(_Document):
    """primary.xml: every package as name-version; it keeps only those in `wanted`."""

    def __init__(self, wanted: frozenset[str]) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._wanted = wanted
        self._name = self._version = ""

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        """Clears name and version at the start of a package."""
        if name == f"{COMMON}package":
            self._name = self._version = ""
        if name == f"{COMMON}version":
            self._version = attributes.get("ver", "")

    def ends(self, name: str) -> None:
        """Compares name and version at the end of a package."""
        if name == f"{COMMON}name":
            self._name = self.text.strip()
        if name == f"{COMMON}package" and (row := f"{self._name}-{self._version}") in self._wanted:
            self.found.add(row)


class Unpacked:
    """A gzip stream in pieces, of at most LARGEST bytes in total."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        self._size = 0

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        """Unpacks these bytes, PIECE bytes at a time. Raises UnreadableList."""
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
        """Checks that the stream is complete. Raises UnreadableList."""
        if not self._stream.eof:
            raise UnreadableList
