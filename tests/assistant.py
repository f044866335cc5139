"""An assistant as tests play it: the SDK's own client, talking to the real command."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, StdioServerParameters, stdio_client
from mcp.types import CallToolResult, TextContent, TextResourceContents

from tests.conftest import ROOT
from tests.serving import graph_at

__all__ = ["Assistant", "assisted"]

SECONDS = 30


@dataclass
class Assistant:
    """A session, from a test that is not asynchronous."""

    portal: BlockingPortal
    client: Client

    def call(self, tool: str, **arguments: Any) -> CallToolResult:
        """Call a tool, whatever comes of it."""
        result = self.portal.call(self.client.call_tool, tool, arguments)
        assert isinstance(result, CallToolResult)
        return result

    def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The structured answer of a tool that must not fail."""
        result = self.call(tool, **arguments)
        assert not result.is_error, _text(result)
        assert isinstance(result.structured_content, dict)
        return result.structured_content

    def refused(self, tool: str, **arguments: Any) -> str:
        """The message of a call that must fail: one sentence, and nothing of our insides."""
        result = self.call(tool, **arguments)
        assert result.is_error, result.structured_content
        assert result.structured_content is None
        message = _text(result)
        assert len(message.splitlines()) == 1
        assert "Traceback" not in message
        assert "Error executing" not in message
        return message

    def read(self, uri: str) -> str:
        """A resource as text."""
        (content,) = self.portal.call(self.client.read_resource, uri).contents
        assert isinstance(content, TextResourceContents)
        assert content.mime_type == "text/markdown"
        return content.text


def _text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


@contextmanager
def assisted(place: Path | str, errors: TextIO) -> Iterator[Assistant]:
    """A session with ``kg mcp``; what the server narrates goes to ``errors``.

    :param place: a store directory, or the address of the server that holds the graph.
    """
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "kg", "mcp", *graph_at(place)],
        env={"PYTHONWARNINGS": "error", "KG_STORE": os.devnull},
        cwd=ROOT,
    )
    client = Client(stdio_client(server, errlog=errors), read_timeout_seconds=SECONDS)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(client) as opened:
        yield Assistant(portal, opened)
