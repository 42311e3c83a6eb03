"""The tools of containers, as a test wants them to answer."""

from __future__ import annotations

from collections.abc import Mapping

from tui_installer.host.shell import NOT_FOUND, Output
from tui_installer.model.change import Argv

VERSIONS = {
    "ctr": "ctr github.com/containerd/containerd v1.6.6\n",
    "crictl": "crictl version v1.26.0\n",
    "nerdctl": "nerdctl version 1.5.0\n",
    "docker": "Docker version 20.10.24+dfsg1, build 297e128\n",
}


class Tools:
    """Tools that print what a test wants, and the commands that they got."""

    def __init__(self, *names: str, listed: Mapping[str, Output] | None = None) -> None:
        self.names, self.printed = names, dict(listed or {})
        self.asked: list[Argv] = []

    def __call__(self, *argv: str) -> Output:
        self.asked.append(argv)
        if argv[0] not in self.names:
            return Output(NOT_FOUND, "", f"{argv[0]}: not found")
        if argv[1:] == ("--version",):
            return Output(0, VERSIONS[argv[0]])
        rest = " ".join(argv[1:] if argv[1] != "-n" else argv[3:])
        return self.printed.get(f"{argv[0]} {rest}", Output(0, "HEAD\none\ntwo\n"))
