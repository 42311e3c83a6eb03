"""The rooms of the house: who may import what, and how large a file may grow."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.trees import nodes, tree

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tui_installer"
MODULES = sorted(PACKAGE.rglob("*.py"))
OTHERS = sorted(path for room in ("tests", "benchmarks") for path in (ROOT / room).rglob("*.py"))
LONGEST = 400


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imported(path: Path) -> frozenset[str]:
    """Every module that a file imports, wherever in the file."""
    return frozenset(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def users_of(library: str) -> set[str]:
    return {
        name_of(path)
        for path in MODULES
        if any(name.partition(".")[0] == library for name in imported(path))
    }


def test_the_contracts_of_import_linter() -> None:
    script = "from importlinter.cli import lint_imports_command as lint; lint()"
    argv = [sys.executable, "-c", script, "--no-cache"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_sh_is_imported_in_one_file() -> None:
    assert users_of("sh") == {"tui_installer.host.shell"}


def test_psutil_is_imported_by_the_host_alone() -> None:
    found = users_of("psutil")
    assert found
    assert all(name.startswith("tui_installer.host.") for name in found)


def test_httpx_is_imported_in_one_file() -> None:
    assert users_of("httpx") == {"tui_installer.host.mirrors"}


def test_cryptography_is_imported_in_two_files() -> None:
    """Of a join command, and of a node's certificates."""
    users = {"tui_installer.host.tokens", "tui_installer.host.facts.certificates"}
    assert users_of("cryptography") == users


def test_a_resolver_is_imported_in_one_file() -> None:
    assert users_of("dns") == {"tui_installer.host.traffic"}


@pytest.mark.parametrize("library", ["textual", "rich"])
def test_the_screens_alone_draw(library: str) -> None:
    found = users_of(library)
    assert found
    assert all(name.startswith("tui_installer.ui.") for name in found)


def test_the_screens_reach_neither_host_nor_engine() -> None:
    found = {
        (name_of(path), name)
        for path in (PACKAGE / "ui").rglob("*.py")
        for name in imported(path)
        if name.startswith(("tui_installer.host", "tui_installer.engine"))
    }
    assert not found


def test_nobody_starts_a_program_but_by_the_shell() -> None:
    assert users_of("subprocess") == set()


IO = {
    "asyncio",
    "fcntl",
    "ftplib",
    "glob",
    "http",
    "io",
    "multiprocessing",
    "os",
    "pathlib",
    "platform",
    "pwd",
    "select",
    "shutil",
    "signal",
    "socket",
    "ssl",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
}
PURE = ("model", "render", "steps", "checks", "proofs", "causes", "effective", "help")
# Paths as values, and buffers in memory.
ALLOWED = {
    ("tui_installer.model.places", "pathlib"),
    ("tui_installer.render.kubeadm", "io"),
    ("tui_installer.render.calico", "io"),
}


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_reaches_nothing(room: str) -> None:
    found = {
        (name_of(path), name.partition(".")[0])
        for path in (PACKAGE / room).rglob("*.py")
        for name in imported(path)
        if name.partition(".")[0] in IO
    }
    assert found <= ALLOWED


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_opens_no_file(room: str) -> None:
    called = {
        (name_of(path), node.func.id)
        for path in (PACKAGE / room).rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not [row for row in called if row[1] in ("open", "input", "print", "exec", "eval")]


# Not asyncio: sh itself loads it; that no file of ours does is a contract of import-linter.
HEAVY = ("textual", "httpx", "cryptography", "dns", "click", "babel")


def loaded_by(module: str) -> set[str]:
    """The libraries, and the modules of ours."""
    script = f"import sys, {module}; print(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = done.stdout.splitlines()
    return {name.partition(".")[0] for name in names} | {
        name for name in names if name.startswith("tui_installer.")
    }


def test_the_engine_is_light() -> None:
    """Also with every reader of facts, which it finds by their files."""
    found = loaded_by("tui_installer.engine.main, tui_installer.host.gather as g; g.readers()")
    assert not found & set(HEAVY)
    assert "sh" in found, "this test looks at nothing"


def test_the_first_paint_waits_for_little() -> None:
    """What a page needs is loaded behind it."""
    found = loaded_by("tui_installer.ui.program.main")
    assert "tui_installer.rehearsal.machines" in found, "this test looks at nothing"
    assert not found & {
        "sh",
        "psutil",
        "tomlkit",
        "tui_installer.session",
        "tui_installer.registry",
        "tui_installer.preflight.completion",
        "tui_installer.host.gather",
        "tui_installer.model.facts",
    }


def test_the_commands_are_quick_to_start() -> None:
    assert not loaded_by("tui_installer.entry") & {"click", "textual", "httpx", "sh"}
    work = {"textual", "httpx", "cryptography", "dns", "asyncio"}
    assert not loaded_by("tui_installer.cli.main") & work
    # The list of all commands loads each file.
    names = sorted(p.stem for p in (ROOT / "tui_installer/cli/commands").glob("[!_]*.py"))
    assert "check" in names, "this test looks at nothing"
    declared = ", ".join(f"tui_installer.cli.commands.{name}" for name in names)
    work |= {"tui_installer.preflight.inspection", "tui_installer.registry"}
    work |= {"tui_installer.model.facts", "tui_installer.host.gather"}
    assert not loaded_by(declared) & work


def test_a_played_command_is_quick_to_start() -> None:
    """A rehearsal starts thirty."""
    found = loaded_by("tui_installer.rehearsal.play")
    assert "tui_installer.host.content_store" in found, "this test looks at nothing"
    assert not found & {"sh", "asyncio", "ssl", "tomllib", "hashlib", "tui_installer.model.facts"}
    assert not found & {"tui_installer.assets", "tui_installer.model.answers"}


def test_no_file_is_too_long() -> None:
    lines = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in (*MODULES, *OTHERS)}
    assert {name_of(path): n for path, n in lines.items() if n > LONGEST} == {}


def test_every_file_says_what_it_is_for() -> None:
    assert [name_of(path) for path in MODULES if not ast.get_docstring(tree(path))] == []


def test_every_file_of_python_is_seen() -> None:
    assert len(MODULES) > 100
    assert len(OTHERS) > 100


# Who reads a file to its end, however long it is, and why that is none of a stranger's. All others take `files.bounded`.
TO_ITS_END = {
    "tui_installer.assets": "our own tables",
    "tui_installer.engine.output": "a number that this process has written",
    "tui_installer.host.ssh_line": "the kernel's",
    "tui_installer.host.etcd_data": "its size is looked at before",
    "tui_installer.host.kernel_messages": "the kernel's",
    "tui_installer.host.meters": "its size is looked at before, and a name that containerd keeps",
    "tui_installer.host.mounts": "the kernel's",
    "tui_installer.host.offered_files": "the kernel's",
    "tui_installer.rehearsal.as_applied": "this program's manifest",
    "tui_installer.rehearsal.folder": "written by this rehearsal",
    "tui_installer.rehearsal.stand_in": "our own manifest",
    "tui_installer.rehearsal.play": "written by this rehearsal",
    "tui_installer.rehearsal.reference": "our own reference runs",
    "tui_installer.rehearsal.scratch": "the kernel's",
    "tui_installer.rehearsal.script": "of the recording, whose size is looked at when it is taken",
    "tui_installer.rehearsal.state": "written by this rehearsal",
    "tui_installer.host.runs": "a journal: root's, and its last line counts",
    "tui_installer.host.reset_backup": "kubeadm's manifest: root's",
    "tui_installer.host.shell": "the kernel's",
    "tui_installer.ui.screens.run": "no file",
}


def test_who_reads_a_file_to_its_end() -> None:
    found = {
        name_of(path)
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            node.func.attr in ("read_text", "read_bytes", "readlines", "readall")
            or (node.func.attr == "read" and not node.args)
        )
    }
    assert found == set(TO_ITS_END)


# Who may ask for the time of day, and what for. Limits and pauses count by the monotonic clock, and order goes by number:
# a clock that is set changes no outcome.
WALL_CLOCK = {
    "tui_installer.engine.journal": "writes down when something happened",
    "tui_installer.faults": "writes down when",
    "tui_installer.host.evidence": "names the age of what is shown",
    "tui_installer.host.facts.api_server": "compares the clocks of two machines",
    "tui_installer.host.facts.chrony": "finds that a file is from before the clock was set back",
    "tui_installer.host.facts.clock": "is the fact itself",
    "tui_installer.host.facts.containerd_config": "compares a start with the times of files, which are times of day",
    "tui_installer.host.facts.logs": "leaves out what was said of a trouble that may be over",
    "tui_installer.host.facts.remains": "stands beside the times of files; where they do not fit, a person is asked",
    "tui_installer.host.ntp": "compares the clocks of two machines",
    "tui_installer.rehearsal.effects": "writes down when",
    "tui_installer.rehearsal.record": "writes down when",
    "tui_installer.rehearsal.scratch": "moves what was recorded to now",
    "tui_installer.rehearsal.scrub": "certificates that are valid now",
    "tui_installer.rehearsal.state": "tokens that are valid now",
    "tui_installer.host.runs": "is part of a name, behind the number",
    "tui_installer.host.tokens": "tokens that are valid now",
    "tui_installer.report.making": "writes down when",
    "tui_installer.runs.output": "shows how old a line is",
    "tui_installer.node.health": "writes down when",
    "tui_installer.node.monitor": "shows how old something is",
    "tui_installer.ui.screens.done_panes": "the zone of this place",
    "tui_installer.ui.pages.join": "the zone of this place",
    "tui_installer.runs.view": "shows how long it takes",
}


def test_who_asks_for_the_time_of_day() -> None:
    asks = {("time", "time"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today")}
    found = {
        name_of(path)
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in asks
    }
    assert found == set(WALL_CLOCK)


def test_a_role_is_asked_and_not_compared() -> None:
    """A further control plane will join and run a control plane: each place says which of the two it means."""
    compared = {
        name_of(path)
        for path in MODULES
        for node in nodes(path)
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        if getattr(side, "id", "") in ("FIRST_CONTROL_PLANE", "WORKER")
        or getattr(side, "value", "") in ("first-control-plane", "worker")
    }
    assert compared == {"tui_installer.model.role"}


def test_a_name_is_that_of_one_class() -> None:
    """A second class takes a first word; one inside a class has that class's name before its own."""
    classes = Counter(
        node.name for path in MODULES for node in tree(path).body if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in classes.items() if count > 1] == []


def test_a_rule_of_style_names_a_class_that_is_there() -> None:
    """Or one of Textual: a rule for a class that has another name by now is silently without effect."""
    classes = {
        node.name
        for path in (PACKAGE / "ui").rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.ClassDef)
    }
    named = {
        name
        for path in (PACKAGE / "ui").rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for selectors in re.findall(r"([^{}]+)\{ *[a-z-]+:[^{}]*\}", node.value)
        for name in re.findall(r"(?<![.#:\w-])[A-Z]\w+", selectors)
    }
    assert len(named) > 40, "this test looks at nothing"
    assert named - classes <= {"Input", "Screen", "Vertical"}
