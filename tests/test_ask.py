"""Questions in people's own words: taken for what they ask, answered from facts, or declined."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.asking.ask import LONGEST
from kg.asking.forms import read_asked
from kg.asking.recognise import vocabulary
from kg.asking.reply import Reply
from kg.asking.tokens import ages, dates, tokens
from kg.asking.words import load_words, phrase, read_words
from kg.errors import InputError
from kg.graph import Graph
from kg.library import load
from kg.names import DF, expand, prefixes
from kg.store import Store
from tests.asking import Asked, answerable, evidence_links, fault, questions
from tests.site import Site, application, read

ALL = questions("curated")


@pytest.fixture(scope="module")
def g(curated: Store) -> Graph:
    return Graph(curated)


@pytest.fixture(scope="module")
def replies(g: Graph) -> dict[Asked, Reply]:
    """All questions of the file, each asked once."""
    return {one: g.ask(one.question) for one in ALL}


# ---------------------------------------------------------------- the file of questions


def test_there_are_questions_of_every_sort() -> None:
    assert len(ALL) >= 150
    assert len({one.question.casefold() for one in ALL}) == len(ALL)
    sets = Counter(one.set for one in ALL)
    assert min(sets["before"], sets["tuned"], sets["after"]) >= 50 and sets["last"] >= 40
    wanted = {one.wanted for one in ALL}
    assert wanted >= {"yes", "no", "possibly", "not studied", "not stated", "listed"}
    assert wanted >= {"unknown", "advice", "off"}
    assert {one.library for one in ALL if one.library} >= set(load()) - SELDOM


SELDOM = set(
    "confirmed-before denied-facts evidence-of facts-on-evidence mechanism-path no-identifier "
    "population-limited source-review uses-by-status weak-mappings label-divergence uses-read "
    "uses-read-for uses-read-below not-for-kinds".split()
)
"""Questions of curators, which few people ask; see the test of own words."""


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.question)
def test_no_answer_has_a_wrong_class(g: Graph, replies: dict[Asked, Reply], one: Asked) -> None:
    assert fault(g, one, replies[one]) == ""


def test_nearly_all_that_can_be_answered_is_and_nothing_else(
    g: Graph, replies: dict[Asked, Reply], record_property: Callable[[str, str], None]
) -> None:
    answered = {one: reply.outcome == "answered" for one, reply in replies.items()}
    record_property("measured", f"{len(ALL)} questions in people's own words")
    for name in dict.fromkeys(one.set for one in ALL):
        can = [one for one in ALL if one.set == name and answerable(one)]
        no = [one for one in ALL if one.set == name and not answerable(one)]
        wrong = sum(bool(fault(g, one, replies[one])) for one in (*can, *no))
        done, declined = (
            sum(answered[one] for one in can),
            len(no) - sum(answered[one] for one in no),
        )
        record_property(
            "measured",
            f"  {name} answered {done} of {len(can)} ({done / len(can):.1%}), "
            f"declined {declined} of {len(no)}, wrong {wrong}",
        )
    can = [one for one in ALL if answerable(one)]
    assert sum(answered[one] for one in can) >= 0.95 * len(can)
    assert not [one.question for one in ALL if answered[one] and not answerable(one)]


@pytest.mark.parametrize("one", [one for one in ALL if answerable(one)], ids=lambda o: o.question)
def test_no_answer_is_without_evidence(replies: dict[Asked, Reply], one: Asked) -> None:
    """A yes or no, or a line of a list, rests on facts, and each of them on a place of a source."""
    answer = replies[one].answer
    if answer is None:
        return
    assert bool(answer.lines) == (answer.verdict not in ("not stated", "not captured"))
    for line in answer.lines:
        assert line.facts, line.text
        told = {item.fact for item in line.evidence}
        assert told and told <= set(line.facts), line.text
        assert all(item.source and item.version and item.date for item in line.evidence)
        assert all(item.review_status for item in line.evidence)
    assert answer.caveats[-1] == "Not medical advice."


def test_every_evidence_link_opens_the_page_of_the_fact(
    replies: dict[Asked, Reply], curated: Store
) -> None:
    site, opened, seen = Site(application(curated)), set[str](), set[str]()
    for one, reply in replies.items():
        if reply.answer is None or reply.answer.question in seen:
            continue
        seen.add(reply.answer.question)
        page = site.page(f"/ask?q={quote(one.question)}")
        links = {href for _, href in page.links if href.startswith("/fact/")}
        assert bool(links) == bool(list(evidence_links(reply))), one.question
        opened |= links
    assert len(opened) > 40
    for path in sorted(opened):
        assert "Who says so, and where exactly" in site.page(path).text


def test_every_question_of_the_library_is_known_by_its_own_words(g: Graph) -> None:
    """With its own examples; only what its file says of it makes that so."""
    for name, question in load().items():
        slots = question.examples()
        text = re.sub(r"\[[^\]]*\]", "", question.question)
        for slot, value in slots.items():
            text = re.sub(rf"\{{{slot}\b[^}}]*\}}", value, text)
        reply = g.ask(text)
        assert reply.taken is not None, f"{text}: {reply.text()}"
        assert reply.taken.name == name, text


# ---------------------------------------------------------------- what is said of the reading


def test_a_mended_name_is_said(g: Graph) -> None:
    reply = g.ask("Is Zolgensmma a cure for SMA?")
    first, second, *_ = reply.text().splitlines()
    assert first == '"Zolgensmma" was read as Zolgensma.'
    assert second == "No. Zolgensma is not a cure for spinal muscular atrophy."
    assert g.ask("When was Zolgensma aproved?").read == ('"aproved" was read as "approved".',)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Is Sovaldi a cure for SMA?", "Sovaldi"),
        ("Is Zinplava a cure for SMA?", "Zinplava"),
        ("Is Zofran a cure for SMA?", "Zofran"),
        ("Does Evenity treat SMA?", "Evenity"),
    ],
)
def test_a_drug_that_is_not_held_is_never_taken_for_another(g: Graph, text: str, name: str) -> None:
    reply = g.ask(text)
    assert reply.outcome == "unknown"
    assert f'Nothing here is called "{name}"' in reply.text()
    assert 'that is not a "no"' in reply.text()


def test_an_unknown_name_comes_with_the_nearest(g: Graph) -> None:
    assert 'The nearest names are "Evrysdi".' in g.ask("When was Evrisdy approved?").why


def test_a_substance_stands_for_its_products_and_that_is_said(g: Graph) -> None:
    one = g.ask("Is nusinersen approved?")
    assert one.taken is not None and one.taken.arguments == {"drug": "product:spinraza"}
    assert "the products that contain it: Spinraza." in one.text()
    two = g.ask("Is onasemnogene abeparvovec a cure for SMA?")
    assert two.verdict == "no"
    assert "the products that contain it: Itvisma, Zolgensma." in two.text()
    assert "No fact held says whether Itvisma is a cure for spinal muscular atrophy" in two.text()


def test_a_not_is_never_dropped(g: Graph) -> None:
    turned = g.ask("Is Zolgensma not a cure for SMA?")
    assert turned.verdict == "no" and 'asked with a "not"' in turned.text()
    assert turned.text().startswith("No. Zolgensma is not a cure")
    for text in ("Which drugs do not treat SMA?", "Why does Zolgensma not cure SMA?"):
        assert g.ask(text).outcome == "unfit", text
    assert g.ask("What does Zolgensma not do?").notes == ()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Which drugs treat SMA in adults?", ("adults",)),
        ("Is Zolgensma approved for children under 2 years?", ("children under 2 years",)),
        ("Does Spinraza treat SMA in women?", ("SMA", "women")),
        ("Is Zolgensma for babies weighing 8 kg?", ("babies weighing 8 kg",)),
        ("For whom is Zolgensma indicated in the EU?", ("the EU",)),
    ],
)
def test_for_whom_is_said_to_be_left_out(g: Graph, text: str, left: tuple[str, ...]) -> None:
    reply = g.ask(text)
    assert (reply.verdict, reply.left) == ("listed", left)
    assert reply.text().startswith(f'Not taken into account: "{left[0]}"')


@pytest.mark.parametrize(
    "text",
    [
        "Is Zolgensma a cure for SMA in adults?",
        "Does Zolgensma improve muscle strength in teenagers?",
        "Has Zolgensma been studied in advanced SMA in women?",
        "Does Zolgensma cure all SMA?",
        "Does Zolgensma improve muscle strength in everybody?",
    ],
)
def test_a_yes_or_no_is_not_given_where_whom_was_left_out(g: Graph, text: str) -> None:
    reply = g.ask(text)
    assert reply.outcome == "unfit"
    assert "For whom it holds decides that answer" in reply.text()


def test_an_age_is_compared_and_not_left_out(g: Graph) -> None:
    reply = g.ask("Can a child of exactly 24 months get Zolgensma?")
    assert reply.taken is not None
    assert reply.taken.arguments == {"drug": "product:zolgensma", "months": "24"}
    assert "does not fit at 24 months" in reply.text()


def test_two_questions_that_fit_are_both_named(g: Graph) -> None:
    reply = g.ask("In which countries is Evrysdi approved?")
    assert reply.taken is not None and reply.taken.name == "approvals"
    assert [one.name for one in reply.others] == ["indications"]
    told = "It may as well be meant as: \n  For whom is Evrysdi indicated? (indications)"
    assert told in reply.text()


def test_what_fits_none_names_the_nearest(g: Graph) -> None:
    reply = g.ask("Is there a cure for SMA?")
    assert reply.outcome == "unfit"
    assert next(one.name for one in reply.nearest) == "is-cure"
    assert "Is … a cure for spinal muscular atrophy? (is-cure)" in reply.text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Should I take Zolgensma?", "ask your doctor or pharmacist"),
        ("What does Zolgensma cost?", "Prices, payment and where to buy are not held here."),
        ("Is Zolgensma safe?", "no facts about harms, which does not mean that there are none"),
        ("Can pregnant women get Spinraza?", "no facts about pregnancy"),
        ("How much Spinraza is given?", "ask your doctor or pharmacist"),
        ("What is the weather like?", "that question is outside of it"),
        ("???", "There is no question in that."),
        ("", "There is no question in that."),
    ],
)
def test_what_is_out_of_scope_is_declined_in_plain_words(g: Graph, text: str, said: str) -> None:
    reply = g.ask(text)
    assert reply.outcome in ("declined", "unfit") and reply.answer is None
    assert said in reply.text()
    assert reply.text().endswith("Not medical advice.\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Can a 300 year old get Zolgensma?", "3600 months is no age"),
        ("Which drugs were approved before 2019-13?", '"2019-13"'),
    ],
)
def test_a_value_that_is_none_is_unclear(g: Graph, text: str, said: str) -> None:
    reply = g.ask(text)
    assert reply.outcome == "unclear"
    assert said in reply.text()


def test_a_text_that_is_no_question_is_refused(g: Graph) -> None:
    with pytest.raises(InputError, match=f"more than {LONGEST} letters"):
        g.ask("why " * LONGEST)
    with pytest.raises(InputError, match="takes no parameters"):
        g.ask("Is it?", drug="Zolgensma")  # type: ignore[call-overload]


@pytest.mark.parametrize("names", ["US FDA Zolgensma SMA", "gene therapy", "Zolgensma SMA"])
def test_many_names_are_refused_before_they_take_long(g: Graph, names: str) -> None:
    """Each name may be used in several ways: twelve of them took half a minute."""
    start = time.process_time()
    text = " ".join([names] * 80)[:LONGEST]
    assert "ask one thing" in g.ask(text).text()
    for count in range(1, 12):
        g.ask(" ".join([names] * count)[:LONGEST])
    assert time.process_time() - start < 20, "no time is asserted but that of an attack"


# ---------------------------------------------------------------- properties

ANSWERED = [one for one in ALL if one.wanted in ("yes", "no", "possibly", "not studied")]


@given(st.sampled_from(ANSWERED), st.text("bcdfghjklmnpqrstvwxz", min_size=5), st.data())
def test_a_word_that_is_not_understood_is_never_dropped(
    g: Graph, one: Asked, word: str, data: st.DataObject
) -> None:
    words = one.question.split()
    words.insert(data.draw(st.integers(1, len(words))), word)
    reply = g.ask(" ".join(words)[:LONGEST])
    if reply.outcome == "answered":
        assert word in " ".join((*reply.read, *reply.left)), reply.text()


@given(st.text(max_size=LONGEST))
def test_any_text_has_a_reply(g: Graph, text: str) -> None:
    reply = g.ask(text)
    assert reply.text().endswith("\n")
    assert (reply.answer is None) == (reply.outcome != "answered")


@given(st.lists(st.sampled_from(sorted(vocabulary() | {"zolgensma", "sma"})), max_size=9))
def test_any_words_are_answered_from_facts_or_not_at_all(g: Graph, words: list[str]) -> None:
    answer = g.ask(" ".join(words)).answer
    if answer is not None:
        assert all(line.facts and line.evidence for line in answer.lines)


# ---------------------------------------------------------------- held as text, not read as facts

TEXT = """
<urn:x:text> a df:TextSection ; rdfs:label "Indications of Spinraza" ; df:record "line 1" ;
  df:section "Condition / indication" ; df:about %s ; df:sentenceDigest "0" ; df:text "t" ;
  df:inVersion source:ema-medicines-2023-12-05 .
"""


def with_text(store: Store, about: str, *, without: str = "", cited: str = "") -> Graph:
    """The graph with a text about something, and without the facts with a predicate."""
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes().items())
    more = TEXT % about
    if cited:
        more += f"""
<urn:x:place> df:record "line 1" ; df:field "Condition / indication" ;
  df:inVersion source:ema-medicines-2023-12-05 .
<urn:x:fact> df:evidence <urn:x:place> ; df:status {cited} ."""
    quads = ox.parse((head + more).encode(), ox.RdfFormat.TURTLE)
    held = [
        line for line in store.nquads().splitlines() if not without or without.encode() not in line
    ]
    data = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    assert data is not None
    return Graph(Store.from_nquads(b"\n".join(held) + b"\n" + data))


def test_a_text_that_was_not_read_makes_the_answer_not_captured(curated: Store) -> None:
    graph = with_text(curated, "product:spinraza", without=f"<{DF}treats>")
    for text in ("What is Spinraza used for?", "Does Spinraza treat SMA?"):
        reply = graph.ask(text)
        assert reply.verdict == "not captured", text
        assert reply.text().startswith("Not captured: ")
        assert "Indications of Spinraza (EMA table of medicines)" in reply.text()
        assert "Not stated" not in reply.text()
        assert reply.answer is not None and reply.answer.texts[0].iri == "urn:x:text"
    assert graph.ask("What is Evrysdi used for?").verdict == "not stated"
    assert graph.ask("Is Spinraza a cure?").verdict == "not stated"


def test_a_text_about_the_active_substance_counts(curated: Store) -> None:
    graph = with_text(curated, "UNII:76RS4S2ET1", without=f"<{DF}treats>")
    assert graph.ask("What is Evrysdi used for?").verdict == "not captured"


@pytest.mark.parametrize(
    ("status", "verdict"), [("df:current", "not stated"), ("df:proposed", "not captured")]
)
def test_a_text_that_a_fact_cites_was_read_if_not_by_rules_alone(
    curated: Store, status: str, verdict: str
) -> None:
    graph = with_text(curated, "product:spinraza", without=f"<{DF}treats>", cited=status)
    assert graph.ask("What is Spinraza used for?").verdict == verdict


def test_a_text_about_a_kind_counts_for_what_is_asked_of_any_kind(curated: Store) -> None:
    graph = with_text(curated, "product:spinraza", without=f"<{DF}treats>")
    area = """INSERT DATA { product:spinraza df:hasTherapeuticArea MONDO:0009669 }"""
    graph.store._engine.update(area, prefixes=prefixes())
    assert (
        graph.ask("Which drugs treat any kind of proximal spinal muscular atrophy?").verdict
        == "not captured"
    )
    assert graph.ask("Which drugs treat proximal spinal muscular atrophy?").verdict == "not stated"


def test_facts_go_before_texts(curated: Store) -> None:
    graph = with_text(curated, "product:spinraza")
    assert graph.ask("What is Spinraza used for?").verdict == "listed"
    assert graph.ask("Does Spinraza treat SMA?").verdict == "yes"


# ---------------------------------------------------------------- words, ages, dates


def test_words_and_their_places() -> None:
    text = "Isn't Zolgensma’s dose MONDO:0001516, can't it? What's"
    found = tokens(text)
    wanted = "is not zolgensma dose mondo:0001516 can not it what is"
    assert [one.word for one in found] == wanted.split()
    assert [text[one.start : one.end] for one in found][2:4] == ["Zolgensma", "dose"]


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("a 3 year old", ["36"]),
        ("an 18-month-old baby", ["18"]),
        ("two years of age", ["24"]),
        ("aged 5", ["60"]),
        ("at age 6 months", ["6"]),
        ("a 3yo", ["36"]),
        ("under 2 years", []),
        ("younger than two years", []),
        ("2 years and older", []),
        ("2 years or younger", []),
        ("2-5 years", []),
        ("between 2 and 5 years", []),
        ("2 years ago", []),
        ("6 weeks old", []),
        ("≤ 2 years", []),
        ("until the age of 2", []),
    ],
)
def test_an_age_is_one_age_and_a_limit_is_none(text: str, months: list[str]) -> None:
    assert [one.text for one in ages(text)] == months


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("before 2020", ["2020"]),
        ("in May 2019", ["2019-05"]),
        ("on 24 May 2019", ["2019-05-24"]),
        ("on May 4, 2019", ["2019-05-04"]),
        ("since 2019-05-24", ["2019-05-24"]),
        ("it may be", []),
        ("BLA 125694", []),
    ],
)
def test_a_date_is_as_precise_as_it_is_written(text: str, date: list[str]) -> None:
    assert [one.text for one in dates(text)] == date


# ---------------------------------------------------------------- the rules are data


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"forms": ["<cure> {pill}"]}, '"pill" is no part of a form'),
        ({"forms": ["<cure> (pill)"]}, '"pill" is no part of a form'),
        ({"forms": ["cure {drug}"]}, '"cure" is no part of a form'),
        ({"shapes": []}, "forms, words and whom"),
        ("text", "forms, words and whom"),
    ],
)
def test_a_form_that_is_none_is_refused(given_: object, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        read_asked(given_, {"drug": "product"}, ("product", "disease"), ())


def test_a_form_is_words_and_slots() -> None:
    text = "<cure|very own> {drug} [disease] (gene) ~source"
    types = {"drug": "product", "disease": "disease"}
    asked = read_asked({"forms": [text]}, types, ("gene", "source"), ("Is {drug} so?",))
    (form,) = asked.forms
    assert (form.needed, form.free) == (("drug",), ("disease",))
    assert (set(form.beside), set(form.silent)) == ({"gene"}, {"source"})
    assert {("very", "own"), ("cured",)} <= form.cues[0]
    assert {"is", "so", "own"} <= asked.allowed and "drug" not in asked.allowed


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("filler:", "filer:", 'unknown key "filer"'),
        ("classes:", "[classes:", "not YAML"),
        ("    first: true\n", "    last: true\n", 'unknown key "last"'),
        ("soft: >-", "soft: []\nold: >-", 'unknown key "old"'),
    ],
)
def test_a_slip_in_the_words_is_one_error(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (Path("queries") / "words.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "words.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_words(path)
    assert message in str(caught.value)
    assert "words.yaml" in str(caught.value)


def test_every_name_in_the_words_leads_somewhere(g: Graph) -> None:
    for curie in set(load_words().names.values()):
        assert g.find(curie).label


def test_every_phrase_is_folded() -> None:
    assert phrase("Isn’t it  Zolgensma's?") == ("is", "not", "it", "zolgensma")
    assert expand("df:cures").startswith(DF)


# ---------------------------------------------------------------- the page


def test_the_page_says_the_verdict_the_sentence_and_the_evidence(curated: Store) -> None:
    site = Site(application(curated))
    page = site.page("/ask?q=Is%20Zolgensmma%20a%20cure%20for%20SMA%3F")
    assert re.search(r"Answer: No Zolgensma is not a cure for spinal muscular atrophy\.", page.text)
    assert '"Zolgensmma" was read as Zolgensma.' in page.text
    assert "Review status of the facts: curated." in page.text
    assert "does not replace a doctor." in page.text
    assert tuple(sorted(set(page.loads) & {"/ask", "/search"})) >= ("/ask", "/search")
    home = site.page("/")
    assert "/ask" in home.loads


def test_a_question_is_text_and_never_markup(curated: Store) -> None:
    reply = Site(application(curated)).get("/ask?q=" + quote('<script>alert(1)</script> "x"'))
    page = read(reply.text)
    assert page.inline == [] and "<script>alert" not in reply.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ask", 200),
        ("/ask.json", 400),
        ("/ask?q=a&q=b", 400),
        ("/ask?q=" + "x" * (LONGEST + 1), 400),
        ("/ask.xml?q=x", 404),
    ],
)
def test_bad_requests_are_problems(curated: Store, path: str, status: int) -> None:
    assert Site(application(curated)).get(path).status_code == status
