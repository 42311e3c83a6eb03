"""A flood of lines from a hostile child, through the engine's own filter into a step's log."""

from __future__ import annotations

import sys
from pathlib import Path

from tui_installer.engine.output import Pump
from tui_installer.model.secret import Redactor

BATCH = 2_000
LINE = b"\x1b[31mDownloading\x1b[0m \r 12 %% \r package-%d \xff\xfe [red]not markup[/nope]\n"


def main(run: Path, lines: int) -> None:
    """Appends in batches and pumps after each, as the engine does ten times a second."""
    raw = run / "raw"
    pump = Pump(raw, run / "output" / "packages.log", Redactor())
    for first in range(0, lines, BATCH):
        with raw.open("ab") as file:
            file.write(b"".join(LINE % i for i in range(first, first + BATCH)))
        pump.move()
    pump.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
