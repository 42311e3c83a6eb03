"""Preparation of every `kubeadm reset`: it may delete only saved data, and nothing behind a mount."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ruamel.yaml.error import YAMLError

from tui_installer.engine.apply import MAKE_ROOM, StepFailed
from tui_installer.engine.workshop import Workshop
from tui_installer.host import etcd_data, machine, reset_backup, shell
from tui_installer.host.facts.remains import KUBELET
from tui_installer.model import places
from tui_installer.model.change import Change, RunCommand
from tui_installer.model.event import clears
from tui_installer.model.text import T

UNIT = "kubelet.service"
# The kubelet cannot run without this file, and a reset deletes it.
CONFIG = f"{KUBELET}/config.yaml"
PATIENCE = 90.0


class Outdated(StepFailed):
    """The node must not be cleared any more, for instance because its API server is up; the step plans again."""


def is_reset(change: Change) -> bool:
    """Tells whether this change deletes a cluster's data."""
    return isinstance(change, RunCommand) and clears(change.argv)


@contextmanager
def _without_kubelet() -> Iterator[None]:
    """Stops the kubelet, which would mount volumes again; starts it again if nothing gets deleted."""
    if _runs():
        _remember()
    try:
        result = shell.output("systemctl", "stop", UNIT, timeout=PATIENCE)
        if _runs():
            title = T(
                "nothing was deleted: the kubelet could not be stopped: {reason}",
                reason=result.err.strip() or f"systemctl: {result.code}",
            )
            raise StepFailed(title, T("look at systemctl status kubelet, then apply again"))
        yield
    except BaseException:
        start_kubelet_again()
        raise
    machine.at(places.KUBELET_STOPPED).unlink(missing_ok=True)


def _runs() -> bool:
    """Tells whether the kubelet runs; it counts as running while systemd gives no answer."""
    said = shell.output("systemctl", "is-active", UNIT)
    running = ("active", "activating", "deactivating", "reloading")
    return said.code == shell.TIMED_OUT or said.out.strip() in running


def _remember() -> None:
    """Leaves a note for a later engine, which restarts the kubelet if this one is killed while it saves."""
    try:
        machine.at(places.KUBELET_STOPPED).touch(mode=0o600)
    except OSError as error:
        title = T(
            "{path} could not be written: {reason}",
            path=str(machine.at(places.KUBELET_STOPPED)),
            reason=error.strerror or str(error),
        )
        raise StepFailed(title, MAKE_ROOM) from error


def start_kubelet_again() -> None:
    """Starts a kubelet that was stopped for a reset which has deleted nothing."""
    if not machine.at(places.KUBELET_STOPPED).exists():
        return
    if machine.at(CONFIG).exists():
        shell.output("systemctl", "start", "--no-block", UNIT)
    machine.at(places.KUBELET_STOPPED).unlink(missing_ok=True)


@contextmanager
def prepared(shop: Workshop, step: str, again: Callable[[], Sequence[Change]]) -> Iterator[None]:
    """Saves and unmounts before the block, which runs the reset; `again` plans the step's changes again.

    Raises StepFailed, Outdated, or what `again` raises.
    """
    # The kubelet is a worker's only sign of life, so this check precedes the stop.
    _refuse_outdated(again())
    with _without_kubelet():
        _refuse_outdated(again())
        _refuse_other_etcd()
        _save(shop, step)
        if left := reset_backup.unmount():
            title = T(
                "nothing was deleted: kubeadm reset would delete what lies behind these mounts, and they cannot be unmounted: {mounts}",
                mounts="; ".join(left),
            )
            raise StepFailed(title, T("end what uses them and unmount them, then apply again"))
        yield


def _refuse_outdated(left: Sequence[Change]) -> None:
    if not any(map(is_reset, left)):
        title = T("what was to be cleared has changed meanwhile; nothing was deleted")
        raise Outdated(title, T("apply again: it is looked at anew"))


def _refuse_other_etcd() -> None:
    try:
        path = reset_backup.etcd_elsewhere()
    except (OSError, YAMLError) as error:
        path = f"{reset_backup.MANIFEST}: {error}"
    if path:
        title = T(
            "nothing was deleted: kubeadm reset would delete etcd's data in {path}, and only those in /var/lib/etcd are saved",
            path=path,
        )
        raise StepFailed(title, T("save them and clear this node by hand, then apply again"))


def _save(shop: Workshop, step: str) -> None:
    into = _free(shop.run)
    try:
        reset_backup.save(into)
    except reset_backup.NoRoom as error:
        title = T(
            "nothing was deleted: etcd and /etc/kubernetes do not fit into {path}; needed {needed} MB, free {free} MB",
            path=str(into),
            needed=error.needed >> 20,
            free=error.free >> 20,
        )
        raise StepFailed(title, T("make room on that disk, then apply again")) from error
    except (OSError, etcd_data.UnreadableData) as error:
        title = T(
            "nothing was deleted: etcd and /etc/kubernetes could not be saved in {path}: {reason}",
            path=str(into),
            reason=str(error),
        )
        raise StepFailed(
            title, T("save them by hand and move them away, then apply again")
        ) from error
    shop.journal.write("saved", step=step, path=str(into), what=list(reset_backup.SAVED))


def _free(run: Path) -> Path:
    """Returns a new folder for each reset of a run, so that none overwrites another."""
    number = 1
    while (folder := run / f"before-reset-{number}").exists():
        number += 1
    return folder
