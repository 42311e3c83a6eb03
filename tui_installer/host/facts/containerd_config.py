"""Reader of containerd's files, of what containerd makes of them, and of its process."""

from __future__ import annotations

import fnmatch
import posixpath
import re
import time
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from tui_installer.effective import containerd, crictl, hosts
from tui_installer.effective.containerd import Document
from tui_installer.host.content_store import SOCKET
from tui_installer.host.facts.containerd import CONFIG, PROGRAM
from tui_installer.host.look import Look, last_line, who
from tui_installer.model.facts import (
    Broken,
    ConfigFile,
    ContainerdConfig,
    ContainerdProcess,
    ContainerdSettings,
    CrictlFile,
    FilePlace,
    HostsFile,
    NotRead,
    Unread,
)
from tui_installer.model.secret import without_credentials
from tui_installer.render.containerd import CERTS

TOPIC = ContainerdConfig
CONTAINERD = "/usr/bin/containerd"
UNIT = "containerd.service"
# Without a limit of its own ctr waits 10 s for a containerd that is not there.
PLUGIN = ("ctr", "-a", SOCKET, "--connect-timeout", "2s", "plugins", "ls", "-d", "id==cri")
SHOWN = (
    "MainPID",
    "ExecMainStartTimestampMonotonic",
    "Environment",
    "EnvironmentFiles",
    "EnvironmentFile",
    "FragmentPath",
    "DropInPaths",
)
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")
# What programs are asked for; without all of it nothing is known of what is in effect.
ASKED = frozenset({"process", "dumped", "plugin", "version"})
# How containerd and crictl begin their refusal of a file.
REFUSED, FATAL = "containerd: ", "level=fatal"
# Files and folders: only a broken machine has more of them.
MOST = 64
_PROXY = re.compile(rf"\b(?P<name>{'|'.join(PROXIES)})=", re.IGNORECASE)
_VARIABLE = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s"]+)')
_VERSION = re.compile(r"\bv?(\d+\.\d+\.\d+\S*)")
_STATE = re.compile(r"^\s*(?P<key>Type|ID|Message):\s*(?P<value>.*)$", re.MULTILINE)
Answer = TypeVar("Answer")
Files = tuple[tuple[ConfigFile, ...], tuple[Document, ...]]
NO_FILES: Files = ((), ())


def read(look: Look) -> ContainerdConfig:
    """Reads all of it; what could not be read of it is named in `unread`. Raises NotRead where nothing could be."""
    if not look.exists(CONTAINERD):
        return ContainerdConfig()
    unread: dict[str, Unread] = {}

    def told(name: str, ask: Callable[[], Answer], without: Answer) -> Answer:
        try:
            return ask()
        except NotRead as error:
            unread[name] = error.unread
            return without

    process = told("process", lambda: _process(look), None)
    config = process.config if process and process.config else CONFIG
    files, documents = told("files", lambda: _files(look, config), NO_FILES)
    written = containerd.written(documents)
    with ThreadPoolExecutor(max_workers=4) as pool:
        dump = pool.submit(told, "dumped", lambda: _dump(look, config), (None, ""))
        plugin = pool.submit(told, "plugin", lambda: _plugin(look), ("", ""))
        client = pool.submit(told, "crictl", lambda: _crictl(look), CrictlFile())
        version = pool.submit(told, "version", lambda: _version(look), "")
    dumped, refusal = dump.result()
    folder = (dumped or written).config_path or written.config_path or CERTS
    state, error = plugin.result()
    if unread.keys() >= ASKED:
        raise NotRead(unread["dumped"])
    return ContainerdConfig(
        installed=True,
        version=version.result(),
        files=files,
        written=written,
        dumped=dumped,
        refusal=refusal,
        plugin=state,
        plugin_error=error,
        hosts=told("hosts", lambda: tuple(_hosts(look, folder)), ()),
        crictl=client.result(),
        process=process,
        unread={name: why.text for name, why in unread.items()},
    )


def _config_of(argv: list[str]) -> str:
    """Returns the path of the file with which containerd was started; empty where it was given none."""
    for number, word in enumerate(argv):
        name, equals, value = word.partition("=")
        if name in ("-c", "--config", "-config"):
            value = value if equals else "".join(argv[number + 1 : number + 2])
            return value if value.startswith("/") else ""
    return ""


def _files(look: Look, config: str) -> Files:
    """Reads the main file and, one by one in containerd's order, what it imports."""
    files: dict[str, ConfigFile] = {}
    documents = []
    pending = [config]
    while pending and len(files) < MOST:
        path = pending.pop(0)
        if path in files:
            continue
        files[path] = ConfigFile(path, look.modified(path))
        if not files[path].modified:
            continue
        one = containerd.document(path, look.whole(path))
        if isinstance(one, Broken):
            files[path] = ConfigFile(path, files[path].modified, one)
            continue
        documents.append(one)
        for pattern in containerd.imports(one):
            pending += _expanded(look, posixpath.join(posixpath.dirname(path), pattern))
    return tuple(files.values()), tuple(documents)


def _expanded(look: Look, pattern: str) -> list[str]:
    """Returns the files that an import names: a path, or a pattern in its last part."""
    folder, name = posixpath.split(posixpath.normpath(pattern))
    if "*" not in name:
        return [posixpath.join(folder, name)]
    return [posixpath.join(folder, one) for one in look.names(folder) if fnmatch.fnmatch(one, name)]


def _dump(look: Look, config: str) -> tuple[ContainerdSettings | None, str]:
    """Returns what containerd would use if it started now; else its words."""
    # It refuses a file that is not there, and starts without one.
    there = ("-c", config) if look.exists(config) else ("-c", "/dev/null")
    reply = look.answer("containerd", *there, "config", "dump")
    words = str(last_line(reply))
    if reply.code and not words.startswith(REFUSED):
        raise NotRead(Unread(who("containerd"), words))
    if reply.code:
        return None, without_credentials(words.removeprefix(REFUSED))
    try:
        return containerd.dumped(reply.out), ""
    except tomllib.TOMLDecodeError as error:
        raise NotRead(Unread(who("containerd"), str(error), lasting=True)) from error


def _plugin(look: Look) -> tuple[str, str]:
    """Returns the state of the CRI plugin, and why it failed."""
    reply = look.answer(*PLUGIN, codes=(0,))
    rows = [(match["key"], match["value"].strip()) for match in _STATE.finditer(reply.out)]
    if ("ID", "cri") not in rows:
        return "", ""
    error = next((value for key, value in rows if key == "Message" and value), "")
    return ("error", error) if error else ("ok", "")


def _version(look: Look) -> str:
    """Returns the version without the v that some builds have; empty where containerd prints none."""
    match = _VERSION.search(look.answer("containerd", "--version", codes=(0,)).out)
    return match[1] if match else ""


def _hosts(look: Look, folders: str) -> Iterator[HostsFile]:
    """Yields the files of mirrors; of two folders with the same name containerd takes the first."""
    known = set()
    for root in folders.split(":"):
        for registry in look.names(root)[:MOST]:
            path = f"{root.rstrip('/')}/{registry}/{hosts.NAME}"
            if registry not in known and look.exists(path):
                known.add(registry)
                yield hosts.parse(registry, path, look.whole(path))


def _crictl(look: Look) -> CrictlFile:
    """Returns what crictl's file says, and what crictl says of the file."""
    text = look.whole(crictl.FILE) if look.exists(crictl.FILE) else None
    if text is None:
        # crictl would make the file.
        return CrictlFile()
    if not look.exists(PROGRAM):
        return crictl.parse(text, "")
    reply = look.answer("crictl", "config", "--get", "runtime-endpoint")
    refusal = str(last_line(reply)) if reply.code else ""
    if refusal and FATAL not in refusal:
        raise NotRead(Unread(who("crictl"), refusal))
    words = re.search(r'msg="(.*)"$', refusal)
    return crictl.parse(text, words[1].removeprefix("load config file: ") if words else refusal)


def _process(look: Look) -> ContainerdProcess | None:
    """Returns what the unit's process has; None where it does not run."""
    reply = look.answer("systemctl", "show", UNIT, *(f"-p{name}" for name in SHOWN), codes=(0,))
    rows = dict(line.partition("=")[::2] for line in reply.out.splitlines() if "=" in line)
    began, pid = rows.get("ExecMainStartTimestampMonotonic", ""), rows.get("MainPID", "")
    if not began.isdecimal() or not pid.isdecimal() or pid == "0":
        return None
    unit_files = [rows.get("FragmentPath", ""), *rows.get("DropInPaths", "").split()]
    paths = [path for path in unit_files if path]
    shown = [m["quoted"] or m["plain"] for m in _VARIABLE.finditer(rows.get("Environment", ""))]
    return ContainerdProcess(
        config=_config_of(look.text(f"/proc/{pid}/cmdline").split("\0")),
        started=time.time() - (time.monotonic() - int(began) / 1e6),
        proxy=_proxies(look.text(f"/proc/{pid}/environ").split("\0")),
        unit_proxy=_proxies(shown),
        unit_files={path: look.modified(path) for path in paths},
        proxy_places=dict(_proxy_places(look, paths)),
        more_variables=bool(rows.get("EnvironmentFiles") or rows.get("EnvironmentFile")),
    )


def _proxies(variables: list[str]) -> dict[str, str]:
    rows = (one.partition("=")[::2] for one in variables)
    return {k: without_credentials(v) for k, v in rows if v and k.upper() in PROXIES}


def _proxy_places(look: Look, paths: list[str]) -> Iterator[tuple[str, FilePlace]]:
    for path in paths:
        for number, line in enumerate(look.whole(path).splitlines(), 1):
            if line.lstrip().startswith("Environment="):
                for match in _PROXY.finditer(line):
                    yield match["name"], FilePlace(path, number)
