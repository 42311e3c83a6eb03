"""How the usages of each tool are written down: its words alone; the program and its namespace stand before them."""

from __future__ import annotations

from tui_installer.model.change import Argv
from tui_installer.model.text import Text, verbatim
from tui_installer.model.tool_task import Sample, Tool, Usage

# The namespace of containerd in which Kubernetes keeps its images and containers.
NAMESPACE = ("-n", "k8s.io")
# The program of each tool, and the command that prints its version without asking a service.
PROGRAMS: dict[Tool, Argv] = {
    Tool.CTR: ("ctr", *NAMESPACE),
    Tool.CRICTL: ("crictl",),
    Tool.NERDCTL: ("nerdctl", *NAMESPACE),
    Tool.DOCKER: ("docker",),
}
VERSIONS: dict[Tool, Argv] = {tool: (tool.value, "--version") for tool in Tool}
# The packages that bring a tool.
PACKAGES = {
    Tool.CTR: ("containerd.io",),
    Tool.CRICTL: ("cri-tools",),
    Tool.DOCKER: ("docker-ce-cli", "docker"),
}
# The lists from which samples are taken: the kubelet's, and docker's own.
OF_THE_KUBELET: dict[Sample, Argv] = {
    Sample.IMAGE: ("crictl", "images", "-o", "json"),
    Sample.DIGEST: ("crictl", "images", "-o", "json"),
    Sample.CONTAINER: ("crictl", "ps", "-q"),
    Sample.POD: ("crictl", "pods", "-q"),
}
OF_DOCKER: dict[Sample, Argv] = {
    Sample.IMAGE: ("docker", "images", "-q"),
    Sample.CONTAINER: ("docker", "ps", "-q"),
}


def ctr(short: str | Text, *commands: str) -> Usage:
    """Returns a usage of ctr; without `commands` those that `short` lists."""
    return _usage(Tool.CTR, short, commands)


def crictl(short: str | Text, *commands: str) -> Usage:
    """Returns a usage of crictl."""
    return _usage(Tool.CRICTL, short, commands)


def nerdctl(short: str | Text, *commands: str) -> Usage:
    """Returns a usage of nerdctl."""
    return _usage(Tool.NERDCTL, short, commands)


def docker(short: str | Text, *commands: str) -> Usage:
    """Returns a usage of docker."""
    return _usage(Tool.DOCKER, short, commands)


def _usage(tool: Tool, short: str | Text, commands: tuple[str, ...]) -> Usage:
    """Splits the words of our own tables at the blanks between them; no word there holds one."""
    if isinstance(short, str):
        commands = commands or tuple(short.split(", "))
        short = verbatim(short)
    return Usage(short, tuple((*PROGRAMS[tool], *words.split()) for words in commands))
