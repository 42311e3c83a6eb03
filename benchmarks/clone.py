"""Time from a clean clone to the first page, by ./install.sh, with cached packages; it needs no node.

The comparison is pip alone, which makes the same environment: the difference is ours.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from benchmarks.screens import ROOT, Terminal
from benchmarks.size import asked

# A text of the first page on a machine other than CentOS 7, and one of a rehearsal's first page.
FIRST, REHEARSED = b"Rehearsal", b"REHEARSAL"


def timed(*words: str | Path, cwd: Path) -> float:
    """Returns the seconds that the command takes."""
    began = time.monotonic()
    subprocess.run(words, cwd=cwd, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def lend_packages(clone: Path) -> None:
    """Gives the clone an environment with this interpreter's own packages, as ./install.sh leaves one.

    That it makes one from the lock is proven by `tests/delivery/test_first_command.py`.
    """
    environment = clone / ".venv"
    timed(sys.executable, "-m", "venv", "--without-pip", environment, cwd=clone)
    (site,) = environment.glob("lib/python3.*/site-packages")
    (site / "tui-installer.pth").write_text(f"{sysconfig.get_path('purelib')}\n../../../..\n")
    lock = (clone / "requirements.lock").read_bytes()
    (environment / "made-from").write_text(f"{hashlib.sha256(lock).hexdigest()}\n")


def main() -> None:
    """Measures the second round, because pip fills its cache in the first; the short form has only one."""
    with tempfile.TemporaryDirectory() as folder:
        clone, alone = Path(folder, "clone"), Path(folder, "alone")
        cloned = timed("git", "clone", "--quiet", ROOT, clone, cwd=ROOT)
        lock = ROOT / "requirements.lock"
        if asked().short:
            # One package is enough to show that the measurement works.
            (one,) = re.findall(r"(?m)^click==.*\n(?: .*\n)+", lock.read_text())
            lock = Path(folder, "one.lock")
            lock.write_text(one)
            lend_packages(clone)
        words = ("install", "--quiet", "--require-hashes", "-r")
        for _ in range(asked().pick(2, 1)):
            shutil.rmtree(alone, ignore_errors=True)
            pip = timed(sys.executable, "-m", "venv", alone, cwd=ROOT)
            pip += timed(alone / "bin/pip", *words, lock, cwd=ROOT)
        terminal = Terminal(str(clone / "install.sh"), "--lang", "en", program="/bin/bash")
        page = terminal.until(FIRST)
        rehearsal = terminal.press(b"\r", REHEARSED)
        terminal.close()
    ratio = (cloned + page) / pip
    print(f"clone {cloned:.1f} s, then to the first page {page:.1f} s; pip alone {pip:.1f} s")
    print(f"clone to the first page against pip alone: ratio {ratio:.2f}")
    print(f"Enter to the first page of the rehearsal: {rehearsal:.2f} s")


if __name__ == "__main__":
    main()
