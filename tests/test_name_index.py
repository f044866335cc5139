"""The index of names: keys, words, spelling, the file and what may be wrong with it."""

from __future__ import annotations

import random
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import NoGraph
from kg.name_base import NameBase
from kg.name_entries import Entry, entries
from kg.name_index import CODES, code, write_index
from kg.name_search import _among, search
from kg.names import BASE, compact, expand, graph, prefixes
from kg.place import NAME_INDEX
from kg.spelling import edits, fold, nearest, parts, probes, spelled, words
from kg.store import Store

PRODUCT, SUBSTANCE, DISEASE = "df:MedicinalProduct", "df:Substance", "df:Disease"


def entry(local: str, label: str, *also: str, kind: str = SUBSTANCE, facts: int = 0) -> Entry:
    names = (("label", label), *(("synonym", name) for name in also))
    return Entry(expand(f"concept:{local}"), kind, label, names, facts)


WORDS = ("solvan", "solvanimab", "sodium", "acid", "of")
SOME = [
    entry("a", "examplumab", "EXA-101", "Examplix", facts=9),
    entry("b", "examplumab sodium"),
    entry("c", "Examplix", kind=PRODUCT, facts=40),
    entry("d", "chronic exemplary disease", "CED", "CED type 1", kind=DISEASE, facts=3),
    entry("e", "acute exemplary disease", kind=DISEASE),
    entry("f", "Ångström–Müller disease", kind=DISEASE),
    entry("g", "---"),
]


@pytest.fixture(scope="module")
def base() -> NameBase:
    return NameBase.of(SOME)


def labels(base: NameBase, text: str, kinds: set[str] | None = None, limit: int = 10) -> list[str]:
    return [one.found.label for one in search(base, text, kinds, limit)]


# ---------------------------------------------------------------- keys


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert spelled(spelled(text)) == spelled(text)


@given(st.text(st.characters(codec="ascii")))
def test_plain_text_takes_the_short_way_to_the_same_key(text: str) -> None:
    assert fold(text + "é") == fold(text + "e")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Werdnig-Hoffmann disease", "werdnig hoffmann DISEASE"),
        ("5q\u2011SMA", "5Q SMA"),
        ("interferon alfa\u2013n3", "Interferon alfa-n3"),
        ("\uff21\uff22\uff23", "abc"),
        ("Stra\u00dfe", "STRASSE"),
        ("\u0130x", "ix"),
        ("a\u2212b", "ab"),
    ],
)
def test_names_that_differ_as_people_write_them_are_one_key(one: str, two: str) -> None:
    assert fold(one) == fold(two)


def test_a_name_of_hyphens_only_keeps_them_and_blanks_have_no_key() -> None:
    assert (fold(" - - "), fold(" \t"), fold("")) == ("--", "", "")


def test_no_character_is_left_that_cannot_be_stored() -> None:
    assert fold("\ud800x").encode() == b"\\ud800x"


def test_the_words_of_a_name() -> None:
    assert (
        words("Alzheimer's disease, type 2B (5q_x)") == "alzheimer s disease type 2b 5q x".split()
    )


@pytest.mark.parametrize("prefix", sorted(prefixes()))
def test_the_code_in_an_iri_is_what_its_curie_ends_with(prefix: str) -> None:
    iri = expand(f"{prefix}:Ab.0-1_2")
    assert code(iri) == fold(compact(iri).partition(":")[2])


def test_an_iri_without_a_curie_is_its_own_code() -> None:
    for iri in ("urn:Some:Thing", expand("mesh:") + "a b", "https://example.org/X"):
        assert code(iri) == fold(iri)


# ---------------------------------------------------------------- spelling


@given(st.text("abcde", min_size=4, max_size=14), st.data())
def test_a_word_within_two_edits_shares_a_part(word: str, data: st.DataObject) -> None:
    """Whatever two letters are added, lost or replaced, as far as the lengths allow them."""
    other = list(word)
    for _ in range(min(edits(word), 2)):
        at = data.draw(st.integers(0, len(other)))
        how = data.draw(st.sampled_from(("add", "lose", "replace")))
        if how == "add":
            other.insert(at, data.draw(st.sampled_from("abcdef")))
        elif at < len(other):
            other[at : at + 1] = [] if how == "lose" else [data.draw(st.sampled_from("abcdef"))]
    asked = "".join(other)
    if edits(asked) >= nearest(asked, [word]).get(word, 99):
        assert set(parts(word)) & set(probes(asked))


@given(st.text("abcdefgh", min_size=6, max_size=14), st.data())
def test_a_word_with_two_letters_swapped_shares_a_part(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 2))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert nearest(swapped, [word])[word] <= 1
    assert set(parts(word)) & set(probes(swapped))


@pytest.mark.parametrize(
    ("word", "allowed"),
    [("sma", 0), ("smn1", 0), ("drug", 1), ("spinal", 2), ("onasemnogene", 3), ("x" * 33, 0)],
)
def test_short_words_codes_and_monsters_are_not_guessed_at(word: str, allowed: int) -> None:
    assert edits(word) == allowed
    assert bool(list(parts(word))) == bool(list(probes(word))) == bool(allowed)


# ---------------------------------------------------------------- reading a graph

SAID = """
fact:1     df:applicationNumber  "NDA 1"                         x
fact:1     df:status             df:current                      x
fact:1     rdf:object            concept:b                       x
fact:1     rdf:subject           concept:a                       x
fact:2     df:applicationNumber  "NDA 2"                         x
fact:2     df:status             df:superseded                   x
fact:2     rdf:subject           concept:a                       x
fact:3     df:status             df:current                      x
fact:3     rdf:object            concept:a                       x
fact:3     rdf:subject           concept:a                       x
concept:a  rdf:type              df:Substance                    x
concept:a  rdfs:label            "say \\"A\\" \\\\ \\u00e9\\n"  x
concept:b  rdf:type              df:Gene                         curated
fact:4     df:status             df:current                      curated
fact:4     rdf:object            concept:b                       curated
fact:4     rdf:subject           concept:c                       curated
fact:4     rdf:type              df:DiseaseClaim                 curated
concept:c  rdf:type              df:Population                   x
concept:c  rdfs:label            "not to be found"               x
concept:a  skos:altLabel         "alpha"                         y
concept:a  skos:altLabel         "alpha"@en                      z
concept:a  skos:exactMatch       mesh:D1                         z
"""


def lines() -> list[bytes]:
    made = []
    for said in SAID.strip().splitlines():
        one, relation, other, where = re.split(r"  +", said)
        if not other.startswith('"'):
            other = f"<{expand(other)}>"
        made.append(f"<{expand(one)}> <{expand(relation)}> {other} <{graph(where)}> .\n".encode())
    return [*made, f"_:b <{expand('rdfs:label')}> _:c <{graph('x')}> .\n".encode()]


def test_the_entities_of_a_graph_with_names_from_several_graphs() -> None:
    a, b = entries(lines())
    assert a == Entry(
        iri=f"{BASE}concept/a",
        kind="df:Substance",
        label='say "A" \\ é\n',
        names=(
            ("application number", "NDA 1"),
            ("label", 'say "A" \\ é\n'),
            ("mapped identifier", expand("mesh:D1")),
            ("synonym", "alpha"),
        ),
        facts=2,
    )
    assert b == Entry(f"{BASE}concept/b", "df:Gene", "concept:b", (), 2, curated=2)


def test_what_the_store_gives_back_has_the_same_names(curated: Store) -> None:
    held = curated.nquads().splitlines()
    shuffled = list(entries(sorted(held, key=lambda line: (b"graph/mappings" in line, line))))
    assert sorted(entries(held), key=str) == sorted(shuffled, key=str)
    assert len(shuffled) > 50


# ---------------------------------------------------------------- exact and ranked


def test_every_name_is_found(base: NameBase, curated: Store) -> None:
    held = NameBase.of(entries(curated.nquads().splitlines()))
    for index in (base, held):
        assert len(list(index)) == len(index) > 10
        for one in index:
            written = compact(one.name) if one.how in CODES else one.name
            for text in (one.name, written, written.upper(), f" {written}\t"):
                assert one.iri in {other.iri for other in index.exact(text)}, text


@given(st.lists(st.lists(st.text(min_size=1), min_size=1, max_size=4), max_size=6))
def test_every_name_of_any_graph_is_found(named: list[list[str]]) -> None:
    some = [entry(f"n{at}", *names) for at, names in enumerate(named)]
    index = NameBase.of(some)
    for one in some:
        for _, name in one.names:
            if fold(name):
                assert one.iri in {other.iri for other in index.exact(name)}
                assert one.iri in {fit.found.iri for fit in search(index, name, None, 1000)}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("EXAMPLUMAB", ["examplumab", "examplumab sodium"]),
        ("examplix", ["Examplix", "examplumab"]),
        ("exa 101", ["examplumab"]),
        ("examp", ["examplumab", "examplumab sodium", "Examplix"]),
        ("exemplary disease", ["chronic exemplary disease", "acute exemplary disease"]),
        ("disease exempl", ["chronic exemplary disease", "acute exemplary disease"]),
        ("CED", ["chronic exemplary disease"]),
        ("exmaplumab", ["examplumab", "examplumab sodium"]),
        ("acute exemplery desease", ["acute exemplary disease"]),
        ("angstrom muler disease", ["Ångström–Müller disease"]),
        ("---", ["---"]),
        ("–", []),
        ("ce", []),
        ("ced type 2", ["chronic exemplary disease"]),
        ("xxxx", []),
        ("", []),
    ],
)
def test_the_likeliest_goes_first(text: str, first: list[str], base: NameBase) -> None:
    assert labels(base, text)[: len(first)] == first
    assert bool(labels(base, text)) == bool(first)


def test_a_fit_says_what_matched_and_how_closely(base: NameBase) -> None:
    for text, how, name, fit, distance in (
        ("exa101", "synonym", "EXA-101", "exact", 0),
        ("chronic ex", "label", "chronic exemplary disease", "beginning", 0),
        ("exemplary chronic", "label", "chronic exemplary disease", "words", 0),
        ("chronik exmplary", "label", "chronic exemplary disease", "spelling", 2),
        ("concept:a", "identifier", expand("concept:a"), "exact", 0),
    ):
        one = search(base, text, None, 1)[0]
        assert (one.found.how, one.found.name, one.fit, one.distance) == (how, name, fit, distance)


def test_only_the_kinds_asked_for_and_only_so_many(base: NameBase) -> None:
    assert labels(base, "examplix", {PRODUCT}) == ["Examplix"]
    assert labels(base, "examplix", {DISEASE}) == []
    assert labels(base, "exampliks", {PRODUCT}) == ["Examplix"]
    assert labels(base, "exemplary", None, 1) == ["chronic exemplary disease"]


def test_facts_and_kind_rank_what_fits_alike() -> None:
    some = [
        entry("p1", "OTHERAMIDE (ANDA 1)", "OTHERAMIDE", kind=PRODUCT, facts=30),
        entry("p2", "OTHERAMIDE (ANDA 2)", "OTHERAMIDE", kind=PRODUCT, facts=50),
        entry("s1", "otheramide", facts=1),
        entry("s2", "otheramide hydrate"),
        entry("d1", "otheramide poisoning", kind=DISEASE, facts=99),
    ]
    assert labels(NameBase.of(some), "otheramide") == [
        "otheramide",
        "OTHERAMIDE (ANDA 1)",
        "OTHERAMIDE (ANDA 2)",
        "otheramide poisoning",
        "otheramide hydrate",
    ]
    assert labels(NameBase.of(some), "otheram")[:2] == ["otheramide poisoning", "otheramide"]


@pytest.mark.parametrize(
    "text",
    [
        '"examplumab"',
        "examplumab*",
        "examplumab' OR '1'='1",
        "NEAR(examplumab, 2)",
        "examplumab%",
        "exa_plumab",
        "examplumab; DROP TABLE name",
        "examplumab \0",
        "\ud800 examplumab",
        "(examplumab) AND ^examplumab -examplumab",
    ],
)
def test_the_marks_of_query_languages_mean_nothing(text: str, base: NameBase) -> None:
    assert set(labels(base, text)) <= {"examplumab", "examplumab sodium"}
    assert len(base) == len(list(base))
    assert labels(base, text.replace("examplumab", "")) == []


@given(st.sets(st.integers(0, 99)), st.sets(st.integers(0, 99)), st.integers(0, 999))
def test_a_short_set_and_a_long_list_share_what_they_share(
    some: set[int], names: set[int], more: int
) -> None:
    listed = sorted(names | set(range(100, 100 + more)))
    assert _among(set(some), listed) == some & names


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), max_size=8))
def test_names_with_all_the_words_are_all_found(named: list[list[str]]) -> None:
    some = [entry(f"n{at}", " ".join(found)) for at, found in enumerate(named)]
    index = NameBase.of(some)
    for first in WORDS:
        for second in WORDS:
            found = {fit.found.iri for fit in search(index, f"{first} {second}", None, 99)}
            wanted = {
                one.iri
                for one, said in zip(some, named, strict=True)
                if all(any(word.startswith(asked) for word in said) for asked in (first, second))
            }
            assert wanted <= found


def test_several_threads_may_search_at_once(base: NameBase) -> None:
    texts = ["exmaplumab", "examp", "CED", "acute exemplery desease"] * 25
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: labels(base, text), texts))
    assert found == [labels(base, text) for text in texts]


@pytest.mark.parametrize("text", ["x" * 10_000, "ab " * 5_000, "é" * 10_000, "abcdefgh " * 50])
def test_a_very_long_text_finds_nothing(text: str, base: NameBase) -> None:
    assert labels(base, text) == []


# ---------------------------------------------------------------- the file


def test_the_same_names_make_the_same_bytes(tmp_path: Path) -> None:
    mixed = random.Random(1).sample(SOME, len(SOME))
    assert write_index(tmp_path / "one", SOME) == write_index(tmp_path / "two", mixed) > 10
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_file_says_what_an_index_in_memory_says(tmp_path: Path, base: NameBase) -> None:
    place = tmp_path / "odd # ? % name é"
    place.mkdir()
    assert write_index(place / NAME_INDEX, SOME) == len(base)
    assert write_index(place / NAME_INDEX, SOME) == len(base), "an older file is replaced"
    opened = NameBase.open(place / NAME_INDEX)
    assert list(opened) == list(base)
    for text in ("exmaplumab", "exempl", "CED"):
        assert search(opened, text, None, 5) == search(base, text, None, 5)
    with pytest.raises(NoGraph):
        opened._all("DELETE FROM name")
    assert [path.name for path in place.iterdir()] == [NAME_INDEX]


def test_an_empty_graph_has_an_index() -> None:
    index = NameBase.of([])
    assert (len(index), index.exact("x"), search(index, "examplumab", None, 3)) == (0, [], [])


def many() -> list[Entry]:
    chance = random.Random(2)
    made = ["".join(chance.choices("abcdefghijklmno", k=9)) for _ in range(4_000)]
    return [entry(f"n{at}", name, f"{name} sodium") for at, name in enumerate(made)]


def spoil(path: Path, how: str) -> None:
    data = path.read_bytes()
    if how == "missing":
        path.unlink()
    elif how == "cut":
        path.write_bytes(data[: len(data) // 3])
    elif how == "overwritten":
        path.write_bytes(data[:8192] + b"\xff" * (len(data) - 8192))
    elif how in ("of another version", "without its tables"):
        with sqlite3.connect(path) as held:
            for sql in {
                "of another version": ["PRAGMA user_version = 99"],
                "without its tables": ["DROP TABLE name", "DELETE FROM about"],
            }[how]:
                held.execute(sql)
        held.close()
    else:
        path.write_bytes({"empty": b"", "no database": b"not a database " * 1000}[how])


@pytest.mark.parametrize(
    "how",
    [
        "missing",
        "empty",
        "no database",
        "of another version",
        "without its tables",
        "cut",
        "overwritten",
    ],
)
def test_a_file_that_cannot_be_read_is_said_with_the_mend(how: str, tmp_path: Path) -> None:
    path = tmp_path / NAME_INDEX
    write_index(path, many())
    spoil(path, how)
    with pytest.raises(NoGraph) as caught:
        index = NameBase.open(path)
        list(index)
        search(index, "examplumab", None, 3)
    assert str(caught.value).startswith(f"the names in {path} cannot be read (")
    assert str(caught.value).endswith("): build the graph again")
