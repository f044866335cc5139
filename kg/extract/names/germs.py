"""Diseases that are told by nothing but what causes them: a germ, or a poison."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.extract.names.terms import Terms
from kg.extract.rules import listed, turn

__all__ = ["by_cause", "is_germ", "of_its_own", "told_by_cause", "with_germ"]

Told = tuple[int, int, str | None]

_COCCUS = re.compile(r"[A-Z][a-z]*(?:coccus|bacter|philus) (?!infection|sepsis|disease)[a-z]{5,}$")
"""A genus and a kind of it, for all that the second may be spelled as an illness."""
_BY_CAUSE = " caused disease or disorder"
"""How Mondo names a disease after what causes it."""
_CAUSED = re.compile(
    r"(?:^|(?<=against )|(?<=of )|(?<=and )|(?<=prevent ))(?:invasive )?[Dd]iseases? "
    r"(?:caused by|due to) "
    r"(?P<name>[A-Z][a-z]+ [a-z]{3,}|[a-z-]+ virus)"
    r"(?: (?:serogroup|serotype|subtype|type|group)s? [A-Z]?\d*)?"
)
_ROW = re.compile(r"\s*(?:,|and|or|,\s*and|,\s*or)\s+")
_SPECIES = re.compile(
    r"(?P<name>[A-Z][a-z]{2,} [a-z]{4,})(?=\s*(?:,|and\b|or\b|in\b|infections?\b|[.;:]|$))"
)
_ANY = (
    r"(?:(?:the|all|any|other|certain|various|susceptible|sensitive|isolates|strains|species|of"
    r"|genus) )*"
)
_GERM = (
    r"(?P<name>[A-Z][a-z]{3,}(?: (?:species|spp\.?|(?!and |or |in )[a-z]{4,}))?|schistosoma"
    r"|(?:[a-z-]+ ){1,2}?(?:[A-D] )?virus(?:es)?(?! type))"
)
_INFECTION = re.compile(
    r"(?:(?<=\b(?:of|in|or) )|(?<=\b(?:for|and) )|(?<=\bother )|(?<![\w,] ))"
    r"\b(?:[Ii]nfections?|[Ii]nfestations?)(?: that (?:is|are))? "
    rf"(?:caused by|due to|with):? {_ANY}{_GERM}"
)
_WORMS = re.compile(
    r"\b(?:[Ii]nfections?|[Ii]nfestations?) (?:caused by|due to|with):? "
    r"(?:the )?(?:liver |lung |blood )?"
    r"(?:flukes?|worms?|helminths?|nematodes?|cestodes?|parasites?|fungi|yeasts?),? "
)
_WORM = re.compile(r"\s*(?:,|/|and|or|,\s*and|,\s*or|\(|:)?\s*(?P<name>[A-Z][a-z]{2,} [a-z]{3,})")
_MORE = re.compile(r"\s*(?:/|,|,?\s*(?:and|or|and/or))\s*(?:[A-Z]|other\b|\w+(?:cocci|bacteria)\b)")
"""What goes on with another germ behind the first."""
_POISONING = re.compile(
    r"\b[Pp]oisonings? (?:by|with|from|due to|caused by) (?:the |an? )?(?P<name>[a-z][\w-]+)"
    r"(?= (?:and|or|in|compounds?|insecticides?|pesticides?|agents?)\b|\s*(?:[.,;:]|$))"
)

_STAINED = re.compile(
    r"(?:(?<=\b(?:of|in|or) )|(?<=\b(?:for|and) )|(?<=\bother )|(?<=\b(?:serious|chronic) )"
    r"|(?<=\bsevere )|(?<=\bacute )|(?<![\w,] ))"
    rf"\b[Ii]nfections?(?: that (?:is|are))? (?:caused by|[Dd]ue [Tt]o|with):? {_ANY}"
    rf"(?:(?:multidrug-|drug-)?(?:resistant|susceptible|aerobic) )*{_ANY}"
    r"(?P<name>[Gg]ram-(?:negative|positive)) (?:(?:aerobic|enteric|pathogenic) )?"
    r"(?:micro-?organisms?|organisms?|bacteria|bacilli|pathogens?|rods?|cocci)\b"
    r"(?!(?:,| and| or)? (?:gram|anaerob))"
)
"""Infections told by how their bacteria look."""
_COCCUS_NAME = r"(?:[Ss]trepto|[Ss]taphylo|[Pp]neumo|[Mm]eningo|[Gg]ono|[Ee]ntero)cocci"
_COCCI = re.compile(
    r"\b[Ii]nfections?(?: that (?:is|are))? (?:caused by|[Dd]ue [Tt]o|with):? (?:[Ss]erious )?"
    r"(?:(?:the|all|any|other|certain|various|[Ss]usceptible|[Ii]solates|[Ss]trains|of) )*"
    rf"(?P<row>{_COCCUS_NAME}(?:(?:,|,? and|,? or) {_COCCUS_NAME})+)(?!,? (?:and|or)\b)"
)

_SUBTYPE = re.compile(
    r"\b[A-Z]\d+(?:[A-Z]\d+)? (?:sub)?types? of (?:the )?[\w-]+(?: [A-D])?(?: virus)?\b"
)
"""A kind of a virus: what it brings is told by nothing else, and has no term."""
_ERADICATED = re.compile(
    r"\b[Ee]radication of (?:the )?(?P<name>(?:[A-Z]\.|[A-Z][a-z]{3,}) [a-z]{4,})"
    r"(?! infection)"
)


def is_germ(name: str, terms: Terms) -> bool:
    """Whether a name is that of a germ, after which a disease is called."""
    return bool(_COCCUS.match(name) or terms.ground(name + _BY_CAUSE))


def by_cause(name: str, terms: Terms) -> str | None:
    """The disease that is called after what causes it."""
    return (
        terms.ground(name + _BY_CAUSE)
        or terms.ground(f"{name} infection")
        or next(filter(None, map(terms.ground, _called(name))), None)
    )


def _called(name: str) -> Iterator[str]:
    """What the disease of a germ may be called by the germ's own name ("listeriosis")."""
    genus, _, kind = name.partition(" ")
    if kind and re.fullmatch(r"species|spp\.?", kind):
        yield f"{genus} infection"
        if genus.endswith("coccus"):
            yield f"{genus.removesuffix('us')}al infection"
    for cut in range(4):
        stem = genus[: len(genus) - cut]
        yield from (f"{stem}{end}" for end in ("osis", "iasis") if len(stem) > 4)


def told_by_cause(line: str, start: int, end: int, terms: Terms) -> Iterator[Told]:
    """The diseases of a stretch of a line that are told by their cause."""
    yield from _caused(line, start, end, terms)
    yield from _organisms(line, start, end, terms)
    yield from _worms(line, start, end, terms)
    yield from _looks(line, start, end, terms)
    for match in _INFECTION.finditer(line, start, end):
        if not _MORE.match(line, match.end()) and (term := by_cause(match["name"], terms)):
            yield *match.span(), term
    yield from ((*match.span(), None) for match in _SUBTYPE.finditer(line, start, end))
    for match in _ERADICATED.finditer(line, start, end):
        if term := by_cause(match["name"], terms):
            yield *match.span("name"), term
    for match in _POISONING.finditer(line, start, end):
        if term := terms.ground(f"{match['name'].removesuffix('s')} poisoning"):
            yield *match.span(), term


def _caused(line: str, start: int, end: int, terms: Terms) -> Iterator[Told]:
    """Diseases told by nothing but what causes them ("disease caused by Vibrio cholerae")."""
    for match in _CAUSED.finditer(line, start, end):
        name = match["name"]
        if term := by_cause(name, terms) or terms.ground(name.removesuffix(" virus")):
            yield *match.span(), term


def _organisms(line: str, start: int, end: int, terms: Terms) -> Iterator[Told]:
    """Diseases told by the species that cause them, in a row ("against Ascaris lumbricoides")."""
    for phrase in turn("leads in species").finditer(line, start, end):
        at = phrase.end()
        while match := _SPECIES.match(line, at, end):
            if term := by_cause(match["name"], terms):
                yield *match.span("name"), term
            row = _ROW.match(line, match.end(), end)
            at = row.end() if row else end


def _looks(line: str, start: int, end: int, terms: Terms) -> Iterator[Told]:
    """Infections told by the look of their bacteria: how they stain, or cocci in a row."""
    for match in _STAINED.finditer(line, start, end):
        if term := terms.ground(f"{match['name']} bacterial infection"):
            yield *match.span(), term
    for match in _COCCI.finditer(line, start, end):
        at = match.start()
        for one in re.finditer(_COCCUS_NAME, match["row"]):
            finish = match.start("row") + one.end()
            term = terms.ground(f"{one.group().removesuffix('i')}al infection")
            if term:
                yield at if at < match.start("row") else finish - len(one.group()), finish, term
            at = finish


def _worms(line: str, start: int, end: int, terms: Terms) -> Iterator[Told]:
    """Infections with worms and the like, each by its own name."""
    for phrase in _WORMS.finditer(line, start, end):
        first, at = phrase.start(), phrase.end()
        while match := _WORM.match(line, at, end):
            if term := by_cause(match["name"], terms):
                yield first if first < phrase.end() else match.start("name"), match.end(), term
            first = at = match.end()


_CAUSE_BEHIND = re.compile(
    r"(?:caused by|due to|with|by):? (?:(?:the|all) )*(?:(?:species|strains) of )?"
    r"(?P<name>(?:[A-Z]\. )?[\w-]+(?: [\w-]+){0,3})"
)
_AHEAD = re.compile(r"(?:[\w'-]+-|[^\W\d_][\w'/-]*[ ]{1,2})$")
"""A word before a name."""
_ON = re.compile(r" (?P<word>[a-z]{3,})")


def of_its_own(
    line: str, start: int, end: int, stop: int, terms: Terms
) -> tuple[int, int, str] | None:
    """An infection that is told by nothing but its germ ("infection due to Shigella").

    In "bone infection due to Shigella" and in "infections due to Shigella grown in a test" the
    germ is but the cause.
    """
    if not re.fullmatch("(?i)infections?", line[start:end]):
        return None
    more = _AHEAD.search(line, max(0, start - 30), start)
    word = more.group().strip(" -").lower() if more else ""
    found = _CAUSE_BEHIND.match(line, end + 1, stop)
    if not found or (word and word not in listed("stops") and word not in listed("degrees")):
        return None
    at, names = found.start("name"), found["name"].split(" ")
    for size in range(len(names), 0, -1):
        name = " ".join(names[:size])
        behind = _ON.match(line, at + len(name), stop)
        if behind and behind["word"] not in listed("stops"):
            continue
        if term := terms.ground(f"{name} infection"):
            return start, at + len(name), term
    return None


_ONE_GERM = re.compile(
    r" (?:due to|caused by|from) (?:(?:susceptible|strains|isolates|of) )*"
    r"(?P<germ>[A-Z][a-z]{3,} [a-z]{4,})(?!\s*(?:,|and\b|or\b|/)\s*(?:[A-Z]|other\b))"
)


def with_germ(line: str, end: int, name: str, terms: Terms) -> tuple[int, str] | None:
    """Where a name ends with its one germ, and the term of both ("pneumonia due to ...").

    Of germs in a row each would be but a cause of what is named before them, as is the germ
    that a name is called after.
    """
    cause = _ONE_GERM.match(line, end)
    if cause is None or cause["germ"].partition(" ")[0][:-2].lower() in name.lower():
        return None
    term = terms.ground(f"{cause['germ']} {name}")
    return (cause.end(), term) if term else None
