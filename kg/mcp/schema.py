"""The schema in brief and the question library, as text for an assistant to read.

Both are made of the ontology that the graph holds and of the library when they are read, so
that they cannot go stale.
"""

from __future__ import annotations

from collections.abc import Iterator

from kg import library
from kg.graph import Graph
from kg.mcp.mistakes import MISTAKES
from kg.names import compact, prefixes

__all__ = ["CLASSES", "SCHEMA", "WORKED", "questions", "schema"]

SCHEMA = "drugfacts://schema"
"""The resource with the schema."""
WORKED = ("is-cure", "treatments-for", "studied-in", "approved-before")
"""Questions that are shown with their SPARQL."""
CLASSES = ("df:Entity", "df:Fact", "df:Evidence")
"""Classes that are listed with all below them."""

BELOW = """
SELECT DISTINCT ?term ?label ?definition WHERE {
  ?term rdfs:subClassOf* %s ; rdfs:label ?label ; skos:definition ?definition
} ORDER BY ?term"""
VALUES = """
SELECT DISTINCT ?term ?label ?definition WHERE {
  ?term a %s ; rdfs:label ?label ; skos:definition ?definition
} ORDER BY ?term"""
PREDICATES = """
SELECT DISTINCT ?term ?label ?negative ?open ?unshown ?possible WHERE {
  ?term a df:Predicate ; rdfs:label ?label
  FILTER NOT EXISTS {
    ?base df:negativePredicate|df:notEvaluatedPredicate|df:notDemonstratedPredicate
      |df:possiblePredicate ?term }
  FILTER EXISTS { ?fact rdf:predicate ?term }
  OPTIONAL { ?term df:negativePredicate ?negative }
  OPTIONAL { ?term df:notEvaluatedPredicate ?open }
  OPTIONAL { ?term df:notDemonstratedPredicate ?unshown }
  OPTIONAL { ?term df:possiblePredicate ?possible }
} ORDER BY ?term"""
FORMS = ("negative", "open", "unshown", "possible")
OF_A_FACT = """
SELECT DISTINCT ?term ?label ?definition WHERE {
  ?term schema:domainIncludes/rdfs:subClassOf* df:Fact ; rdfs:label ?label ;
    skos:definition ?definition
} ORDER BY ?term"""

INTRODUCTION = """# drugfacts: the schema in brief

Two layers, each in named graphs; the default graph is the union of all.

- **Facts** (`?fact a df:Fact` by its subclasses): one node a statement, with `rdf:subject`,
  `rdf:predicate`, `rdf:object`, `df:polarity`, `df:status`, qualifiers, and `df:evidence` that
  says in which revision of which source it stands, and where. Only `df:status df:current` is in
  force.
- **The direct layer** (`GRAPH graph:direct`): one plain triple for each fact that licenses one.
  What is denied, unstudied, not shown or only possible has a predicate of its own there, so that
  `?drug df:treats ?disease` never matches a denial.

Silence is never a no. Nothing here is medical advice.
"""


def schema(graph: Graph) -> str:
    """The schema in brief."""
    return "\n".join(_schema(graph))


def _schema(graph: Graph) -> Iterator[str]:
    yield INTRODUCTION
    yield "## Prefixes (no need to declare them)\n"
    yield "\n".join(f"- `{name}:` <{iri}>" for name, iri in prefixes().items())
    yield "\n## Named graphs\n"
    yield "\n".join(
        f"- `{compact(iri)}`: {count:,} triples"
        for iri, count in graph.store.manifest.get("graphs", {}).items()
    )
    for title, value in (
        ("Polarity", "df:Polarity"),
        ("Certainty", "df:Certainty"),
        ("Status", "df:Status"),
    ):
        yield f"\n## {title}\n"
        yield from _terms(graph, VALUES % value)
    for name in CLASSES:
        yield f"\n## `{name}` and its subclasses\n"
        yield from _terms(graph, BELOW % name)
    yield "\n## Properties of a fact\n"
    yield from _terms(graph, OF_A_FACT)
    yield "\n## Predicates of facts, with their forms in the direct layer\n"
    yield "Predicate: when denied, not studied, not shown, only possible. A dash: no triple.\n"
    yield from _predicates(graph)
    yield "\n## Worked questions\n"
    yield from _worked(graph)
    yield "## Common mistakes\n"
    for one in MISTAKES:
        yield f"### {one.title}\n\n{one.why}\n"
        yield f"Misleading:\n```sparql\n{one.wrong}\n```\nRight:\n```sparql\n{one.right}\n```\n"


def _terms(graph: Graph, sparql: str) -> Iterator[str]:
    for row in graph.select(sparql):
        yield f"- `{compact(row['term'])}` ({row['label']}): {row['definition']}"


def _predicates(graph: Graph) -> Iterator[str]:
    for row in graph.select(PREDICATES):
        forms = (f"`{compact(row[form])}`" if row[form] else "–" for form in FORMS)
        yield f"- `{compact(row['term'])}` ({row['label']}): {', '.join(forms)}"


def _worked(graph: Graph) -> Iterator[str]:
    for name in WORKED:
        question = library.load()[name]
        bindings = library.bind(question, question.examples(), graph.lookup)
        given = ", ".join(f"{key}={value}" for key, value in question.examples().items())
        yield f"### `{name}`: {question.question}\n\nWith {given}:\n"
        yield f"```sparql\n{question.text(bindings)}```\n"


def questions() -> str:
    """The question library: every question with its parameters and columns."""
    return "\n".join(_questions())


def _questions() -> Iterator[str]:
    yield "# Questions of the library\n\nAsk them with ask_question: name, parameters.\n"
    for one in library.load().values():
        yield f"## {one.name}\n\n{one.question}\n"
        yield from (f"- also: {text}" for text in one.also)
        for param in one.params:
            need = "" if param.required else f", optional (default {param.default})"
            yield f"- parameter `{param.name}` ({param.type}{need}): {param.doc}; {param.example}"
        yield f"- answers with: {'yes or no' if one.kind == 'polar' else 'a list'}"
        yield "- columns: " + "; ".join(f"`{name}` {doc}" for name, doc in one.columns.items())
        yield ""
