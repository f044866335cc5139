"""Two revisions of a source: what became of each fact, and what no fact rests on."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.evidence import Page, normalise
from kg.graph import Graph
from kg.names import compact, own
from kg.revising.align import increasing
from kg.revising.diff import diff
from kg.revising.differing import differing
from kg.revising.revision import open_revision
from kg.store import Store
from tests.conftest import PAGE, SHARED
from tests.revisions import cited, compared, states
from tests.test_cli import fails, kg, rows
from tests.test_cli import store as store

LABEL = SHARED / "sources" / "fda-spl" / "humira.xml"
SECTIONS = SHARED / "sources" / "fda-label-indications" / "indication-sections.tsv.gz"
MEDICINES = SHARED / "sources" / "ema" / "epar-medicines-2023-12-05.xlsx"

# ---------------------------------------------------------------- how two wordings differ


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("It is not a cure.", "It is a cure.", 'negation: "not" → ""'),
        ("Take 2 a day.", "Take 3 a day.", 'number: "2" → "3"'),
        ("up to < 5 kg", "up to ≤ 5 kg", 'number: "<" → "≤"'),
        ("It can help.", "It helps.", 'hedge: "can help" → "helps"'),
        ("Approved in May 2019.", "Approved in June 2019.", 'words: "May" → "June"'),
        ("It may be given.", "It is given.", 'words: "may be" → "is"'),
        ("It seems to help.", "It helps.", 'hedge: "seems to help" → "helps"'),
        ("It may not help 2.", "It helps 3.", "number, negation, hedge: "),
        ("In adults, it helps.", "In adults it helps.", "only punctuation"),
        ("one word", "two word", 'words: "one" → "two"'),
        ("“same”  words", '"same" words', "only the form of the text"),
    ],
)
def test_what_differs_is_named(old: str, new: str, said: str) -> None:
    assert differing(old, new).startswith(said)


@given(st.lists(st.integers(0, 20)))
def test_an_increasing_subsequence_increases_and_none_is_longer(numbers: list[int]) -> None:
    found = [numbers[at] for at in increasing(numbers)]
    assert all(one < two for one, two in itertools.pairwise(found))
    longest = [1] * len(numbers)
    for i, number in enumerate(numbers):
        longest[i] += max((longest[j] for j in range(i) if numbers[j] < number), default=0)
    assert len(found) == max(longest, default=0)


# ---------------------------------------------------------------- any text, any edits

SENTENCES = [
    "Brand must not be given to children under 12 years.",
    "The usual dose is 40 mg twice a day.",
    "It has not been studied in 3 rare forms of the disease.",
    "Most of the 218 patients were better within a week.",
    "Brand does not cure the disease.",
    "Keep it below 25 degrees and away from light.",
    "Two of 90 people had a rash.",
    "It cannot be mixed with other drugs in 1 syringe.",
    "See the end of this leaflet.",
]
"""Written for this test; numbers and negations in most of them."""
EDITS = ("delete", "digit", "not", "move", "insert", "space", "comma", "word")
MEANING = re.compile(r"[0-9]|\bnot\b|\bcannot\b")


@st.composite
def edited(draw: st.DrawFn) -> tuple[list[str], list[tuple[int, str]]]:
    """A text as sentences, perhaps some twice, and the same edited: where each came from, if
    from anywhere, and how it reads now.
    """
    old = draw(st.permutations(SENTENCES)) + draw(st.lists(st.sampled_from(SENTENCES), max_size=2))
    new = list(enumerate(old))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(len(new) - 1, 0)))
        if not new:
            break
        origin, text = new[at]
        match draw(st.sampled_from(EDITS)):
            case "delete":
                del new[at]
            case "digit":
                new[at] = origin, re.sub(r"[0-9]", lambda m: str((int(m[0]) + 1) % 10), text)
            case "not":
                new[at] = origin, text.replace(" not ", " ").replace("cannot", "can")
            case "move":
                new.insert(draw(st.integers(0, len(new) - 1)), new.pop(at))
            case "insert":
                new.insert(at, (-1, "Nobody wrote this before 1999."))
            case "space":
                new[at] = origin, text.replace(" ", draw(st.sampled_from(["  ", "\n", "\u00a0"])))
            case "comma":
                new[at] = origin, text.replace(" and", ", and")
            case _:
                new[at] = origin, text.replace("the", "every")
    return old, new


@given(edited(), st.sampled_from([" ", "\n\n"]))
def test_every_fact_is_in_one_class_and_no_lost_digit_or_not_is_confirmed(
    tmp_path_factory: pytest.TempPathFactory,
    given_: tuple[list[str], list[tuple[int, str]]],
    between: str,
) -> None:
    old, new = given_
    text, spans = between.join(old), list[tuple[int, int]]()
    for sentence in old:
        start = spans[-1][1] + len(between) if spans else 0
        spans.append((start, start + len(sentence)))
    kept = {origin: sentence for origin, sentence in new if origin >= 0}
    after = between.join(sentence for _, sentence in new)
    folder = tmp_path_factory.getbasetemp()
    if not after or not {*map(normalise, kept.values())} & {*old}:
        return  # that these are no two revisions is told elsewhere
    found = compared(cited(text, spans), folder, text, after)
    told = [one.fact for one in found.facts]
    assert sorted(told) == sorted(own("fact", str(start)) for start, _ in spans)
    assert sum(found.counts.values()) == len(spans)
    by_fact = {one.fact: one for one in found.facts}
    for number, (start, _) in enumerate(spans):
        one, now = by_fact[own("fact", str(start))], kept.get(number, "")
        if MEANING.findall(old[number]) != MEANING.findall(now):
            assert one.state != "confirmed", (old[number], now)
        if one.state in ("confirmed", "moved"):
            a, b = map(int, one.now.split("-"))
            assert normalise(after[a:b]) == normalise(old[number])


def test_of_a_sentence_that_stood_twice_the_one_that_changed_is_told(tmp_path: Path) -> None:
    one, two, three = SENTENCES[:3]
    old = f"{one} {two} {one} {three}"
    spans = [(0, len(one)), (len(one) + len(two) + 2, 2 * len(one) + len(two) + 2)]
    store = cited(old, spans)
    assert states(compared(store, tmp_path, old, old)) == {"confirmed": {"0", str(spans[1][0])}}
    changed = one.replace("not ", "")
    first = compared(store, tmp_path, old, f"{changed} {two} {one} {three}")
    assert states(first) == {"changed": {"0"}, "confirmed": {str(spans[1][0])}}
    second = compared(store, tmp_path, old, f"{one} {two} {changed} {three}")
    assert states(second) == {"confirmed": {"0"}, "changed": {str(spans[1][0])}}


def test_of_two_alike_side_by_side_neither_is_confirmed_when_one_is_gone(tmp_path: Path) -> None:
    one, two = SENTENCES[:2]
    old, second = f"{one} {one} {two}", len(one) + 1
    store = cited(old, [(0, len(one)), (second, second + len(one))])
    assert states(compared(store, tmp_path, old, f"{one} {one} Mine. {two}")).keys() == {
        "confirmed"
    }
    changed = one.replace("not ", "")
    for new in (f"{one} {changed} {two}", f"{changed} {one} {two}"):
        assert states(compared(store, tmp_path, old, new)) == {"changed": {"0", str(second)}}


def test_a_sentence_added_says_that_no_fact_rests_on_it(tmp_path: Path) -> None:
    old = " ".join(SENTENCES[:4])
    new = f"{SENTENCES[0]} {SENTENCES[8]} " + " ".join(SENTENCES[1:4])
    found = compared(cited(old, [(0, len(SENTENCES[0]))]), tmp_path, old, new)
    assert [one.text for one in found.uncited if one.new] == [SENTENCES[8]]
    assert [one.text for one in found.uncited if not one.new] == SENTENCES[1:4]
    assert "New, and no fact rests on it: 1\n- " in found.text()
    assert SENTENCES[2] not in found.text()
    assert SENTENCES[2] in found.text(whole=True)


# ---------------------------------------------------------------- the seed page

STOPS = "In studies in children"
ONLY = {"zolgensma-stops-progression-of-sma"}


def sentence(page: str, beginning: str) -> str:
    """A sentence of the page, found by its first words."""
    start = page.index(beginning)
    return next(page[a:b] for a, b in Page(page).segments if a == start)


def move(page: str) -> str:
    said = sentence(page, STOPS)
    return page.replace(said + " ", "") + f"\n\n{said}\n"


REVISIONS = {
    "moved": (move, {"moved": ONLY}),
    "deleted": (lambda page: page.replace(sentence(page, STOPS) + " ", ""), {"lost": ONLY}),
    "inserted": (
        lambda page: page.replace("\n\nZolgensma is given", "\n\nMine.\n\nZolgensma is given"),
        {},
    ),
    "number": (
        lambda page: page.replace("May 2019", "May 2018"),
        {"changed": {"zolgensma-fda-approval-page", "zolgensma-treats-sma-page"}},
    ),
    "negation": (
        lambda page: page.replace("is not a cure", "is a cure"),
        {"changed": {"zolgensma-cures-sma"}},
    ),
    "punctuation": (
        lambda page: page.replace("In addition, it", "In addition it"),
        {"changed": {"zolgensma-reverses-damage"}},
    ),
    "white space": (
        lambda page: re.sub(r" (that takes|is caused)", r"\n\1", page).replace("\n\n", " \n\n\n"),
        {},
    ),
    "typography": (
        lambda page: page.replace("\u2019", "'").replace("one-time", "one\u2011time"),
        {},
    ),
}


@pytest.mark.shared
@pytest.mark.parametrize("name", REVISIONS)
def test_a_revision_of_the_page_is_told_for_exactly_the_facts_it_touches(
    curated: Store, page: str, tmp_path: Path, name: str
) -> None:
    revise, want = REVISIONS[name]
    new = revise(page)
    assert new != page
    found = compared(curated, tmp_path, page, new)
    told = states(found)
    assert len(told.pop("confirmed")) == 27 - sum(map(len, want.values()))
    assert told == want
    (changed,) = [one.text for one in found.uncited if one.new] or [""]
    assert changed == ("Mine." if name == "inserted" else "")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("number", 'number: "2019" → "2018"'),
        ("negation", 'negation: "not" → ""'),
        ("punctuation", "only punctuation"),
    ],
)
def test_what_changed_is_said(
    curated: Store, page: str, tmp_path: Path, name: str, how: str
) -> None:
    found = compared(curated, tmp_path, page, REVISIONS[name][0](page))
    assert {one.how for one in found.facts if one.state == "changed"} == {how}
    assert how in found.text()


@pytest.mark.shared
def test_equal_files_are_said_to_be_equal(curated: Store, page: str, tmp_path: Path) -> None:
    found = compared(curated, tmp_path, page, page)
    assert states(found).keys() == {"confirmed"}
    assert found.notes == ("the two files are the same, byte for byte",)


@pytest.mark.shared
def test_a_cut_file_is_said_to_be_cut(curated: Store, page: str, tmp_path: Path) -> None:
    found = compared(curated, tmp_path, page, page[:1500])
    assert any("may be cut" in note for note in found.notes)
    assert found.counts["confirmed"] == 14 and not found.holds


@pytest.mark.shared
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "new.txt: is empty; capture the page again"),
        (b"PK\x03\x04\x00", "new.txt:1: control character U+0003"),
        (b"caf\xe9 noir", "new.txt:1: byte 0xe9 at offset 3 is not UTF-8"),
        (b"A page of somebody else.", "new.txt: holds nothing of the old revision"),
    ],
)
def test_what_is_no_revision_of_the_page_is_one_clear_error(
    curated: Store, page: str, tmp_path: Path, data: bytes, said: str
) -> None:
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text(page, encoding="utf-8")
    new.write_bytes(data)
    with pytest.raises(InputError) as error:
        diff(curated, *map(open_revision, (old, new)))
    assert f"{tmp_path}/{said}" in str(error.value)
    with pytest.raises(InputError):
        diff(curated, *map(open_revision, (new, old)))


@pytest.mark.shared
def test_revisions_that_are_exchanged_are_refused(
    curated: Store, page: str, tmp_path: Path
) -> None:
    new = tmp_path / "new.txt"
    new.write_text(page + "More.\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"is the revision held .* give the older revision first"):
        diff(curated, open_revision(new), open_revision(PAGE))
    with pytest.raises(InputError, match=r"of 2023-12-29, new\.txt of 2024-02: they are exchanged"):
        diff(curated, open_revision(new, "2024-02"), open_revision(PAGE))
    assert diff(curated, open_revision(PAGE), open_revision(new, "2024-02")).holds


# ---------------------------------------------------------------- labels


@pytest.fixture(scope="module")
def label() -> tuple[str, dict[str, str]]:
    """A real label, and sentences of its text that stand in its XML word by word, and once."""
    xml, text = LABEL.read_text(encoding="utf-8"), open_revision(LABEL).text
    said = [text[a:b] for a, b in Page(text).segments]
    once = [one for one in said if 60 < len(one) < 200 and xml.count(one) == text.count(one) == 1]
    negated = next(one for one in once if " is not " in one)
    number = next(one for one in once if re.search(r" [0-9]+ ", one) and one != negated)
    others = [one for one in once if one not in (negated, number)][:40:10]
    return xml, {
        "negation": negated, "number": number, "move": others[0], "delete": others[1],
        "spaces": others[2], "stay": others[3],
    }  # fmt: skip


@pytest.mark.shared
def test_a_revision_of_a_label_is_told_for_exactly_the_facts_it_touches(
    label: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    xml, said = label
    text = open_revision(LABEL).text
    starts = {name: text.index(one) for name, one in said.items()}
    spans = [(start, start + len(said[name])) for name, start in starts.items()]
    store = cited(text, spans, own("source", "fda-spl"))
    new = xml.replace(said["negation"], said["negation"].replace(" is not ", " is "))
    new = new.replace(said["number"], re.sub(r" [0-9]+ ", " 77 ", said["number"], count=1))
    new = new.replace(said["delete"], "").replace(said["move"], "")
    new = new.replace(said["spaces"], said["spaces"].replace(" ", " \n "))
    new = new.replace(said["stay"], f"Written for this test. {said['stay']}")
    last = new.rindex("</paragraph>")
    new = f"{new[:last]} {said['move']}{new[last:]}"
    path = tmp_path / "humira.xml"
    path.write_text(new, encoding="utf-8")
    found = diff(store, open_revision(LABEL), open_revision(path))
    told = states(found)
    assert told == {
        "changed": {str(starts["negation"]), str(starts["number"])},
        "lost": {str(starts["delete"])},
        "moved": {str(starts["move"])},
        "confirmed": {str(starts["spaces"]), str(starts["stay"])},
    }
    assert "Written for this test." in [one.text for one in found.uncited if one.new]
    changed = {one.section for one in found.sections if one.state == "changed"}
    assert 2 <= len(changed) <= 6 and "changed: " in found.text()
    assert all(one.section for one in found.facts)


@pytest.mark.shared
def test_labels_of_different_sets_cut_labels_and_other_kinds_are_refused(
    curated: Store, tmp_path: Path
) -> None:
    other = LABEL.with_name("lipitor-orig.xml")
    with pytest.raises(InputError, match="give two revisions of one label"):
        diff(curated, open_revision(LABEL), open_revision(other))
    cut = tmp_path / "cut.xml"
    cut.write_bytes(LABEL.read_bytes()[:40_000])
    with pytest.raises(InputError, match=r"cut\.xml:"):
        open_revision(cut)
    with pytest.raises(InputError, match=r"humira\.xml: is not of the kind"):
        diff(curated, open_revision(PAGE), open_revision(LABEL))
    with pytest.raises(InputError, match="the file says that it is of 2013-09-30, not of 2014"):
        open_revision(LABEL, "2014")


def sections(path: Path, change: dict[int, str | None], first: str = "") -> Path:
    """The file of label sections with some lines (from 1) read otherwise, or not there."""
    with gzip.open(SECTIONS, "rt", encoding="utf-8") as handle:
        lines = handle.read().split("\n")
    kept = [
        change.get(number, line) if number in change else line
        for number, line in enumerate(lines, 1)
    ]
    text = "\n".join(line for line in kept if line is not None)
    if first:
        head, _, rest = text.partition("\n")
        text = f"{head}\n{first}\n{rest}"
    with gzip.open(path, "wt", encoding="utf-8") as handle:
        handle.write(text)
    return path


@pytest.mark.shared
def test_a_revision_of_the_label_sections(curated: Store, tmp_path: Path) -> None:
    with gzip.open(SECTIONS, "rt", encoding="utf-8") as handle:
        line = handle.read().split("\n")[64]
    facts = {
        one.fact.rpartition("/")[2]: one.was
        for one in Graph(curated).diff(SECTIONS, SECTIONS).facts
    }
    on_65 = {name for name, place in facts.items() if place == "line 65"}
    assert len(on_65) == 3 and len(facts) == 5
    edited = sections(tmp_path / "a.tsv.gz", {65: re.sub("less than 2", "less than 3", line)})
    found = Graph(curated).diff(SECTIONS, edited)
    assert states(found) == {"changed": on_65, "confirmed": facts.keys() - on_65}
    assert any('"2" → "3"' in one.how for one in found.facts)
    gone = sections(tmp_path / "b.tsv.gz", {65: None})
    assert states(Graph(curated).diff(SECTIONS, gone)) == {
        "lost": on_65, "moved": facts.keys() - on_65,
    }  # fmt: skip
    more = sections(tmp_path / "c.tsv.gz", {}, first="{'examplin'}\tExamplin is for examples.")
    found = Graph(curated).diff(SECTIONS, more)
    assert states(found) == {"moved": set(facts)}
    assert {one.now for one in found.facts if one.was == "line 65"} == {"line 66"}
    assert [one.place for one in found.uncited] == ["line 2"]


@pytest.mark.shared
def test_a_revision_of_the_table_of_medicines(curated: Store, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(MEDICINES)
    sheet = book.active
    at = {row[5].value: row for row in sheet.iter_rows(min_row=10) if row[5].value}
    names = [cell.value for cell in sheet[9]]
    holder = at["EMEA/H/C/004750"][names.index("Marketing authorisation holder/company name")]
    holder.value = "Somebody Else Limited"
    sheet.delete_rows(at["EMEA/H/C/005145"][0].row)
    path = tmp_path / "medicines.xlsx"
    book.save(path)
    found = Graph(curated).diff(MEDICINES, path)
    told = states(found)
    assert told["changed"] == {"zolgensma-ema-approval"}
    assert told["lost"] and all(name.startswith("evrysdi-") for name in told["lost"])
    assert all(not name.startswith("evrysdi-") for name in told["confirmed"])
    (one,) = (one for one in found.facts if one.state == "changed")
    assert one.how.startswith("Marketing authorisation holder/company name: ")


# ---------------------------------------------------------------- the command


@pytest.mark.shared
def test_the_command_says_the_same_in_words_json_and_rows(
    store: Path, page: str, tmp_path: Path
) -> None:
    new = tmp_path / "new.txt"
    new.write_text(page.replace("is not a cure", "is a cure"), encoding="utf-8")
    done = kg("diff", PAGE, new, store=store)
    assert done.returncode == 1
    assert "26 of 27 facts confirmed, 0 moved, 1 changed, 0 lost" in done.stdout
    assert 'negation: "not" → ""' in done.stdout
    tree = json.loads(kg("diff", PAGE, new, "--format", "json", store=store).stdout)
    table = rows(kg("diff", PAGE, new, "--format", "csv", store=store).stdout)
    found = Graph(Store.open(store)).diff(PAGE, new)
    want = [(compact(one.fact), one.state, one.now) for one in found.facts]
    assert [(one["fact"], one["state"], one["now"]) for one in tree["facts"]] == want
    assert [(one["fact"], one["state"], one["now"]) for one in table] == want
    assert tree["old"]["date"] == "2023-12-29" and tree["new"]["date"] is None
    assert kg("diff", PAGE, PAGE, store=store).returncode == 0


def test_bad_revisions_get_one_line_and_exit_code_2(store: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Nothing of ours.")
    fails(kg("diff", tmp_path / "a.txt", tmp_path / "a.txt", store=store), 2, "holds no passage")
    done = kg("diff", tmp_path / "a.txt", tmp_path / "a.txt", "--new-date", "2024-13", store=store)
    fails(done, 2, 'bad date "2024-13"')
