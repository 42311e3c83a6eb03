"""A recording from somebody else: whatever its strings hold, it is refused in a sentence, or rehearsed in its own folder.

Every string of every shipped recording, keys too, is made hostile in each way. What of that the loader takes is put
together and rehearsed as a whole, with a watch in every process. HOSTILE=all takes all of them. Otherwise the commit
chooses a machine, as many strings of different kinds as there is time for, and the two ways in which that machine is
rehearsed to its end: so each has its turn. The names of the tests say which; HOSTILE=COMMIT is that choice again.
"""

from __future__ import annotations

import copy
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.lab import matrix
from tui_installer import registry
from tui_installer.model.text import T
from tui_installer.rehearsal import recording
from tui_installer.text.language import Language
from tui_installer.text.stdout import show

ROOT = Path(__file__).resolve().parents[3]
WATCH = Path(__file__).parent / "watch/sitecustomize.py"
ASKED = os.environ.get("HOSTILE", "")
ALL = ASKED == "all"
# Without git: always the same.
NUMBER = int(ASKED if ASKED and not ALL else matrix.commit(ROOT) or "0", 16)
# Strings of one recording that a quick run takes in each way: together they take seconds.
MOST = 60
ANSWERS = '[node]\nrole = "first-control-plane"\nhostname = "api7"\ninterface = "ens33"\n'
# Of a node what it was made with, or all would be refused at once.
MADE = {
    "control-plane": '[node]\nrole = "first-control-plane"\ninterface = "ens33"\n',
    "worker": '[node]\nrole = "worker"\ninterface = "ens33"\n',
}
JOIN = (
    "kubeadm join 10.77.0.31:6443 --token abcdef.0123456789abcdef "
    f"--discovery-token-ca-cert-hash sha256:{'0123456789abcdef' * 4}"
)
# Whatever is accepted: another system, and a node of which nothing tells any more what it was made with.
REFUSED = ("stream8", *MADE)
# A recording may not be larger than 64 MB: only some of its strings can be as long at once.
ROOM = 8 << 20
WAYS: dict[str, Callable[[str], str]] = {
    "upwards": lambda text: f"/../../../../../../..{{outside}}/{text.strip('/')}",
    "upwards at its end": lambda text: f"{text}/../../../../../../..{{outside}}/made",
    "NUL": lambda text: f"{text}\0x",
    "newline": lambda text: f"{text}\ncd;touch {{outside}}/made;#",
    "ESC": lambda text: f"{text}\x1b]52;c;cm0=\x07\x1b[2J\x1b[H\x9b1;1H",
    "long": lambda text: text + "x" * (1 << 20),
    "surrogates": lambda text: f"{text}\ud800\udcff\udfff",
    "template": lambda text: f"{text}{{a:>50000000}}{{0.__class__}}",
}
Place = tuple[str | int, ...]


def strings(value: Any, at: Place = ()) -> Iterator[tuple[Place, bool]]:
    """The place of every string, and whether it is a key."""
    if isinstance(value, str):
        yield at, False
    elif isinstance(value, dict):
        for key, one in value.items():
            yield (*at, key), True
            yield from strings(one, (*at, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from strings(one, (*at, number))


def kind(place: Place, *, is_key: bool) -> str:
    """Strings of one kind are read by the same lines of the program."""
    known = [step for step in place if isinstance(step, str)]
    if known[0] == "files" and len(known) > 1:
        known[1] = str(Path(known[1]).parent)
    return f"{'.'.join(known[:4])} {is_key}"


def chosen(told: Any) -> list[tuple[Place, bool]]:
    found = [row for row in strings(told) if row[0][0] != "base"]
    random.Random(NUMBER).shuffle(found)
    one_of_each = {kind(place, is_key=is_key): (place, is_key) for place, is_key in found}
    return found if ALL else list(one_of_each.values())[:MOST]


def changed(told: Any, place: Place, how: Callable[[str], str], *, is_key: bool) -> Any:
    """The same value with one string in another shape; what is not on the way to it is shared."""
    if not place:
        return how(told)
    step, rest = place[0], place[1:]
    made = copy.copy(told)
    if not rest and is_key:
        made[how(str(step))] = made.pop(step)
    else:
        made[step] = changed(told[step], rest, how, is_key=is_key)
    return made


def taken(text: str, path: Path) -> bool:
    """Whether it can be used; a refusal is a sentence that can be shown."""
    path.write_text(text, encoding="utf-8")
    try:
        recording.load(path)
    except recording.Unusable as unusable:
        assert len(Language("en")(unusable.text)) < 5 << 20
        return False
    return True


def choice(number: int) -> tuple[str, tuple[str, str]]:
    """The machine of a quick run, and the ways in which it is rehearsed to its end."""
    known, pairs = recording.names(), list(zip(*[iter(WAYS)] * 2, strict=True))
    number, machine = divmod(number, len(known))
    return known[machine], pairs[number % len(pairs)]


def cases() -> list[Any]:
    """Machine, way, and whether it is rehearsed to its end."""
    if ALL:
        return [pytest.param(m, w, True, id=f"{m}-{w}") for m in recording.names() for w in WAYS]
    machine, whole = choice(NUMBER)
    return [
        pytest.param(machine, way, way in whole, id=f"{machine}-{way}{'-whole' * (way in whole)}")
        for way in WAYS
    ]


def test_every_machine_and_every_way_has_its_turn() -> None:
    found = {(m, w) for m, whole in map(choice, range(0x500, 0x540)) for w in whole}
    assert found == {(m, w) for m in recording.names() for w in WAYS}


@pytest.mark.parametrize(("machine", "way", "to_its_end"), cases())
def test_it_is_refused_or_rehearsed_in_its_own_folder(
    machine: str, way: str, to_its_end: bool, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    told = json.loads(recording.place(machine).read_text(encoding="utf-8"))
    whole, count, room, among = told, 0, ROOM, chosen(told)
    for place, is_key in among:

        def how(text: str) -> str:
            return WAYS[way](text).replace("{outside}", str(outside))

        one = changed(told, place, how, is_key=is_key)
        if taken(json.dumps(one), tmp_path / "one.json"):
            count += 1
            room -= len(how(""))
            # Another system is refused before anything of it is looked at; and a thing may have another name by now.
            with suppress(KeyError):
                whole = (
                    changed(whole, place, how, is_key=is_key)
                    if place[1:2] != ("System",) and room > 0
                    else whole
                )
    assert count > len(among) // 8, "the loader refuses everything: nothing is rehearsed here"
    if to_its_end:
        rehearsed(machine, json.dumps(whole), tmp_path, outside)


def watch(folder: Path, mine: Path) -> str:
    """A folder for PYTHONPATH: what every process there opens for writing outside of `mine` stands in `told`."""
    text = WATCH.read_text(encoding="utf-8")
    for word, place in (("MINE", mine), ("TOLD", folder / "told")):
        text = text.replace(f'"{word} IS SET BY THE TEST"', repr(str(place)))
    (folder / "watch").mkdir()
    (folder / "watch/sitecustomize.py").write_text(text, encoding="utf-8")
    return str(folder / "watch")


def rehearsed(machine: str, text: str, folder: Path, outside: Path) -> None:
    """In plain lines, by the engine, to its end or to its refusal."""
    (folder / "machine.json").write_text(text, encoding="utf-8")
    (folder / "node.toml").write_text(MADE.get(machine, ANSWERS))
    (folder / "join").write_text(JOIN)
    words = [
        "rehearse",
        "machine.json",
        "--answers",
        "node.toml",
        "--speed",
        "1000",
        "--lang",
        "en",
    ]
    words += ["--join", "join"] if machine == "worker" else []
    # What was made of the machine would be refused by many a check; here it goes on.
    words += [word for check in registry.checks() for word in ("--accept", check.id)]
    done = subprocess.run(
        [sys.executable, "-m", "tui_installer", *words],
        cwd=folder,
        env={
            **os.environ,
            "XDG_STATE_HOME": str(folder / "state"),
            "TMPDIR": str(folder),
            "PYTHONPATH": os.pathsep.join(
                [watch(folder, folder / "state"), str(ROOT), os.environ.get("PYTHONPATH", "")]
            ),
        },
        capture_output=True,
        check=False,
    )
    printed = (done.stdout + done.stderr).decode("utf-8")
    assert "report it with the file" not in printed, "".join(
        p.read_text() for p in folder.glob("*fault*")
    )
    assert done.returncode in (0, 2, 3), printed
    assumed = "From here on the effects of all commands are assumed" in printed
    assert assumed or (done.returncode and machine in REFUSED), printed
    assert [line for line in printed.split("\n") if not line.isprintable()] == []
    assert list(outside.iterdir()) == []
    assert (folder / "told").read_text() == ""


def test_the_watch_sees_what_is_written(tmp_path: Path) -> None:
    """Else nothing above could fail."""
    mine = tmp_path / "state"
    mine.mkdir()
    script = f"import os; open({str(mine / 'a')!r}, 'w'); open({str(tmp_path / 'b')!r}, 'w'); os.mkdir({str(tmp_path / 'c')!r})"
    environment = {"PYTHONPATH": watch(tmp_path, mine)}
    subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        check=True,
    )
    told = (tmp_path / "told").read_text().splitlines()
    assert told == [f"open {str(tmp_path / 'b')!r}", f"os.mkdir {str(tmp_path / 'c')!r}"]


def test_a_line_is_of_printable_characters_whatever_it_holds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for how in WAYS.values():
        show(Language("en")(T("{name} waits", name=how("calico-node"))))
        assert capsys.readouterr().out[:-1].isprintable()
