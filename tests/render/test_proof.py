"""The objects of a proof are what kubectl takes and CoreDNS reads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tui_installer.render import proof


def objects(text: str) -> dict[str, Any]:
    found = json.loads(text)
    assert found["kind"] == "List"
    return {row["kind"]: row for row in found["items"]}


def test_the_namespace_comes_first() -> None:
    """kubectl applies a list in its order."""
    rows = json.loads(proof.echo("worker01", "c:1"))["items"]
    assert [row["kind"] for row in rows] == ["Namespace", "ConfigMap", "Service", "Pod"]


@pytest.mark.parametrize("text", [proof.echo("n", "c:1"), proof.asker("n", "c:1", "10.96.1.2")])
def test_a_test_pod_is_harmless(text: str) -> None:
    pod = objects(text)["Pod"]
    spec = pod["spec"]
    assert pod["metadata"]["namespace"] == "tui-installer-proof"
    assert spec["nodeName"] == "n"
    assert spec["automountServiceAccountToken"] is False
    assert spec["tolerations"] == [{"operator": "Exists"}]
    assert spec["terminationGracePeriodSeconds"] == 0
    assert spec["containers"][0]["image"] == "c:1"


def test_the_service_finds_its_pod() -> None:
    made = objects(proof.echo("n", "c:1"))
    assert made["Service"]["spec"]["selector"] == {"app": made["Pod"]["metadata"]["labels"]["app"]}
    assert [p["port"] for p in made["Service"]["spec"]["ports"]] == [
        proof.DNS_PORT,
        proof.HEALTH_PORT,
    ]


def test_the_asker_passes_questions_on() -> None:
    text = objects(proof.asker("n", "c:1", "10.96.1.2"))["ConfigMap"]["data"]["Corefile"]
    assert "cluster.local:5353 {\n    forward . /etc/resolv.conf\n}" in text
    assert "across.proof:5353 {\n    forward . 10.96.1.2:5353\n}" in text
    assert text.count("health :8080") == 1, "CoreDNS listens on a port once"
