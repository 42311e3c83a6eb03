"""The keys of containerd's file that its part for the kubelet knows (1.6 and 1.7); it passes over all others in silence."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

CRI = "io.containerd.grpc.v1.cri"
_KEYS = """
disable_tcp_service stream_server_address stream_server_port stream_idle_timeout enable_selinux selinux_category_range
sandbox_image stats_collect_period systemd_cgroup enable_tls_streaming max_container_log_line_size disable_cgroup
disable_apparmor restrict_oom_score_adj max_concurrent_downloads disable_proc_mount unset_seccomp_profile
tolerate_missing_hugetlb_controller disable_hugetlb_controller device_ownership_from_security_context
ignore_image_defined_volumes netns_mounts_under_state_dir enable_unprivileged_ports enable_unprivileged_icmp enable_cdi
cdi_spec_dirs drain_exec_sync_io_timeout image_pull_progress_timeout image_pull_with_sync_fs
ignore_deprecation_warnings cni containerd registry image_decryption x509_key_pair_streaming
"""
_OF_CONTAINERD = """
snapshotter default_runtime_name no_pivot disable_snapshot_annotations discard_unpacked_layers
ignore_blockio_not_enabled_errors ignore_rdt_not_enabled_errors default_runtime untrusted_workload_runtime runtimes
"""
_OF_RUNTIME = """
runtime_type runtime_path runtime_engine runtime_root pod_annotations container_annotations base_runtime_spec
privileged_without_host_devices privileged_without_host_devices_all_devices_allowed cni_conf_dir cni_max_conf_num
snapshotter sandbox_mode options
"""
_OF_RUNC = """
NoPivotRoot NoNewKeyring ShimCgroup IoUid IoGid BinaryName Root CriuPath CriuImagePath CriuWorkPath SystemdCgroup
TaskApiAddress TaskApiVersion
"""
_OF_REGISTRY = "config_path mirrors configs auths headers"
# One that resembles no known key less than that may be of a newer version.
ALIKE = 0.8


def misspelt(text: str) -> tuple[tuple[str, str], ...]:
    """Returns each key that resembles a known one, with that one; none for a file that cannot be parsed."""
    try:
        cri = _table(_table(tomllib.loads(text), "plugins"), CRI)
    except ValueError:
        return ()
    containerd = _table(cri, "containerd")
    runtimes = _table(containerd, "runtimes")
    found = [*_alike(cri, _KEYS), *_alike(containerd, _OF_CONTAINERD)]
    found += _alike(_table(cri, "registry"), _OF_REGISTRY)
    for name in runtimes:
        runtime = _table(runtimes, name)
        found += _alike(runtime, _OF_RUNTIME)
        if str(runtime.get("runtime_type", "")).startswith("io.containerd.runc."):
            found += _alike(_table(runtime, "options"), _OF_RUNC)
    return tuple(found)


def _table(of: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = of.get(key)
    return value if isinstance(value, dict) else {}


def _alike(table: Mapping[str, Any], known: str) -> Iterator[tuple[str, str]]:
    """Yields unknown keys that resemble known ones. containerd does not distinguish capitals."""
    keys = {key.lower(): key for key in known.split()}
    for key in table:
        if key.lower() not in keys:
            near = difflib.get_close_matches(key.lower(), keys, 1, ALIKE)
            yield from ((key, keys[one]) for one in near)
