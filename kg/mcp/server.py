"""The server: tools and resources over stdio; an error is one sentence that says what to try."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import ValidationError

from kg import __version__, library
from kg.errors import InputError, KgError
from kg.graph import Graph
from kg.jail import Jail
from kg.jail_onward import jail_over
from kg.limits import Limits
from kg.mcp.asking import Asking
from kg.mcp.payloads import Reply
from kg.mcp.schema import SCHEMA, questions, schema
from kg.mcp.tools import CATALOGUE, Tools

__all__ = ["LONGEST", "Server", "run", "server"]

LONGEST = 200_000
"""Characters of an answer: more would fill an assistant's memory, so it is refused, not cut."""
ONE_USER = {"workers": 2, "spare_workers": 0, "slow_queries": 1}
"""Processes of the jail, where there is one user."""
HINTS = {
    "find_entity": "give a name, brand, synonym or code",
    "facts_about": "look for it with find_entity",
    "ask_question": f"find_entity finds names, {CATALOGUE} the parameters",
    "run_sparql": f"narrow the query: {SCHEMA} has worked ones",
    "explain_mechanism": "look for drug and disease with find_entity",
    "explain_connection": "look for both with find_entity",
    "eligible_indications": "see the fields in the schema of the tool; find_entity finds names",
    "ask_in_words": "ask one thing, in a sentence",
}
"""What to try, where an error does not say."""
INSTRUCTIONS = f"""Drug facts with polarity, population, date and evidence. Silence is never a no:
answers are yes, no, possibly, not studied, not stated or not captured. Give a
person's question to ask_in_words first; else begin with find_entity, then facts_about or
ask_question ({CATALOGUE} lists the questions); before run_sparql, read
{SCHEMA}. Cite the fact, its source and its revision. Nothing here is medical advice."""


class Server(MCPServer[Any]):
    """Refuses what does not fit a tool in one sentence each."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool.

        :raises ToolError: for an unknown tool or argument, a bad one, or what the tool refuses.
        """
        known = {tool.name: tool.input_schema["properties"] for tool in await self.list_tools()}
        if name not in known:
            raise ToolError(f'no tool is called "{name}"; use {", ".join(known)}')
        for given in arguments:
            if given not in known[name]:
                raise ToolError(f'{name} takes no "{given}"; use {", ".join(known[name])}')
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                first = cause.errors()[0]
                place = ".".join(map(str, first["loc"]))
                raise ToolError(f"{place}: {first['msg']}; see the schema of {name}") from None
            if isinstance(cause, ToolError):
                raise ToolError(str(cause)) from None
            raise


def server(graph: Graph, jail: Jail) -> Server:
    """The server over a graph, ready to run."""
    made = Server(
        "drugfacts",
        "Drug facts",
        instructions=INSTRUCTIONS,
        version=__version__,
        log_level="WARNING",
    )
    tools = Tools(graph, jail)
    hints = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    for tool in (
        tools.find_entity,
        tools.facts_about,
        tools.ask_question,
        tools.run_sparql,
        tools.explain_mechanism,
        tools.explain_connection,
        tools.eligible_indications,
        Asking(graph).ask_in_words,
    ):
        about = " ".join((tool.__doc__ or "").split())
        if tool.__name__ == "ask_question":
            about += "\n" + "\n".join(_asked())
        made.tool(description=about, annotations=hints)(_guarded(tool))
    made.resource(
        SCHEMA,
        name="schema",
        title="The schema in brief",
        description="Classes, predicates, polarity, prefixes; worked queries; common mistakes.",
        mime_type="text/markdown",
    )(lambda: schema(graph))
    made.resource(
        CATALOGUE,
        name="questions",
        title="The question library",
        description="Every question with its parameters, an example, and its columns.",
        mime_type="text/markdown",
    )(questions)
    return made


def _asked() -> list[str]:
    """The questions of the library, a line each: name, parameters, words."""
    return [
        f"- {one.name}({', '.join(p.name + ('' if p.required else '?') for p in one.params)}): "
        f"{one.question}"
        for one in library.load().values()
    ]


def _guarded(tool: Callable[..., Reply]) -> Callable[..., Reply]:
    """A tool whose errors are one sentence each, and whose answer has a bounded length."""

    @functools.wraps(tool)
    def guarded(**given: Any) -> Reply:
        try:
            reply = tool(**given)
        except KgError as error:
            said = " ".join(str(error).split())
            mended = isinstance(error, InputError) and error.mend is not None
            hint = "" if mended else f"; {HINTS[tool.__name__]}"
            raise ToolError(said + hint) from error
        size = len(reply.model_dump_json())
        if size > LONGEST:
            raise ToolError(
                f"the answer has {size} characters, more than {LONGEST}; ask for fewer items "
                "with limit, or for less of each"
            )
        return reply

    return guarded


def run(graph: Graph, say: Callable[[str], None]) -> None:
    """Serve over stdin and stdout until stdin ends; narration goes to ``say``."""
    with jail_over(graph.store, replace(Limits(), **ONE_USER)) as jail:
        made = server(graph, jail)
        say("kg mcp: serving the Model Context Protocol on stdin and stdout")
        made.run("stdio")
