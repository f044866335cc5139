"""Lines in Turtle: an error that is found after parsing still says where it stands."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.names import RDF
from kg.turtle import MAX_NESTING, Positions, positions

E = "http://e.org/"
PREFIXES = "@prefix ex: <http://e.org/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"


def lines(text: str) -> dict[str, int]:
    """The lines of subjects and of predicates, ``s`` and ``s p``, in the namespace of the tests.

    The text must be Turtle: what a parser finds in it is compared with what was located.
    """
    found = positions(text)
    parsed = list(ox.parse(text.encode(), ox.RdfFormat.TURTLE))
    for quad in parsed:
        if isinstance(quad.subject, ox.NamedNode):
            assert (quad.subject.value, quad.predicate.value) in found.predicates
    subjects = {q.subject.value for q in parsed if isinstance(q.subject, ox.NamedNode)}
    assert subjects <= set(found.subjects)
    assert set(found.subjects) <= subjects | {"[]"} | {s for s in found.subjects if s[:2] == "_:"}
    short = {iri.removeprefix(E): line for iri, line in found.subjects.items()}
    for (subject, predicate), line in found.predicates.items():
        name = "a" if predicate == RDF + "type" else predicate.removeprefix(E)
        short[f"{subject.removeprefix(E)} {name}"] = line
    return short


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ex:s ex:p ex:o .", {"s": 1, "s p": 1}),
        ("\n\nex:s\n ex:p\n ex:o\n .", {"s": 3, "s p": 4}),
        ("ex:s a ex:C ;\n ex:p 1 ;\n ex:q 2 .", {"s": 1, "s a": 1, "s p": 2, "s q": 3}),
        ("ex:s ex:p 1 ,\n 2 ,\n 3 ;\n ex:q 4 .", {"s": 1, "s p": 1, "s q": 4}),
        ("ex:s ex:p 1 ;\n ex:q 1 ;\n ex:p 2 .", {"s": 1, "s p": 1, "s q": 2}),
        ("ex:s ex:p 1 .\nex:s ex:q 2 .", {"s": 1, "s p": 1, "s q": 2}),
        ("ex:s ex:p 1 ; ; \n ; ex:q 2 ; .", {"s": 1, "s p": 1, "s q": 2}),
        ("<http://e.org/s> <http://e.org/p> 1 .", {"s": 1, "s p": 1}),
    ],
)
def test_subjects_and_predicates_stand_where_they_are_first_named(
    text: str, expected: dict[str, int]
) -> None:
    shift = PREFIXES.count("\n")
    assert lines(PREFIXES + text) == {name: line + shift for name, line in expected.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('# a comment. With "dots" and ; quotes, <\nex:s ex:p 1 . # ex:x ex:y 2 .', {"s": 2}),
        ("ex:s # why? because. it's so\n ex:p 1 .", {"s": 1, "s p": 2}),
        ('ex:s ex:p """one\ntwo ; ex:x ex:y 1 .\n""" ;\n ex:q 1 .', {"s p": 1, "s q": 4}),
        ("ex:s ex:p '''it's\n\\''' no end''' ;\n ex:q 1 .", {"s p": 1, "s q": 3}),
        ('ex:s ex:p """a "quoted" ""word"" \\""" . """ ;\n ex:q 1 .', {"s p": 1, "s q": 2}),
        ('ex:s ex:p "a \\" ; b . # c" ;\n ex:q \'d " \\\' .\' .', {"s p": 1, "s q": 2}),
        ('ex:s ex:p "\\\\" ;\n ex:q 1 .', {"s p": 1, "s q": 2}),
        ('ex:s ex:p "" ;\n ex:q "" .', {"s p": 1, "s q": 2}),
        ("<http://e.org/s#a;b,c.d> ex:p <http://e.org/o#e;f.> .\nex:t ex:p 1 .", {"t": 2}),
        ("ex:s ex:p 1.5 ;\n ex:q -.5e-3 , 1.E2 , +7 .\nex:t ex:r 3 .", {"s q": 2, "t r": 3}),
        ("ex:s ex:p 1.\nex:t ex:q 1.5.\nex:u ex:r true.", {"t q": 2, "u r": 3}),
        ("ex:s ex:p 1. ex:t ex:q 2 .\nex:u ex:r 3 .", {"s": 1, "t q": 1, "u r": 2}),
        ('ex:s ex:p "x".ex:t\nex:q "y"@en.<http://e.org/u>\nex:r ex:o.', {"t q": 2, "u r": 3}),
        ('ex:s ex:p "1"^^xsd:integer ;\n ex:q "x"@en-GB .', {"s p": 1, "s q": 2}),
        ('ex:s ex:p "1"^^<http://e.org/t> ;\n ex:q 1 .', {"s p": 1, "s q": 2}),
        ("ex:s ex:p ( 1 ( 2 ex:x )\n 3 ) ;\n ex:q 1 .", {"s p": 1, "s q": 2 + 1}),
        ("ex:s ex:p [ ex:x 1 ;\n ex:y [ ex:z 2 ] ] ;\n ex:q 1 .", {"s p": 1, "s q": 3}),
        ("ex:s ex:p [] , () ;\n ex:q 1 .", {"s p": 1, "s q": 2}),
        ("[ ex:x 1 ]\n ex:p 2 .\nex:t ex:q 3 .", {"[]": 1, "[] p": 2, "t q": 3}),
        ("_:b.c ex:p 1 .\nex:t ex:q 3 .", {"t": 2, "t q": 2}),
        ("ex:a.b ex:p 1 .\nex:a:b ex:q 2 .", {"a.b p": 1, "a:b q": 2}),
        ("ex:it\\'s\\(so\\) ex:p 1 .\nex:t ex:q 1 .", {"it's(so) p": 1, "t q": 2}),
        ("ex:a\\#b\\;c\\. ex:p 1 .\nex:t ex:q 1 .", {"a#b;c. p": 1, "t q": 2}),
        ("ex:a%20b ex:p 1 .", {"a%20b p": 1}),
        ("PREFIX y: <http://e.org/y/>\nprefix z: <http://e.org/z/>\ny:s z:p 1 .", {"y/s z/p": 3}),
        ("@prefix : <http://e.org/> .\n:s :p 1 .", {"s p": 2}),
        ("@base <http://e.org/> .\nex:s ex:p 1 .", {"s": 2}),
        ("BASE <http://e.org/>\nex:s ex:p 1 .", {"s": 2}),
        ("@prefix ex: <http://e.org/y/> .\nex:s ex:p 1 .", {"y/s y/p": 2}),
        ("ex:prefix ex:base 1 .\nex:t a ex:a .", {"prefix base": 1, "t a": 2}),
        ("ex:s ex:p 1 . # end\rex:t ex:q 2 .", {"s p": 1, "t q": 1}),
    ],
)
def test_awkward_turtle_is_read_as_a_parser_reads_it(text: str, expected: dict[str, int]) -> None:
    shift = PREFIXES.count("\n")
    for ending, shown in (("\n", text), ("\r\n", text.replace("\n", "\r\n"))):
        found = lines(PREFIXES.replace("\n", ending) + shown)
        assert {name: found[name] - shift for name in expected} == expected


def test_a_line_is_told_for_the_predicate_else_for_the_subject_else_not_at_all() -> None:
    where = positions(PREFIXES + "ex:s\n ex:p 1 .")
    assert where.line(E + "s", E + "p") == 4
    assert where.line(E + "s", E + "other") == 3
    assert where.line(E + "s") == 3
    assert where.line(E + "other", E + "p") is None


@pytest.mark.parametrize(
    "text",
    [
        'ex:s ex:p "open\n ;\n ex:q 1 .',
        "ex:s ex:p <open\n ;\n ex:q 1 .",
        "ex:s ex:p 1 }} ;\n\n ex:q",
    ],
)
def test_a_broken_text_still_has_lines(text: str) -> None:
    assert positions(PREFIXES + text).line(E + "s", E + "q") == 5


# ---------------------------------------------------------------- nesting


@pytest.mark.parametrize(("opens", "closes"), [("[ ex:p ", " ]"), ("( ", " )")])
def test_nesting_is_read_up_to_the_limit(opens: str, closes: str) -> None:
    def nested(depth: int) -> str:
        return f"{PREFIXES}ex:s ex:p\n{opens * depth}1{closes * depth} ."

    assert lines(nested(MAX_NESTING))["s p"] == 3
    with pytest.raises(InputError) as caught:
        positions(nested(MAX_NESTING + 1))
    assert str(caught.value) == (
        "line 4: brackets nest deeper than 64; give the inner nodes IRIs of their own"
    )


@pytest.mark.parametrize(
    "hidden",
    ["ex:it\\'s ex:p ", "ex:s\\# ex:p ", "ex:s ex:p 'it\\'s' , ", 'ex:s ex:p """"a""" , ']
    + ["# '\rex:s ex:p ", "ex:s ex:p <x:'> , "],
)
def test_nothing_hides_nesting_from_the_limit(hidden: str) -> None:
    """What opens a string or a comment for us must open one for the parser too."""
    shallow = PREFIXES + hidden + "( 1 ) ."
    assert any(q.object.value == "1" for q in ox.parse(shallow.encode(), ox.RdfFormat.TURTLE))
    with pytest.raises(InputError, match="brackets nest deeper than 64"):
        positions(PREFIXES + hidden + "(" * 100 + ")" * 100 + " .")


# ---------------------------------------------------------------- any text

NAMES = st.sampled_from("abcde")
OBJECTS = st.one_of(
    NAMES.map(lambda name: f"ex:{name}"),
    NAMES.map(lambda name: f"<{E}{name}#;,.>"),
    st.integers(-9, 9).map(str),
    st.decimals(-9, 9, places=2, allow_nan=False).map(lambda n: f"{n:f}"),
    st.just("( 1 [ ex:x ex:y ] )"),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=8).map(
        lambda text: str(ox.Literal(text))
    ),
    st.text(st.sampled_from("\n \"'#.;,[](\\"), max_size=8).map(
        lambda text: '"""' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'
    ),
    st.text(st.sampled_from('\n "#.;,[]('), max_size=8).map(lambda text: f"'''{text}'''"),
)
GAPS = st.sampled_from([" ", "\n", "\n\n", "\r\n", " # it's, a; [comment.\n", "\t"])


@given(st.data())
def test_positions_are_those_of_what_was_written(data: st.DataObject) -> None:
    """Random statements are written term by term, and the lines noted while writing."""
    text, subjects, predicates = PREFIXES, dict[str, int](), dict[tuple[str, str], int]()

    def write(token: str) -> int:
        nonlocal text
        text += data.draw(GAPS)
        line = text.count("\n") + 1
        text += token
        return line

    for _ in range(data.draw(st.integers(1, 4))):
        subject = data.draw(NAMES)
        line = write(data.draw(st.sampled_from([f"ex:{subject}", f"<{E}{subject}>"])))
        subjects.setdefault(E + subject, line)
        for index in range(data.draw(st.integers(1, 3))):
            if index:
                write(";")
            predicate = data.draw(NAMES)
            line = write(f"ex:{predicate}")
            predicates.setdefault((E + subject, E + predicate), line)
            write(data.draw(OBJECTS))
            if data.draw(st.booleans()):
                write(",")
                write(data.draw(OBJECTS))
        write(".")
    list(ox.parse(text.encode(), ox.RdfFormat.TURTLE))
    assert positions(text) == Positions(subjects, predicates)


@given(
    st.one_of(
        st.text(),
        st.text(st.sampled_from("\\\"'<>[](){}#@.;,:^ab_1-\n\r \t")),
        st.lists(
            st.sampled_from(
                "\"\"\" ''' \" ' \\ <http://e.org/> @prefix ex: PREFIX . ; , a [ ]".split()
            )
        ).map(" ".join),
    )
)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = positions(text)
    except InputError:
        return
    last = text.count("\n") + 1
    assert all(1 <= line <= last for line in found.subjects.values())
    assert all(1 <= line <= last for line in found.predicates.values())
    assert {subject for subject, _ in found.predicates} <= {*found.subjects, ""}


HOSTILE = (
    [
        '"',
        "'",
        "\\",
        '\\"',
        '\\"""\n',
        "\\'''\n",
        "<",
        "<<",
        "<\n",
        "#",
        "@",
        ".",
        ":",
        "1",
        "1.",
        "-",
    ]
    + [
        '"""',
        '"""a',
        '"\\\n',
        "'''\\",
        '" ',
        '""\n"',
        "ex:\\",
        "1e",
        "<a",
        "\r",
        "\n",
        "[]",
        "()",
        "\\[",
    ]
    + ['\\"""\n', "a\\'''\n", '"""\\', "'\"", "'''\"\"\"", ".5", "_:", "\x00", "{", "«"]
)


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
@pytest.mark.parametrize("ending", ["", "\\", '"'], ids=repr)
def test_the_time_is_linear_in_the_length_whatever_the_text(piece: str, ending: str) -> None:
    """200 kB take some hundredths of a second; quadratic time would take minutes."""
    text = piece * (200_000 // len(piece)) + ending
    start = time.process_time()
    positions(text)
    assert time.process_time() - start < 2
