"""One file from one address: streamed aside, resumed, checked, renamed into place.

What has come so far stands in ``.parts/NAME.part``, and what the server said of it in
``.parts/NAME.part.json``: a later run asks for the rest only (RFC 9110, ``Range`` with
``If-Range``), and begins anew where the server has something else by now, or does not do ranges.
The file itself is only ever replaced by one that is whole. No cookies and no credentials are
sent; the usual proxy settings hold.
"""

from __future__ import annotations

import email.utils
import http.client
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from kg import __version__, payload
from kg.errors import KgError, LimitHit, NotFetched
from kg.part import Held, Part

__all__ = ["ATTEMPTS", "LONGEST_WAIT", "REDIRECTS", "Downloaded", "download"]

ATTEMPTS = 5
"""How often an address is asked before it is given up, where asking again can help."""

LONGEST_WAIT = 120
"""Seconds that a server may ask to wait between two attempts."""

REDIRECTS = 10
"""Redirections followed in a row."""

_BLOCK = 1 << 16
_BUSY = (429, 500, 502, 503, 504)
_GONE = (404, 410)

Progress = Callable[[int, int | None], None]
"""Told the bytes held, and the bytes there are, if the server says."""


@dataclass(frozen=True)
class Downloaded:
    """A file that came whole: its bytes and checksum as kept, and where the address moved to."""

    size: int
    sha256: str
    moved_to: str | None


class _Again(Exception):
    """Asking again can help: why, and after how many seconds the server says, if it does."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        self.wait = wait
        super().__init__(why)


def download(
    address: str,
    target: Path,
    *,
    limit: int,
    timeout: float = 60,
    progress: Progress = lambda held, total: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Downloaded:
    """Download one file to ``target``, resuming what an earlier run left.

    :param address: an http or https address.
    :param limit: bytes beyond which it is given up.
    :param timeout: seconds without a byte after which the connection counts as lost.
    :raises NotFetched: if it cannot be had, or what came is not what the name says.
    :raises LimitHit: if it is larger than ``limit``.
    :raises BuildError: if it cannot be written here, a full disk for one.
    """
    if urlsplit(address).scheme not in ("http", "https"):
        raise NotFetched(f"only http and https addresses are fetched, not {address}")
    redirects = _Redirects()
    opener = _opener(redirects)
    with Part(target) as part:
        for attempt in range(ATTEMPTS):
            try:
                _transfer(opener, address, part, limit, timeout, progress)
                break
            except _Again as again:
                wait = 2.0**attempt if again.wait is None else again.wait
                if attempt + 1 == ATTEMPTS:
                    raise NotFetched(f"{again}, {ATTEMPTS} times in a row; try later") from None
                if wait > LONGEST_WAIT:
                    raise NotFetched(f"{again}; the server asks to wait {wait:.0f} s") from None
                sleep(wait)
            except LimitHit:
                part.clear()
                raise
        return _kept(part, target, limit, redirects.moved_to)


def _kept(part: Part, target: Path, limit: int, moved_to: str | None) -> Downloaded:
    """Check what came and put it in place; what is no good is not kept for resuming either."""
    try:
        if part.held.encoding and target.suffix != ".gz":
            part.decode(limit)
        payload.check(part.path, target.name)
    except KgError:
        part.clear()
        raise
    found = Downloaded(part.size, payload.digest(part.path), moved_to)
    part.publish()
    return found


# ---------------------------------------------------------------- one attempt


def _transfer(
    opener: request.OpenerDirector,
    address: str,
    part: Part,
    limit: int,
    timeout: float,
    progress: Progress,
) -> None:
    start = part.resume_at(address)
    headers = {"User-Agent": f"drugfacts/{__version__}", "Accept-Encoding": "identity"}
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": part.held.validator}
    try:
        with opener.open(request.Request(address, headers=headers), timeout=timeout) as answer:
            total = _begin(answer, address, part, start, limit)
            _stream(answer, part, total, limit, progress)
    except HTTPError as error:
        with error:
            _refused(error, part)
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise _Again("the publisher's server does not answer") from None
        host = urlsplit(address).hostname
        raise NotFetched(f"{host} cannot be reached: {error.reason}") from None
    except (OSError, http.client.HTTPException) as error:  # what we write fails as BuildError
        why = str(error) or type(error).__name__
        raise _Again(f"the connection to the publisher's server was lost: {why}") from None
    except ValueError as error:  # http.client.InvalidURL is one, for an odd redirection
        raise NotFetched(f"the publisher's address is not one: {error}") from None


def _begin(answer: Any, address: str, part: Part, start: int, limit: int) -> int | None:
    """Make the part ready for what the answer holds; the size of the whole file, if told."""
    said = Held(
        address=address,
        etag=answer.headers.get("ETag", ""),
        modified=answer.headers.get("Last-Modified", ""),
        encoding=_encoding(answer.headers.get("Content-Encoding", "")),
    )
    length = answer.headers.get("Content-Length", "")
    total = int(length) if length.isdecimal() else None
    if answer.status == HTTPStatus.PARTIAL_CONTENT:
        span = answer.headers.get("Content-Range", "")
        if not span.startswith(f"bytes {start}-") or not said.agrees(part.held):
            part.clear()
            raise _Again("the publisher's server sent another part than was asked for", 0)
        whole = span.rpartition("/")[2]
        total = int(whole) if whole.isdecimal() else None if total is None else start + total
    elif answer.status == HTTPStatus.OK:
        part.begin(said)
    else:
        raise NotFetched(f"the publisher's server answers with status {answer.status}")
    if total is not None and total > limit:
        raise LimitHit(f"the file has {total} bytes, and the limit for it is {limit}")
    return total


def _encoding(name: str) -> str:
    """The content encoding in which the answer comes: "" or "gzip"."""
    plain = name.strip().lower()
    if plain in ("", "identity"):
        return ""
    if plain in ("gzip", "x-gzip"):
        return "gzip"
    raise NotFetched(
        f"the publisher's server encodes the file as {plain!a}, which was not asked for"
    )


def _stream(
    answer: http.client.HTTPResponse,
    part: Part,
    total: int | None,
    limit: int,
    progress: Progress,
) -> None:
    progress(part.size, total)
    while block := answer.read1(_BLOCK):
        if part.size + len(block) > limit:
            raise LimitHit(f"the file has more than {limit} bytes, the limit for it")
        part.write(block)
        progress(part.size, total)
    part.sync()
    if total is not None and part.size != total:
        raise _Again(f"the connection ended after {part.size} of {total} bytes")


def _refused(error: HTTPError, part: Part) -> None:
    """Say what an answer that is no file means.

    :raises _Again: where asking again can help.
    :raises NotFetched: where it cannot.
    """
    if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and part.size:
        part.clear()
        raise _Again("the publisher's server has a shorter file by now", 0)
    if error.code in _GONE:
        raise NotFetched(f"the publisher's address has moved (status {error.code})")
    if error.code in _BUSY:
        wait = _seconds(error.headers.get("Retry-After", ""))
        raise _Again(f"the publisher's server is busy or failing (status {error.code})", wait)
    if 300 <= error.code < 400:
        raise NotFetched(f"the publisher's address redirects in circles or astray: {error.msg}")
    phrase = http.client.responses.get(error.code, "unknown")
    raise NotFetched(f"the publisher's server refuses (status {error.code}, {phrase})")


def _seconds(retry_after: str) -> float | None:
    """``Retry-After`` in seconds, given as such or as a date (RFC 9110, section 10.2.3)."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        then = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())


# ---------------------------------------------------------------- redirections


class _Redirects(request.HTTPRedirectHandler):
    """Follows redirections within the web, never from https to http; notes lasting moves."""

    max_redirections = REDIRECTS

    def __init__(self) -> None:
        self.moved_to: str | None = None

    def redirect_request(
        self, req: request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> request.Request | None:
        """The request to make instead."""
        here, there = urlsplit(req.full_url).scheme, urlsplit(newurl).scheme
        if there != "https" and (here, there) != ("http", "http"):
            fp.close()
            raise NotFetched(f"the publisher's address redirects to {newurl}, which is not secure")
        first = not hasattr(req, "redirect_dict")
        if first:
            self.moved_to = None
        lasting = code in (HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT)
        if lasting and (first or self.moved_to == req.full_url):
            self.moved_to = newurl
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(redirects: _Redirects) -> request.OpenerDirector:
    """An opener for http and https only: no files, no FTP, no cookies, no credentials."""
    opener = request.OpenerDirector()
    handlers = (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        redirects,
    )
    for handler in handlers:
        opener.add_handler(handler)
    return opener
