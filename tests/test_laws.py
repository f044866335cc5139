"""Laws of the house that no single module can keep: layers, names, no copied text."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from kg.names import expand, prefixes
from kg.store import Store
from tests.conftest import ROOT

LAYERS = [
    {"__main__"},
    {"cli"},
    {"cli.assisting", "cli.extracting", "cli.releasing", "cli.serving", "cli.sourcing"},
    {"mcp.server"},
    {"mcp.asking", "mcp.schema", "mcp.tools"},
    {"mcp.connecting", "mcp.fitting", "mcp.mistakes", "mcp.page"},
    {"mcp.payloads"},
    {"web.server"},
    {"web.app", "web.connection"},
    {"web.explorer"},
    {
        "web.explorer.editor",
        "web.explorer.eligible",
        "web.explorer.home",
        "web.explorer.ontology",
        "web.explorer.questions",
        "web.explorer.things",
    },
    {
        "web.explorer.answering",
        "web.explorer.asking",
        "web.explorer.schema_org",
        "web.explorer.timeline",
    },
    {"web.explorer.entity", "web.explorer.fact", "web.explorer.forms"},
    {
        "web.explorer.claims",
        "web.explorer.freshness",
        "web.explorer.not_for",
        "web.explorer.page",
        "web.explorer.population",
    },
    {"web.explorer.links"},
    {"web.graph_store", "web.settings"},
    {"web.sparql"},
    {"web.jailed"},
    {"web.description"},
    {"web.replies"},
    {"web.edge", "web.kept"},
    {"web.problems"},
    {"cli.building"},
    {
        "build",
        "cli.asking",
        "cli.disagreeing",
        "cli.explaining",
        "cli.fetching",
        "cli.finding",
        "cli.fitting",
    },
    {
        "cli.answering",
        "cli.common",
        "cli.keeping",
        "cli.reading",
        "cli.remoting",
        "gather",
        "pages",
        "tried",
    },
    {"adapters", "explained", "extraction", "graph", "proposing.desk", "releasing.release"},
    {
        "answer",
        "asking.ask",
        "asking.meaning",
        "asking.reply",
        "connect",
        "draw",
        "extract.corpus",
        "extract.labelled",
        "extract.proposed",
        "extract.whom.population",
        "fitting.eligibility",
        "revising.compared",
        "revising.comparison",
        "revising.confirm",
        "revising.diff",
        "revising.recheck",
        "revising.revision",
        "sources.cited",
        "sources.drugmechdb",
        "sources.ema_facts",
        "sources.spl_facts",
    },
    {
        "asking.recognise",
        "captured",
        "describe",
        "explain",
        "exporting.registry",
        "faithful",
        "fitting.approval",
        "fitting.criteria",
        "library",
        "neighbours",
        "network",
        "sources.drugmechdb_nodes",
        "sources.drugs_at_fda",
        "sources.ema",
        "sources.purple_book",
        "sources.spl",
        "statements",
        "unread",
    },
    {
        "asking.spotting",
        "exporting.as_rdf",
        "exporting.fhir",
        "exporting.kgx",
        "exporting.nanopub",
        "exporting.network",
        "exporting.parquet",
        "exporting.rdf12",
        "exporting.schema_org",
        "exporting.sssom_set",
        "fitting.known",
        "identity",
        "jail_onward",
        "lookup",
        "proposing.propose",
        "reading.of_graph",
        "releasing.crate",
        "releasing.croissant",
        "releasing.cut",
        "releasing.readme",
        "remote.loadable",
        "remote.push",
        "validate",
    },
    {
        "assemble",
        "exporting.form",
        "name_search",
        "products",
        "proposing.accept",
        "publish",
        "releasing.describe",
        "rows",
        "sources.drugmechdb_rows",
        "validate_fast",
    },
    {"extract.read"},
    {
        "extract.limitations.clauses",
        "extract.limitations.denials",
        "extract.limitations.joined",
        "extract.limitations.known",
        "extract.limitations.limits",
        "extract.limitations.people_told",
        "extract.limitations.refusals",
        "extract.limitations.row_parts",
        "extract.limitations.taken",
        "extract.limitations.verb_rows",
    },
    {
        "extract.layout.ahead",
        "extract.layout.cues",
        "extract.layout.germ_lists",
        "extract.layout.overall",
        "extract.layout.repeated",
        "extract.layout.runs",
        "extract.layout.titled",
        "extract.layout.titles",
    },
    {
        "extract.indications.beside",
        "extract.indications.gaps",
        "extract.indications.kinds",
        "extract.indications.leads",
        "extract.indications.making",
        "extract.indications.measures",
        "extract.indications.rows",
        "extract.indications.run_in",
        "extract.indications.scope",
        "extract.indications.uses",
    },
    {
        "anchor",
        "export",
        "exporting.biolink",
        "exporting.facts",
        "extract.names.bracketed",
        "extract.names.germs",
        "extract.names.mentions",
        "extract.names.numbered",
        "extract.names.places",
        "extract.names.sharing",
        "extract.names.terms",
        "extract.names.unnamed",
        "extract.names.variants",
        "extract.phrasing",
        "extract.whom.qualifiers",
        "fetch",
        "name_base",
        "question",
        "releasing.census",
        "releasing.terms",
        "remote.endpoint",
        "report",
        "sink",
        "sources.curated",
        "sources.drugmechdb_terms",
        "sources.mondo",
        "vocabulary",
        "why",
    },
    {
        "disagree",
        "download",
        "exporting.loss",
        "exporting.reading",
        "fields",
        "jail",
        "jail_workers",
        "name_index",
        "rdf",
        "revising.freshness",
        "revising.pieces",
        "shapes",
        "sources.hp",
        "sources.hpoa",
        "sssom",
        "store",
    },
    {
        "bridge",
        "claims",
        "compare",
        "derive",
        "held",
        "jail_beyond",
        "kinds",
        "lines",
        "name_entries",
        "part",
        "remote.digest",
        "remote.pages",
        "remote.record",
        "remote.services",
        "render",
        "sources.drugs_at_fda_tables",
        "sources.fda",
        "sources.hgnc",
        "sources.imported",
        "sources.label_sections",
        "sources.obo",
        "sources.purple_book_rows",
        "sources.spl_rows",
        "sources.spl_text",
        "sources.unii",
        "sources.workbook",
        "syntax",
    },
    {
        "asking.tokens",
        "model",
        "names",
        "node",
        "payload",
        "proposing.proposal",
        "proposing.proposal_text",
        "proposing.proposed_people",
        "proposing.rejected",
        "proposing.turtle_form",
        "reading.naming",
        "reading.objects",
        "reading.people",
        "reading.qualifiers",
        "reading.sentence",
        "reading.statements",
        "remote.dialect",
        "remote.results",
        "remote.wire",
        "sources.files",
        "sources.plain_yaml",
        "sources.tally",
        "sources.xmlfile",
        "turtle",
    },
    {
        "dates",
        "fitting.age",
        "graph_file",
        "jail_guard",
        "misread",
        "reading.times",
        "reading.tone",
        "revising.differing",
        "values",
    },
    {
        "asking.forms",
        "asking.words",
        "errors",
        "evidence",
        "exporting.place",
        "extract.found",
        "extract.limitations.kinds",
        "extract.limitations.limited",
        "extract.many",
        "extract.passages",
        "extract.rules",
        "extract.whom.genetics",
        "extract.whom.people",
        "fitting.profile",
        "jail_holder",
        "limits",
        "place",
        "reading.amounts",
        "reading.rules",
        "reading.spans",
        "reading.text",
        "reading.units",
        "releasing.changes",
        "releasing.files",
        "resources",
        "revising.align",
        "sources.cells",
        "spelling",
        "web.compress",
        "web.negotiate",
    },
]
"""From the faces down: a module may import from its own layer and those below it."""

FREE = set(
    "__init__ asking exporting extract extract.indications extract.layout extract.limitations "
    "extract.names extract.whom fitting mcp proposing reading releasing remote revising "
    "sources web".split()
)


def modules() -> dict[str, Path]:
    package = ROOT / "kg"
    return {
        ".".join(path.relative_to(package).with_suffix("").parts).removesuffix(".__init__"): path
        for path in package.rglob("*.py")
    }


def imports(path: Path) -> set[str]:
    """The modules of ours that a file imports at run time, local imports included."""
    found = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing = [node for node in ast.walk(tree) if isinstance(node, ast.If)]
    only_types = {
        inner
        for node in typing
        if ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in only_types or not isinstance(node, ast.ImportFrom | ast.Import):
            continue
        names = (
            [f"{node.module}.{alias.name}" for alias in node.names] + [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
        found |= {name.removeprefix("kg.") for name in names if name.startswith("kg.")}
    return found & set(modules()) - FREE


def test_every_module_has_its_layer() -> None:
    assert set().union(*LAYERS) == set(modules()) - FREE


@pytest.mark.parametrize("name", sorted(set().union(*LAYERS)))
def test_imports_point_down(name: str) -> None:
    depth = {module: n for n, layer in enumerate(LAYERS) for module in layer}
    for other in imports(modules()[name]):
        assert depth[other] >= depth[name], f"{name} imports {other}, which lies above it"


def test_no_module_is_longer_than_one_idea() -> None:
    for path in modules().values():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path.name


def tracked() -> list[Path]:
    """The project's own files: those git tracks or would track; all, outside a checkout."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = done.stdout.splitlines() if done.returncode == 0 else []
    found = [ROOT / name for name in names] or [
        path
        for folder in ("kg", "data", "ontology", "queries", "tests")
        for path in (ROOT / folder).rglob("*")
    ]
    return [path for path in found if path.is_file()]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


@pytest.mark.shared
def test_no_nine_words_of_the_page_stand_anywhere_in_the_project(page: str) -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        found = words(text)
        return {tuple(found[i : i + 9]) for i in range(len(found) - 8)}

    theirs = runs(page)
    files = tracked()
    assert len(files) > 100
    for path in files:
        shared = runs(path.read_text(encoding="utf-8", errors="replace")) & theirs
        assert not shared, f"{path.name}: {' '.join(next(iter(shared)))}"


def test_every_name_in_the_queries_and_the_graph_has_a_label_or_a_mapping(
    curated: Store,
) -> None:
    """Every IRI in a fact, and every predicate and class, has a label to show."""
    rows = curated.select(
        """SELECT DISTINCT ?iri WHERE {
             { ?x ?iri ?y } UNION { ?x a ?iri } UNION
             { ?fact df:polarity ?p ; ?q ?iri FILTER(isIRI(?iri)) }
             FILTER NOT EXISTS { ?iri rdfs:label ?label } }"""
    )
    assert [row["iri"].value for row in rows] == []


def test_no_label_carries_a_language_tag(curated: Store) -> None:
    assert not bool(curated.run("ASK { ?s ?p ?o FILTER(LANG(?o) != '') }"))


def test_there_is_no_blank_node(curated: Store) -> None:
    assert not bool(curated.run("ASK { ?s ?p ?o FILTER(isBlank(?s) || isBlank(?o)) }"))


def test_the_context_is_the_only_prefix_map() -> None:
    """Every prefix declared anywhere in the project agrees with the context."""
    declared = re.compile(r"(?mi)^\s*@?prefix\s+([\w-]*):\s*<([^>]*)>")
    for folder in ("ontology", "data", "queries"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".ttl", ".rq"):
                for prefix, iri in declared.findall(path.read_text(encoding="utf-8")):
                    known = prefixes() | {"dfsh": expand("dfsh:")}
                    assert known.get(prefix) == iri, f"{path.name}: {prefix}"


@pytest.mark.xdist_group("laws")
def test_tests_of_one_group_run_on_one_worker(request: pytest.FixtureRequest) -> None:
    if getattr(request.config.option, "loadgroup", False):
        assert request.node.nodeid.endswith("@laws")


def test_the_name_of_no_test_is_too_long_for_a_process_to_be_started(
    request: pytest.FixtureRequest,
) -> None:
    """Pytest puts it in the environment, where a text has at most 128 KiB on Linux."""
    assert max(len(item.nodeid) for item in request.session.items) < 1000
