"""A sentence with what the text before it has named, and what it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from kg.reading.naming import Mention, Names, Thing
from kg.reading.rules import Frame, phrases
from kg.reading.text import main, plain

__all__ = ["BRANDS", "DISEASES", "Context", "Sentence", "subjects"]

BRANDS = frozenset({"df:MedicinalProduct"})
PRODUCTS = frozenset({"df:MedicinalProduct", "df:Substance"})
DISEASES = frozenset({"df:Disease"})
CLOSE = 2
"""Words between a subject and what must stand close to it, at most."""

_IS_A = re.compile(r"\b(?:is|are)\s+(?:an?|the|one\s+of)\b[^,;.]*$", re.IGNORECASE)
"""What stands before a name that says what something is, and is not itself spoken of."""


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
class Sentence:
    """A sentence made ready: ``line`` is it without what stands in brackets, equally long."""

    whole: str
    line: str
    names: Names
    context: Context

    @classmethod
    def of(cls, text: str, names: Names, context: Context) -> Sentence:
        """A sentence; the first disease that it names itself is "the disease"."""
        whole = plain(text)
        line = main(whole)
        mentions = names.mentions(line, context.short)
        own = next((found for one in mentions if (found := one.of(DISEASES))), None)
        return cls(whole, line, names, replace(context, disease=own[0]) if own else context)

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """What the line names."""
        return self.names.mentions(self.line, self.context.short)


def subjects(sentence: Sentence, at: int, frame: Frame) -> tuple[Thing, ...]:
    """What a statement at a place may be about, the likeliest first; nothing if none is said."""
    line, context = sentence.line, sentence.context
    named = [one for one in sentence.mentions if one.of(PRODUCTS | DISEASES)]
    before = [one for one in named if one.end <= at]
    if frame.subject == "disease":
        while len(before) > 1 and _IS_A.search(line[: before[-1].start]):
            before.pop()
        if before and frame.close and len(line[before[-1].end : at].split()) > CLOSE:
            return ()
        if before:
            return before[-1].of(DISEASES)
        pronoun = phrases("disease_pronouns").search(line[:at])
        certain = pronoun and (pronoun.group().lower() != "it" or context.last == "disease")
        return (context.disease,) if certain and context.disease else ()
    brand = context.product is not None and context.product.kind in BRANDS
    for kinds in (BRANDS,) if brand else (BRANDS, PRODUCTS):
        own = [one for one in before if one.of(kinds)]
        if not own and frame.object == "before":
            own = [one for one in named if one.of(kinds)]
        if own:
            return own[-1].of(kinds)
    reach = line if frame.object == "before" else line[:at]
    said = phrases("product_pronouns").search(reach)
    return (context.product,) if said and context.product else ()
