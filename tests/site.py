"""The application as tests read it: requests without a socket, and what a page holds."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, cast

import httpx
from starlette.applications import Starlette

from kg.graph import Graph
from kg.jail import Jail
from kg.limits import Limits
from kg.names import prefixes
from kg.store import Store
from kg.web.app import create_app
from kg.web.explorer.links import outward

__all__ = ["HTML", "Page", "Site", "application", "broken", "read"]

HOST = "http://drugfacts.test"
HTML = {"Accept": "text/html"}
BLOCKS = frozenset("p li dt dd td th tr h1 h2 h3 h4 div section option".split())
"""Elements that begin a line of their own."""


def application(store: Store, jail: Jail | None = None) -> Starlette:
    """The application over a store; without a jail nothing of the explorer may need one."""
    return create_app(Graph(store), cast(Jail, jail), Limits())


class Site:
    """Asks an application, as a browser if nothing else is said."""

    def __init__(self, app: Starlette) -> None:
        self.app = app

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """One GET; redirects are not followed."""

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
                return await client.get(path, headers=HTML if headers is None else headers)

        return asyncio.run(ask())

    def all(self, paths: Sequence[str]) -> list[httpx.Response]:
        """Many GETs at once."""

        async def ask() -> list[httpx.Response]:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=HOST, timeout=60) as client:
                return await asyncio.gather(*(client.get(path, headers=HTML) for path in paths))

        return asyncio.run(ask())

    def page(self, path: str) -> Page:
        """A page that must be there."""
        reply = self.get(path)
        assert reply.status_code == 200, f"{path}: {reply.status_code} {reply.text[:300]}"
        return read(reply.text)


@dataclass
class Page:
    """What a page holds: links as text and address, what it loads, ids, texts, scripts."""

    links: list[tuple[str, str]] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page, self._link, self._words = Page(), "", ""
        self._script: dict[str, str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = dict(attrs)
        page = self.page
        page.tags.add(tag)
        page.text += " " if tag in BLOCKS else ""
        page.handlers += [name for name in given if name.startswith("on") or name == "style"]
        page.ids += [given["id"]] if "id" in given else []
        if tag == "a":
            self._link, self._words = given.get("href", ""), ""
        elif tag in ("img", "script", "iframe", "source", "embed") and given.get("src"):
            page.loads.append(given["src"])
        elif tag == "link" and given.get("rel") != "alternate":
            page.loads.append(given["href"])
        elif tag == "form":
            page.loads.append(given["action"])
        self._script = given if tag in ("script", "style") else None

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.page.links.append((" ".join(self._words.split()), self._link))
        self._script = None

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            typed = self._script.get("type") in ("application/ld+json", "application/json")
            (self.page.data if typed else self.page.inline).append(data)
            return
        self.page.text += data
        self._words += data


def read(html: str) -> Page:
    """What is on a page."""
    reader = _Reader()
    reader.feed(html)
    reader.page.text = " ".join(reader.page.text.split())
    return reader.page


CURIE = re.compile(rf"(?:{'|'.join(map(re.escape, prefixes()))}):[^\s]+")


def broken(path: str, page: Page, ontology: Page) -> Iterator[str]:
    """How a page breaks the laws of labels, links and what is loaded; nothing if it keeps them."""
    for text, href in page.links:
        within = href.startswith("/")
        if not text:
            yield f"{path}: a link without words to {href}"
        if within and (text.startswith(("http://", "https://")) or CURIE.fullmatch(text)):
            yield f"{path}: {text} has no label"
        if not within and not href.startswith("#") and not outward(href):
            yield f"{path}: links to {href}"
        target, anchor = (page, href[1:]) if href[:1] == "#" else (ontology, href[10:])
        if href.startswith(("#", "/ontology#")) and anchor.lstrip("#") not in target.ids:
            yield f"{path}: {href} is not there"
    if "Not medical advice." not in page.text:
        yield f"{path}: no advice"
    if len(page.ids) != len(set(page.ids)):
        yield f"{path}: an id is given twice"
    if page.handlers or page.inline or page.tags & {"iframe", "object", "embed", "base", "style"}:
        yield f"{path}: runs or loads something inside"
    if any(not one.startswith("/") or one.startswith("//") for one in page.loads):
        yield f"{path}: loads what is not ours"
