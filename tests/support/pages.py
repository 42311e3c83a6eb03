"""The pages of README.md and docs/ in parts: blocks of code, spans of code, tables, links, calls of the program."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.support.trees import nodes

ROOT = Path(__file__).parents[2]
NAME = "tui-installer"
# The program's name as a word of its own, not as a part of a path, of a unit's name or of a file's name.
CALL = re.compile(rf"(?<![\w./-]){NAME}(?![\w/-]|\.\w)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
LINK = re.compile(r"(!?)\[([^\]\n]*)\]\(([^)\s#]*)(?:#([^)\s]*))?\)")
# A path by itself: not part of a URL or a date, nor of a path below a relative folder.
PATH = re.compile(r"(?<![\w.:/~*>}-])/(?:[\w.@*~-]+/?)+")


@dataclass(frozen=True)
class Block:
    """A block of code: the word behind its fence, and its lines."""

    info: str
    text: str


@dataclass(frozen=True)
class Page:
    """One page."""

    path: Path

    @property
    def name(self) -> str:
        """Its path from the root of the tree."""
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        """The whole text."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def blocks(self) -> list[Block]:
        """Fenced blocks, and those that are indented after an empty line."""
        return [block for block, _ in self._parts if block is not None]

    @cached_property
    def prose(self) -> str:
        """The text outside of blocks."""
        return "\n".join(line for block, line in self._parts if block is None)

    @cached_property
    def _parts(self) -> list[tuple[Block | None, str]]:
        return list(_parts(self.text.splitlines()))

    @cached_property
    def spans(self) -> list[str]:
        """The code within sentences and tables, without the escapes of bars in a table."""
        return [span.replace("\\|", "|") for span in re.findall(r"`([^`\n]+)`", self.prose)]

    @cached_property
    def code(self) -> list[str]:
        """Every line of code."""
        return [*self.spans, *(line for block in self.blocks for line in block.text.splitlines())]

    @cached_property
    def tables(self) -> list[list[list[str]]]:
        """Each table as its rows of cells; the first row holds the column titles."""
        found: list[list[list[str]]] = []
        before = False
        for line in self.prose.splitlines():
            table = line.startswith("|")
            if table and not before:
                found.append([])
            if table and not re.fullmatch(r"[|: -]+", line):
                cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
                found[-1].append([cell.strip().replace("\\|", "|") for cell in cells])
            before = table
        return found

    def table(self, *head: str) -> list[list[str]]:
        """Returns the rows of every table that begins with these column titles."""
        tables = (table for table in self.tables if table[0][: len(head)] == list(head))
        return [row for table in tables for row in table[1:]]

    @cached_property
    def links(self) -> list[tuple[str, str]]:
        """Its links: a file, relative to this one, or nothing, and a heading or nothing."""
        text = re.sub(r"`[^`\n]*`", "", self.prose)
        found = [(target, anchor) for _, _, target, anchor in LINK.findall(text)]
        found += [(target, "") for target in re.findall(r'(?:src|href)="([^"#]+)"', text)]
        return [(unquote(place), head) for place, head in found if "://" not in place]

    @cached_property
    def anchors(self) -> set[str]:
        """The names of its headings in a link."""
        heads = re.findall(r"(?m)^#+ (.*)$", self.prose)
        return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def _parts(lines: list[str]) -> Iterator[tuple[Block | None, str]]:
    """Yields blocks, and the lines outside of them."""
    at, empty = 0, True
    while at < len(lines):
        line = lines[at]
        if fence := re.match(r"(\s*)(```+)(.*)", line):
            end = next(i for i in range(at + 1, len(lines)) if lines[i].strip() == fence[2])
            body = [row.removeprefix(fence[1]) for row in lines[at + 1 : end]]
            yield Block(fence[3].strip(), "\n".join(body) + "\n"), ""
            at = end + 1
        elif empty and line.startswith("    "):
            end = at
            while end < len(lines) and (not lines[end].strip() or lines[end].startswith("    ")):
                end += 1
            yield Block("", "\n".join(row[4:] for row in lines[at:end]) + "\n"), ""
            at = end
        else:
            yield None, line
            empty = not line.strip()
            at += 1


def pages() -> list[Page]:
    """Returns README.md and every page below docs/."""
    return [Page(path) for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))]


def calls(line: str) -> list[list[str]]:
    """Returns the arguments of each call of the program in a line of code."""
    return [_words(line[found.end() :]) for found in CALL.finditer(line)]


def _words(rest: str) -> list[str]:
    """Returns the words up to the end of a command, in a shell or in a sentence."""
    lexer = shlex.shlex(rest.rstrip(".,"), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    found: list[str] = []
    try:
        for word in lexer:
            if re.fullmatch(r"[();<>|&]+", word):
                break
            found.append(word)
    except ValueError:
        # A quotation that a sentence ends.
        return rest.split()
    return found


def nodes_of(folder: str) -> Iterator[ast.AST]:
    """Yields everything in every source file below a folder of the package."""
    for path in sorted((ROOT / "tui_installer" / folder).rglob("*.py")):
        yield from nodes(path)


@cache
def literals(folder: str) -> set[str]:
    """Returns every string in the sources below a folder, including the fixed parts of f-strings."""
    return {
        n.value
        for n in nodes_of(folder)
        if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }


PAGES = pages()
EVERY = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
