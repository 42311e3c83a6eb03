"""The scripts of packaging/ as modules; their names have no .py."""

from __future__ import annotations

import sys
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@cache
def script(name: str) -> Any:
    """Loads that script without leaving a compiled file beside it."""
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    loader = SourceFileLoader(name.replace("-", "_"), str(ROOT / "packaging" / name))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module
