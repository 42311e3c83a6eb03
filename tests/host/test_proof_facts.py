"""The readers of what a proof looks at."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.recorded import Recorded
from tui_installer.host import cluster_http, kubectl
from tui_installer.host.facts import (
    api_server,
    certificates,
    proved,
    proxy,
)
from tui_installer.host.look import Look
from tui_installer.host.machine import at, use
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model import places
from tui_installer.model.facts import (
    ApiServer,
    NotRead,
    ProofRow,
    Proved,
    Proxy,
)
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T


def test_a_proof_on_record_is_read_back(tmp_path: Path) -> None:
    use(ThisMachine(tmp_path))
    path = at(places.PROOF)
    row = ProofRow("dns", T("DNS"), Outcome.FAIL, T("no {x}", x="y"), T("why"), T("cure"), 1.5)
    told = Proved(1795428000.0, (row,), True)
    proved.write(told)
    assert path.stat().st_mode & 0o777 == 0o600
    assert proved.parse(path.read_text()) == told
    assert not told.good


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"rows": 3}', '{"rows": [1, {}]}'])
def test_a_damaged_record_is_no_proof(text: str) -> None:
    assert not proved.parse(text).good


def reply(status: int, body: str = "", **more: Any) -> cluster_http.Reply:
    return cluster_http.Reply(status, body, **more)


def test_kube_proxys_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_http, "get", lambda *_a, **_k: reply(200, "ipvs\n"))
    assert proxy.read(Recorded()) == Proxy("ipvs")
    monkeypatch.setattr(cluster_http, "get", lambda *_a, **_k: reply(0, "Connection refused"))
    assert proxy.read(Recorded()) == Proxy("")


SERVER = {kubectl.KUBELET: "clusters:\n- cluster:\n    server: https://10.0.0.1:6443\n"}


def test_the_api_server_and_its_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    look = Recorded(files={**SERVER, api_server.CA: "x"})
    monkeypatch.setattr(time, "time", lambda: 1000.0)
    monkeypatch.setattr(cluster_http, "get", lambda *_a, **_k: reply(200, date=1041.0, latency=2.0))
    found = api_server.read(look)
    assert (found.address, found.answers, found.skew) == ("10.0.0.1:6443", True, 42.0)
    monkeypatch.setattr(cluster_http, "get", lambda *_a, **_k: reply(0, "Connection refused"))
    assert api_server.read(look) == ApiServer("10.0.0.1:6443", detail="Connection refused")
    monkeypatch.setattr(cluster_http, "get", lambda *_a, **_k: reply(500))
    assert str(api_server.read(look).detail) == "HTTP 500"
    assert api_server.read(Recorded()) == ApiServer()


def test_certificates_by_their_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first to end stands first; one that cannot be read might be that one, so nothing is known."""
    from tests.host.test_mirrors import certificate

    pem = certificate(tmp_path).read_text()
    pki = tmp_path / "pki"
    (pki / "etcd").mkdir(parents=True)
    (pki / "etcd" / "server.crt").write_text(pem)
    monkeypatch.setattr(certificates, "PKI", pki)
    monkeypatch.setattr(certificates, "CONFIGS", tmp_path)
    monkeypatch.setattr(certificates, "KUBELET", tmp_path / "none.pem")
    (tmp_path / "kubelet.conf").write_text("client-certificate: /var/lib/kubelet/pki/x.pem\n")
    look = Look()
    (row,) = certificates.read(look).rows
    assert row.name == "etcd/server"
    assert row.ends > 0
    bad = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"
    no_pem = "client-certificate-data: bm8gUEVN\n"
    for path, text in ((pki / "broken.crt", bad), (tmp_path / "admin.conf", no_pem)):
        path.write_text(text)
        with pytest.raises(NotRead, match=f"{path.name} cannot be read: it holds no certificate"):
            certificates.read(look)
        path.unlink()
    certificates.KUBELET.mkdir()
    with pytest.raises(NotRead, match=r"none\.pem cannot be read: Is a directory"):
        certificates.read(look)
