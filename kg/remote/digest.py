"""The digest of a named graph: the same whatever the order of its triples, here and on a server.

It is the sum of the SHA-256 of each triple's line of N-Triples, modulo 2^256: a triple that is
missing, is another, or came twice changes it.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.errors import RemoteError
from kg.names import XSD
from kg.remote.results import BOOLEAN, TRUTH

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["TYPE", "Sum", "lines", "of", "read"]

TYPE = "application/n-triples"
"""The media type of N-Triples."""
_PART = 10_000
_TRUTH = {
    f'"{said}"^^<{BOOLEAN}>'.encode(): f'"{meant}"^^<{BOOLEAN}>'.encode()
    for said, meant in TRUTH.items()
}
"""Within a literal the quotes are escaped, so this is no part of one."""
_DECIMAL = re.compile(rb'"([+-]?\d+)(?:\.(\d*?)0*)?"(\^\^<' + f"{XSD}decimal>".encode() + rb")")


@dataclass
class Sum:
    """What has been counted of a graph.

    :ivar triples: how many.
    :ivar value: the sum of their digests, modulo 2^256.
    """

    triples: int = 0
    value: int = 0

    def add(self, lines: bytes) -> None:
        """Count triples, as :func:`lines` writes them."""
        several = lines.splitlines()
        found = (int.from_bytes(hashlib.sha256(line).digest(), "big") for line in several)
        self.triples += len(several)
        self.value = (self.value + sum(found)) % (1 << 256)

    @property
    def hex(self) -> str:
        """The digest."""
        return f"{self.value:064x}"


def lines(triples: Iterable[ox.Triple]) -> bytes:
    """Triples as N-Triples, a line each, truth values and decimals in one form.

    Servers keep their value, and write it in a form of their own.
    """
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert data is not None, "it is returned where no output is named"
    for said, meant in _TRUTH.items():
        data = data.replace(said, meant)
    return _DECIMAL.sub(_plain, data)


def _plain(found: re.Match[bytes]) -> bytes:
    whole, part, kind = found.groups()
    return b'"' + (whole + b"." + part if part else whole) + b'"' + kind


def of(triples: Iterable[ox.Triple]) -> Sum:
    """Count all triples of a graph, each of which comes once."""
    total, rest = Sum(), iter(triples)
    while part := lines(islice(rest, _PART)):
        total.add(part)
    return total


def read(blocks: Iterator[bytes]) -> Sum:
    """Count a graph that comes as N-Triples.

    :raises RemoteError: if it is none.
    """
    try:
        found = ox.parse(io.BufferedReader(_Blocks(blocks)), ox.RdfFormat.N_TRIPLES)
        return of(one.triple for one in found)
    except (SyntaxError, ValueError) as error:
        raise RemoteError(f"the server sends no N-Triples: {error}") from None


class _Blocks(io.RawIOBase):
    """Blocks of bytes as a file to read from."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._rest = blocks, b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Fill a buffer as far as one block goes; 0 at the end."""
        if not self._rest:
            self._rest = next(self._blocks, b"")
        view = memoryview(buffer)
        size = min(len(view), len(self._rest))
        view[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
