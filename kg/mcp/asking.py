"""The tool that takes a question in people's own words."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from kg.answer import Evidence
from kg.asking.reply import Taken
from kg.graph import Graph
from kg.mcp import payloads
from kg.mcp.page import head
from kg.mcp.tools import PROOFS, proof

__all__ = ["LINES", "Asking"]

LINES = 100
"""Lines of an answer at most."""


class Asking:
    """The tool over one graph."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._build = str(graph.store.manifest.get("sha256", ""))

    def ask_in_words(
        self,
        question: Annotated[
            str, Field(description="One question, in the very words of the person who asks.")
        ],
    ) -> payloads.Replied:
        """Answer a question in people's own words from facts only, or decline it. Says what it
        was taken for and what was left out; it never guesses, and gives no advice.
        """
        reply = self._graph.ask(question)
        found, cut = reply.answer, list[payloads.Cut]()
        places: dict[Evidence, None] = {}
        if found is not None:
            places = {one: None for line in found.lines for one in line.evidence}
            rest = "use ask_question, with limit and offset"
            lines, cut = head("lines", found.lines, LINES, rest)
            reply = replace(reply, answer=replace(found, lines=tuple(lines)))
        proofs, more = head("evidence", list(places), PROOFS, "ask for evidence-of a fact")
        return payloads.Replied(
            outcome=reply.outcome,
            verdict=reply.verdict,
            answer=reply.text(bare=True),
            taken=None if reply.taken is None else _taken(reply.taken),
            others=[_taken(one) for one in reply.others],
            nearest=[_taken(one) for one in reply.nearest],
            left=list(reply.left),
            read=list(reply.read),
            notes=list(reply.notes),
            evidence=[proof(one) for one in proofs],
            cut=[*cut, *more],
            build=self._build,
        )


def _taken(one: Taken) -> payloads.Taken:
    return payloads.Taken(name=one.name, question=one.question, arguments=dict(one.arguments))
