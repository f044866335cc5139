"""From a sentence to what it takes away: its polarity, what is limited, and the kind of that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from kg.extract.found import Limit, Span
from kg.extract.mentions import Disease, diseases
from kg.extract.rules import Rule, kinds, refusals
from kg.extract.terms import Terms

__all__ = ["limits", "refusal"]

_HEADING = re.compile(
    r"^(?:\d+\.\d+\s+)?(?:Important\s+)?Limitations?\s+of\s+[Uu]se:?\s*|"
    r"^(?:However|Therefore|In addition|Although|While|Note|Also|Thus)\b,?\s*",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"(?i)\b(?:who|whom|whose|patients|that|which|for whom|when|where|if|are|is)\s+(?:\w+\s+){0,4}$"
)
_RELATIVE = re.compile(
    r"(?i)\b(?:who|whom|whose|for whom|that|which|when|where|if|in whom)\b[^,;.]{0,60}$"
)
_OUTCOME = re.compile(
    r"(?i)\b(?:influence|effects?|potential|benefit|impact)\b[^.]{0,60}\b(?:on|to prevent|risk)\b|"
    r"risk reduction|reversal of|\bmortality\b|\bmorbidity\b|\bsurvival\b|"
    r"reduces? the (?:risk|incidence)"
)
_DISEASE_TOO = re.compile(r"(?i)\b(?:relief|treatment|prevention|management)\s+of\s.*?\bor\s+in\s")
_POSITIVE = re.compile(r"(?i)\b(?:is|are)\s+(?:also\s+)?indicated\s+(?:in|for|to|as)\b")
_CITED = re.compile(r"\s*[\[(]\s*[Ss]ee\b.*$")
_OF_DISEASE = frozenset(("disease", "stage", "use"))


def refusal(line: str, start: int, end: int) -> tuple[Rule, re.Match[str]] | None:
    """The first phrase of a passage that takes something away and is not within the indication."""
    best: tuple[Rule, re.Match[str]] | None = None
    for rule in refusals():
        for found in rule.says.finditer(line, start, end):
            if _RELATIVE.search(line[start : found.start()]) and rule.gives != "restricted":
                continue
            if rule.gives != "restricted" and _within(line, start, end, found):
                continue
            if best is None or found.start() < best[1].start():
                best = rule, found
            break
    return best


def _within(line: str, start: int, end: int, found: re.Match[str]) -> bool:
    """Whether the clause itself states an indication, which the phrase only narrows."""
    cut = [one.end() for one in _CLAUSES.finditer(line, start, found.start())]
    clause = line[max([start, *cut]) : found.start()], line[found.end() : end]
    return any(_POSITIVE.search(one) for one in clause[:1]) or bool(
        not re.search(r"(?i)indicated", found.group())
        and re.match(r"(?i)[^.;]*?,?\s*\w+\s+is\s+indicated\s+(?:in|for)", clause[1])
    )


def limits(
    line: str, start: int, end: int, terms: Terms, short: Mapping[str, str | None]
) -> Iterator[Limit]:
    """The limits that a passage states, one for each thing limited."""
    for at, stop in _clauses(line, start, end):
        if found := refusal(line, at, stop):
            yield from _limits(line, at, stop, *found, terms, short)


_CLAUSES = re.compile(
    r"(?i)\s*(?:[,;]\s*but\s+|;\s*|,?\s*\b(?:and\s+)?because\s+(?!of)|\.\s+|"
    r",\s+and\s+(?=(?:the\s+)?\w+\s+(?:\w+\s+)?(?:is|are|has|have|should|must|may)\s)|,\s*although\s+)"
)


def _clauses(line: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence cut where a clause with a verb of its own begins."""
    for cut in _CLAUSES.finditer(line, start, end):
        if cut.start() > start:
            yield start, cut.start()
        start = cut.end()
    yield start, end


def _limits(
    line: str,
    start: int,
    end: int,
    rule: Rule,
    match: re.Match[str],
    terms: Terms,
    short: Mapping[str, str | None],
) -> Iterator[Limit]:
    opening = start
    if heading := _HEADING.match(line[start:end]):
        start += heading.end()
    end = _clause_end(line, start, end, match.end())
    if re.match(r"(?i)(?:while|although|though)\b", line[opening:end]):
        comma = line.find(",", match.end(), end)
        end = comma if comma > 0 else end
    clause = Span(start, end)
    own = diseases(line, start, end, terms, short)
    kind = _kind(line[start:end], rule, bool(own))
    if kind in ("disease", "stage") and own:
        for one in _joined(line, own):
            yield Limit(clause, Span(one.start, one.end), one.term, kind, rule.gives, rule.name)
        return
    if kind == "age" and (first := _DISEASE_TOO.search(line[start:end])):
        for one in own:
            if one.start < start + first.end():
                yield Limit(
                    clause, Span(one.start, one.end), one.term, "disease", rule.gives, rule.name
                )
    about = _told(line, start, end, kind, match) or _about(line, start, end, match)
    term = next((one.term for one in own if about and about.start <= one.start < about.end), None)
    yield Limit(clause, about, term, kind, rule.gives, rule.name)


def _clause_end(line: str, start: int, end: int, after: int) -> int:
    cut = re.compile(
        r"\s*(?:[\[(]\s*see\b|,\s*(?:as|since|because|and|but|so)\s+(?:it|the|there|this|a)\b|;"
        r"|\s(?:as|because|since)\s(?:it|a|the|there|adequate|such)\b)",
        re.IGNORECASE,
    ).search(line, after, end)
    stop = cut.start() if cut else end
    while stop > start and line[stop - 1] in " .,;:])":
        if (
            line[stop - 1] in ")]"
            and line.count("(", start, stop) >= line.count(")", start, stop) > 0
        ):
            break
        stop -= 1
    return stop


def _joined(line: str, own: list[Disease]) -> list[Disease]:
    """The first disease of a clause and those joined to it."""
    kept = own[:1]
    for before, one in pairwise(own):
        gap = line[before.end : one.start]
        if re.fullmatch(
            r"\s*(?:\([^)]*\))?\s*(?:,|\band\b|\bor\b|,\s*and|,\s*or|/|and/or)\s*(?:or|and)?\s*(?:(?:in|for)\s+(?:the\s+)?(?:\w+\s+)?(?:of|with)\s+)?(?:acute\s+|chronic\s+)?",
            gap,
        ) or re.fullmatch(r"[^.;]*,\s*or\s+in\s+\w+\s+with\s+", gap):
            kept.append(one)
    return kept


def _kind(said: str, rule: Rule, disease: bool) -> str:
    fit = [one.gives for one in kinds() if one.says.search(said)]
    if re.search("(?i)conditions? (?:listed|above|below)", said):
        return "disease"
    if rule.gives == "restricted" and "use" in fit and re.search("(?i)diagnostic|radiolabel", said):
        return "use"
    if "organism" in fit and re.search(
        "(?i)infections?[^.]{0,80}caused by|treat or prevent infections", said
    ):
        return "organism"
    if rule.gives != "restricted" and _OUTCOME.search(said):
        return "outcome"
    for one in fit:
        if one in ("substitution", "repetition", "comparison", "duration", "line", "combination"):
            return one
    ages = re.search(
        r"(?i)\b(?:years|months|weeks)\s+(?:of\s+age|old)|(?:younger|less|older)\s+than\s+\w+\s+(?:years|months)",
        said,
    )
    if ages and not re.search(r"(?i)treatment of", said):
        return "age"
    if disease and not ("outcome" in fit and rule.gives in ("notDemonstrated",)):
        return "stage" if "stage" in fit and re.search("(?i)advanced", said) else "disease"
    if re.search(r"(?i)activity against", said):
        return "organism"
    if fit and fit != ["use"]:
        return next(one for one in fit if one != "use")
    if re.search(_ILL, said):
        return "disease"
    return "use" if fit or rule.gives in ("notIndicated", "notRecommended") else "outcome"


_ILL = re.compile(
    r"(?i)\b(?:treatment|management|relief|prevention|prophylaxis)\s+of\b|"
    r"\b(?:infections?|conditions?|dyslipidemias?|arrhythmias|dermatoses|symptoms|episodes|"
    r"(?:patients|women|children|adults)\s+with|types? [IV]+)\b"
)


def _told(line: str, start: int, end: int, kind: str, match: re.Match[str]) -> Span | None:
    """The words by which a kind is told, with what follows up to the refusal or the end."""
    says = [rule.says for rule in kinds() if rule.gives == kind]
    if kind == "outcome":
        says.append(_OUTCOME)
    if kind == "use":
        return None
    for one in says:
        if found := one.search(line, match.end(), end):
            return Span(found.start(), end)
        if found := one.search(line, start, match.start()):
            verb = re.search(
                r"\s+(?:ha(?:s|ve)|is|are|was|were|should|must|does)\s*$", line[: match.start()]
            )
            return Span(found.start(), max(found.end(), verb.start() if verb else match.start()))
    return None


_ABOUT = re.compile(
    r"(?i)\b(?:in|for|of|with|to\s+(?:treat|replace|prevent)(?:\s+or\s+prevent)?)\s+(?!use\b)(?=\w)"
)


def _about(line: str, start: int, end: int, match: re.Match[str]) -> Span | None:
    found = _ABOUT.search(line, match.end(), end)
    if found is None:
        found = _ABOUT.search(line, start, match.start())
        end = match.start()
        trimmed = re.search(r"\s+(?:ha(?:s|ve)|is|are|was|were|should|must)?\s*$", line[:end])
        end = trimmed.start() if trimmed else end
    if found is None or found.end() >= end:
        return None
    return Span(found.end(), end)
