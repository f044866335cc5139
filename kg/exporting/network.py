"""Networks for graph tools: GraphML, GEXF and Cytoscape JSON, one edge for each fact.

Programs that measure networks read the edges and pass over their labels, so that "is not a cure
for" would join a drug to a disease: only plain facts become edges. Everything is written as it is
read; memory holds the names of the nodes.

GraphML: http://graphml.graphdrawing.org/specification.html; GEXF 1.2: https://gexf.net/1.2;
Cytoscape.js elements JSON, as networkx writes and reads it.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import quoteattr

from kg.exporting.facts import Facts, Told
from kg.exporting.form import Form
from kg.exporting.loss import Loss
from kg.names import compact

__all__ = ["FORMS"]

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_EDGE = ("predicate", "fact", "certainty", "authority", "jurisdiction", "date")
_KEEPS = frozenset({"certainty", "authority or jurisdiction", "date", "date precision"})
Values = dict[str, str]


def _edge(facts: Facts, told: Told) -> Values:
    """What an edge carries, besides its ends: texts by name, what is not given left out."""
    fact = told.fact
    values = {
        "label": facts.label(told.predicate),
        "predicate": compact(told.predicate),
        "fact": fact.iri,
        "certainty": compact(fact.certainty) if fact.certainty else "",
        "authority": facts.label(fact.authority) if fact.authority else "",
        "jurisdiction": facts.label(fact.jurisdiction) if fact.jurisdiction else "",
        "date": fact.date.text if fact.date else "",
    }
    return {name: value for name, value in values.items() if value}


def _edges(facts: Facts, loss: Loss) -> Iterator[tuple[str, str, Values]]:
    for told in facts.each(loss):
        loss.wrote(told.fact, told.population)
        yield told.fact.subject, told.fact.object, _edge(facts, told)


def _node(facts: Facts, iri: str) -> Values:
    thing = facts.things.get(iri)
    kind = {"kind": compact(thing.kind)} if thing else {}
    return {"label": facts.label(iri), **kind}


def _attribute(text: str) -> str:
    """An XML attribute; XML has no character for what is left out."""
    return quoteattr(_FORBIDDEN.sub("", text))


# ---------------------------------------------------------------- GraphML


def _graphml(facts: Facts, path: Path, loss: Loss) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write('<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        for what, names in (("node", ("label", "kind")), ("edge", ("label", *_EDGE))):
            for name in names:
                out.write(
                    f'<key id="{what}-{name}" for="{what}" attr.name="{name}" '
                    'attr.type="string"/>\n'
                )
        out.write('<graph edgedefault="directed">\n')
        named: set[str] = set()
        for one, two, values in _edges(facts, loss):
            for iri in (one, two):
                if iri not in named:
                    named.add(iri)
                    out.write(f"<node id={_attribute(iri)}>")
                    _data(out, "node", _node(facts, iri))
            ends = f"source={_attribute(one)} target={_attribute(two)}"
            out.write(f"<edge id={_attribute(values['fact'])} {ends}>")
            _data(out, "edge", values)
        out.write("</graph>\n</graphml>\n")


def _data(out: TextIO, what: str, values: Values) -> None:
    for name, value in values.items():
        text = _attribute(value)[1:-1].replace("&quot;", '"')
        out.write(f'<data key="{what}-{name}">{text}</data>')
    out.write(f"</{what}>\n")


# ---------------------------------------------------------------- GEXF


def _gexf(facts: Facts, path: Path, loss: Loss) -> None:
    with (
        path.open("w", encoding="utf-8", newline="\n") as out,
        tempfile.TemporaryFile("w+", encoding="utf-8", dir=path.parent, newline="\n") as edges,
    ):
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write('<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n')
        out.write('<graph defaultedgetype="directed" mode="static">\n')
        for what, names in (("node", ("kind",)), ("edge", _EDGE)):
            out.write(f'<attributes class="{what}">\n')
            for name in names:
                out.write(f'<attribute id="{what}-{name}" title="{name}" type="string"/>\n')
            out.write("</attributes>\n")
        named: set[str] = set()
        out.write("<nodes>\n")  # they come first in GEXF: the edges wait aside
        for one, two, values in _edges(facts, loss):
            for iri in (one, two):
                if iri not in named:
                    named.add(iri)
                    node = _node(facts, iri)
                    out.write(f"<node id={_attribute(iri)} label={_attribute(node.pop('label'))}>")
                    _attvalues(out, "node", node)
            ends = f"source={_attribute(one)} target={_attribute(two)}"
            label = _attribute(values.pop("label"))
            edges.write(f"<edge id={_attribute(values['fact'])} {ends} label={label}>")
            _attvalues(edges, "edge", values)
        out.write("</nodes>\n<edges>\n")
        edges.seek(0)
        out.writelines(edges)
        out.write("</edges>\n</graph>\n</gexf>\n")


def _attvalues(out: TextIO, what: str, values: Values) -> None:
    out.write("<attvalues>")
    for name, value in values.items():
        out.write(f'<attvalue for="{what}-{name}" value={_attribute(value)}/>')
    out.write(f"</attvalues></{what}>\n")


# ---------------------------------------------------------------- Cytoscape


def _cytoscape(facts: Facts, path: Path, loss: Loss) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write('{"data": [], "directed": true, "multigraph": true, "elements": {"edges": [')
        named: set[str] = set()
        before = "\n"
        for one, two, values in _edges(facts, loss):
            named |= {one, two}
            data = {"id": values["fact"], "source": one, "target": two, "key": values["fact"]}
            out.write(before + json.dumps({"data": data | values}, ensure_ascii=False))
            before = ",\n"
        out.write('\n], "nodes": [')
        before = "\n"
        for iri in sorted(named):
            node = _node(facts, iri)
            data = {"id": iri, "value": iri, "name": node["label"]}
            out.write(before + json.dumps({"data": data | node}, ensure_ascii=False))
            before = ",\n"
        out.write("\n]}}\n")


FORMS = (
    Form(
        "graphml",
        "a network as GraphML",
        _graphml,
        "graphml",
        "application/graphml+xml",
        keeps=_KEEPS,
    ),
    Form("gexf", "a network as GEXF 1.2", _gexf, "gexf", "application/gexf+xml", keeps=_KEEPS),
    Form(
        "cytoscape",
        "a network as JSON of Cytoscape.js",
        _cytoscape,
        "cyjs",
        "application/json",
        keeps=_KEEPS,
    ),
)
