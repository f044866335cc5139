"""What an export format declares of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kg.exporting.facts import Facts
from kg.exporting.loss import Loss

__all__ = ["Form"]


@dataclass(frozen=True)
class Form:
    """A format by its name on the command line.

    :ivar writes: what it is, in a few words, with the specification it follows.
    :ivar write: writes the facts to a path and counts what is lost.
    :ivar ending: of the file's name, without the first dot; "" if the path is a folder.
    :ivar media: the media type, of each file if the path is a folder.
    :ivar files: the files that the path holds, if it is a folder.
    :ivar says: the keys of :data:`kg.exporting.loss.UNPLAIN` that it says by other predicates.
    :ivar keeps: the keys of :data:`kg.exporting.loss.QUALITIES` that it keeps.
    :ivar of_facts: whether it can say facts at all.
    """

    name: str
    writes: str
    write: Callable[[Facts, Path, Loss], None]
    ending: str
    media: str
    files: tuple[str, ...] = ()
    says: frozenset[str] = frozenset()
    keeps: frozenset[str] = frozenset()
    of_facts: bool = True

    def run(self, facts: Facts, path: Path) -> Loss:
        """Write to a path, and return what was lost."""
        loss = Loss(self.name, self.keeps)
        self.write(facts, path, loss)
        return loss
