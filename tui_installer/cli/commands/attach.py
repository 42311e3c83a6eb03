"""`attach`: follows the run in progress, or prints the last one."""

from __future__ import annotations

from tui_installer.cli.command import JSON, Command
from tui_installer.model.text import T
from tui_installer.text.language import Language


def run(say: Language, as_json: bool) -> int:
    """Follows the newest run from the start of its last pass; prints one that is over."""
    from tui_installer.cli.run_lines import follow_newest

    return follow_newest(say, as_json)


COMMAND = Command(
    run,
    T("Follows the run in progress, or prints the last one. Ctrl+C does not stop the run."),
    "tui-installer attach",
    (JSON,),
)
