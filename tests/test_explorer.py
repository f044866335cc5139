"""The explorer: what a reader finds on the pages, and that no page breaks a law of the house."""

from __future__ import annotations

import hashlib
import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest

from kg import library
from kg.graph import Graph
from kg.names import DF, expand, prefixes
from kg.question import KINDS, PLAIN
from kg.rdf import nquads
from kg.store import Store
from kg.web.explorer.claims import Part, parts
from kg.web.explorer.forms import ENDINGS
from kg.web.explorer.links import outward, path_of
from kg.web.explorer.page import CSP, WEB
from kg.web.explorer.questions import MACHINE, THEMES
from kg.web.server import _listen as listen
from tests.poison import BAD, poisoned
from tests.site import HTML, Page, Site, application, broken, read

ELSEWHERE = ("/sparql",)
"""Paths that pages name and that are not the explorer's."""
PAGES = 400
"""The pages that a crawl of the curated graph finds, at least."""


@pytest.fixture(scope="module")
def site(curated: Store) -> Site:
    return Site(application(curated))


# ---------------------------------------------------------------- what a reader finds


def test_the_start_page_answers_a_question_and_leads_to_others(site: Site) -> None:
    page = site.page("/")
    assert "No. Zolgensma is not a cure for spinal muscular atrophy." in page.text
    asked = [href for _, href in page.links if href.startswith("/questions/")]
    assert len(asked) >= 9
    assert "Not medical advice." in page.text


def test_a_name_a_brand_a_synonym_and_a_code_are_found(site: Site) -> None:
    for text, label in {
        "zolg": "Zolgensma",
        "SMA": "spinal muscular atrophy",
        "AVXS-101": "onasemnogene abeparvovec",
        "MONDO:0001516": "spinal muscular atrophy",
        "zolgensna": "Zolgensma",
    }.items():
        found = site.get(f"/search.json?q={text}").json()["hits"]
        assert found[0]["label"] == label, text
        assert label in site.page(f"/search?q={text}").text


def test_what_is_not_found_is_said_in_words(site: Site) -> None:
    assert "Nothing is called “qqqq”" in site.page("/search?q=qqqq").text


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "limit=51", "kind=nonsense", "q=" + "x" * 201]
)
def test_a_search_that_cannot_be_is_refused(site: Site, query: str) -> None:
    reply = site.get(
        f"/search.json?q=sma&{query}" if "q=" not in query else f"/search.json?{query}"
    )
    assert reply.status_code == 400
    assert read(reply.text).text


def test_a_product_page_has_the_order_of_drug_pages(site: Site) -> None:
    html = site.get("/product/zolgensma").text
    headings = re.findall(r'<h2 id="[^"]*">([^<]*)', html)
    assert headings == [
        "What it is",
        "What it is for, and for whom",
        "What it is not, and what was not studied",
        "How it works",
        "Mechanism, step by step",
        "Approvals",
        "What was shown, or may be",
        "How it is given",
        "Where sources disagree",
        "Identifiers and links out",
        "Sources of this page",
    ]


def test_what_is_denied_is_marked_by_a_word_and_comes_first(site: Site) -> None:
    html = site.get("/product/zolgensma").text
    section = html.split('id="negative"')[1].split("</section>")[0]
    first = read(section.split("</li>")[0]).text
    assert "Not so Zolgensma is not a cure for spinal muscular atrophy" in first
    assert "Not studied Zolgensma has not been studied in advanced" in read(section).text
    assert "Possible Zolgensma may preserve motor neuron" in read(html).text


def test_each_statement_leads_to_its_fact_with_source_date_and_place(site: Site) -> None:
    page = site.page("/product/zolgensma")
    facts = [(text, href) for text, href in page.links if href.startswith("/fact/")]
    assert (
        "Drugs.com: Is Zolgensma a cure for SMA?, 2023-12-29",
        "/fact/zolgensma-cures-sma",
    ) in facts
    assert 'section "Official answer", characters 151–245' in page.text


def test_a_fact_page_says_who_where_since_when_and_what_follows(site: Site) -> None:
    text = site.page("/fact/zolgensma-cures-sma").text
    for words in (
        "Not so Zolgensma is not a cure for spinal muscular atrophy",
        "polarity: denied",
        "section Official answer characters 151–245",
        "publisher Drugs.com",
        "rights © Drugs.com; facts and fingerprints only, no text",
        "reference page",
        "first seen in the page as last updated on 29 December 2023 (2023-12-29)",
        "last confirmed in",
        "review status curated",
        "Zolgensma is not a cure for spinal muscular atrophy By the rule direct",
    ):
        assert words in text, words


def test_a_population_says_of_each_limit_whether_it_belongs(site: Site) -> None:
    text = site.page("/fact/zolgensma-treats-sma-us").text
    assert "age below 24 months (24 months itself not included)" in text
    text = site.page("/fact/zolgensma-treats-sma-eu-copies").text
    assert "copies of SMN2 up to 3 (3 itself included)" in text


def test_a_mechanism_is_drawn_and_listed(site: Site) -> None:
    page = site.page("/product/zolgensma")
    (drawing,) = [one for one in page.loads if one.startswith("/explain.svg")]
    reply = site.get(drawing)
    assert reply.headers["content-type"] == "image/svg+xml"
    assert "script" not in reply.headers["content-security-policy"]
    assert "Taken together" in page.text
    assert site.page(drawing.replace(".svg", "")).text.count("Taken together") == 1


def test_a_mechanism_that_is_not_held_is_said_so(site: Site) -> None:
    assert "No path from Itvisma" in site.page("/explain?drug=Itvisma&disease=MONDO:0001516").text
    assert site.get("/explain.svg?drug=Itvisma&disease=MONDO:0001516").status_code == 404
    assert site.get("/explain?drug=Itvisma").status_code == 400


def test_approvals_stand_on_a_line_of_time_by_authority(site: Site) -> None:
    html = site.get("/product/zolgensma").text
    picture = html.split('<svg class="timeline"')[1].split("</svg>")[0]
    assert picture.index(">EMA<") < picture.index(">FDA<")
    assert "2020-05-18" in picture


def test_the_vocabulary_explains_classes_predicates_and_their_negative_forms(site: Site) -> None:
    page = site.page("/ontology")
    assert {"cures", "isNotCureFor", "MedicinalProduct", "denied"} <= set(page.ids)
    assert "Not so is not a cure for df:isNotCureFor" in page.text


def test_about_names_every_source_with_its_rights(site: Site, curated: Store) -> None:
    text = site.page("/about").text
    for row in curated.select(
        "SELECT ?l ?r { ?s a df:Source ; rdfs:label ?l ; dcterms:rights ?r }"
    ):
        assert row["l"].value in text
        assert " ".join(row["r"].value.split()) in text


# ---------------------------------------------------------------- questions


def test_a_question_without_parameters_given_shows_its_form(site: Site) -> None:
    page = site.page("/questions/is-cure")
    assert {"p-drug", "p-disease"} <= set(page.ids)


def test_an_answer_has_its_words_evidence_rows_and_query(site: Site) -> None:
    page = site.page("/questions/is-cure?drug=Zolgensma&disease=SMA")
    assert "No. Zolgensma is not a cure for spinal muscular atrophy." in page.text
    assert '"SMA" was read as spinal muscular atrophy' in page.text
    assert "1 row" in page.text
    assert "VALUES (?drug ?disease) { (<https://w3id.org/drugfacts/product/zolgensma> " in page.text
    links = [href for _, href in page.links]
    assert "/fact/zolgensma-cures-sma" in links
    assert "/editor?question=is-cure&drug=Zolgensma&disease=SMA" in links


@pytest.mark.parametrize("name", sorted(library.load()))
def test_every_question_gives_the_rows_of_the_library(
    site: Site, curated: Store, name: str
) -> None:
    question = library.load()[name]
    query = "&".join(f"{key}={value}" for key, value in question.examples().items())
    expected = Graph(curated).ask(question, **question.examples())
    for form in ("csv", "tsv", "json", "xml"):
        reply = site.get(f"/questions/{name}.{form}?{query}")
        assert reply.headers["content-type"].split(";")[0] == MACHINE[form]
        assert reply.content == expected.serialize(form)
    assert site.get(f"/questions/{name}.txt?{query}").text == expected.answer().text()
    assert f"{len(expected):,} row" in site.page(f"/questions/{name}?{query}").text


def test_a_question_is_negotiated(site: Site) -> None:
    asked = "/questions/is-cure?drug=Zolgensma&disease=SMA"
    assert site.get(asked, {"Accept": "text/csv"}).text.startswith("fact,drug")
    assert site.get(asked, {"Accept": "application/json"}).json()["head"]["vars"][0] == "fact"
    assert site.get(asked, {"Accept": "image/png"}).status_code == 406


def test_a_name_that_is_unknown_says_what_may_be_meant(site: Site) -> None:
    asked = "?drug=Zolgxnsma&disease=SMA"
    problem = site.get("/questions/is-cure.json" + asked, {})
    assert problem.status_code == 400
    assert problem.headers["content-type"] == "application/problem+json"
    assert (problem.json()["field"], problem.json()["near"]) == ("drug", ["Zolgensma"])
    page = site.get("/questions/is-cure" + asked)
    assert page.status_code == 400
    assert 'did you mean "Zolgensma"?' in read(page.text).text
    assert 'aria-invalid="true"' in page.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/questions/is-cure.csv", 400),
        ("/questions/is-cure.csv?drug=Zolgensma&drug=Spinraza&disease=SMA", 400),
        ("/questions/is-cure.csv?drug=Zolgensma&disease=SMA&colour=blue", 400),
        ("/questions/is-cure.pdf?drug=Zolgensma&disease=SMA", 404),
        ("/questions/is-curee", 404),
        ("/product/nothing-like-that", 404),
        ("/entity/NOPE:1", 400),
        ("/entity", 400),
        ("/entity?iri=javascript:alert(1)", 400),
        ("/entity?iri=http://example.org/nothing", 404),
        ("/editor?question=nonsense", 400),
    ],
)
def test_what_cannot_be_answered_is_a_problem(site: Site, path: str, status: int) -> None:
    reply = site.get(path, {})
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["status"] == status
    page = site.get(path)
    assert page.status_code == status
    assert "Not medical advice." in read(page.text).text


# ---------------------------------------------------------------- IRIs resolve


@pytest.mark.parametrize("ending", sorted(ENDINGS))
def test_a_thing_is_there_as_data_by_ending_and_by_accept(site: Site, ending: str) -> None:
    for path in ("/product/zolgensma", "/entity/MONDO:0001516", "/fact/zolgensma-cures-sma"):
        by_ending = site.get(f"{path}.{ending}", {})
        by_accept = site.get(path, {"Accept": ENDINGS[ending]})
        assert by_ending.status_code == by_accept.status_code == 200
        assert by_ending.content == by_accept.content
        assert by_accept.headers["content-type"].split(";")[0] == ENDINGS[ending]
        assert "Accept" in by_accept.headers["vary"]


def test_the_data_of_a_thing_is_what_the_graph_says_of_it(site: Site, curated: Store) -> None:
    kind = ox.RdfFormat.N_TRIPLES
    given = {
        quad.triple for quad in ox.parse(site.get("/product/zolgensma.nt").content, format=kind)
    }
    product = ox.NamedNode(expand("product:zolgensma"))
    assert {quad.triple for quad in curated.about(product.value)} <= given
    facts = {triple.subject for triple in given if triple.object == product}
    assert len(facts) == 28
    for ending in ("ttl", "jsonld", "rdf"):
        kind_ = ox.RdfFormat.from_media_type(ENDINGS[ending])
        body = site.get(f"/product/zolgensma.{ending}").content
        assert {quad.triple for quad in ox.parse(body, format=kind_)} == given


def test_what_no_type_accepted_can_carry_is_refused(site: Site) -> None:
    assert site.get("/product/zolgensma", {"Accept": "image/png"}).status_code == 406
    assert (
        site.get("/product/zolgensma", {"Accept": "text/turtle;q=0.1, text/html;q=0"}).text[0]
        == "@"
    )


def test_search_engines_read_what_is_affirmed_and_nothing_denied(site: Site) -> None:
    (data,) = site.page("/product/zolgensma").data
    said = json.loads(data)
    assert said["@type"] == "Drug"
    assert said["activeIngredient"] == ["onasemnogene abeparvovec"]
    assert "cure" not in data
    (data,) = site.page("/entity/MONDO:0001516").data
    assert json.loads(data)["@type"] == "MedicalCondition"


# ---------------------------------------------------------------- laws over all pages


def crawl(site: Site) -> Iterator[tuple[str, Page]]:
    """Every page that can be reached from the start page, once."""
    waiting, seen = ["/"], {"/"}
    while waiting:
        path = waiting.pop()
        reply = site.get(path)
        assert reply.status_code == 200, f"{path}: {reply.status_code} {reply.text[:200]}"
        if not reply.headers["content-type"].startswith("text/html"):
            continue
        page = read(reply.text)
        yield path, page
        for _, href in page.links:
            where = href.partition("#")[0]
            if href.startswith("/") and where not in seen and not where.startswith(ELSEWHERE):
                form = where.partition("?")[0].rpartition(".")[2]
                if form in {*ENDINGS, *MACHINE} or (path != "/editor" and "/editor?" in where):
                    continue
                seen.add(where)
                waiting.append(where)


@pytest.fixture(scope="module")
def pages(site: Site) -> dict[str, Page]:
    return dict(crawl(site))


def test_every_page_keeps_the_laws_of_labels_links_and_what_is_loaded(
    pages: dict[str, Page],
) -> None:
    """Each link within answers (else there would be no pages), is worded, and leads to its place;
    nothing is loaded from elsewhere, and no script or style stands inside."""
    assert len(pages) >= PAGES
    faults = [one for path, page in pages.items() for one in broken(path, page, pages["/ontology"])]
    assert faults == []


def test_every_page_has_its_headers_and_one_heading(site: Site, pages: dict[str, Page]) -> None:
    for path, page in pages.items():
        assert {"main", "h1"} <= page.tags, path
        assert "main" in page.ids, path
    for path in ("/", "/product/zolgensma", "/questions", "/nothing", "/static/explorer.css"):
        headers = site.get(path).headers
        assert headers["content-security-policy"] == CSP, path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer", path
    assert "'unsafe-inline'" not in CSP
    assert "script-src 'self';" in site.get("/editor").headers["content-security-policy"]


# ---------------------------------------------------------------- a stranger's data


@pytest.fixture(scope="module")
def poison(quads: list[ox.Quad]) -> Site:
    """The curated graph, with every text poisoned, and addresses that are scripts."""
    return Site(application(Store.from_nquads(nquads(poisoned(quads)))))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/product/zolgensma",
        "/entity/MONDO:0001516",
        "/fact/zolgensma-cures-sma",
        "/fact/zolgensma-treats-sma-us",
        "/source/drugs-com-3559344",
        "/ontology",
        "/about",
        "/questions/is-cure?drug=product:zolgensma&disease=MONDO:0001516",
        "/questions/evidence-of?fact=fact:zolgensma-cures-sma",
        "/explain?drug=product:zolgensma&disease=MONDO:0001516",
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/search?q=alert",
        "/editor?query=%3C/script%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/questions/is-cure?drug=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&disease=x",
        "/%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_a_poisoned_graph_stays_text(poison: Site, path: str) -> None:
    html = poison.get(path).text
    page = read(html)
    assert page.inline == []
    assert page.handlers == []
    assert "x" not in page.loads
    assert "<script>alert" not in html.lower()
    assert "<svg onload" not in html.lower()
    for text, href in page.links:
        assert urlsplit(href).scheme in ("", "http", "https"), (text, href)


def test_only_addresses_of_the_web_become_links() -> None:
    assert outward("https://example.org/a?b=c") == "https://example.org/a?b=c"
    for text in (
        BAD,
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "http:",
        "https://x/ y",
        'https://x/"onclick=',
        "http://[",
        "vbscript:x",
        "//evil.example",
    ):
        assert outward(text) is None, text
    assert path_of(BAD) == "/entity?iri=javascript%3Aalert%281%29"


def test_a_sentence_is_cut_at_the_names_in_it() -> None:
    found = parts("A treats B: C", [("A", "x:a"), ("B", "http://e.org/b"), ("D", "x:d")], "x:a")
    assert found == (Part("A"), Part(" treats "), Part("B", path_of("http://e.org/b")), Part(": C"))


# ---------------------------------------------------------------- what is kept and vendored


def test_a_reply_has_a_tag_of_its_build_and_is_not_sent_twice(quads: list[ox.Quad]) -> None:
    store = Store.from_nquads(nquads(quads))
    store.manifest = {"sha256": "ab" * 32, "facts": 56, "quads": 7041}
    site = Site(application(store))
    for path in ("/", "/product/zolgensma", "/product/zolgensma.ttl", "/questions", "/ontology"):
        tag = site.get(path).headers["etag"]
        again = site.get(path, HTML | {"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["etag"] == tag.replace("-gzip", "")
    assert (
        site.get("/product/zolgensma").headers["etag"]
        != site.get("/product/zolgensma.ttl").headers["etag"]
    )


def test_what_is_vendored_is_what_was_taken_and_carries_its_licence() -> None:
    folder = WEB / "static" / "vendor"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert files == set(manifest["sha256"])
    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    assert "Permission is hereby granted" in (folder / "LICENSE").read_text(encoding="utf-8")


def test_no_stylesheet_or_script_of_ours_names_another_site() -> None:
    for path in [*Path(WEB / "static").glob("*.css"), *Path(WEB / "static").glob("*.js")]:
        text = path.read_text(encoding="utf-8")
        assert "http://" not in text and "https://" not in text, path.name
        assert "innerHTML" not in text and "eval(" not in text, path.name


def test_replies_are_sent_at_once() -> None:
    """asyncio sets TCP_NODELAY on what is accepted only if the protocol was named."""
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_limits_are_shown_to_readers_and_to_programs(site: Site) -> None:
    limits = site.get("/limits", {}).json()
    page = site.page("/limits")
    assert set(limits) <= set(page.ids)


def test_many_at_once_get_what_each_gets_alone(curated: Store) -> None:
    """Threads share one store, one lookup and one index of names."""
    paths = [
        "/product/zolgensma",
        "/search.json?q=sma",
        "/questions/treatments-for.csv?disease=SMA",
        "/entity/MONDO:0001516",
        "/questions/is-cure?drug=Zolgensma&disease=SMA",
        "/search.json?q=zolgensna",
    ]
    app = application(curated)
    together = Site(app).all(paths * 8)
    assert {reply.status_code for reply in together} == {200}
    alone = {path: Site(application(curated)).get(path).content for path in paths}
    assert [reply.content for reply in together] == [alone[path] for path in paths * 8]


def test_the_editor_completes_from_our_vocabulary(site: Site) -> None:
    terms = site.get("/editor/terms.json").json()
    assert DF + "isNotCureFor" in terms["properties"]
    assert DF + "MedicinalProduct" in terms["classes"]
    assert terms["prefixes"] == prefixes()


def test_every_type_of_parameter_has_a_theme() -> None:
    assert set(THEMES) == {*KINDS, *PLAIN}
