"""A question in people's own words, answered from facts or declined, and never guessed.

What the text asks is found by :mod:`kg.asking.recognise`; the question of the library that fits
is run and worded as everywhere. The reply says what was taken for what, and what was left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import product

from kg import library
from kg.answer import Answer, Verdict, fill, word
from kg.asking.meaning import Named, Unclear, named
from kg.asking.recognise import Reading, readings, vocabulary
from kg.asking.reply import Reply, Taken, quoted, say
from kg.asking.spotting import Spotted, near_names, spot
from kg.asking.words import Topic, load_words
from kg.errors import InputError
from kg.library import KINDS, Bindings, Question
from kg.lookup import Lookup, Match
from kg.names import DF, compact
from kg.store import Store

__all__ = ["LONGEST", "ask"]

LONGEST = 400
"""Characters of a question; a longer text is none."""
NAMES = 8
"""Names in a question; with each more, the ways to read it may double."""
NEAREST = 3
"""How many questions are named that come near."""


def ask(text: str, store: Store, lookup: Lookup) -> Reply:
    """Answer a question in people's own words, or say why it is not answered.

    :raises InputError: for a text longer than :data:`LONGEST`.
    """
    asked = " ".join(text.split())
    if len(asked) > LONGEST:
        raise InputError(f"more than {LONGEST} letters are no question", mend="ask one thing")
    known = load_words()
    if not any(one.isalnum() for one in asked):
        return Reply(asked, "unfit", why=(say("empty"),))
    spotted = spot(asked, lookup, known, vocabulary())
    if (count := len(spotted.spans)) > NAMES:
        return Reply(asked, "unfit", why=(say("crowded", count=str(count)),))
    found = readings(spotted)
    topics = _topics(spotted)
    fitting = [one for one in found if one.fits]
    if fitting and not any(topic.first for topic in topics):
        return _answered(asked, spotted, fitting, store, lookup)
    return _declined(asked, spotted, found, topics, lookup)


def _topics(spotted: Spotted) -> list[Topic]:
    """The topics that a text touches, those that go before all else first."""
    words = [spotted.word(at) for at in range(len(spotted.tokens))]
    padded = f" {' '.join(words)} "
    found = [
        topic
        for topic in load_words().topics
        if any(f" {' '.join(one)} " in padded for one in topic.phrases)
    ]
    return sorted(found, key=lambda topic: not topic.first)


# ---------------------------------------------------------------- answered


def _answered(
    asked: str, spotted: Spotted, fitting: Sequence[Reading], store: Store, lookup: Lookup
) -> Reply:
    first = fitting[0]
    question = first.question
    equal = [one for one in fitting[1:] if one.rank == first.rank]
    try:
        meant = {
            param.name: named(first.values[param.name], param.type, store, lookup)
            for param in question.params
            if param.name in first.values and param.type in KINDS
        }
        plain = {name: one.name for name, one in first.values.items() if name not in meant}
        bound = [
            _bound(question, meant, plain, chosen, first.open, lookup) for chosen in _choices(meant)
        ]
    except (Unclear, InputError) as error:
        why = str(error) if isinstance(error, Unclear) else say("unclear", problem=error.problem)
        return Reply(asked, "unclear", why=(why,), nearest=(_taken(first, lookup),))
    answers = [
        word(question, library.run(store, question, bindings), store, lookup) for bindings in bound
    ]
    answer = _merged(answers)
    taken = _taken(first, lookup)
    exact = {name: compact(one.things[0].iri) for name, one in meant.items()}
    taken = replace(taken, arguments=dict(taken.arguments) | exact)
    left = [span.text for span in first.beside] + spotted.quoted(first.soft)
    return Reply(
        asked,
        "answered",
        verdict=answer.verdict,
        taken=taken if len(answers) > 1 else replace(taken, question=_capital(answer.question)),
        others=tuple(_taken(one, lookup) for one in equal),
        left=tuple(left),
        read=tuple(_read(spotted, first, meant)),
        notes=tuple(_notes(first, meant)),
        answer=answer,
    )


def _choices(meant: Mapping[str, Named]) -> Iterable[dict[str, Match]]:
    """Every combination of the things that the names stand for."""
    names = list(meant)
    for some in product(*(meant[name].things for name in names)):
        yield dict(zip(names, some, strict=True))


def _bound(
    question: Question,
    meant: Mapping[str, Named],
    plain: Mapping[str, str],
    chosen: Mapping[str, Match],
    free: Sequence[str],
    lookup: Lookup,
) -> Bindings:
    values = {name: one.iri for name, one in chosen.items()} | dict(plain)
    bindings = library.bind(question, values, lookup, free)
    bindings.matches = {name: (meant[name].text, one) for name, one in chosen.items()}
    return bindings


def _merged(answers: Sequence[Answer]) -> Answer:
    """The answers about several products as one: silence about one takes nothing from another."""
    said = [one for one in answers if one.lines]
    silent = [one for one in answers if not one.lines]
    if len(answers) == 1:
        return answers[0]
    verdicts = {one.verdict for one in said or answers}
    verdict: Verdict = verdicts.pop() if len(verdicts) == 1 else "mixed" if said else "not captured"
    return Answer(
        question=answers[0].question,
        verdict=verdict,
        lead=_once(
            [*([say("differ")] if verdict == "mixed" else [])]
            + [text for one in (said or silent) for text in one.lead]
        ),
        lines=tuple(line for one in said for line in one.lines),
        notes=_once(
            text
            for one in answers
            for text in ((*one.lead, *one.notes) if said and not one.lines else one.notes)
        ),
        caveats=_once(text for one in answers[::-1] for text in one.caveats),
        texts=tuple(text for one in answers for text in one.texts),
    )


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _taken(one: Reading, lookup: Lookup) -> Taken:
    """A reading as a question with its arguments, in words; what is not named is left open."""
    shown = {}
    for param in one.question.params:
        span = one.values.get(param.name)
        if span is None:
            shown[param.name] = "" if param.name in one.open or not param.required else "…"
        elif param.type in KINDS:
            shown[param.name] = _label(span.name, param.type, lookup) or (
                span.name if span.mended else span.text
            )
        else:
            shown[param.name] = lookup.label(DF + span.name) if param.type == "term" else span.name
    text = fill(one.question.question, lambda slot: shown.get(slot.partition("|")[0], ""))
    arguments = {name: span.name for name, span in one.values.items()}
    return Taken(one.question.name, _capital(text), arguments)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _label(name: str, kind: str, lookup: Lookup) -> str:
    try:
        return lookup.find(name, KINDS[kind]).label
    except InputError:
        return ""


def _read(spotted: Spotted, first: Reading, meant: Mapping[str, Named]) -> Iterator[str]:
    """What misspelled words and names were read as."""
    for at, wanted in sorted(spotted.respelled.items()):
        yield say("spelled", text=spotted.written(at, at + 1), word=wanted)
    for name, one in meant.items():
        if first.values[name].mended:
            yield say("mended", text=one.text, label=one.whole.label)


def _notes(first: Reading, meant: Mapping[str, Named]) -> Iterator[str]:
    """What a name was taken for, and what was added or taken away."""
    yield from (one.note for one in meant.values() if one.note)
    if first.turned:
        yield say("turned")
    for name in first.open:
        yield say("open", param=name)


# ---------------------------------------------------------------- declined


def _declined(
    asked: str,
    spotted: Spotted,
    found: Sequence[Reading],
    topics: Sequence[Topic],
    lookup: Lookup,
) -> Reply:
    """Why there is no answer, and what comes near."""
    near = [one for one in found if one.telling and one.nearness[0] >= 0][:NEAREST]
    if topics:
        near = [one for one in near if not one.missing and not one.lacking]
    make = partial(Reply, asked, nearest=tuple(_taken(one, lookup) for one in near))
    if topics:
        return make("declined", why=(topics[0].say,))
    best = found[0] if found else None
    if best is not None and best.understood:
        parts = quoted(spotted.quoted(best.soft))
        return make("unfit", why=(say("population", parts=parts),))
    unknown = _unknown(spotted)
    if unknown and near and (_nameless(near) or any(one[0].isupper() for one in unknown)):
        why = [say("unknown", parts=quoted(unknown))]
        names = dict.fromkeys(name for one in unknown for name in near_names(one, lookup))
        why += [say("near", parts=quoted(names))] if names else []
        return make("unknown", why=tuple(why))
    if not near:
        return make("unfit", why=(say("outside"),))
    strange = spotted.quoted(near[0].hard)
    why = [say("unfit"), *([say("words", parts=quoted(strange))] if strange else [])]
    return make("unfit", why=tuple(why))


def _nameless(near: Sequence[Reading]) -> bool:
    """Whether what comes near lacks nothing but a name."""
    return any(not one.lacking and _wanted(one) for one in near)


def _wanted(one: Reading) -> bool:
    """Whether a reading lacks a name that may be any; of authorities and places there are few."""
    types = {param.name: param.type for param in one.question.params}
    few = ("authority", "jurisdiction")
    return any(types[name] in KINDS and types[name] not in few for name in one.missing + one.open)


def _unknown(spotted: Spotted) -> list[str]:
    """Words that are no words of any question and no name of anything held."""
    covered = spotted.covered() | spotted.respelled.keys()
    known = vocabulary()
    return spotted.quoted(
        {
            at
            for at, token in enumerate(spotted.tokens)
            if at not in covered and token.word not in known and not token.word.isdigit()
        }
    )
