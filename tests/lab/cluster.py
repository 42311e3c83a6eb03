"""A cluster of two nodes in the lab, as tests ask it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .node import Node
from .product import KUBECTL, answers, good
from .told import Result

MASTER = answers("first-control-plane", "master01", "\n")


@dataclass
class Cluster:
    """Both nodes, and what the first run of each printed."""

    master: Node
    worker: Node
    refused: Result
    failed: Result
    made: Result
    joined: Result

    def kubectl(self, *argv: str) -> str:
        return good(self.master.run(*KUBECTL, *argv)).out

    def json(self, *argv: str) -> Any:
        return json.loads(self.kubectl(*argv, "-o", "json"))
