"""No module imports itself by way of others, not even for its types or for a moment."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.trees import tree

ROOT = Path(__file__).parent.parent


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def circle(sources: Mapping[str, ast.Module]) -> list[str]:
    """Modules of which each imports the next and the last is the first, wherever in a file that stands; empty: none."""
    graph = {name: set(_known(source, sources.keys())) for name, source in sources.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        # It tells who is imported before who imports.
        return error.args[1][::-1]  # type: ignore[no-any-return]
    return []


def _known(source: ast.Module, names: Collection[str]) -> Iterator[str]:
    """Those of these modules that a file imports: for a moment, for its types alone, or as it begins."""
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield from [name for name in (full, node.module or "") if name in names][:1]


def test_no_module_imports_itself_by_way_of_others() -> None:
    """import-linter's layers say it of rooms; this says it of the files in them."""
    files = (ROOT / "tui_installer").rglob("*.py")
    sources = {name_of(path): tree(path) for path in files}
    assert "tui_installer.host.gate" in set(_known(sources["tui_installer.host.files"], sources))
    assert circle(sources) == []


@pytest.mark.parametrize(
    "last",
    [
        "import p.a",
        "from p.a import X",
        "def late():\n    from p import a",
        "if TYPE_CHECKING:\n    from p.a import X",
    ],
)
def test_a_circle_is_found(last: str) -> None:
    sources = {"p": "", "p.a": "from p import b", "p.b": "import p.c", "p.c": "import os"}
    trees = {name: ast.parse(source) for name, source in sources.items()}
    assert circle(trees) == []
    found = circle({**trees, "p.c": ast.parse(last)})
    assert set(found) == {"p.a", "p.b", "p.c"}
    assert found[0] == found[-1]
