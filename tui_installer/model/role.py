"""The roles of a node, and questions about them."""

from __future__ import annotations

FIRST_CONTROL_PLANE = "first-control-plane"
WORKER = "worker"
ROLES = (FIRST_CONTROL_PLANE, WORKER)


def makes_cluster(role: object) -> bool:
    """Tells whether a node of this role makes a new cluster."""
    return role == FIRST_CONTROL_PLANE


def joins(role: object) -> bool:
    """Tells whether a node of this role joins an existing cluster."""
    return role == WORKER


def runs_control_plane(role: object) -> bool:
    """Tells whether a node of this role runs a control plane; it may have made the cluster or joined it."""
    return role == FIRST_CONTROL_PLANE
