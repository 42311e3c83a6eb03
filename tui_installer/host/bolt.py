"""Reader for the keys of a bbolt file, the format of etcd's data, while no etcd serves them.

A file consists of pages of one size. Each page begins with its number (8 bytes), flags (2), count (2) and
the number of overflow pages that belong to it (4). Pages 0 and 1 are two headers; the valid one of the
later transaction counts. A transaction never overwrites pages of the one before it, so a copy is whole if
the header has not changed during the copy.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAGIC, VERSION = 0xED0CDAED, 2
BRANCH, LEAF = 0x01, 0x02
BUCKET = 0x01
PAGE = struct.Struct("<QHHI")
META = struct.Struct("<IIIIQQQQQQ")
BRANCH_ROW, LEAF_ROW = struct.Struct("<IIQ"), struct.Struct("<IIII")
BUCKET_HEAD = struct.Struct("<QQ")
# The page sizes of all machines that etcd runs on.
SIZES = (4096, 8192, 16384, 32768, 65536)
# No tree of pages is this deep; a tree that runs in circles is damaged.
DEPTH = 40


class Damaged(Exception):
    """The file is no whole bbolt file."""


@dataclass(frozen=True)
class Head:
    """The valid header of the later transaction: page size, root page of the buckets, transaction."""

    size: int
    root: int
    transaction: int


def _checksum(data: bytes) -> int:
    """Returns the 64-bit FNV-1a hash."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def head(data: bytes) -> Head:
    """Returns the header that counts. Raises Damaged."""
    valid_heads = [head for at in (0, *SIZES) if (head := _head(data, at))]
    if not valid_heads:
        raise Damaged("no valid header")
    return max(valid_heads, key=lambda head: head.transaction)


def _head(data: bytes, at: int) -> Head | None:
    raw = data[at + PAGE.size : at + PAGE.size + META.size]
    if len(raw) < META.size:
        return None
    magic, version, size, _flags, root, _seq, _free, _end, transaction, checksum = META.unpack(raw)
    if (magic, version) != (MAGIC, VERSION) or size not in SIZES or at not in (0, size):
        return None
    return Head(size, root, transaction) if _checksum(raw[:-8]) == checksum else None


@dataclass(frozen=True)
class Bolt:
    """A whole bbolt file in memory."""

    data: bytes
    head: Head

    def rows(self, bucket: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yields every key of a bucket with its value; a bucket that does not exist yields nothing. Raises Damaged."""
        for flags, key, value in self._tree(self.head.root):
            if key == bucket and flags & BUCKET:
                yield from ((k, v) for _, k, v in self._bucket(value))
                return

    def _bucket(self, value: bytes) -> Iterator[tuple[int, bytes, bytes]]:
        root, _ = self._unpack(BUCKET_HEAD, value, 0)
        # A small bucket lies inside its own value, as a page after the bucket's header.
        return self._tree(root) if root else self._page(value[BUCKET_HEAD.size :], 0)

    def _tree(self, number: int, depth: int = 0) -> Iterator[tuple[int, bytes, bytes]]:
        at = number * self.head.size
        own_number, flags, _, more = self._unpack(PAGE, self.data, at)
        page = self.data[at : at + (more + 1) * self.head.size]
        if own_number != number or depth > DEPTH or len(page) < (more + 1) * self.head.size:
            raise Damaged(f"page {number}")
        return self._page(page, depth) if flags & (BRANCH | LEAF) else _no_tree(number)

    def _page(self, page: bytes, depth: int) -> Iterator[tuple[int, bytes, bytes]]:
        _, flags, count, _ = self._unpack(PAGE, page, 0)
        for i in range(count):
            if flags & BRANCH:
                at = PAGE.size + i * BRANCH_ROW.size
                _, _, child = self._unpack(BRANCH_ROW, page, at)
                yield from self._tree(child, depth + 1)
            else:
                at = PAGE.size + i * LEAF_ROW.size
                kind, pos, ksize, vsize = self._unpack(LEAF_ROW, page, at)
                start = at + pos
                if start + ksize + vsize > len(page):
                    raise Damaged("a row beyond its page")
                key = page[start : start + ksize]
                yield kind, key, page[start + ksize : start + ksize + vsize]

    @staticmethod
    def _unpack(form: struct.Struct, data: bytes, at: int) -> tuple[int, ...]:
        try:
            return form.unpack_from(data, at)
        except struct.error as error:
            raise Damaged(f"cut short at byte {at}") from error


def _no_tree(number: int) -> Iterator[tuple[int, bytes, bytes]]:
    raise Damaged(f"page {number} is no part of a tree")
