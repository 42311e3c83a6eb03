"""`status`: what this node is and whether it works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_installer.cli.caller import must_be_root
from tui_installer.cli.command import JSON, Command, option
from tui_installer.exits import Exit, ExitCode
from tui_installer.model.text import T
from tui_installer.text.language import Language
from tui_installer.text.stdout import show, show_json

if TYPE_CHECKING:
    from tui_installer.model.check import Judged
    from tui_installer.node.health import NodeStatus


def run(say: Language, prove: bool, as_json: bool) -> int:
    """Returns 0 if nothing fails, else 1; also 0 on a machine that is not a node."""
    from tui_installer.cli import lines
    from tui_installer.model.facts import NotRead
    from tui_installer.node import health

    must_be_root()

    def tell(row: Judged) -> None:
        if not as_json:
            lines.check(row, say)

    try:
        node_status = health.prove(tell) if prove else health.look()
    except NotRead as error:
        raise Exit(ExitCode.FAILED, error.unread.text) from error
    if as_json:
        show_json(_json(say, node_status))
    elif node_status.answers is None:
        show(say(T("this machine is no node of a cluster")))
    else:
        lines.status(node_status, say, proofs_printed=prove)
    return ExitCode.DONE if node_status.healthy or node_status.answers is None else ExitCode.FAILED


def _json(say: Language, node_status: NodeStatus) -> dict[str, Any]:
    drift = [
        {"step": step, "changes": [{**c.to_json(), "summary": say(c.why)} for c in changes]}
        for step, changes in node_status.drift.items()
    ]
    checks = [row.to_json(say) for row in node_status.judged]
    return {
        "version": 1,
        "role": node_status.role,
        "healthy": node_status.healthy,
        "checks": checks,
        "drift": drift,
    }


COMMAND = Command(
    run,
    T("Tells what this node is and whether it works. Only reads, unless --prove is given."),
    "tui-installer status --prove",
    (
        option(
            "--prove",
            is_flag=True,
            text=T("Sends test traffic too, from test pods that are removed again."),
        ),
        JSON,
    ),
)
