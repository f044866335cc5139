"""The jail before a server: a stranger's query is read here, then asked there.

Each query is first run over an empty store in a process that can be killed: what crashes a parser
crashes that one, and what is no query is never sent. What is sent names the graphs it asks, which
are ours only, and calls no function of the server's engine.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyoxigraph as ox

from kg import jail_beyond
from kg.errors import InputError, LimitHit
from kg.jail import RESULTS, Jail, Reply
from kg.jail_holder import Capped, TooLarge, tidy, write
from kg.limits import Limits
from kg.names import BASE, prefixes
from kg.remote.endpoint import Dataset, Endpoint
from kg.remote.wire import Wire
from kg.store import Store

__all__ = ["OnwardJail", "jail_over"]


def jail_over(store: Store, limits: Limits | None = None) -> Jail:
    """The jail over a graph, wherever it is.

    :raises NoGraph: if it is in memory only, or cannot be opened.
    """
    return OnwardJail(store, limits) if isinstance(store, Endpoint) else Jail.over(store, limits)


class OnwardJail(Jail):
    """A jail that asks a server; limits of time and size hold for its answers too."""

    far = True

    def __init__(self, endpoint: Endpoint, limits: Limits | None = None) -> None:
        limits = limits or Limits()
        self._empty = TemporaryDirectory(prefix="kg-empty-")
        place = Path(self._empty.name)
        ox.Store(str(place / "store")).flush()
        super().__init__(place, limits)
        wire = Wire(endpoint.url, limits.query_seconds, limits.result_bytes)
        self._endpoint = Endpoint(endpoint.url, wire, endpoint.manifest["graphs"])

    def close(self) -> None:
        """End every process; none is left, nor the empty store."""
        super().close()
        self._empty.cleanup()

    def prepared(
        self,
        sparql: str,
        results: str | None,
        graphs: str | None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> dict[str, Any]:
        """What to send to a worker, and the media types in which the answer is wanted.

        :raises InputError: also for what is refused by :func:`kg.jail_beyond.check`, and for
            a graph that is not ours.
        """
        request = super().prepared(
            sparql, results and RESULTS[0], graphs, default_graphs, named_graphs
        )
        jail_beyond.check(sparql)
        for name in (*default_graphs, *named_graphs):
            if name not in self._endpoint.graphs:
                raise InputError(f"there is no graph <{name}>", mend="ask without naming graphs")
        return request | {"wanted": results}

    def onward(self, request: dict[str, Any], reply: Reply) -> Reply:
        """The server's answer in the place of the empty store's.

        :raises RemoteError: if it gives no whole answer.
        :raises LimitHit: if that takes too long or is too large.
        """
        text = f"BASE <{BASE}>\n{request['query']}"
        named = request["dataset"]
        every = self._endpoint.graphs
        graphs: Dataset = (every, every) if named is True else (named[0], named[1])
        found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
        if reply.form == "construct":
            found = self._endpoint.triples(text, graphs, {})
        else:
            columns = json.loads(reply.body)["head"].get("vars") if reply.form == "select" else None
            found = self._endpoint.rows(text, graphs, columns, {})
        return self._written(found, request, reply)

    def _written(self, found: Any, request: dict[str, Any], reply: Reply) -> Reply:
        out = Capped(self.limits.result_bytes)
        try:
            wanted = request | {"results": request["wanted"]}
            _, media_type = write(found, wanted, prefixes(), out)
        except (TooLarge, OSError, ValueError):
            if not out.full:
                raise
            most = f"the answer has more than {self.limits.result_bytes} bytes"
            raise LimitHit(most, limit="result_bytes", status=413) from None
        return Reply(media_type, tidy(out.getvalue()), reply.form)
