"""What became of the facts of a source between two of its revisions, for a curator.

Each fact is judged by its own fingerprints in the new revision; the old one tells whether the
passage kept its place among its neighbours, and in which words it was put. A fact is *confirmed*
where each of its passages and records stands in its place, *moved* where the words are the same
elsewhere, *changed* where they are others, *lost* where nothing like them is found. Those that
only read like the old ones are never confirmed: a comma can carry the meaning.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from kg.anchor import STATES, source_of
from kg.dates import PartialDate
from kg.errors import InputError
from kg.evidence import digest
from kg.revising.compared import Compared, Diff, Found, SectionState
from kg.revising.comparison import Comparison
from kg.revising.pieces import Piece, Version, facts_on, pieces, versions
from kg.revising.revision import Revision
from kg.store import Store

__all__ = ["diff"]


def diff(store: Store, old: Revision, new: Revision) -> Diff:
    """Compare two revisions by the facts that the graph holds of their source.

    :raises InputError: if they are not of one source or label, are given in the wrong order, or
        the new one holds nothing of the old one.
    """
    source = _one_source(store, old, new)
    known = [one for one in versions(store).values() if one.source == source]
    old, new = _dated(known, old), _dated(known, new)
    _in_order(known, old, new)
    facts = facts_on(store, source)
    held = {one.iri: one for one in pieces(store, [one.iri for one in known])}
    held = _of_these(held, known, old, new) if old.about else held
    compare = Comparison(old, new, tuple(held.values()))
    found = {iri: compare.find(piece) for iri, piece in held.items()}
    told = [_fact(fact, label, cited, held, found) for fact, (label, cited) in facts.items()]
    compared = sorted(
        (one for one in told if one), key=lambda one: (-STATES.index(one.state), one.fact)
    )
    if not compare.anything(found.values()):
        raise InputError(
            "holds nothing of the old revision: it is another page, or garbled",
            file=new.path,
            mend="give two revisions of one page, label or table",
        )
    return Diff(
        source=source,
        old=old,
        new=new,
        facts=tuple(compared),
        uncited=tuple(compare.uncited(found)),
        sections=tuple(_sections(old, new)),
        found=found,
        notes=tuple(_notes(old, new, found.values())),
    )


# ---------------------------------------------------------------- what is compared


def _one_source(store: Store, old: Revision, new: Revision) -> str:
    if old.source != new.source:
        raise InputError(
            f"is not of the kind that {old.path.name} is", file=new.path, mend="see `kg diff -h`"
        )
    if old.about != new.about:
        raise InputError(
            f"is of the label {new.about}, {old.path.name} of {old.about}",
            file=new.path,
            mend="give two revisions of one label",
        )
    if old.source:
        return old.source
    try:
        return source_of(store, old.text)
    except InputError as error:
        raise error.at(old.path) from None


def _dated(known: Iterable[Version], one: Revision) -> Revision:
    """A revision with the date that the graph knows of it, where it has none."""
    dates = {each.checksum: each.date for each in known if each.checksum}
    if one.date is None and one.checksum in dates:
        return replace(one, date=PartialDate(dates[one.checksum]))
    return one


def _in_order(known: Iterable[Version], old: Revision, new: Revision) -> None:
    """Refuse revisions that are exchanged, by their dates or by what the graph holds."""
    held = {one.checksum: one for one in known if one.checksum}
    if old.date and new.date and old.date.earliest > new.date.latest:
        raise InputError(
            f"is of {new.date.text}, {old.path.name} of {old.date.text}: they are exchanged",
            file=new.path,
            mend="give the older revision first",
        )
    if new.checksum in held and old.checksum not in held and not (old.date and new.date):
        raise InputError(
            f"is the revision held ({held[new.checksum].label}), {old.path.name} is not",
            file=new.path,
            mend="give the older revision first, or say with --old-date and --new-date when "
            "they are of",
        )


def _of_these(
    held: Mapping[str, Piece], known: Iterable[Version], old: Revision, new: Revision
) -> dict[str, Piece]:
    """Of the evidence of all labels, that of the one label which is compared.

    A record names its label. A passage is of the label if its revision is one of the two, or if
    most passages of its revision stand in the old text.
    """
    sums = {one.iri: one.checksum for one in known}
    own = {iri for iri, total in sums.items() if total in (old.checksum, new.checksum)}
    own |= {one.version for one in held.values() if one.place.startswith(f"label {old.about},")}
    found: dict[str, list[bool]] = defaultdict(list)
    for one in held.values():
        if one.kind == "passage":
            found[one.version].append(bool(old.page.where(one.digest)))
    own |= {version for version, there in found.items() if sum(there) * 2 > len(there)}
    return {iri: one for iri, one in held.items() if one.version in own}


def _fact(
    fact: str,
    label: str,
    cited: Iterable[str],
    held: Mapping[str, Piece],
    found: Mapping[str, Found],
) -> Compared | None:
    """The worst that became of the evidence of a fact; None of what rests on another label."""
    here = [iri for iri in cited if iri in held]
    needed = [*here, *(other for iri in here for other in held[iri].read_with if other in found)]
    if not needed:
        return None
    worst = max(needed, key=lambda iri: (STATES.index(found[iri].state), iri in here, iri))
    one = found[worst]
    piece = held[worst]
    section = one.section or piece.section or (piece.place if piece.kind == "passage" else "")
    return Compared(fact, label, one.state, section, one.was, one.now, one.how)


# ---------------------------------------------------------------- sections, and what to beware of


def _sections(old: Revision, new: Revision) -> Iterable[SectionState]:
    """The sections of a label, in the order of the new revision, then those that are gone."""
    before, after = (_keyed(one) for one in (old, new))
    kept = [key for key in after if key in before]
    order = {key: position for position, key in enumerate(k for k in before if k in after)}
    for key, text in after.items():
        state = "new"
        if key in before:
            state = "same" if digest(before[key]) == digest(text) else "changed"
            if state == "same" and order[key] != kept.index(key):
                state = "moved"
        yield SectionState(key[1], key[0], state)
    for key in before.keys() - after.keys():
        yield SectionState(key[1], key[0], "gone")


def _keyed(one: Revision) -> dict[tuple[str, str, int], str]:
    """The text of each section by code, heading and how often both stood before."""
    seen: Counter[tuple[str, str]] = Counter()
    found = {}
    for part in one.sections:
        key = (part.code, part.heading)
        found[(*key, seen[key])] = one.text[part.start : part.end]
        seen[key] += 1
    return found


def _notes(old: Revision, new: Revision, found: Iterable[Found]) -> Iterable[str]:
    if old.checksum == new.checksum:
        yield "the two files are the same, byte for byte"
    elif old.text and len(new.text) < len(old.text) and old.text.startswith(new.text.rstrip()):
        yield "the new text is the beginning of the old one: the file may be cut"
    states = [one.state for one in found]
    if not states:
        yield "the graph holds no fact of it"
    elif all(state == "lost" for state in states):
        yield "no fact is found in the new revision"
