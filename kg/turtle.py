"""Where things stand in a Turtle text: the line of every subject and of each of its predicates.

A parser tells where the *syntax* breaks; a fact that parses and is still wrong has to be found
again by its subject and predicate. This reads just enough of Turtle for that (W3C Turtle 1.1,
section 6.5: comments, IRIs, strings, names, punctuation) and guards against absurd nesting,
which exhausts the stack of recursive parsers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.errors import InputError

__all__ = ["MAX_NESTING", "Positions", "positions"]

MAX_NESTING = 64
"""Deepest nesting of ``[`` and ``(`` that is read."""

# Every quote opens a token that ends with its text or its line, and no repetition gives back what
# it took: the time is linear in the length, whatever the text.
_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n\r]*)
      | (?P<iri><[^<>\n]*+>)
      | (?P<string>\"\"\"(?:[^"\\]|\\(?:.|\Z)|"(?!""))*+(?:\"\"\"|\Z)
                  |'''(?:[^'\\]|\\(?:.|\Z)|'(?!''))*+(?:'''|\Z)
                  |"(?:[^"\\\n\r]|\\[^\n\r])*+"?|'(?:[^'\\\n\r]|\\[^\n\r])*+'?)
      | (?P<open>[\[(])  | (?P<close>[\])])  | (?P<mark>[;,]|\.(?![0-9]))
      | (?P<word>@[A-Za-z0-9-]+|[+-]?(?:[0-9]+\.[0-9]*[eE][+-]?[0-9]+
                |(?:[0-9]*\.)?[0-9]+(?:[eE][+-]?[0-9]+)?))
      | (?P<name>(?:[^\s;,\[\]()<>"'\#\\]|\\\S)+)
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


@dataclass(frozen=True)
class Positions:
    """Line numbers from 1, by subject IRI and by (subject IRI, predicate IRI)."""

    subjects: dict[str, int]
    predicates: dict[tuple[str, str], int]

    def line(self, subject: str, predicate: str | None = None) -> int | None:
        """The line of a predicate of a subject, or of the subject, or None if neither is here."""
        found = self.predicates.get((subject, predicate)) if predicate else None
        return found if found is not None else self.subjects.get(subject)


class _Reader:
    """Walks the tokens of one text, keeping the role of the next term."""

    def __init__(self) -> None:
        self.prefixes: dict[str, str] = {}
        self.subjects: dict[str, int] = {}
        self.predicates: dict[tuple[str, str], int] = {}
        self.role, self.subject, self.depth = "subject", "", 0
        self.directive: list[str] = []

    def iri(self, token: str) -> str:
        if token.startswith("<"):
            return token[1:-1]
        if token == "a":
            return _RDF_TYPE
        prefix, colon, local = token.partition(":")
        local = re.sub(r"\\(.)", r"\1", local)
        return self.prefixes.get(prefix, prefix + colon) + local if colon else token

    def punctuate(self, mark: str) -> None:
        if self.depth == 0:
            self.role = {".": "subject", ";": "predicate", ",": "object"}[mark]

    def term(self, token: str, line: int) -> None:
        if self.depth:
            return
        if self.role == "subject" and token.lower() in ("@prefix", "prefix", "@base", "base"):
            self.role, self.directive = "directive", [token]
        elif self.role == "directive":
            self.directive.append(token)
            if token.startswith("<"):
                if len(self.directive) == 3:
                    self.prefixes[self.directive[1].rstrip(":")] = token[1:-1]
                self.role = "subject"
        elif self.role == "subject":
            self.subject = self.iri(token)
            self.subjects.setdefault(self.subject, line)
            self.role = "predicate"
        elif self.role == "predicate":
            self.predicates.setdefault((self.subject, self.iri(token)), line)
            self.role = "object"


def positions(text: str) -> Positions:
    """Find the lines of subjects and predicates in a Turtle text, also in one that is broken.

    :raises InputError: if brackets nest deeper than :data:`MAX_NESTING`; names the line.
    """
    reader, line = _Reader(), 1
    for match in _TOKEN.finditer(text):
        token = match.group()
        match match.lastgroup:
            case "open":
                if reader.depth == 0 and reader.role == "subject":
                    reader.term("[]", line)
                reader.depth += 1
                if reader.depth > MAX_NESTING:
                    raise InputError(
                        f"brackets nest deeper than {MAX_NESTING}",
                        line=line,
                        mend="give the inner nodes IRIs of their own",
                    )
            case "close":
                reader.depth = max(0, reader.depth - 1)
            case "mark":
                reader.punctuate(token)
            case "iri" | "string" | "word":
                reader.term(token, line)
            case "name":
                word = token.rstrip(".")
                if word.endswith("\\"):
                    word += "."  # an escaped dot belongs to the name
                reader.term(word, line)
                if len(word) < len(token):
                    reader.punctuate(".")
        line += token.count("\n")
    return Positions(reader.subjects, reader.predicates)
