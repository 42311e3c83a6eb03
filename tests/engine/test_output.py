"""What a child printed is fit to be shown: no control characters, no secret, no line twice."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.captures import FOLDER
from tui_installer.engine.output import CHUNK, Pump
from tui_installer.model.printable import LONGEST
from tui_installer.model.secret import STARS, Redactor, Secret

TOKEN = "zktp5j.fgb53hon9hd6xs29"


class Scene:
    """A raw file that a child writes, and the step's file that is made of it."""

    def __init__(self, folder: Path, secrets: list[Secret] | None = None) -> None:
        self.raw, self.log = folder / "packages-1", folder / "packages.log"
        self.redact = Redactor(secrets or [])

    def pump(self, keep: int = 60) -> Pump:
        return Pump(self.raw, self.log, self.redact, keep)

    def write(self, data: bytes) -> None:
        with self.raw.open("ab") as file:
            file.write(data)

    @property
    def lines(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_lines_come_as_they_are_ended(scene: Scene) -> None:
    pump = scene.pump()
    pump.move()
    scene.write(b"one\ntw")
    pump.move()
    assert scene.lines == ["one"]
    scene.write(b"o\n\n\nthree")
    pump.move()
    assert scene.lines == ["one", "two"]
    pump.close()
    assert scene.lines == ["one", "two", "three"]
    assert list(pump.tail) == ["one", "two", "three"]


def test_the_raw_form_is_gone_at_the_end(scene: Scene) -> None:
    scene.write(b"x\n")
    pump = scene.pump()
    pump.move()
    pump.close()
    assert sorted(p.name for p in scene.raw.parent.iterdir()) == ["packages.log"]


def test_a_child_that_printed_nothing(scene: Scene) -> None:
    scene.pump().close()
    assert scene.lines == []


def test_several_children_write_into_one_step(scene: Scene) -> None:
    for word in (b"first\n", b"second\n"):
        scene.write(word)
        scene.pump().close()
    assert scene.lines == ["first", "second"]


def test_bytes_that_are_no_text(scene: Scene) -> None:
    scene.write(b"a\xff\xfeb\n\xc3\n\xe5\x8a\xa0\n")
    scene.pump().close()
    assert scene.lines == ["a\ufffd\ufffdb", "\ufffd", "加"]


def test_a_secret_that_comes_in_two_halves(tmp_path: Path) -> None:
    data = f"Using token: {TOKEN} now\n".encode()
    for cut in range(1, len(data)):
        (folder := tmp_path / str(cut)).mkdir()
        scene = Scene(folder, [Secret(TOKEN)])
        pump = scene.pump()
        scene.write(data[:cut])
        pump.move()
        scene.write(data[cut:])
        pump.move()
        assert scene.lines == [f"Using token: zktp5j.{STARS} now"], cut


def test_a_secret_between_escape_sequences(tmp_path: Path) -> None:
    scene = Scene(tmp_path, [Secret(TOKEN)])
    scene.write(f"\x1b[1m{TOKEN[:10]}\x1b[0m{TOKEN[10:]}\n".encode())
    scene.pump().close()
    assert TOKEN[10:] not in scene.log.read_text()


def test_a_secret_where_a_long_line_is_cut(tmp_path: Path) -> None:
    for over in range(len(TOKEN) + 2):
        (folder := tmp_path / str(over)).mkdir()
        scene = Scene(folder, [Secret(TOKEN)])
        scene.write(TOKEN.encode() + b"-" * (LONGEST - over) + b"\n")
        scene.pump().close()
        assert TOKEN[-6:] not in scene.log.read_text()


def test_a_line_without_an_end_does_not_grow(scene: Scene) -> None:
    pump = scene.pump()
    for _ in range(20):
        scene.write(b"." * 100_000)
        pump.move()
    scene.write(b"end\n")
    pump.close()
    assert len(scene.lines) == 1
    assert len(scene.lines[0]) <= LONGEST
    assert scene.lines[0].endswith(".end")


def peak(scene: Scene, count: int) -> int:
    """The most memory that it takes to move so many lines."""
    scene.write(b"".join(b"line %d of a very talkative program\n" % n for n in range(count)))
    pump = scene.pump()
    tracemalloc.start()
    try:
        pump.move()
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(pump.tail) == 60
    assert pump.tail[-1].startswith(f"line {count - 1} ")
    with scene.log.open() as log:
        assert sum(1 for _ in log) == count
    return most


def test_many_lines_take_no_more_memory_than_some(tmp_path: Path) -> None:
    """The fewer are more than are read at once."""
    scenes = []
    for name in ("some", "many"):
        (tmp_path / name).mkdir()
        scenes.append(Scene(tmp_path / name))
    some, many = peak(scenes[0], 12_000), peak(scenes[1], 48_000)
    assert scenes[0].raw.stat().st_size > CHUNK
    assert many < some * 1.5


PIECES = st.lists(
    st.sampled_from([b"word", b"\n", b"\r", "加".encode(), b"\xff", b"\xe5", b"\x1b[1m", b" "]),
    max_size=30,
).map(b"".join)


@given(first=PIECES, second=PIECES, third=PIECES)
def test_an_engine_that_is_killed_loses_no_line_and_tells_none_twice(
    tmp_path_factory: pytest.TempPathFactory, first: bytes, second: bytes, third: bytes
) -> None:
    """A pump per engine: each begins where the mark of the one before it says."""
    folder = tmp_path_factory.mktemp("cut")
    (folder / "cut").mkdir()
    (folder / "whole").mkdir()
    cut, whole = Scene(folder / "cut"), Scene(folder / "whole")
    for piece in (first, second):
        cut.write(piece)
        cut.pump().move()
    cut.write(third)
    cut.pump().close()
    whole.write(first + second + third)
    whole.pump().close()
    assert cut.lines == whole.lines


def test_the_tail_of_a_real_transaction_has_no_progress_bars(scene: Scene) -> None:
    scene.write((FOLDER / "yum-slow-mirror-progress-pty.txt").read_bytes())
    pump = scene.pump()
    pump.close()
    assert "Complete!" in pump.tail
    assert not any("\r" in line or "\x1b" in line for line in scene.lines)
    assert len(scene.lines) < 200


def test_what_another_program_says_of_it_comes_last(scene: Scene) -> None:
    pump = Scene.pump(scene)
    scene.write(b"one\nJob for docker.service failed")
    pump.add("Starting docker.service\n\x1b[31munable to start\n")
    pump.close()
    assert scene.lines == [
        "one",
        "Job for docker.service failed",
        "Starting docker.service",
        "unable to start",
    ]
    assert list(pump.tail) == scene.lines
