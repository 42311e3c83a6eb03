"""Time of the looks at the images of a node, in seconds, under the program's own Python: the names, and everything."""

from __future__ import annotations

from tui_installer.host.machine import use
from tui_installer.host.this_machine import ThisMachine
from tui_installer.node import images


def main() -> None:
    """Prints the seconds of both looks, and the number of images."""
    use(ThisMachine())
    names, whole = images.look_at_names(), images.look()
    print(f"{names.seconds:.3f} {whole.seconds:.3f} {len(whole.rows)}")


main()
