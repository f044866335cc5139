"""Validation of whole graphs, of millions of quads: the engine ``shacl``, written in Rust.

It gives the report that the reference (:func:`kg.validate.validate`) gives, but for the labels
of blank nodes, which mean nothing; a test holds both to that. Time and memory grow with the
number of quads as long as the shapes' queries obey one rule, which another test keeps: a triple
pattern without ``$this`` stands alone in an ``EXISTS``. The engine joins two patterns of one
group by listing all matches of each, in the whole graph, for every node.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kg.errors import InputError, KgError
from kg.report import Report, Result, from_graph, written_path
from kg.shapes import SH, ontology, shapes_graph, shapes_text

if TYPE_CHECKING:
    import pyoxigraph as ox
    import rdflib
    import shacl

__all__ = ["validate_file", "validate_quads"]

_CHUNK = 1 << 23
_TRIPLE_TERM = b" <<("


def validate_file(
    path: Path, *, limit: int | None = None, scratch: Path | None = None, built: bool = False
) -> Report:
    """Check a file against all shapes; results come sorted.

    The engine runs outside the interpreter's lock: other threads go on meanwhile.

    :param path: N-Quads or N-Triples in UTF-8; all graphs together are checked.
    :param limit: stop at so many violations; the report then says it is not complete.
    :param scratch: where to write a copy of the file that carries the ontology, for as long
        as the check takes; the system's folder for temporary files if not given.
    :param built: the file was written by a build, so that it carries the ontology and no triple
        term; it is read where it lies.
    :raises InputError: if it cannot be read, is no N-Quads, or has a triple term of RDF 1.2,
        which SHACL 1.0 cannot address.
    :raises KgError: if a shape cannot be evaluated, which is a mistake in the shapes.
    """
    if built:
        return _report(_found(path, path, limit), limit)
    with tempfile.TemporaryDirectory(dir=scratch, prefix="check-") as folder:
        whole = Path(folder) / "data.nq"
        try:
            with path.open("rb") as source, whole.open("wb") as target:
                _copy(source, target)
                target.write(_ontology_text())
        except InputError as error:
            raise error.at(path) from None
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}", file=path) from error
        return _report(_found(whole, path, limit), limit)


def _found(whole: Path, path: Path, limit: int | None) -> shacl.Report:
    """What the engine finds in a file that carries the ontology; ``path`` is named in errors."""
    try:
        return _engine().validate_file(str(whole), allow_warnings=True, max_results=limit)
    except ValueError as error:
        raise _fault(str(error), path) from error


def validate_quads(
    data: Iterable[ox.Quad | ox.Triple], *, extra: Iterable[ox.Quad | ox.Triple] | None = None
) -> Report:
    """Check quads of pyoxigraph as :func:`kg.validate.validate` does, by the fast engine.

    :param extra: more quads to read beside them; they are checked as well.
    :raises InputError: for a triple term of RDF 1.2.
    """
    import pyoxigraph as ox

    with tempfile.TemporaryDirectory(prefix="check-") as folder:
        path = Path(folder) / "quads.nq"
        with path.open("wb") as handle:
            for part in (data, extra if extra is not None else ()):
                ox.serialize(
                    (ox.Quad(one.subject, one.predicate, one.object) for one in part),
                    handle,
                    format=ox.RdfFormat.N_QUADS,
                )
        return validate_file(path, scratch=Path(folder))


@cache
def _engine() -> shacl.Shapes:
    import shacl

    return shacl.Shapes.from_text(shapes_text(), "ntriples")


@cache
def _ontology_text() -> bytes:
    import pyoxigraph as ox

    return ox.serialize(ontology(), format=ox.RdfFormat.N_TRIPLES) or b""


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy N-Quads, ending the last line.

    :raises InputError: for a triple term, which the engine would let pass unchecked.
    """
    rest = b""
    while chunk := source.read(_CHUNK):
        chunk = rest + chunk
        end = chunk.rfind(b"\n") + 1
        whole, rest = chunk[:end], chunk[end:]
        _refuse_triple_terms(whole)
        target.write(whole)
    _refuse_triple_terms(rest)
    target.write(rest + b"\n")


def _refuse_triple_terms(text: bytes) -> None:
    if _TRIPLE_TERM not in text:
        return
    import pyoxigraph as ox

    for line in text.splitlines():
        if _TRIPLE_TERM in line:  # or only in a string of it
            for quad in ox.parse(line, format=ox.RdfFormat.N_QUADS):
                if isinstance(quad.object, ox.Triple):
                    raise InputError(f"{quad.object} is a triple term", mend="state facts as nodes")


def _fault(problem: str, path: Path) -> KgError:
    """The error for what the engine could not do: the file's fault, or that of the shapes."""
    found = re.match(r"parse error: .*?: Parser error at line (\d+)[^:]*: (.*)", problem, re.S)
    if found is None:
        return KgError(f"a shape could not be evaluated: {problem}")
    return InputError(f"no N-Quads: {found[2]}", file=path, line=int(found[1]))


# ---------------------------------------------------------------- the report


def _report(found: shacl.Report, limit: int | None) -> Report:
    paths = _written_paths()
    results = sorted(
        Result(
            focus=_plain(one.focus_node),
            path=_path(one, paths),
            value=_plain(one.value or ""),
            shape=_plain(one.source_shape or ""),
            severity=one.severity,
            message=" ".join(sorted(one.messages)),
        )
        for one in found.results
    )
    violations = sum(one.severity == "Violation" for one in results)
    return Report(
        conforms=found.conforms,
        results=tuple(results),
        made=cache(lambda: from_graph(found.conforms, _graph(found)).graph),
        complete=limit is None or violations < limit,
    )


def _graph(found: shacl.Report) -> rdflib.Graph:
    """The engine's report graph; terms go over one by one, as rdflib would take "01" for 1."""
    import pyoxigraph as ox

    from kg import bridge

    text = found.serialize("ntriples")
    return bridge.graph(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))


@cache
def _written_paths() -> Mapping[str, str]:
    """The paths of the property shapes that are more than one property, as the reports say them."""
    from rdflib import BNode, URIRef

    graph = shapes_graph()
    return {
        str(shape): written_path(graph, path)
        for shape, path in graph.subject_objects(URIRef(SH + "path"))
        if isinstance(path, BNode)
    }


def _path(one: shacl.Result, paths: Mapping[str, str]) -> str:
    if not one.path:
        return ""
    return paths.get(_plain(one.source_shape or ""), one.path.strip("<>"))


def _plain(term: str) -> str:
    """A term of N-Triples as plain text: IRI, lexical form or label."""
    if term.startswith("<"):
        return term[1:-1]
    if term.startswith('"'):
        import pyoxigraph as ox

        line = f"<x:s> <x:p> {term} .".encode()
        return "".join(quad.object.value for quad in ox.parse(line, format=ox.RdfFormat.N_TRIPLES))
    return term.removeprefix("_:")
