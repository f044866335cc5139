"""Requests to one SPARQL server: with a clock, a limit of size, and credentials that stay there.

User and password come from the environment only (``KG_ENDPOINT_USER``, ``KG_ENDPOINT_PASSWORD``).
They are sent after the server has asked for them (RFC 9110, section 11), to its own scheme, host
and port only, as Basic (RFC 7617) only where nobody can listen in, or as Digest (RFC 7616).
Redirections are not followed: they are an error that says where to.
"""

from __future__ import annotations

import http.client
import ipaddress
import os
import threading
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit

from kg import __version__
from kg.errors import InputError, LimitHit, RemoteError

__all__ = ["Reply", "Wire", "checked"]

USER, PASSWORD = "KG_ENDPOINT_USER", "KG_ENDPOINT_PASSWORD"
TOLD = 300
"""Characters of a server's own message that are told on."""
_BLOCK = 1 << 16


@dataclass(frozen=True)
class Reply:
    """A whole reply of status 2xx."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def checked(url: str) -> str:
    """An address of a server, as it is.

    :raises InputError: if it is no http or https address, or carries a user or password.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(
            "this is no http or https address", field="endpoint", mend="give it in full"
        )
    if "@" in parts.netloc:
        mend = f"set {USER} and {PASSWORD} in the environment"
        raise InputError("no user or password may stand in an address", field="endpoint", mend=mend)
    return url


class Wire:
    """The way to one server.

    :param url: any address of it.
    :param seconds: how long a request may take from its first byte sent to the last received.
    :param most: bytes that a reply may have.
    :raises InputError: as :func:`checked`.
    """

    def __init__(self, url: str, seconds: float = 600, most: int = 2_000_000_000) -> None:
        self._origin = _origin(checked(url))
        self.host = urlsplit(url).netloc
        self.seconds, self.most = seconds, most
        self.server = ""
        """What the server calls itself, once it has answered."""
        self._user, self._password = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
        passwords = request.HTTPPasswordMgrWithDefaultRealm()
        root = urljoin(url, "/")  # the graph store of a server is not below its query service
        passwords.add_password(None, root, self._user, self._password)
        self._digest = request.AbstractDigestAuthHandler(passwords)
        self._challenge: Mapping[str, str] | None = None
        self._counting = threading.Lock()
        self._basic = False
        self._opener = request.OpenerDirector()
        for handler in (
            request.ProxyHandler(),
            request.HTTPHandler(),
            request.HTTPSHandler(),
            request.HTTPDefaultErrorHandler(),
            request.HTTPErrorProcessor(),
        ):
            self._opener.add_handler(handler)

    def ask(self, method: str, url: str, body: bytes | None = None, **headers: str) -> Reply:
        """Send a request and read the whole reply.

        :param headers: header fields, ``_`` for ``-``.
        :raises RemoteError: if there is no whole reply of status 2xx.
        :raises LimitHit: if it takes too long or is too large.
        """
        with self.blocks(method, url, body, **headers) as (status, found, blocks):
            return Reply(status, found, b"".join(blocks))

    @contextmanager
    def blocks(
        self, method: str, url: str, body: bytes | None = None, **headers: str
    ) -> Iterator[tuple[int, Mapping[str, str], Iterator[bytes]]]:
        """Send a request; status, header fields and the body as it comes. Errors as :meth:`ask`."""
        end = time.monotonic() + self.seconds
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named |= {"User-Agent": f"drugfacts/{__version__}", "Accept-Encoding": "identity"}
        try:
            with self._opened(method, url, body, named) as answer:
                self.server = answer.headers.get("Server", self.server)
                yield answer.status, answer.headers, self._read(answer, end)
        except HTTPError as error:
            with error:
                raise self._refused(error) from None
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._late() from None
            raise RemoteError(f"{self.host} cannot be reached: {error.reason}") from None
        except TimeoutError:
            raise self._late() from None
        except (OSError, http.client.HTTPException) as error:
            why = str(error) or type(error).__name__
            raise RemoteError(f"the connection to {self.host} was lost: {why}") from None

    def _opened(self, method: str, url: str, body: bytes | None, named: dict[str, str]) -> Any:
        """The reply to a request; asked again with credentials where the server wants them."""
        if _origin(url) != self._origin:
            raise RemoteError(
                f"{self.host} names another server, {urlsplit(url).netloc}: not asked"
            )
        made = request.Request(url, body, named, method=method)
        self._sign(made)
        try:
            return self._opener.open(made, timeout=self.seconds)
        except HTTPError as error:
            if error.code != 401 or not self._user or not self._learn(error):
                raise
            error.read()
            error.close()
        again = request.Request(url, body, named, method=method)
        self._sign(again)
        return self._opener.open(again, timeout=self.seconds)

    def _learn(self, error: HTTPError) -> bool:
        """Take note of how the server wants to be told who asks; whether that is news."""
        told: dict[str, str] = {}
        for one in error.headers.get_all("WWW-Authenticate", []):
            scheme, _, rest = one.partition(" ")
            told[scheme.lower()] = rest
        if "digest" in told:
            stale = self._challenge is None or "stale=true" in told["digest"].lower()
            new = request.parse_keqv_list(request.parse_http_list(told["digest"]))
            fresh = stale or new.get("nonce") != (self._challenge or {}).get("nonce")
            self._challenge = new
            return fresh
        if "basic" in told and not self._basic:
            scheme, host, _ = self._origin
            if scheme != "https" and not _loopback(host):
                raise RemoteError(
                    f"{self.host} wants the password unencrypted: use its https address"
                )
            self._basic = True
            return True
        return False

    def _sign(self, made: request.Request) -> None:
        if self._challenge is not None:
            with self._counting:  # each use of a challenge has a number of its own
                signed = self._digest.get_authorization(made, self._challenge)
            if signed is None:
                raise RemoteError(f"{self.host} wants a kind of Digest that is not known here")
            made.add_unredirected_header("Authorization", f"Digest {signed}")
        elif self._basic:
            pair = b64encode(f"{self._user}:{self._password}".encode()).decode()
            made.add_unredirected_header("Authorization", f"Basic {pair}")

    def _read(self, answer: Any, end: float) -> Iterator[bytes]:
        size, length = 0, answer.headers.get("Content-Length", "")
        while block := answer.read1(_BLOCK):
            size += len(block)
            if size > self.most:
                said = f"the answer of {self.host} has more than {self.most} bytes"
                raise LimitHit(said, limit="result_bytes", status=413)
            if time.monotonic() > end:
                raise self._late()
            yield block
        if length.isdecimal() and size != int(length):
            raise RemoteError(f"the answer of {self.host} ended after {size} of {length} bytes")

    def _late(self) -> LimitHit:
        return LimitHit(f"{self.host} took longer than {self.seconds:g} s", limit="query_seconds")

    def _refused(self, error: HTTPError) -> RemoteError:
        if 300 <= error.code < 400:
            where = error.headers.get("Location", "elsewhere")
            return RemoteError(
                f"{self.host} redirects to {where}: give that address, if it is the right one",
                error.code,
            )
        if error.code in (401, 403):
            mend = f"set {USER} and {PASSWORD}" if not self._user else "see who is allowed to"
            return RemoteError(f"{self.host} does not let this user in: {mend}", error.code)
        said = " ".join(error.read(4 * TOLD).decode("utf-8", "replace").split())[:TOLD]
        more = f": {said}" if said and not said.startswith("<") else ""
        return RemoteError(f"{self.host} answers with status {error.code}{more}", error.code)


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", port


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
