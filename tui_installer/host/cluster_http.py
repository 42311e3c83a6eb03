"""HTTP questions to services of this cluster, never through a proxy."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import HTTPSHandler, OpenerDirector, ProxyHandler, build_opener

LARGEST = 1 << 16


@dataclass(frozen=True)
class Reply:
    """An answer with its status (0: none came, and `body` says why)."""

    status: int
    body: str = ""
    # Seconds since 1970 by the server's clock; None if the server did not send the time.
    date: float | None = None
    # Seconds from the question to the answer.
    latency: float = 0.0


def _opener(ca: str) -> OpenerDirector:
    handlers: list[ProxyHandler | HTTPSHandler] = [ProxyHandler({})]
    if ca:
        context = ssl.create_default_context(cafile=ca)
        # kubeadm's CA lacks an extension that only this flag demands.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        handlers.append(HTTPSHandler(context=context))
    return build_opener(*handlers)


def get(url: str, *, ca: str = "", timeout: float = 4) -> Reply:
    """Sends one GET request; every error becomes a Reply too."""
    began = time.monotonic()
    try:
        with _opener(ca).open(url, timeout=timeout) as answer:
            body = answer.read(LARGEST).decode("utf-8", "replace")
            return Reply(answer.status, body, _date(answer.headers), time.monotonic() - began)
    except HTTPError as error:
        return Reply(error.code, str(error.reason), _date(error.headers), time.monotonic() - began)
    except URLError as error:
        return Reply(0, _words(error.reason))
    except (OSError, HTTPException, ValueError) as error:
        return Reply(0, _words(error))


def _words(error: object) -> str:
    """Returns the system's words for an error, without its number."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _date(headers: object) -> float | None:
    header = getattr(headers, "get", lambda _name: None)("Date")
    try:
        return parsedate_to_datetime(str(header)).timestamp() if header else None
    except ValueError:
        return None
