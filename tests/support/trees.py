"""The sources as syntax trees, each read once for all the tests that look at it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path


@cache
def tree(path: Path) -> ast.Module:
    """Returns a source file as a tree, which nobody may change."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Returns everything in a source file."""
    return tuple(ast.walk(tree(path)))
