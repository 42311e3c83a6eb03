"""Marked secrets, each in a place in which real ones lie, and every form in which one could get out."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

# Each mark has what its form needs: blanks and quotation marks in a password, the alphabet of a token.
KEY_BODY = "MIIEpAIBAAKCAQEAmarkedprivatekeyofthisnode0123456789abcdefghijkl"
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{KEY_BODY}\n{KEY_BODY[::-1]}\n-----END RSA PRIVATE KEY-----\n"
TOKEN = "m4rk3d.0123456789mark3d"[:23]
JWT = "eyJhbGciOiJSUzI1NiIsImtpZCI6Im1hcmsifQ.eyJtYXJrZWQiOiJqd3QifQ.bWFya2VkLXNpZ25hdHVyZQ"
CERTIFICATE_KEY = "3a5d" * 16
IN_URL = "mark3d:in/url"
REGISTRY = 'mark3d "registry" pässword'
DOCKER_AUTH = "mark3d-docker-auth"
HEADER = "bWFyazNkLWhlYWRlci12YWx1ZTE="
CLIENT_KEY = base64.b64encode(KEY.replace("RSA ", "EC ").encode()).decode()
VARIABLE = "mark3d-variable-9"
FLAG = "mark3d-flag-8"
REPOSITORY = "mark3d repo password 7"
ENCRYPTION = base64.b64encode(b"mark3d-encryption-key-of-32-byte").decode()
SECRETS = {
    "private key": KEY_BODY,
    "bootstrap token": TOKEN.partition(".")[2],
    "JWT": JWT,
    "certificate key": CERTIFICATE_KEY,
    "password in a URL": IN_URL,
    "registry's password": REGISTRY,
    "docker's auth": DOCKER_AUTH,
    "header": HEADER,
    "client-key-data": CLIENT_KEY,
    "variable of a pod": VARIABLE,
    "flag": FLAG,
    "password of a repository": REPOSITORY,
    "key of the encryption": ENCRYPTION,
}
_AUTH = base64.b64encode(f"robot:{DOCKER_AUTH}".encode()).decode()
_REGISTRY = json.dumps(REGISTRY, ensure_ascii=False)
# Where they are meant to be, and files of the bundle into which they have got.
FILES = {
    "/etc/kubernetes/pki/ca.key": KEY,
    "/etc/kubernetes/admin.conf": f"users:\n- name: admin\n  user:\n    client-key-data: {CLIENT_KEY}\n    token: {JWT}\n",
    "/etc/kubernetes/encryption.yaml": f"keys:\n- name: key1\n  secret: {ENCRYPTION}\n",
    "/root/.docker/config.json": json.dumps({"auths": {"harbor.corp.lan": {"auth": _AUTH}}}),
    "/etc/containerd/config.toml": f"""version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.8"
[plugins."io.containerd.grpc.v1.cri".registry.configs."harbor.corp.lan".auth]
  username = "robot"
  password = {_REGISTRY}
  auth = "{_AUTH}"
""",
    "/etc/containerd/certs.d/harbor.corp.lan/hosts.toml": f"""server = "https://harbor.corp.lan"
[host."https://harbor.corp.lan"]
  capabilities = ["pull"]
  [host."https://harbor.corp.lan".header]
    authorization = ["Basic {HEADER}"]
    x-special = "{HEADER}"
""",
    "/etc/kubernetes/manifests/etcd.yaml": f"""spec:
  containers:
  - command: [etcd, --name=master01]
    env:
    - name: DB_PASSWORD
      value: {VARIABLE}
    - name: HTTP_PROXY
      value: http://robot:{IN_URL}@proxy.corp.lan:3128
""",
    "/var/lib/kubelet/kubeadm-flags.env": f'KUBELET_KUBEADM_ARGS="--v=2 --token={FLAG}"\n',
    "/etc/yum.repos.d/corp.repo": f"[corp]\nbaseurl=https://robot:{IN_URL}@yum.corp.lan/\npassword={REPOSITORY}\n",
    "/etc/tui-installer/answers.toml": f'[mirrors]\nproxy = "http://robot:{IN_URL}@proxy.corp.lan:3128"\n',
    "/run/tui-installer/temporary/kubeadm-join.yaml": f"token: {TOKEN}\ncertificateKey: {CERTIFICATE_KEY}\n",
    # Somebody has pasted a key where none belongs.
    "/etc/sysctl.d/90-odd.conf": f"# {json.dumps(KEY)}\nvm.swappiness = 1\n",
    "/etc/hosts": f"127.0.0.1 localhost\n10.77.0.11 master01 # {quote(REGISTRY, safe='')}\n",
    "/var/log/pods/kube-system_etcd/etcd/0.log": f"2026-12-01T00:00:00Z stderr F dial http://a:{quote(IN_URL, safe='')}@proxy: refused\n",
}  # fmt: skip


def log() -> str:
    """Returns lines of a log that holds all of them, in every form, between lines that are harmless."""
    lines = [
        f"kubeadm join 10.77.0.11:6443 --token {TOKEN} --certificate-key {CERTIFICATE_KEY}",
        f"Authorization: Bearer {JWT}",
        f'level=error msg="login failed" password="{VARIABLE}"',
        f"proxyconnect http://robot:{IN_URL}@proxy.corp.lan:3128: refused",
        *KEY.splitlines(),
    ]
    for secret in SECRETS.values():
        lines += [f"harmless before\nsaw {form} here\nharmless after" for form in forms(secret)]
    return "\n".join(lines) + "\n"


def forms(secret: str) -> Iterator[str]:
    """Yields a secret plain, in JSON, in a URL, and in base64 at each of the three alignments."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield quote(secret, safe="")
    for lead in ("", "x", "xy"):
        coded = base64.b64encode(f"{lead}{secret}".encode()).decode()
        yield coded
        yield quote(coded, safe="")


@dataclass(frozen=True)
class Leak:
    """A secret that was found, and in which form."""

    secret: str
    form: str


def leaks(text: str) -> list[Leak]:
    """Returns every secret that a text gives away, in whatever form."""
    found = []
    for name, secret in SECRETS.items():
        inner = [coded.strip("=")[4:-4] for coded in forms(secret)]
        found += [Leak(name, form) for form in inner if form in text]
    return found
