"""What a sentence says, as statements: subject, predicate, object, tone and qualifiers.

A frame (``frames.yaml``) finds the words that say a kind of fact; the object is the name, the
listed thing or, where the frame allows it, the words that stand where its object stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache

from kg.reading.naming import Mention, Names, Thing, content, listed
from kg.reading.qualifiers import Qualifiers, qualifiers
from kg.reading.rules import Frame, alternatives, cues, frames, phrases
from kg.reading.text import main, plain
from kg.reading.tone import Tone, tone

__all__ = ["Context", "Said", "statements"]

BRANDS = frozenset({"df:MedicinalProduct"})
PRODUCTS = frozenset({"df:MedicinalProduct", "df:Substance"})
DISEASES = frozenset({"df:Disease"})
_IS_A = re.compile(r"\b(?:is|are)\s+(?:an?|the|one\s+of)\b[^,;.]*$", re.IGNORECASE)
"""What stands before a name that says what something is, and is not itself spoken of."""
LOOSE = 2
"""Words before the words of a concept, at most."""
EXACT = frozenset({"df:Concept", "df:Phenotype"})
PARTS = frozenset({"df:Gene", "df:Protein", "df:Cell", "df:Authority", "df:Substance"})
"""Kinds that are meant wherever they are named; others only if the phrase names nothing more."""


@dataclass(frozen=True)
class Context:
    """What the text before a sentence has named: what "it" and "the disease" may mean."""

    product: Thing | None = None
    disease: Thing | None = None
    last: str = ""
    short: dict[str, str] = field(default_factory=dict)

    def after(self, text: str, names: Names) -> Context:
        """The context for what follows a sentence."""
        named = names.mentions(main(plain(text)), self.short)
        topics = [one for one in named if one.of(PRODUCTS | DISEASES)]
        found = self
        if topics:
            found = replace(found, last="product" if topics[0].of(PRODUCTS) else "disease")
        for one in reversed(topics):
            if diseases := one.of(DISEASES):
                found = replace(found, disease=diseases[0])
            elif one.of(BRANDS) or found.product is None or found.product.kind not in BRANDS:
                found = replace(found, product=one.of(PRODUCTS)[0])
        return found


@dataclass(frozen=True)
class Said:
    """One statement of a sentence. Places count characters of the sentence.

    ``objects`` are what the object's name may stand for, the likeliest first; ``subject`` is
    None where the sentence names none and the context none either.
    """

    frame: Frame
    subject: Thing | None
    objects: tuple[Thing, ...]
    tone: Tone
    qualifiers: Qualifiers
    start: int
    end: int
    place: tuple[int, int]


def statements(text: str, names: Names, context: Context | None = None) -> list[Said]:
    """Everything that a sentence says, by the rules; nothing for a question.

    :param context: what the text before has named.
    """
    context = context or Context()
    whole = plain(text)
    if whole.rstrip().endswith("?"):
        return []
    line = main(whole)
    context = _with_own_disease(line, names, context)
    taken: list[tuple[int, int]] = []
    found: dict[tuple[str, str], Said] = {}
    for frame in frames():
        if frame.needs and not frame.needs.search(line):
            continue
        for match in frame.says.finditer(line):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            subject = _subject(line, match.start(), frame, names, context)
            if subject is None:
                continue
            heard = tone(line, match.start(), match.end(), frame)
            for one in _objects(line, whole, match.span(), frame, names, context):
                disease = one.things[0].iri if one.of(DISEASES) else None
                more = qualifiers(
                    whole, line, frame, (match.start(), one.end), disease, names, context.short
                )
                said = Said(
                    frame, subject, one.things, heard, more, *match.span(), (one.start, one.end)
                )
                found.setdefault((frame.predicate, one.things[0].iri), said)
                if frame.object == "after":
                    taken.append((match.start(), one.end))
    return sorted(found.values(), key=lambda one: (one.start, one.place, one.frame.predicate))


def _with_own_disease(line: str, names: Names, context: Context) -> Context:
    """The context, with the first disease that the sentence itself names."""
    own = next(
        (found for one in names.mentions(line, context.short) if (found := one.of(DISEASES))), None
    )
    return replace(context, disease=own[0]) if own else context


# ---------------------------------------------------------------- subjects


def _subject(line: str, at: int, frame: Frame, names: Names, context: Context) -> Thing | None:
    named = [one for one in names.mentions(line, context.short) if one.of(PRODUCTS | DISEASES)]
    before = [one for one in named if one.end <= at]
    if frame.subject == "disease":
        while len(before) > 1 and _IS_A.search(line[: before[-1].start]):
            before.pop()
        if before:
            return next(iter(before[-1].of(DISEASES)), None)
        pronoun = phrases("disease_pronouns").search(line[:at])
        certain = pronoun and (pronoun.group().lower() != "it" or context.last == "disease")
        return context.disease if certain else None
    brand = context.product is not None and context.product.kind in BRANDS
    for kinds in (BRANDS,) if brand else (BRANDS, PRODUCTS):
        own = [one for one in before if one.of(kinds)] or [one for one in named if one.of(kinds)]
        if own:
            return own[-1].of(kinds)[0]
    return context.product


# ---------------------------------------------------------------- objects


def _objects(
    line: str, whole: str, span: tuple[int, int], frame: Frame, names: Names, context: Context
) -> list[Mention]:
    if frame.options:
        return _listed(line, whole, frame, names)
    if frame.object == "itself":
        label = frame.name
        known = [one for one in names.called(label) if one.kind in frame.kinds]
        thing = known[0] if known else Thing.made(label)
        return [Mention(*span, (thing,))]
    mentions = [
        Mention(one.start, one.end, things)
        for one in names.mentions(line, context.short)
        if (things := one.of(frame.kinds) or names.wider(one, frame.kinds))
    ]
    if frame.object == "near":
        after = [one for one in mentions if one.start >= span[1]]
        return after[:1] or [one for one in mentions if one.end <= span[0]][-1:]
    if frame.object == "before":
        return _before(line, span[0], frame, names, mentions)
    return _after(line, span[1], frame, names, mentions, context)


def _listed(line: str, whole: str, frame: Frame, names: Names) -> list[Mention]:
    for text in (line, whole):
        if found := listed(frame.options, text, names, frame.kinds):
            return found[:1]
    return []


def _before(
    line: str, at: int, frame: Frame, names: Names, mentions: list[Mention]
) -> list[Mention]:
    stop = max((found.end() for found in re.finditer(r"[,;:.]\s", line[:at])), default=0)
    stop = 0 if frame.kinds == {"df:Authority"} else stop
    inside = [one for one in mentions if stop <= one.start and one.end <= at]
    if "df:Disease" in frame.kinds and (loose := names.loose(line, stop, at, 12)):
        inside = [*inside, loose]
    concepts = [one for one in inside if one.of({"df:Concept", "df:Authority"})]
    return concepts[:1] or inside[-1:]


def _after(
    line: str, at: int, frame: Frame, names: Names, mentions: list[Mention], context: Context
) -> list[Mention]:
    stop = _stop(line, at)
    first = _one(line, at, stop, frame, names, mentions, context)
    if first is None:
        return []
    found, opening = [first], phrases("shared_openings").match(line[first.start : first.end])
    while joint := _joint().match(line, found[-1].end):
        if joint.end() >= stop or any(one.says.match(line, joint.end()) for one in frames()):
            break
        chunk = re.compile(r"[^,;:.]*?(?=\s*(?:[,;:.]|\band\b|\bor\b|$))").match(
            line, joint.end(), stop
        )
        more = None
        if opening and chunk and chunk.group().strip():
            more = _joined(opening.group() + " " + chunk.group(), chunk, frame, names)
        more = more or _one(
            line, joint.end(), stop, replace(frame, within=1), names, mentions, context
        )
        if more is None or more.start < joint.end():
            break
        found.append(more)
    return found


@cache
def _joint() -> re.Pattern[str]:
    broad = alternatives([*cues()["broad_words"], "genes", "proteins", "levels"])
    return re.compile(rf"(?:\s+(?:{broad}))?\s*(?:,\s*(?:and|or)?|\b(?:and|or)\b)\s+")


def _joined(phrase: str, chunk: re.Match[str], frame: Frame, names: Names) -> Mention | None:
    for one in names.mentions(phrase):
        if one.start == 0 and one.end >= len(phrase.rstrip()) and one.of(frame.kinds):
            return Mention(*chunk.span(), one.of(frame.kinds))
    return Mention(*chunk.span(), (Thing.made(" ".join(phrase.split())),)) if frame.new else None


def _one(
    line: str,
    at: int,
    stop: int,
    frame: Frame,
    names: Names,
    mentions: list[Mention],
    context: Context,
) -> Mention | None:
    """The object that begins within a few words of a place: a name, or the words themselves."""
    begun = line[at:stop].lstrip().lower()
    if any(begun.startswith(f"{word} ") for word in frame.starts_not):
        return None
    skipped = at + len(line[at:stop]) - len(_past_people(line[at:stop]))
    near = [
        one
        for one in mentions
        if at <= one.start < stop and len(line[skipped : one.start].split()) <= frame.within
    ]
    loose = (
        names.loose(line, skipped, stop, min(frame.within, LOOSE)) if frame.kinds & EXACT else None
    )
    if loose and loose.of(frame.kinds) and _goes_first(loose, near):
        return loose
    if not near and (pronoun := _pronoun(line, skipped, frame, context)):
        return pronoun
    phrase = _phrase(line, skipped, stop, frame.whole) if frame.new else None
    if phrase and frame.head and not _headed(line[slice(*phrase)], frame.head):
        phrase = None
    for one in near[:1]:
        if phrase is None or one.of(PARTS) or _covers(line, one, phrase):
            return one
        if not phrase[0] <= one.start < phrase[1]:
            return one
    if phrase is None:
        return None
    return Mention(*phrase, (Thing.made(" ".join(line[slice(*phrase)].split())),))


def _goes_first(loose: Mention, near: list[Mention]) -> bool:
    """Whether a concept goes before the first name: it begins first, or is longer."""
    if not near or loose.start < near[0].start:
        return True
    return near[0].end > loose.start and near[0].end < loose.end


def _pronoun(line: str, at: int, frame: Frame, context: Context) -> Mention | None:
    """The disease, where the object is "the disease" and the text before has named one."""
    words = re.compile(rf"\s*(?:{alternatives(cues()['disease_pronouns'])})(?!\w)", re.IGNORECASE)
    found = words.match(line, at)
    if found is None or context.disease is None or context.disease.kind not in frame.kinds:
        return None
    return Mention(*found.span(), (context.disease,))


def _covers(line: str, one: Mention, phrase: tuple[int, int]) -> bool:
    rest = content(line[phrase[0] : one.start] + " " + line[one.end : phrase[1]])
    return rest <= set(cues()["broad_words"])


def _headed(phrase: str, heads: tuple[str, ...]) -> bool:
    return phrase.lower().split()[-1] in heads


@cache
def _people_with() -> re.Pattern[str]:
    said = alternatives(cues()["people"])
    return re.compile(rf"\s*(?:\w+\s+)?(?:{said})\s+(?:who\s+have|with|having)\s+", re.IGNORECASE)


def _past_people(text: str) -> str:
    found = _people_with().match(text)
    return text[found.end() :] if found else text


def _stop(line: str, at: int) -> int:
    """Where what stands after a place ends: at a stronger sign, or where a clause begins."""
    said = alternatives(cues()["breaks"])
    found = re.compile(rf"[;:]|\.(?:\s|$)|(?<![\w-])(?:{said})(?![\w-])", re.IGNORECASE).search(
        line, at
    )
    return found.start() if found else len(line)


@cache
def _ends() -> re.Pattern[str]:
    return re.compile(rf"\s*[,;:.]|\s+(?:{alternatives(cues()['name_ends'])})(?!\w)", re.IGNORECASE)


_SIGNS = re.compile(r"\s*[,;:.]")


def _phrase(line: str, at: int, stop: int, whole: bool) -> tuple[int, int] | None:
    """The words that name something, up to where a name ends, without an article."""
    opening = re.compile(
        r"\s*(?:(?:the|a|an|any|their|its|your|child's|some|how)\s+)*", re.IGNORECASE
    )
    begun = opening.match(line, at, stop)
    start = begun.end() if begun else at
    end = (_SIGNS if whole else _ends()).search(line, start, stop)
    finish = end.start() if end else stop
    words = line[start:finish].split()
    if not 1 <= len(words) <= 7 or not re.match(r"[^\W\d_]", words[0]):
        return None
    return start, start + len(line[start:finish].rstrip())
